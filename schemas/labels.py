"""The key under which two spellings of one label are the same: spacing, width and punctuation fall.

Only equality lives here; how close two different keys are is the reader's question.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Kept: CJK characters, digits, letters. Dropped: white space, punctuation and everything invisible,
# because published labels differ in exactly these (VARIANTS section 5: `商业 企业`, `本年新 公开数量`).
_DROPPED = re.compile(r"[^0-9A-Za-z\u3400-\u9fff\uf900-\ufaff]+")


@lru_cache(maxsize=65536)
def label_key(text: str) -> str:
    """Return the comparison key of a label: ``（一） 予以公开`` and ``(一)予以公开`` → ``一予以公开``."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text))

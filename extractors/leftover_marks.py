"""Marks that extractors and chats leave in flat text and that are no text of the page: bold, bullets, entities.

Dividers of cells are not touched (`drawn_text`, `flat_text`); line numbers stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# `**规章**`; masked text (`主动***息`) has other runs of stars.
_BOLD = re.compile(r"(?<![*\w])\*\*(?![*\s])([^*|\t]+?)(?<!\s)\*\*(?![*\w])")
# Blanks of every width that were written as entities and never read as such.
_BLANK = re.compile(r"&(?:nbsp|ensp|emsp|thinsp|#160|#xa0|#8194|#8195);", re.IGNORECASE)
# A hyphen is no bullet: it may be a sign, or a dash in a cell.
_BULLET = re.compile(r"^(\s*)[•●▪◦■◆·] +")
_QUOTE = re.compile(r"^> ?")


def unmarked(lines: Sequence[str]) -> list[str]:
    """Return lines without such marks; a quotation's only where it is the whole text."""
    filled = [line for line in lines if line.strip()]
    if filled and all(line.startswith(">") for line in filled):
        lines = [_QUOTE.sub("", line) for line in lines]
    return [_plain(line) for line in lines]


def _plain(line: str) -> str:
    if "&" in line:
        line = _BLANK.sub("\xa0", line)
    if "**" in line:
        line = _BOLD.sub(r"\1", line)
    return line if line.isascii() else _BULLET.sub(r"\1", line)

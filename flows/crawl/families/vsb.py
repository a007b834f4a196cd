"""VSB (博达): articles at `/info/<column>/<id>.htm`, later pages numbered backwards from the oldest.

The second of three pages of `xxgknb.htm` is `xxgknb/2.htm`, the last `xxgknb/1.htm`, so that old pages keep their
address when the list grows. `共45条 1/3` says how many there are.
"""

from __future__ import annotations

import re

from flows.crawl.families.page import Page, pages_found
from flows.crawl.links import Found

_ARTICLE = re.compile(r"/info/\d+/\d+\.htm$")
_MARKS = re.compile(r"id=[\"']?line(?:_?u?\d*)?_\d+|vsb_|_vsb|/system/resource/|VirtualSiteBuilder", re.IGNORECASE)
_COUNT = re.compile(r"共\s*\d+\s*条\D{0,40}?(\d{1,6})\s*/\s*(\d{1,6})")
_TAG = re.compile(r"<[^<>]*>|&nbsp;")
_NUMBERED = re.compile(r"^(.*)/\d+\.htm$")


def recognises(page: Page) -> bool:
    """Tell a page by its articles and the marks of the system."""
    return any(_ARTICLE.search(url) for url, _ in page.links()) and bool(_MARKS.search(page.text))


def read(page: Page) -> Found:
    """Return all later pages, on the list's own address; on others the plain links go on."""
    count = _COUNT.search(_TAG.sub(" ", page.text))
    if count is None or count[1] != "1" or not page.url.endswith(".htm"):
        return Found()
    stem = page.url.removesuffix(".htm")
    return pages_found(f"{stem}/{number}.htm" for number in range(int(count[2]) - 1, 0, -1))

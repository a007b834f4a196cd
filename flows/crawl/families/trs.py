"""TRS WCM: `createPageHTML(total, current, "index", "html")` writes the links to `index_1.html`, `index_2.html` …

With the id of an element before the total, pages count from 1 and the second is `index_2`; without, from 0 and the
second is `index_1`. A newer form is `Pager({size: 5, current: 0, prefix: 'index', suffix: 'html'})`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from flows.crawl.families.page import Page, pages_found
from flows.crawl.links import Found

_CALL = re.compile(r"createPageHTML\s*\(([^()]{3,300})\)", re.IGNORECASE)
_PAGER = re.compile(
    r"\bPager\s*\(\s*\{[^{}]{0,200}?size\s*:\s*(?P<total>\d+)[^{}]{0,200}?current\s*:\s*(?P<current>\d+)"
    r"[^{}]{0,200}?prefix\s*:\s*[\"'](?P<prefix>[\w-]+)[\"'][^{}]{0,200}?suffix\s*:\s*[\"'](?P<suffix>\w+)[\"']"
)
_NAME = re.compile(r"[\w.-]+")


class _Pages(NamedTuple):
    total: int
    first: int  # the number that is not written
    prefix: str
    suffix: str


def recognises(page: Page) -> bool:
    """Tell a page by the call in a script."""
    return _pages(page) is not None


def read(page: Page) -> Found:
    """Return all pages of the list."""
    pages = _pages(page)
    if pages is None:
        return Found()
    numbers = range(pages.first + 1, pages.first + pages.total)
    names = (f"{pages.prefix}_{number}.{pages.suffix}" for number in numbers)
    return pages_found(page.address(name) for name in names)


def _pages(page: Page) -> _Pages | None:
    for call in _CALL.findall(page.scripts):
        words = [word.strip().strip("\"'") for word in call.split(",")]
        first = 0
        if not words[0].isdecimal():
            words, first = words[1:], 1
        if len(words) >= 4 and words[0].isdecimal() and words[1].isdecimal() and _NAME.fullmatch(words[2]):
            # Some write the short form and yet count from 1: on the list's own address the current page says so.
            is_own = not re.search(rf"{re.escape(words[2])}_\d+\.", page.path)
            return _Pages(int(words[0]), 1 if is_own and words[1] == "1" else first, words[2], words[3].lstrip("."))
    found = _PAGER.search(page.scripts)
    if found is None:
        return None
    return _Pages(int(found["total"]), 0, found["prefix"], found["suffix"])

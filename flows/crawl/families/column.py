"""`/public/column/<department>?type=4&action=list&pageIndex=N` and `/content/column/<id>?pageIndex=N` (Anhui).

The pager is drawn by a script. Where no total is said, the list goes on while a page has articles; that a page which
only repeats the one before is the end, is seen by the spider.
"""

from __future__ import annotations

import re

from flows.crawl.families.page import Page, number_in, pages_found, whole, with_query
from flows.crawl.links import Found

_COLUMN = re.compile(r"/(?:public|content)/column/\d+")
_ARTICLE = re.compile(r"/(?:public/\d+|content/detail)/[0-9a-f]+\.html?$|/content/article/\d+")
_PAGES = re.compile(
    r"(?:pageCount|totalPages?|data-total-?pages?)[\"']?\s*[:=]\s*[\"']?(?=\d)(\d+)"
    r"|共\s*(?:<[^<>]{0,80}>\s*)?(?=\d+\s*(?:</[^<>]{0,20}>\s*)?页)(\d+)",
    re.IGNORECASE,
)


def recognises(page: Page) -> bool:
    """Tell a page by its address; one of a single year is no list."""
    return bool(_COLUMN.search(page.path)) and "timeFrame" not in page.query


def read(page: Page) -> Found:
    """Return the pages after this one."""
    number = whole(page.query.get("pageIndex")) or 1
    if not any(_ARTICLE.search(url.partition("?")[0]) for url, _ in page.links()):
        return Found()
    total = number_in(_PAGES, page.text) or number + 1
    return pages_found(with_query(page.url, pageIndex=n) for n in range(number + 1, total + 1))

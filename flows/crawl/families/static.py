"""Plain lists: pages linked by number, up to a last one, or counted in a script.

下一页 with an address is followed for every family (`links`); here is what else a pager says when that link is a
script: the numbers, 尾页, the options of a select, and `pageCount=5` beside `column-index-2.shtml` or `?page=2`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from flows.crawl.families.page import Page, number_in, pages_found
from flows.crawl.links import Found, wording

# The last number of a name: index_2.html, column-index-12.shtml, list-3.html, 2.html below a folder. Or a parameter.
_NUMBERED = re.compile(r"[/_-](?:p(?:age)?)?(\d{1,3})\.[a-z]{2,6}$", re.IGNORECASE)
_PARAMETER = re.compile(r"[?&](?:current)?page(?:no|index|num|number)?=(\d{1,4})(?=&|$)", re.IGNORECASE)
_COUNT = re.compile(r"\b(?:pageCount|countPage|totalPage|pageTotal|total_?pages)[\"']?\s*[:=]\s*[\"']?(\d{1,4})", re.I)


class _Numbered(NamedTuple):
    """An address around its page number; ``shift`` is what the link's text says more than the address."""

    before: str
    after: str
    number: int
    shift: int | None


def recognises(page: Page) -> bool:
    """Take every page that is mark-up."""
    return not page.is_json


def read(page: Page) -> Found:
    """Return the pages that the pager names, and those between them."""
    pages: dict[str, None] = {}
    by_form: dict[tuple[str, str], list[_Numbered]] = {}
    for one in _of_pager(page):
        by_form.setdefault((one.before, one.after), []).append(one)
    last = number_in(_COUNT, page.scripts)
    for (before, after), named in by_form.items():
        numbers = [one.number for one in named]
        # Without a number to compare with, the count tells whether the second page is called 1.
        shifts = [one.shift for one in named if one.shift is not None]
        shift = max(shifts) if shifts else int(last == max(numbers) + 1)
        highest = max(*numbers, (last or 0) - shift)
        for number in range(2 - shift, highest + 1):
            pages[f"{before}{number}{after}"] = None
    return pages_found(url for url in pages if url != page.url)


def _of_pager(page: Page) -> Iterator[_Numbered]:
    """Yield the links that a pager has: their text is a number or 尾页, their address differs by a number only."""
    links = [*page.links()]
    for node in page.tree.css("option[value]"):
        url = page.address(node.attributes.get("value") or "")
        if url is not None:
            links.append((url, "".join(node.text().split())))
    for url, text in links:
        is_number = text.isascii() and text.isdecimal() and len(text) < 4
        if not is_number and not wording().last_pages.search(text):
            continue
        found = _PARAMETER.search(url) or _NUMBERED.search(url)
        if found is None or not _is_of(page, url[: found.start(1)]):
            continue
        shift = int(text) - int(found[1]) if is_number else None
        if shift in {None, 0, 1}:
            yield _Numbered(url[: found.start(1)], url[found.end(1) :], int(found[1]), shift)


def _is_of(page: Page, before: str) -> bool:
    """Whether numbered addresses belong to the page: articles and other columns stand elsewhere."""
    own = page.base.partition("?")[0]
    if "?" in before:
        return before.partition("?")[0] == own
    folder = own.rpartition("/")[0] + "/"
    name = before.removeprefix(folder)
    # In the page's folder, or in one below it that is called as the page is (list.htm → list/2.htm).
    return before.startswith(folder) and ("/" not in name or own.startswith(before.rstrip("/") + "."))

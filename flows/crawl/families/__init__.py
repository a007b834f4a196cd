"""Families of list pages: what each publishing system's pages lead to, as (reports, next pages).

A family is one small module with `recognises(page)` and `read(page)`, named in `_MODULES`, and a fixture page in the
tests. A page may be of several at once (a TRS page of year folders): what they find is put together. Everything here
is a pure function of an address and bytes; every next page is an address to GET, so that it can be archived, asked
again with a condition, and resumed like any other.
"""

from __future__ import annotations

from datetime import date
from types import ModuleType
from typing import Protocol, cast

from flows.crawl.families import column, enumerated, folders, jpaas, jpage, show, static, trs, ucap, vsb
from flows.crawl.families.page import Page, page_of
from flows.crawl.links import Found, ListPage, merged
from flows.crawl.source import AUTO, Source

_MODULES: tuple[ModuleType, ...] = (enumerated, jpage, jpaas, ucap, trs, vsb, column, show, folders, static)


class Family(Protocol):
    """What a family's module offers."""

    def recognises(self, page: Page) -> bool:
        """Tell whether a page is of this family."""

    def read(self, page: Page) -> Found:
        """Return what the page leads to beyond its plain links, which are read for every family."""


FAMILIES: dict[str, Family] = {module.__name__.rpartition(".")[2]: cast(Family, module) for module in _MODULES}
NAMES = tuple(FAMILIES)


def read_list(url: str, body: bytes, source: Source, *, this_year: int | None = None) -> ListPage:
    """Return what a list page leads to. A source of one family is read as that family's only.

    ``this_year`` bounds the years of a source without a last one; None is the year of today.
    """
    page = page_of(url, body, source.years, this_year or date.today().year)
    if page is None:
        return ListPage((), ())
    # What lies in folders is a list of any family.
    chosen = NAMES if source.family in {AUTO, "folders"} else (source.family,)
    families = [name for name in chosen if FAMILIES[name].recognises(page)]
    found = [page.plain, *(FAMILIES[name].read(page) for name in families)]
    return merged(page.url, found, tuple(families))

"""One report a page, told by parameters: `xxgkAnnualReport.jsp?area=…&fbtime=2019`, where fbtime is the data year.

There is no list and no link back to the body, so the years are counted up for every area that the source's own
address names or the page links to. Which endpoints work so is data, in `enumerated.yaml`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import yaml

from flows.crawl.families.page import Page, query_of, with_query
from flows.crawl.links import Found, Link
from flows.crawl.source import FIRST_YEAR, Years

# Far more than a county has; years are counted up for each.
_MOST_BODIES = 2_000
_DATA = Path(__file__).with_suffix(".yaml")


class _Endpoint(NamedTuple):
    path: re.Pattern[str]
    year: str  # the parameter of the data year
    needs: str  # the parameter without which an address is of no body


def recognises(page: Page) -> bool:
    """Tell a page by its own address, with a body in it or in its links."""
    endpoint = _endpoint(page.path)
    return endpoint is not None and bool(_bodies(page, endpoint))


def read(page: Page) -> Found:
    """Return an address for every body and wanted year."""
    endpoint = _endpoint(page.path)
    if endpoint is None:
        return Found()
    years = [*(page.years or Years(FIRST_YEAR, None)).upto(page.this_year)]
    # No text: nobody offered these addresses, and what nobody said is no evidence of a title.
    return Found(
        reports=tuple(
            Link(with_query(url, **{endpoint.year: year}), "") for url in _bodies(page, endpoint) for year in years
        )
    )


def _bodies(page: Page, endpoint: _Endpoint) -> list[str]:
    """Return an address for each body: the page's own, or those that a page of none links to."""
    if endpoint.needs in page.query:
        return [page.url]
    found: dict[frozenset[tuple[str, str]], str] = {}
    for url, _ in page.links():
        query = query_of(url)
        if endpoint.needs in query and _endpoint(urlsplit(url).path) is endpoint:
            found.setdefault(frozenset((query | {endpoint.year: ""}).items()), url)
    return [*found.values()][:_MOST_BODIES]


def _endpoint(path: str) -> _Endpoint | None:
    return next((endpoint for endpoint in _endpoints() if endpoint.path.search(path)), None)


@cache
def _endpoints() -> tuple[_Endpoint, ...]:
    entries = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    return tuple(_Endpoint(re.compile(entry["path"]), entry["year"], entry["needs"]) for entry in entries)

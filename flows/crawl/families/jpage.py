"""Hanweb jpage: the first records stand as XML in a script of the page, the others come from `dataproxy.jsp`.

The page's own script asks for blocks of three pages (`startrecord=1&endrecord=45&perpage=15`) and posts the
parameters; the servlet takes them from the query as well. The address of the proxy stands in `<nextgroup>`, or in
`proxyUrl` with the parameters as a JavaScript object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

from flows.crawl.families.page import Page, number_in, pages_found, whole, with_query
from flows.crawl.links import Found, joined

_MARKS = re.compile(r"<datastore\b|dataproxy\.jsp|\.jpage\s*\(", re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_RECORD = re.compile(r"<record>\s*<!\[CDATA\[", re.IGNORECASE)
_ARRAY = re.compile(r"\bdataStore\s*=\s*\[(.*?)\]\s*;?\s*(?:\n|</script|var\b|$)", re.DOTALL)
_NEXT_GROUP = re.compile(r"<nextgroup>.*?href=[\"']([^\"']+)[\"'].*?</nextgroup>", re.IGNORECASE | re.DOTALL)
_PROXY = re.compile(r"proxyUrl\s*:\s*[\"']([^\"']+)[\"']|[\"']([^\"']*dataproxy\.jsp[^\"']*)[\"']")
_TOTAL = re.compile(r"(?:totalRecord\s*[:=]\s*[\"']?|<totalrecord>\s*)(\d+)", re.IGNORECASE)
_PER_PAGE = re.compile(r"perPage\s*[:=]\s*[\"']?(\d+)", re.IGNORECASE)
# What the script posts. The id of the unit is the id of the list's element.
_PARAMETER = re.compile(
    r"[\"']?\b(col|appid|webid|path|columnid|sourceContentType|unitid|webname|permissiontype)[\"']?\s*[:=]\s*"
    r"(?:[\"']([^\"']*)[\"']|(\d+))"
)
_PAGES_A_BLOCK = 3


def recognises(page: Page) -> bool:
    """Tell a page by its datastore, an answer by its address."""
    return "dataproxy.jsp" in page.path or (not page.is_json and _MARKS.search(page.text) is not None)


def read(page: Page) -> Found:
    """Return the records that stand in the page, and the blocks that are still to be asked for."""
    records = [*_CDATA.findall(page.text), *map(_plain, _ARRAY.findall(page.text))]
    reports = page.links_in("\n".join(records))
    count = len(_RECORD.findall(page.text)) or reports.links
    return joined([reports.without_next(), pages_found(_blocks(page, count))])


def _blocks(page: Page, count: int) -> Iterator[str]:
    """Yield the addresses of the blocks after the ``count`` records of this page."""
    proxy = page.url if "dataproxy.jsp" in page.path else _proxy(page)
    per_page = max(number_in(_PER_PAGE, page.text) or whole(page.query.get("perpage")) or 1, 1)
    total, block = number_in(_TOTAL, page.text), _PAGES_A_BLOCK * per_page
    if proxy is None or (page.url == proxy and not count):
        return
    start = count + ((whole(page.query.get("startrecord")) or 1) if page.url == proxy else 1)
    if total is None:  # the answer says the total, or is followed by another until one is empty
        total = start
    for first in range(start, total + 1, block):
        yield with_query(proxy, startrecord=first, endrecord=first + block - 1, perpage=per_page)


def _proxy(page: Page) -> str | None:
    group = _NEXT_GROUP.search(page.text)
    if group:
        address = page.address(unescape(group[1]))
    else:
        found = _PROXY.search(page.scripts)
        address = page.address(unescape(found[1] or found[2])) if found else None
    if address is None:
        return None
    said = {name: text or number for name, text, number in _PARAMETER.findall(page.scripts)}
    missing = {name: value for name, value in {"col": "1", **said}.items() if name not in _names(address)}
    address = with_query(address, **missing)
    return address.replace("page=1&", "", 1) if "?page=1&" in address else address


def _names(address: str) -> set[str]:
    return {part.partition("=")[0] for part in urlsplit(address).query.split("&")}


def _plain(array: str) -> str:
    """Return the mark-up that a JavaScript array of strings holds."""
    return array.replace('\\"', '"').replace("\\'", "'").replace("\\/", "/")

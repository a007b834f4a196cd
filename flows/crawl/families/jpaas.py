"""Hanweb JPaaS: a script tag of the page names a unit (`unitbuild.js`, `queryData`) that is filled from JSON.

`…/front/page/build/unit?webId=…&pageId=…&paramJson={"pageNo":N,"pageSize":15}` answers `{"data": {"html": …}}`; the
last page is followed by an empty one.
"""

from __future__ import annotations

import ast
import json
from typing import Any

from flows.crawl.families.page import Page, pages_found, with_query
from flows.crawl.links import Found, joined

_UNIT = "/page/build/unit"
_PAGE_SIZE = 15
_MOST_UNITS = 10


def recognises(page: Page) -> bool:
    """Tell a page by a unit's script, an answer by its address."""
    return _UNIT in page.path or bool(_units(page))


def read(page: Page) -> Found:
    """Return the reports of an answer and the page after it, or the first page of every unit."""
    if _UNIT not in page.path:
        return pages_found(_asked(url, 1, _PAGE_SIZE) for url in _units(page)[:_MOST_UNITS])
    links = page.links_in(_html(page))
    where = _parsed(page.query.get("paramJson", ""))
    number, size = where.get("pageNo", 1), where.get("pageSize", _PAGE_SIZE)
    if not links.links or not isinstance(number, int):
        return links.without_next()
    return joined([links.without_next(), pages_found([_asked(page.url, number + 1, size)])])


def _units(page: Page) -> list[str]:
    """Return the addresses of the units that a page's scripts name."""
    found = []
    for node in page.tree.css("script[querydata]"):
        given = _parsed(node.attributes.get("querydata") or "")
        url = page.address(node.attributes.get("url") or "")
        if given and url and _UNIT in url:
            found.append(with_query(url, **given))
    return found


def _asked(unit: str, number: int, size: Any) -> str:
    return with_query(unit, paramJson=json.dumps({"pageNo": number, "pageSize": size}, separators=(",", ":")))


def _html(page: Page) -> str:
    try:
        data = json.loads(page.text).get("data")
    except (ValueError, AttributeError, RecursionError):
        return ""
    html = data.get("html") if isinstance(data, dict) else data
    return html if isinstance(html, str) else ""


def _parsed(text: str) -> dict[str, Any]:
    """Return an object that is written as JSON, or with single quotes."""
    for parse in (json.loads, ast.literal_eval):
        try:
            value = parse(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
        if isinstance(value, dict):
            return {str(name): "" if said is None else said for name, said in value.items()}
    return {}

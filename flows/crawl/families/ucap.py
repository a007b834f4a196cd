"""Ucap (开普): a script asks `/search/<channel>?_isJson=true&page=N`, which answers titles and addresses as JSON.

Met as `/search/`, `/common/search/`, `/searchList/` and `/es-search/search/`; the entries stand in `results`, `rows`
or `manuscriptList`, with the number of all in `total`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from flows.crawl.families.page import Page, pages_found, whole, with_query
from flows.crawl.links import Found, Link, is_report_title, joined

_CHANNEL = re.compile(r"[\"']((?:https?:)?/[^\"'\s]*?\b(?:search|searchList)/[0-9a-f]{32}[^\"'\s]*)[\"']")
_PATH = re.compile(r"/(?:search|searchList)/[0-9a-f]{32}")
_PAGE_SIZE = 20
_ASKED = {"_isAgg": "true", "_isJson": "true", "_pageSize": _PAGE_SIZE, "_template": "index"}
_TAG = re.compile(r"<[^<>]{0,200}>")
_ENTRIES = ("results", "rows", "manuscriptList", "list")


def recognises(page: Page) -> bool:
    """Tell a page by the channel in a script, an answer by its address."""
    return bool(_PATH.search(page.path)) or bool(_CHANNEL.search(page.scripts))


def read(page: Page) -> Found:
    """Return the reports of an answer and the pages after it, or the first page of every channel."""
    if not page.is_json:
        channels = dict.fromkeys(_CHANNEL.findall(page.scripts))
        return pages_found(_asked(page, channel) for channel in channels)
    data = _data(page.text)
    reports = tuple(Link(url, title) for url, title in _titled(page, data) if is_report_title(title))
    return joined([Found(reports=reports), pages_found(_next(page, data))])


def _asked(page: Page, channel: str) -> str | None:
    url = page.address(unescape(channel))
    return with_query(url, **_ASKED, page=1) if url else None


def _data(text: str) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    data = answer.get("data", answer) if isinstance(answer, dict) else {"list": answer}
    return data if isinstance(data, dict) else {"list": data}


def _entries(data: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[Any] = next((data[name] for name in _ENTRIES if isinstance(data.get(name), list)), [])
    return [entry for entry in found if isinstance(entry, dict)]


def _titled(page: Page, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for entry in _entries(data):
        title, href = entry.get("title"), entry.get("url")
        url = page.address(href) if isinstance(href, str) else None
        if isinstance(title, str) and url:
            yield url, " ".join(unescape(_TAG.sub("", title)).split())


def _next(page: Page, data: dict[str, Any]) -> Iterator[str]:
    """Yield the pages after this one: all of them on the first where the total is said, else one until one is empty.

    A site may give fewer entries than it is asked for: what the first page has is what a page has.
    """
    count = len(_entries(data))
    said, number = data.get("total"), whole(page.query.get("page")) or 1
    if not count:
        return
    last = number + 1
    if isinstance(said, int):
        last = -(-said // count) if number == 1 else number
    for n in range(number + 1, last + 1):
        yield with_query(page.url, page=n)

"""Which links of a list page are reports, and where the list goes on: pure functions of its HTML.

The wording of publishers is data, in `links.yaml`; here is only how it is applied. No network, and no
opinion on pages behind the links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import yaml
from selectolax.lexbor import LexborHTMLParser

_WORDING = Path(__file__).with_name("links.yaml")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Link:
    """A link and the text it was offered with: the text is evidence of what stands behind it."""

    url: str
    text: str


@dataclass(frozen=True)
class ListPage:
    """What a list page leads to; `unfollowed` are reports by title, behind a script or a bad address."""

    reports: tuple[Link, ...]
    next_pages: tuple[str, ...]
    unfollowed: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Wording:
    """The forms of `links.yaml`, each list as one pattern; of the tables one each."""

    reports: re.Pattern[str]
    not_reports: re.Pattern[str]
    bare_titles: re.Pattern[str]
    column_addresses: re.Pattern[str]
    next_pages: re.Pattern[str]
    documents: re.Pattern[str]
    viewers: re.Pattern[str]
    ornaments: re.Pattern[str]
    tables: tuple[re.Pattern[str], ...]


def find_links(html: str, base_url: str) -> ListPage:
    """Return the reports and next pages that a list page links to, each address once, in page order."""
    tree = LexborHTMLParser(html)
    base = base_of(tree, base_url)
    here = urldefrag(base_url).url
    reports: dict[str, Link] = {}
    unfollowed: dict[Link, None] = {}
    next_pages: dict[str, None] = {}
    for node in tree.css("a[href], link[rel][href], area[href]"):
        href = (node.attributes.get("href") or "").strip()
        url = web_address(base, href)
        if _is_next(node) and url and url != here:
            next_pages[url] = None
        title = next((text for text in texts_of(node) if is_report_title(text)), None)
        if title is None:
            continue
        if url is None:
            if not _is_bare(title) and not href.startswith("#"):
                unfollowed[Link(href, title)] = None
        elif url != here and not (_is_bare(title) and _is_column(url)):
            known = reports.get(url)
            if known is None or len(title) > len(known.text):
                reports[url] = Link(url, title)
    return ListPage(tuple(reports.values()), tuple(next_pages), tuple(unfollowed))


def is_report_title(text: str) -> bool:
    """Whether a link text names an annual report, and not something written about one."""
    title = _SPACE.sub("", text)
    return bool(wording().reports.search(title)) and not wording().not_reports.search(title)


@cache
def wording() -> Wording:
    """Load the wording of publishers."""
    entries = yaml.safe_load(_WORDING.read_text(encoding="utf-8"))
    tables = tuple(re.compile(form, re.IGNORECASE) for form in entries.pop("tables"))
    joined = {name: re.compile("|".join(forms), re.IGNORECASE) for name, forms in entries.items()}
    return Wording(**joined, tables=tables)


def _is_bare(title: str) -> bool:
    return bool(wording().bare_titles.search(_SPACE.sub("", title)))


def _is_column(url: str) -> bool:
    parts = urlsplit(url)
    address = parts.path + (f"?{parts.query}" if parts.query else "")
    return bool(wording().column_addresses.search(address))


def _is_next(node: Any) -> bool:
    if "next" in (node.attributes.get("rel") or "").lower().split():
        return True
    return any(wording().next_pages.search(_SPACE.sub("", text)) for text in texts_of(node))


def texts_of(node: Any) -> Iterator[str]:
    """Yield what a link says, the fullest first: lists cut their titles and keep the whole in `title`."""
    pictures = (image.attributes.get("alt") for image in node.css("img"))
    texts = (node.attributes.get("title"), node.text(), *pictures)
    yield from sorted({_SPACE.sub(" ", text).strip() for text in texts if text}, key=len, reverse=True)


def base_of(tree: LexborHTMLParser, base_url: str) -> str:
    """Return the address that a page's relative addresses start from."""
    node = tree.css_first("base[href]")
    href = (node.attributes.get("href") or "").strip() if node is not None else ""
    return (web_address(base_url, href) or base_url) if href else base_url


def web_address(base: str, href: str) -> str | None:
    """Return the web address of a link, None for scripts, mail, fragments and what is no address."""
    if not href or href.startswith("#"):
        return None
    try:
        url = urldefrag(urljoin(base, _SPACE.sub(" ", href))).url
        parts = urlsplit(url)
        return url if parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 else None
    except ValueError:
        return None

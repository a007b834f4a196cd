"""Which links of a list page are reports, and where the list goes on: pure functions of its HTML.

The wording of publishers is data, in `links.yaml`; here is only how it is applied. What is special to a publishing
system is in `families`. No network, and no opinion on pages behind the links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import yaml
from selectolax.lexbor import LexborHTMLParser

from extractors.linked import address_in
from flows.crawl.addresses import is_preferred, page_key

_WORDING = Path(__file__).with_name("links.yaml")
_SPACE = re.compile(r"\s+")
# An element of so many attributes is no publisher's, and the parser takes minutes for it.
_SOUP = re.compile(r"<[A-Za-z](?:[^<>\s]*+\s++){1000}")


@dataclass(frozen=True)
class Link:
    """A link and the text it was offered with: the text is evidence of what stands behind it."""

    url: str
    text: str


@dataclass(frozen=True)
class Found:
    """What was found in a page or a piece of one; ``links`` counts all links with an address, reports or not.

    ``is_cut`` tells that there are more next pages than are named here.
    """

    reports: tuple[Link, ...] = ()
    next_pages: tuple[str, ...] = ()
    unfollowed: tuple[Link, ...] = ()
    links: int = 0
    is_cut: bool = False

    def without_next(self) -> Found:
        """Return the same without next pages."""
        return replace(self, next_pages=())


@dataclass(frozen=True)
class ListPage:
    """What a list page leads to; `unfollowed` are reports by title, behind a script or a bad address."""

    reports: tuple[Link, ...]
    next_pages: tuple[str, ...]
    unfollowed: tuple[Link, ...] = ()
    families: tuple[str, ...] = ()
    is_cut: bool = False

    def remark(self, *, is_first: bool) -> str | None:
        """Return what a person should know of a list page that was found and yet gives little."""
        if self.unfollowed:
            return f"{len(self.unfollowed)} report links lead to a script, first: {self.unfollowed[0].text}"
        if self.is_cut:
            return f"the list has more than the {len(self.next_pages)} pages that are followed"
        if is_first and not self.reports and not self.next_pages:
            return "no link on this list page looks like a report"
        return None


@dataclass(frozen=True)
class Wording:
    """The forms of `links.yaml`, each list as one pattern; of the tables one each."""

    reports: re.Pattern[str]
    not_reports: re.Pattern[str]
    bare_titles: re.Pattern[str]
    column_addresses: re.Pattern[str]
    report_addresses: re.Pattern[str]
    next_pages: re.Pattern[str]
    last_pages: re.Pattern[str]
    year_folders: re.Pattern[str]
    folders: re.Pattern[str]
    viewers: re.Pattern[str]
    ornaments: re.Pattern[str]
    tables: tuple[re.Pattern[str], ...]


def find_links(html: str, base_url: str) -> Found:
    """Return the reports and next pages that mark-up links to, each page once, in page order."""
    tree = LexborHTMLParser(html)
    base = base_of(tree, base_url)
    here = urldefrag(base_url).url
    reports: list[Link] = []
    unfollowed: dict[Link, None] = {}
    next_pages: dict[str, None] = {}
    links = 0
    for node in tree.css("a[href], a[onclick], link[rel][href], area[href]"):
        href, url = _target(base, node)
        links += url is not None and node.tag != "link"
        if _is_next(node) and url and url != here:
            next_pages[url] = None
        title = next((text for text in texts_of(node) if is_report_title(text)), None)
        if title is None:
            continue
        if url is None:
            if not _is_bare(title) and not href.startswith("#"):
                unfollowed[Link(href, title)] = None
        elif url != here and not (_is_bare(title) and is_column_address(url)):
            reports.append(Link(url, title))
    return Found(tuple(folded(base_url, reports)), tuple(next_pages), tuple(unfollowed), links)


def joined(parts: Iterable[Found]) -> Found:
    """Return several findings as one."""
    every = [*parts]
    return Found(
        tuple(link for part in every for link in part.reports),
        tuple(dict.fromkeys(url for part in every for url in part.next_pages)),
        tuple(dict.fromkeys(link for part in every for link in part.unfollowed)),
        sum(part.links for part in every),
        any(part.is_cut for part in every),
    )


def merged(here: str, parts: Iterable[Found], families: tuple[str, ...] = ()) -> ListPage:
    """Return what several readings of one page lead to; a page that is a report is no list to go on with."""
    found = joined(parts)
    reports = folded(here, found.reports)
    known = {page_key(here), *(page_key(link.url) for link in reports)}
    next_pages = {page_key(url): url for url in reversed(found.next_pages) if page_key(url) not in known}
    return ListPage(tuple(reports), tuple(reversed(next_pages.values())), found.unfollowed, families, found.is_cut)


def folded(here: str, links: Iterable[Link]) -> list[Link]:
    """Return each page once, at its plainest address and with its fullest text, in the order of the page."""
    found: dict[str, Link] = {}
    for link in links:
        key = page_key(link.url)
        known = found.get(key, link)
        url = link.url if is_preferred(link.url, known.url, here) else known.url
        found[key] = Link(url, max(known.text, link.text, key=len))
    return [*found.values()]


def is_report_title(text: str) -> bool:
    """Whether a link text names an annual report, and not something written about one."""
    title = _SPACE.sub("", text)
    return bool(wording().reports.search(title)) and not is_about_reports(title)


def is_about_reports(text: str) -> bool:
    """Whether a link text names something written about a report, or about the work on it."""
    return bool(wording().not_reports.search(_SPACE.sub("", text)))


@cache
def wording() -> Wording:
    """Load the wording of publishers."""
    entries = yaml.safe_load(_WORDING.read_text(encoding="utf-8"))
    tables = tuple(re.compile(form, re.IGNORECASE) for form in entries.pop("tables"))
    joined_forms = {name: re.compile("|".join(forms), re.IGNORECASE) for name, forms in entries.items()}
    return Wording(**joined_forms, tables=tables)


def is_column_address(url: str) -> bool:
    """Whether an address is that of a column rather than an article."""
    parts = urlsplit(url)
    address = parts.path + (f"?{parts.query}" if parts.query else "")
    return bool(wording().column_addresses.search(address))


def is_soup(html: str) -> bool:
    """Tell mark-up that a parser had better not see."""
    return _SOUP.search(html) is not None


def _is_bare(title: str) -> bool:
    return bool(wording().bare_titles.search(_SPACE.sub("", title)))


def _target(base: str, node: Any) -> tuple[str, str | None]:
    """Return what a link says it leads to, and the web address of that; a script may name one."""
    href = (node.attributes.get("href") or "").strip()
    url = web_address(base, href)
    if url is None:
        for script in (node.attributes.get("onclick") or "", href):
            named = address_in(script)
            if named is not None:
                return href, web_address(base, named)
    return href, url


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

"""A list page as the families see it: its address, its text, its tree, and helpers over addresses.

What is special to one publishing system is in that family's module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from extractors.media import Medium, decode, sniff
from flows.crawl.links import Found, base_of, find_links, is_soup, web_address
from flows.crawl.source import FIRST_YEAR, Years

# Next pages that one page may name: a total far beyond any list of reports is a mistake or an attack.
MOST_PAGES = 500
_LARGEST = 8 << 20
_DIGITS = 9
_COMMENTS = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A list page: ``text`` is its mark-up, or its JSON; ``years`` are the data years that are wanted."""

    url: str
    text: str
    years: Years | None = None
    this_year: int = FIRST_YEAR

    @cached_property
    def is_json(self) -> bool:
        """Tell an answer in JSON from a page."""
        return self.text.lstrip()[:1] in {"{", "["}

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The page's tree; of JSON an empty one."""
        return LexborHTMLParser("" if self.is_json else self.text)

    @cached_property
    def base(self) -> str:
        """The address that relative addresses start from."""
        return base_of(self.tree, self.url)

    @cached_property
    def plain(self) -> Found:
        """What the links of the page lead to, whatever its family."""
        return Found() if self.is_json else find_links(self.text, self.url)

    @cached_property
    def scripts(self) -> str:
        """The text of the page's scripts, without what is commented out."""
        return "\n".join(_COMMENTS.sub("", node.text()) for node in self.tree.css("script"))

    @cached_property
    def path(self) -> str:
        """The path of the page's address."""
        return urlsplit(self.url).path

    @cached_property
    def query(self) -> dict[str, str]:
        """The parameters of the page's address."""
        return query_of(self.url)

    def address(self, href: str) -> str | None:
        """Return the web address of what the page writes."""
        return web_address(self.base, href.strip())

    def links(self) -> Iterator[tuple[str, str]]:
        """Yield (address, text without white space) of every link."""
        for node in self.tree.css("a[href]"):
            url = self.address(node.attributes.get("href") or "")
            if url is not None:
                yield url, "".join(node.text().split())

    def links_in(self, fragment: str) -> Found:
        """Return what the links of a piece of mark-up in this page lead to."""
        return find_links(fragment, self.url)


def page_of(url: str, body: bytes, years: Years | None, this_year: int) -> Page | None:
    """Return a list page; None for what is no text, or mark-up that no publisher writes."""
    if not body.strip() or len(body) > _LARGEST or sniff(body) not in {Medium.HTML, Medium.TEXT}:
        return None
    text = decode(body)[0]
    return None if is_soup(text) else Page(url, text, years, this_year)


def pages_found(addresses: Iterable[str | None]) -> Found:
    """Return next pages alone, each once and not without bound: that there are more is told."""
    known = [*dict.fromkeys(address for address in islice(addresses, MOST_PAGES + 1) if address)]
    return Found(next_pages=tuple(known[:MOST_PAGES]), is_cut=len(known) > MOST_PAGES)


def query_of(address: str) -> dict[str, str]:
    """Return the parameters of an address; of one said twice the last counts."""
    return dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))


def with_query(address: str, **changed: object) -> str:
    """Return an address with some parameters changed or added at the end."""
    parts = urlsplit(address)
    query = query_of(address) | {name: str(value) for name, value in changed.items()}
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote, safe="/,:")))


def number_in(pattern: re.Pattern[str], text: str) -> int | None:
    """Return the first number of a pattern in a text, from the group that matched."""
    found = pattern.search(text)
    return int(found[found.lastindex or 0][:_DIGITS]) if found else None


def whole(text: str | None) -> int | None:
    """Return the number that a text is, None for what is none."""
    return int(text[:_DIGITS]) if text and text.isdecimal() else None

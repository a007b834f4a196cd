"""What a report page without its tables shows or links to and may hold them: pure functions of its bytes.

The wording is data, in `links.yaml`. Asking for the files is the spider's, reading them the extractors'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes, urlsplit

from selectolax.lexbor import LexborHTMLParser

from extractors.linked import file_named, is_document
from extractors.media import Medium, decode, sniff
from flows.crawl.links import base_of, is_report_title, is_soup, texts_of, web_address, wording

# Of one page: more is not asked for. Sizes are bounded where the bytes are taken.
MOST_FILES = 10
MOST_PICTURES = 20
# A page this large is not looked through: with its tables in a file it would be small.
_LARGEST_PAGE = 8 << 20
_TAG = re.compile(r"<[^>]*+>")
_LONGEST_ADDRESS = 2_000
# Pixels; a table is wider and higher.
_ORNAMENT = 100
_SPACE = re.compile(r"\s+")
_EXTENDED_NAME = re.compile(r"filename\*\s*=\s*\"?([\w-]*)'[\w-]*'([^;\"]+)", re.IGNORECASE)
_PLAIN_NAME = re.compile(r"filename\s*=\s*(?:\"([^\"]*)\"|([^;]+))", re.IGNORECASE)
# Old browsers sent whole paths; control characters are no name.
_PATH_IN_NAME = re.compile(r"^.*[/\\]|[\x00-\x1f\x7f]", re.DOTALL)
_LONGEST_NAME = 255


@dataclass(frozen=True)
class Attachment:
    """A file that a page names: its address, and how the page writes it, which is how readers ask for it."""

    url: str
    written: str
    is_picture: bool
    is_titled: bool = False  # offered as a report, by the text of its link


@dataclass(frozen=True)
class Page:
    """A report page: how many of the three tables its text shows, and what may hold those that it lacks."""

    tables: int
    attachments: tuple[Attachment, ...]

    @property
    def is_list(self) -> bool:
        """Tell a list of reports from a report: what it links to are reports of their own."""
        return sum(attachment.is_titled for attachment in self.attachments) > 1


def look_at(data: bytes, url: str) -> Page | None:
    """Look at a page for the files that may hold the tables its text lacks; None for what is no page.

    A page with all three tables has no attachments here, whatever it links to.
    """
    if not data.strip() or len(data) > _LARGEST_PAGE or sniff(data) is not Medium.HTML:
        return None
    html = decode(data)[0]
    # Most pages have their tables and need no parsing.
    text = _SPACE.sub("", unescape(_TAG.sub("", html)))
    tables = sum(bool(pattern.search(text)) for pattern in wording().tables)
    if tables == len(wording().tables) or is_soup(html):
        return Page(tables, ())
    tree = LexborHTMLParser(html)
    return Page(tables, tuple(_named(tree, base_of(tree, url))))


def meant(written: str) -> str:
    """Return the address of the file that is meant: of a viewer page its file, else the address itself."""
    try:
        parts = urlsplit(written.strip())
        if parts.query and wording().viewers.search(parts.path):
            named = (value for _, value in parse_qsl(parts.query) if is_document(value))
            return next(named, written)
    except ValueError:
        pass
    return written


def name_said(disposition: str | None) -> str | None:
    """Return the file name that a Content-Disposition gives, None where it gives none (RFC 6266).

    Publishers write it as UTF-8 or GBK, as it is or in percent escapes, with quotes or without; the header's bytes have
    been decoded already.
    """
    if not disposition:
        return None
    extended = _EXTENDED_NAME.search(disposition)
    if extended is not None:
        name = _unescaped(extended[2], extended[1])
    else:
        plain = _PLAIN_NAME.search(disposition)
        if plain is None:
            return None
        name = _unescaped(plain[1] or plain[2] or "", "utf-8")
    name = _PATH_IN_NAME.sub("", name).strip()
    return name[:_LONGEST_NAME] or None


def _unescaped(name: str, encoding: str) -> str:
    escaped = unquote_to_bytes(name)
    for one in (encoding or "utf-8", "utf-8", "gb18030"):
        try:
            return escaped.decode(one)
        except (UnicodeDecodeError, LookupError):
            continue
    return name


def _named(tree: LexborHTMLParser, base: str) -> Iterator[Attachment]:
    """Yield what the page names, in page order, each address once."""
    left = {True: MOST_PICTURES, False: MOST_FILES}
    seen: set[str] = set()
    for node in tree.css("a, img[src], iframe[src], embed[src], object[data]"):
        is_picture = node.tag == "img"
        written = node.attributes.get("src") if is_picture else file_named(str(node.tag), node.attributes)
        if not written:
            continue
        # Warehouse and archive take any text but this.
        if not left[is_picture] or len(written) > _LONGEST_ADDRESS or "\0" in written:
            continue
        if is_picture and _is_ornament(node, written):
            continue
        url = web_address(base, meant(written).strip())
        if url is not None and url not in seen:
            seen.add(url)
            left[is_picture] -= 1
            is_titled = node.tag == "a" and any(map(is_report_title, texts_of(node)))
            yield Attachment(url, written, is_picture, is_titled)


def _is_ornament(node: Any, address: str) -> bool:
    sizes = (node.attributes.get(name) or "" for name in ("width", "height"))
    if any(digits and int(digits[0]) < _ORNAMENT for digits in map(re.compile(r"(\d{1,6})(?:px)?$").findall, sizes)):
        return True
    return bool(wording().ornaments.search(address))

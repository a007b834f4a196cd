"""What stands in a page and is a file of its own: pictures of tables, attached documents.

Where such files come from is the caller's business: it hands in a function from address to bytes.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import unquote_to_bytes

from extractors.blocks import Block, Document, Grid, Line, Part
from extractors.ocr import read_picture
from schemas.errors import DocumentError

# Address as the page writes it → bytes; None where they are not at hand.
Fetch = Callable[[str], bytes | None]

# Pictures of a page that are recognised, and bytes below which one is an ornament and shows no table.
MOST_PICTURES = 20
SMALLEST_PICTURE = 3_000
MOST_FILES = 50
_DATA = re.compile(r"\s*data:(?P<kind>[^,;]*)[^,]*?(?P<base64>;\s*base64)?\s*,", re.IGNORECASE)


def nothing_at_hand(_: str) -> None:
    """Fetch nothing: only what the page itself holds (`data:` addresses) is read."""


def with_pictures(document: Document, fetch: Fetch) -> tuple[Document, list[str]]:
    """Return a document with the blocks of its pictures in their places, and what was not read.

    The document itself is returned where no picture is at hand.
    """
    blocks: list[Block] = []
    remarks: list[str] = []
    done = 0
    for part, data in _at_hand(document, fetch, pictures=True):
        blocks += document.blocks[done : part.at]
        done = part.at
        line = sum(isinstance(block, Line) for block in (*document.blocks, *blocks))
        grid = sum(isinstance(block, Grid) for block in (*document.blocks, *blocks))
        try:
            blocks += read_picture(data, line + 1, grid + 1)
        except DocumentError as error:
            remarks.append(f"a picture in it was not read ({error.code}): {error}")
            if error.code == "needs_ocr":
                break
    if not blocks and not done:
        return document, remarks
    return replace(document, blocks=(*blocks, *document.blocks[done:])), remarks


def files(document: Document, fetch: Fetch) -> Iterator[tuple[str, bytes]]:
    """Yield (address, bytes) of the documents that a page links to or shows, as far as they are at hand."""
    seen = set()
    for part, data in _at_hand(document, fetch, pictures=False):
        if part.address not in seen:
            seen.add(part.address)
            yield part.address, data


def _at_hand(document: Document, fetch: Fetch, *, pictures: bool) -> Iterator[tuple[Part, bytes]]:
    left = MOST_PICTURES if pictures else MOST_FILES
    for part in document.parts:
        if part.is_picture is not pictures or not left:
            continue
        data = _own_bytes(part.address) or fetch(part.address)
        if data and (not pictures or len(data) >= SMALLEST_PICTURE):
            left -= 1
            yield part, data


def _own_bytes(address: str) -> bytes | None:
    """Return the bytes that a `data:` address holds itself."""
    found = _DATA.match(address)
    if found is None:
        return None
    body = address[found.end() :]
    if not found["base64"]:
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(unquote_to_bytes(body))
    except (binascii.Error, ValueError):
        return None

"""Scans and pictures → blocks, with the extra `nianbao[ocr]`: the front door of the modules `ocr_*`.

A page is set straight, its ruling lines give the cells, every cell is recognised by itself. What
recognition is not sure of is marked `doubted` and later held to the report's sums by `doubt`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

from extractors.blocks import Block, Document, Grid, Line
from extractors.media import Medium
from schemas.errors import DocumentError

if TYPE_CHECKING:
    from extractors.ocr_pages import Page

NEEDED = ("rapidocr", "onnxruntime", "cv2")


def read_image(data: bytes) -> Document:
    """Read a picture of a report: PNG, JPEG, BMP, GIF, or TIFF with several pages.

    Raises:
        DocumentError: the extra is not installed (``needs_ocr``), or the picture cannot be decoded
            (``damaged``, ``too_large``).
    """
    require_recognition("a picture")
    from extractors.ocr_pages import count_frames, pages_of_picture

    return _document(pages_of_picture(data), Medium.IMAGE, count_frames(data))


def read_scanned_pdf(data: bytes) -> Document:
    """Read a PDF whose pages are pictures.

    Raises:
        DocumentError: the extra is not installed (``needs_ocr``), or the PDF cannot be opened (``damaged``).
    """
    require_recognition("a PDF of scanned pages")
    from extractors.ocr_pages import count_pdf_pages, pages_of_pdf

    return _document(pages_of_pdf(data), Medium.PDF, count_pdf_pages(data))


def read_picture(data: bytes, first_line: int = 1, first_grid: int = 1) -> Iterator[Block]:
    """Yield the blocks of one picture that stands in a page, e.g. a table given as an image.

    ``first_line`` and ``first_grid`` number its lines and grids on from those before it.

    Raises:
        DocumentError: as `read_image`.
    """
    require_recognition("a picture")
    from extractors.ocr_pages import pages_of_picture

    yield from _blocks(pages_of_picture(data), first_line, first_grid)


def require_recognition(what: str) -> None:
    """Raise DocumentError (``needs_ocr``) where the extra is not installed."""
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise DocumentError(
            "needs_ocr", f"expected text, found {what}: install nianbao[ocr] to read it (missing: {', '.join(missing)})"
        )


def _document(pages: Iterable[Page], medium: Medium, count: int) -> Document:
    from extractors.ocr_pages import MOST_PAGES

    document = Document(medium, tuple(_blocks(pages, 1, 1)), {"recognised": "yes"})
    if count > MOST_PAGES:
        document.metadata["cut"] = f"pages after the first {MOST_PAGES} of {count}"
    return document


def _blocks(pages: Iterable[Page], line: int, grid: int) -> Iterator[Block]:
    from extractors.ocr_sheet import read_pages

    for block in read_pages(pages):
        if isinstance(block, Line):
            yield Line(block.text, line, block.place)
            line += 1
        else:
            yield Grid(block.cells, grid, block.aligned)
            grid += 1

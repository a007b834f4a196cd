"""PDF bytes → pages, by pdfplumber: slower than pdfium by far, and asked where pdfium's reading is incomplete.

Only the pages on which tables of ours stand are parsed so; pdfium has found them before.
"""

from __future__ import annotations

import io
import logging
import math
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from extractors.pdf_drawing import MOST_OBJECTS, THICKEST
from extractors.pdf_frame import ASCENT
from extractors.pdf_page import DAMAGED, Box, Glyph, PdfPage, distrusted, folded, tightened, upright
from extractors.pdf_pdfium import MOST_GLYPHS, SMALLEST_TEXT

# A page takes up to a second; a report's tables stand on ten pages at the most.
MOST_PAGES_AGAIN = 20
_UNMAPPED = re.compile(r"\(cid:[0-9]+\)")


def pages_by_pdfplumber(data: bytes, wanted: Collection[int]) -> dict[int, PdfPage]:
    """Parse the pages of these numbers (from 1); those that pdfplumber cannot parse are left out."""
    import pdfplumber

    pages: dict[int, PdfPage] = {}
    with _quiet():
        try:
            with pdfplumber.open(io.BytesIO(data)) as pdf:
                for number in sorted(wanted)[:MOST_PAGES_AGAIN]:
                    page = pdf.pages[number - 1]
                    pages[number] = _page(page, number)
                    page.close()
        except Exception:
            # pdfminer raises whatever a damaged file makes it stumble over; the first reading stands.
            return pages
    return pages


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep pdfminer from telling about every font of a browser's PDF (`Could not get FontBBox`)."""
    logger = logging.getLogger("pdfminer")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _page(page: Any, number: int) -> PdfPage:
    glyphs: list[Glyph] = []
    spaced = False
    for char in page.chars[:MOST_GLYPHS]:
        text = DAMAGED if _UNMAPPED.fullmatch(char["text"]) else "".join(map(folded, char["text"]))
        if not text:
            spaced = True
            continue
        glyph = _glyph(text, char, float(page.height), spaced=spaced)
        spaced = False
        if glyph is not None and 0 <= glyph.middle[0] <= page.width and 0 <= glyph.middle[1] <= page.height:
            glyphs.append(glyph)
    rulings = list(_rulings(page))
    cut = len(page.chars) > MOST_GLYPHS or len(rulings) > MOST_OBJECTS
    size = float(page.width), float(page.height)
    return distrusted(tightened(upright(PdfPage(number, *size, tuple(glyphs), tuple(rulings[:MOST_OBJECTS]), cut=cut))))


def _glyph(text: str, char: dict[str, Any], page_height: float, *, spaced: bool) -> Glyph | None:
    a, b, _, _, x, y = char["matrix"]
    angle = math.atan2(b, a) / (math.pi / 2)
    height = float(char["size"])
    if height < SMALLEST_TEXT or abs(angle - round(angle)) > 0.08:
        return None
    base = page_height - y
    above, below = ASCENT * height, (1 - ASCENT) * height
    x0, top, x1, bottom = (float(char[side]) for side in ("x0", "top", "x1", "bottom"))
    turn = round(angle) % 4
    if turn == 0:
        top, bottom = base - above, base + below
    elif turn == 2:
        top, bottom = base - below, base + above
    elif turn == 1:
        x0, x1 = x - above, x + below
    else:
        x0, x1 = x - below, x + above
    return Glyph(text, x0, top, x1, bottom, float(x), float(base), turn, spaced)


def _rulings(page: Any) -> Iterator[Box]:
    for line in page.lines:
        yield Box(*(float(line[side]) for side in ("x0", "top", "x1", "bottom")))
    for rectangle in (*page.rects, *page.curves):
        box = Box(*(float(rectangle[side]) for side in ("x0", "top", "x1", "bottom")))
        if min(box.x1 - box.x0, box.bottom - box.top) <= THICKEST:
            yield box
        elif rectangle.get("stroke"):
            points = rectangle["pts"]
            for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True):
                if min(abs(x1 - x0), abs(y1 - y0)) <= 0.5:
                    yield Box(float(min(x0, x1)), float(min(y0, y1)), float(max(x0, x1)), float(max(y0, y1)))

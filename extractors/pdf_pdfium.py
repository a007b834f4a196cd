"""PDF bytes → pages, by pdfium: the fast parser, and the one that knows most fonts.

Only drawing is read here, glyph by glyph and path by path; hostile files meet bounds on all of it.
"""

from __future__ import annotations

import ctypes
import math
from typing import Any

from extractors.pdf_drawing import INVISIBLE_MODES, Drawing
from extractors.pdf_frame import Frame
from extractors.pdf_page import (
    DAMAGED,
    Glyph,
    PdfPage,
    distrusted,
    folded,
    tightened,
    upright,
)
from schemas.errors import DocumentError

# Reports have 3 to 20 pages, of some 1,500 characters and 2,000 drawn lines each.
MOST_PAGES = 300
MOST_GLYPHS = 20_000
MOST_GLYPHS_IN_ALL = 400_000
SMALLEST_TEXT = 2.0  # points; smaller text is not meant to be seen
_SPACES = frozenset({0x20, 0xA0, 0x3000})


def pages_by_pdfium(data: bytes) -> tuple[list[PdfPage], int, str]:
    """Parse a PDF; return its first pages, the number of all its pages, and the title that it gives itself.

    Raises:
        DocumentError: the file wants a password (``encrypted``), or has no page that can be opened
            (``damaged``).
    """
    import pypdfium2 as pdfium  # type: ignore[import-untyped]

    try:
        pdf = pdfium.PdfDocument(data)
        count = len(pdf)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise DocumentError("encrypted", "expected a PDF that opens without a password") from error
        raise DocumentError("damaged", f"expected a PDF, found a file that does not open: {error}") from error
    pages: list[PdfPage] = []
    broken, glyphs = "", 0
    try:
        for index in range(min(count, MOST_PAGES)):
            if glyphs > MOST_GLYPHS_IN_ALL:
                break
            try:
                pages.append(_page(pdf, index))
                glyphs += len(pages[-1].glyphs)
            except pdfium.PdfiumError as error:
                broken = f"page {index + 1}: {error}"
        title = _title(pdf)
    finally:
        pdf.close()
    if not pages:
        raise DocumentError("damaged", f"expected a PDF with pages, found none that opens {broken}".rstrip())
    return pages, count, title


def _title(pdf: Any) -> str:
    """Return the title that the file gives itself; empty where it has none, or one that is no text."""
    try:
        return str(pdf.get_metadata_value("Title"))
    except UnicodeDecodeError:
        return ""


def _page(pdf: Any, index: int) -> PdfPage:
    page = pdf[index]
    try:
        textpage = page.get_textpage()
        try:
            frame = Frame(page)
            drawing = Drawing(page.raw, frame)
            cut = drawing.cut or textpage.count_chars() > MOST_GLYPHS
            glyphs, hidden = _glyphs(textpage.raw, frame, any_hidden=drawing.any_hidden)
        finally:
            textpage.close()
    finally:
        page.close()
    pictured = drawing.pictured >= 0.5 * frame.width * frame.height
    # Hidden text over a picture is a recognition's: all there is. Elsewhere nobody is meant to see it.
    doubted = pictured and len(hidden) > len(glyphs)
    kept = hidden if doubted else glyphs
    read = PdfPage(
        index + 1,
        frame.width,
        frame.height,
        tuple(kept),
        tuple(drawing.rulings),
        pictured=pictured,
        doubted=doubted,
        cut=cut,
    )
    return distrusted(tightened(upright(read)))


def _glyphs(textpage: Any, frame: Frame, *, any_hidden: bool) -> tuple[list[Glyph], list[Glyph]]:
    """Return the visible and the hidden glyphs, in the file's order."""
    from pypdfium2 import raw

    visible: list[Glyph] = []
    hidden: list[Glyph] = []
    rectangle, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    texts: dict[int, str] = {}
    spaced = False
    for index in range(min(raw.FPDFText_CountChars(textpage), MOST_GLYPHS)):
        code = raw.FPDFText_GetUnicode(textpage, index)
        text = texts.get(code)
        if text is None:
            text = texts[code] = DAMAGED if code == 0 else folded(chr(code))
        if not text or raw.FPDFText_IsGenerated(textpage, index) == 1:
            spaced = spaced or (code in _SPACES and raw.FPDFText_IsGenerated(textpage, index) == 0)
            continue
        if raw.FPDFText_HasUnicodeMapError(textpage, index) == 1:
            text = DAMAGED
        raw.FPDFText_GetMatrix(textpage, index, matrix)
        angle = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
        height = abs(raw.FPDFText_GetFontSize(textpage, index)) * math.hypot(matrix.c, matrix.d)
        # Text that is slanted is a watermark across the page.
        if height < SMALLEST_TEXT or abs(angle - round(angle)) > 0.08:
            continue
        raw.FPDFText_GetLooseCharBox(textpage, index, rectangle)
        raw.FPDFText_GetCharOrigin(textpage, index, x, y)
        glyph = frame.glyph(text, rectangle, (x.value, y.value), height, round(angle) % 4)
        if spaced:
            glyph, spaced = glyph._replace(spaced=True), False
        if _within(glyph, frame):
            unseen = any_hidden and _is_hidden(textpage, index)
            (hidden if unseen else visible).append(glyph)
    return visible, hidden


def _within(glyph: Glyph, frame: Frame) -> bool:
    across, down = glyph.middle
    return bool(0 <= across <= frame.width and 0 <= down <= frame.height)


def _is_hidden(textpage: Any, index: int) -> bool:
    from pypdfium2 import raw

    made_by = raw.FPDFText_GetTextObject(textpage, index)
    return made_by is not None and int(raw.FPDFTextObj_GetTextRenderMode(made_by)) in INVISIBLE_MODES

"""PDF bytes → pages, by pdfium: the fast parser, and the one that knows most fonts.

Only drawing is read here, glyph by glyph and path by path; hostile files meet bounds on all of it.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from extractors.pdf_page import (
    DAMAGED,
    Box,
    Glyph,
    PdfPage,
    distrusted,
    folded,
    tightened,
    turn_box,
    turn_glyph,
    upright,
)
from schemas.errors import DocumentError

# Reports have 3 to 20 pages, of some 1,500 characters and 2,000 drawn lines each.
MOST_PAGES = 300
MOST_GLYPHS = 20_000
MOST_GLYPHS_IN_ALL = 400_000
MOST_OBJECTS = 40_000
MOST_SEGMENTS = 100_000
DEEPEST_FORM = 6
# Rulings are thinner than this; a wider box without an outline is a background.
THICKEST = 3.0
ASCENT = 0.85  # of a font's height above the baseline
SMALLEST_TEXT = 2.0  # points; smaller text is not meant to be seen
_SPACES = frozenset({0x20, 0xA0, 0x3000})
_INVISIBLE_MODES = (3, 7)
_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
Matrix = tuple[float, float, float, float, float, float]


def pages_by_pdfium(data: bytes) -> tuple[list[PdfPage], int, dict[str, str]]:
    """Parse a PDF; return its first pages, the number of all its pages, and its own metadata.

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
        metadata = {key: value for key, value in pdf.get_metadata_dict().items() if value}
    finally:
        pdf.close()
    if not pages:
        raise DocumentError("damaged", f"expected a PDF with pages, found none that opens {broken}".rstrip())
    return pages, count, metadata


def _page(pdf: Any, index: int) -> PdfPage:
    page = pdf[index]
    try:
        textpage = page.get_textpage()
        try:
            frame = _Frame(page)
            drawing = _Drawing(page.raw, frame)
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


class _Frame:
    """From the file's coordinates (from a bottom left corner, before /Rotate) to the displayed page's."""

    def __init__(self, page: Any) -> None:
        left, bottom, right, top = page.get_cropbox()
        self.left, self.top = left, top
        self.size = (right - left, top - bottom)
        self.turn = page.get_rotation() // 90 % 4
        self.width, self.height = self.size[::-1] if self.turn % 2 else self.size

    def box(self, x0: float, bottom: float, x1: float, top: float) -> Box:
        box = Box(
            min(x0, x1) - self.left, self.top - max(top, bottom), max(x0, x1) - self.left, self.top - min(top, bottom)
        )
        return turn_box(box, self.turn, *self.size)

    def glyph(self, text: str, rectangle: Any, origin: tuple[float, float], height: float, turn: int) -> Glyph:
        """Make a glyph: along the line its width as drawn, across it the font's height about the baseline."""
        x, y = origin[0] - self.left, self.top - origin[1]
        x0, x1 = rectangle.left - self.left, rectangle.right - self.left
        top, bottom = self.top - rectangle.top, self.top - rectangle.bottom
        above, below = ASCENT * height, (1 - ASCENT) * height
        if turn == 0:
            box = (min(x, x0), y - above, x1, y + below)
        elif turn == 1:
            box = (x - above, top, x + below, max(y, bottom))
        elif turn == 2:
            box = (x0, y - below, max(x, x1), y + above)
        else:
            box = (x - below, min(y, top), x + above, bottom)
        return turn_glyph(Glyph(text, *box, x, y, turn), self.turn, *self.size)


def _glyphs(textpage: Any, frame: _Frame, *, any_hidden: bool) -> tuple[list[Glyph], list[Glyph]]:
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


def _within(glyph: Glyph, frame: _Frame) -> bool:
    across, down = glyph.middle
    return bool(0 <= across <= frame.width and 0 <= down <= frame.height)


def _is_hidden(textpage: Any, index: int) -> bool:
    from pypdfium2 import raw

    made_by = raw.FPDFText_GetTextObject(textpage, index)
    return made_by is not None and int(raw.FPDFTextObj_GetTextRenderMode(made_by)) in _INVISIBLE_MODES


class _Drawing:
    """Walks a page's objects (forms within forms included) for rulings, pictures and hidden text."""

    def __init__(self, page: Any, frame: _Frame) -> None:
        from pypdfium2 import raw

        self.raw = raw
        self.frame = frame
        self.rulings: list[Box] = []
        self.pictured = 0.0  # area
        self.any_hidden = False
        self.segments = 0
        self.cut = False
        for object_, matrix in self._objects(page):
            kind = raw.FPDFPageObj_GetType(object_)
            if kind == raw.FPDF_PAGEOBJ_PATH:
                self._path(object_, _times(self._matrix(object_), matrix))
            elif kind == raw.FPDF_PAGEOBJ_TEXT:
                self.any_hidden |= raw.FPDFTextObj_GetTextRenderMode(object_) in _INVISIBLE_MODES
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                a, b, c, d, _, _ = _times(self._matrix(object_), matrix)
                self.pictured += abs(a * d - b * c)

    def _objects(self, page: Any) -> Iterator[tuple[Any, Matrix]]:
        raw = self.raw
        seen = 0
        stack: list[tuple[Iterator[Any], Matrix]] = [
            ((raw.FPDFPage_GetObject(page, i) for i in range(raw.FPDFPage_CountObjects(page))), _IDENTITY)
        ]
        while stack:
            objects, matrix = stack[-1]
            object_ = next(objects, None)
            if object_ is None:
                stack.pop()
                continue
            seen += 1
            if seen > MOST_OBJECTS or self.segments > MOST_SEGMENTS:
                self.cut = True
                return
            yield object_, matrix
            if raw.FPDFPageObj_GetType(object_) == raw.FPDF_PAGEOBJ_FORM and len(stack) < DEEPEST_FORM:
                inner = self._inner(object_)
                stack.append((inner, _times(self._matrix(object_), matrix)))

    def _inner(self, form: Any) -> Iterator[Any]:
        raw = self.raw
        return (raw.FPDFFormObj_GetObject(form, i) for i in range(raw.FPDFFormObj_CountObjects(form)))

    def _matrix(self, object_: Any) -> Matrix:
        found = self.raw.FS_MATRIX()
        if not self.raw.FPDFPageObj_GetMatrix(object_, found):
            return _IDENTITY
        return found.a, found.b, found.c, found.d, found.e, found.f

    def _path(self, path: Any, matrix: Matrix) -> None:
        """Take a path's rulings: its outlines where it is stroked, its thin parts where it is filled."""
        raw = self.raw
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(path, fill, stroke)
        if not (fill.value or stroke.value):
            return
        x, y = ctypes.c_float(), ctypes.c_float()
        a, b, c, d, e, f = matrix
        part: list[tuple[float, float]] = []
        count = min(raw.FPDFPath_CountSegments(path), MOST_SEGMENTS)
        self.segments += count
        for index in range(count):
            segment = raw.FPDFPath_GetPathSegment(path, index)
            kind = raw.FPDFPathSegment_GetType(segment)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            if kind == raw.FPDF_SEGMENT_MOVETO:
                self._part(part, stroked=bool(stroke.value))
                part = []
            part.append((a * x.value + c * y.value + e, b * x.value + d * y.value + f))
            if raw.FPDFPathSegment_GetClose(segment):
                part.append(part[0])
        self._part(part, stroked=bool(stroke.value))

    def _part(self, points: list[tuple[float, float]], *, stroked: bool) -> None:
        if len(points) < 2:
            return
        across, down = [x for x, _ in points], [y for _, y in points]
        whole = self.frame.box(min(across), min(down), max(across), max(down))
        if min(whole.x1 - whole.x0, whole.bottom - whole.top) <= THICKEST:
            self.rulings.append(whole)
        elif stroked:
            for (x0, y0), (x1, y1) in pairwise(points):
                if min(abs(x1 - x0), abs(y1 - y0)) <= 0.5:
                    self.rulings.append(self.frame.box(x0, y0, x1, y1))


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u

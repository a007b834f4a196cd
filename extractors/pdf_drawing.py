"""What a page of a PDF draws besides its text: rulings, pictures, and whether some of its text is hidden.

pdfium lists a page's objects; hostile files meet bounds on all of them.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from extractors.pdf_frame import Frame
from extractors.pdf_page import Box

MOST_OBJECTS = 40_000
MOST_SEGMENTS = 100_000
DEEPEST_FORM = 6
# Rulings are thinner than this; a wider box without an outline is a background.
THICKEST = 3.0
INVISIBLE_MODES = (3, 7)
_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
Matrix = tuple[float, float, float, float, float, float]


class Drawing:
    """Walks a page's objects (forms within forms included) for rulings, pictures and hidden text."""

    def __init__(self, page: Any, frame: Frame) -> None:
        from pypdfium2 import raw  # type: ignore[import-untyped]

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
                self.any_hidden |= raw.FPDFTextObj_GetTextRenderMode(object_) in INVISIBLE_MODES
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

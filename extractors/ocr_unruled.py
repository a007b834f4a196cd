"""Scanned pages with tables that have no ruling lines: their words on one canvas, as the words of a PDF are.

Rows are what known labels prove, columns where figures stand (`pdf_unruled`). Labels that recognition
misread by a character are mended first, for only the wording says where a row is; a figure never is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from extractors.blocks import Block, Grid, GridCell, Line
from extractors.ocr_cells import shows_print
from extractors.ocr_prepare import PRINT, Sheet
from extractors.ocr_words import ScannedWord
from extractors.pdf_labels import vocabulary
from extractors.pdf_lines import PageLine, without, without_furniture, without_repeated_heads
from extractors.pdf_page import PdfPage
from extractors.pdf_text import TextLine
from extractors.pdf_unruled import Ruled, grid_of_words, unruled_tables
from extractors.values import looks_like_value
from schemas.labels import label_key

# What `pdf_unruled` takes a font's height to be, in points.
FONT = 10.5
# A label of so many characters may have one wrong, one of twice as many two.
SHORTEST_MENDED = 5


@dataclass(frozen=True, slots=True)
class ScannedPage(PdfPage):
    """A page whose text was recognised: ``unit`` is a pixel of its sheet in points."""

    sheet: Sheet | None = None
    unit: float = 1.0

    def place(self, box: tuple[float, float, float, float]) -> str:
        """Name a box as `Sheet.place` does."""
        assert self.sheet is not None
        left, top, right, bottom = (side / self.unit for side in box)
        return self.sheet.place(left, top, right, bottom)


def page_of(sheet: Sheet, words: Sequence[ScannedWord]) -> list[PageLine]:
    """Return the words of a sheet as lines of a page, in points of a font that is 10.5 of them high."""
    heights = [bottom - top for _, top, _, bottom in (word.box for word in words)]
    usual = [high for high in heights if 0.6 * PRINT < high < 1.6 * PRINT]
    unit = FONT / (1.05 * float(np.percentile(usual, 80)) if usual else PRINT)
    high, wide = sheet.ink.shape
    page = ScannedPage(sheet.page.number, wide * unit, high * unit, (), (), sheet=sheet, unit=unit)
    rows: dict[int, list[TextLine]] = {}
    for word in words:
        left, top, right, bottom = (side * unit for side in word.box)
        line = TextLine(mended(word.text), left, top, right, bottom, (top + bottom) / 2, FONT, word.doubted)
        rows.setdefault(word.row, []).append(line)
    return [PageLine(page, _line(row), tuple(row)) for _, row in sorted(rows.items())]


def _line(row: list[TextLine]) -> TextLine:
    row.sort(key=lambda word: word.x0)
    text = row[0].text
    for before, word in pairwise(row):
        text += ("" if word.x0 - before.x1 < FONT else " ") + word.text
    top, bottom = min(word.top for word in row), max(word.bottom for word in row)
    return TextLine(text, row[0].x0, top, row[-1].x1, bottom, (top + bottom) / 2, FONT)


def blocks_of(lines: Sequence[PageLine], ruled: Ruled) -> Iterator[tuple[int, float, Block]]:
    """Yield page number, top (points) and block of each table of the pages, and of each line that is in none."""
    lines = without_repeated_heads(without_furniture(lines))
    tables = unruled_tables(lines, ruled)
    taken: dict[int, set[tuple[float, float]]] = {}
    for table in tables:
        parts = list(table.parts())
        for word in parts:
            taken.setdefault(word.line, set()).add((word.x0, word.x1))
        first = min(parts, key=lambda word: (word.page.number, word.box[1]))
        yield first.page.number, first.box[1], grid_of_words(table, 1, _hidden)
    for page, _, words in without(lines, taken):
        line = _line(list(words))
        place = page.place((line.x0, line.top, line.x1, line.bottom))
        if looks_like_value(line.text):
            cell = GridCell(line.text, 0, 0, place=place, doubted=True)
            yield page.number, line.top, Grid((cell,), 1, aligned=False)
        else:
            yield page.number, line.top, Line(line.text, 1, place)


def _hidden(page: PdfPage, box: tuple[float, float, float, float]) -> bool:
    assert isinstance(page, ScannedPage)
    assert page.sheet is not None
    left, top, right, bottom = (side / page.unit for side in box)
    middle = (top + bottom) / 2
    return shows_print(page.sheet, left - 0.2 * PRINT, middle - 0.6 * PRINT, right + 0.2 * PRINT, middle + 0.6 * PRINT)


def mended(text: str) -> str:
    """Return the part of a known label that a text is but for a character or two; figures and others as they are."""
    key = label_key(text)
    if len(key) < SHORTEST_MENDED or looks_like_value(text) or key.isascii():
        return text
    known = sorted(vocabulary().known)
    if any(key in label for label in known):
        return text
    found = {part for label in known if (part := _part_like(key, label))}
    return found.pop() if len(found) == 1 else text


@lru_cache(maxsize=4096)
def _part_like(key: str, label: str) -> str:
    if len(label) < len(key) - 1:
        return ""
    place = fuzz.partial_ratio_alignment(key, label)
    part = label[place.dest_start : place.dest_end] if place else ""
    most = len(key) // SHORTEST_MENDED if len(key) < 2 * SHORTEST_MENDED else 2
    return part if part and Levenshtein.distance(key, part, score_cutoff=most) <= most else ""

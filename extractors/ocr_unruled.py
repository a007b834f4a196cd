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
from extractors.ocr_tables import Bounds
from extractors.ocr_words import ScannedWord
from extractors.pdf_labels import vocabulary
from extractors.pdf_lines import PageLine, without, without_furniture, without_repeated_heads
from extractors.pdf_page import PdfPage
from extractors.pdf_text import TextLine
from extractors.pdf_unruled import Ruled, unruled_tables
from extractors.pdf_word_grid import grid_of_words
from extractors.values import looks_like_value
from schemas.labels import label_key

# What `pdf_unruled` takes a font's height to be, in points.
FONT = 10.5
# The middle of all pages, and how far scanners shift a page: less than half of what columns are apart.
MIDDLE, MOST_ASIDE = 300.0, 8.0
# Pieces of one label are nearer to one another.
BESIDE = 0.75 * PRINT
# A label of so many characters may have one wrong, one of twice as many two.
SHORTEST_MENDED = 5


@dataclass(frozen=True, slots=True)
class ScannedPage(PdfPage):
    """A recognised page: ``unit`` is a pixel of its sheet in points, by ``shift`` it was pushed to the right."""

    sheet: Sheet | None = None
    unit: float = 1.0
    shift: float = 0.0

    def pixels(self, box: Bounds) -> Bounds:
        """Return a box of the page in pixels of its sheet."""
        left, top, right, bottom = box
        return (left - self.shift) / self.unit, top / self.unit, (right - self.shift) / self.unit, bottom / self.unit

    def place(self, box: Bounds) -> str:
        """Name a box as `Sheet.place` does."""
        assert self.sheet is not None
        return self.sheet.place(*self.pixels(box))


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A sheet with the words that stand on it, and the bounds of its ruled tables, in its pixels."""

    sheet: Sheet
    words: Sequence[ScannedWord]
    ruled: Sequence[Bounds]


def lay_out(sheets: Sequence[ReadSheet]) -> tuple[list[PageLine], Ruled]:
    """Return the words of all sheets as lines of pages, in points of a font that is 10.5 of them high.

    Pages lie over one another: they are of one scale, and pushed aside to where their figures are in columns.
    """
    scales = [float(np.hypot(*read.sheet.to_page[:, 0])) for read in sheets]  # pixels of the page in one of the sheet
    heights = [
        (word.box[3] - word.box[1]) * scale
        for read, scale in zip(sheets, scales, strict=True)
        for word in read.words
        if 0.6 * PRINT < word.box[3] - word.box[1] < 1.6 * PRINT
    ]
    unit = FONT / (1.05 * float(np.percentile(heights, 80))) if heights else FONT / PRINT
    lines: list[PageLine] = []
    ruled: dict[int, list[tuple[float, float]]] = {}
    before: list[float] = []
    for read, scale in zip(sheets, scales, strict=True):
        middle = 0.5 * read.sheet.ink.shape[1] * scale * unit
        centres = [(word.box[0] + word.box[2]) / 2 for word in read.words if looks_like_value(word.text)]
        own = [centre * scale * unit - middle for centre in centres]
        aside = _aside(before, own)
        before += [place + aside for place in own]
        page = _page(read.sheet, scale * unit, MIDDLE - middle + aside)
        lines += _lines(page, read.words)
        ruled[page.number] = [(top * page.unit, bottom * page.unit) for _, top, _, bottom in read.ruled]
    return lines, ruled


def _aside(before: Sequence[float], own: Sequence[float]) -> float:
    """Return by how many points to push figures aside so that they stand in the columns of those before them."""
    if not before or not own:
        return 0.0
    shifts = np.arange(-MOST_ASIDE, MOST_ASIDE + 0.25, 0.5)
    away = np.abs(np.array(own)[:, None] - np.array(before)[None, :] + shifts[:, None, None]).min(axis=2)
    near = np.exp(-np.square(away / 2.0)).sum(axis=1) - 0.01 * np.abs(shifts)
    return float(shifts[int(np.argmax(near))])


def _page(sheet: Sheet, unit: float, shift: float) -> ScannedPage:
    high, wide = sheet.ink.shape
    return ScannedPage(sheet.page.number, wide * unit, high * unit, (), (), sheet=sheet, unit=unit, shift=shift)


def _lines(page: ScannedPage, words: Sequence[ScannedWord]) -> list[PageLine]:
    rows: dict[int, list[TextLine]] = {}
    for word in _with_whole_labels(words):
        left, top, right, bottom = (side * page.unit for side in word.box)
        sides = left + page.shift, top, right + page.shift, bottom
        line = TextLine(mended(word.text), *sides, (top + bottom) / 2, FONT, word.doubted)
        rows.setdefault(word.row, []).append(line)
    return [PageLine(page, _line(row), tuple(row)) for _, row in sorted(rows.items())]


def _with_whole_labels(words: Sequence[ScannedWord]) -> Iterator[ScannedWord]:
    """Yield words, those that together are one known label but for a character or two as one.

    Strokes that are missing in black and white (于) leave gaps, and what is left is mended only as a whole.
    """
    ordered = sorted(words, key=lambda word: (word.row, word.box[0]))
    at = 0
    while at < len(ordered):
        run = [ordered[at]]
        while at + len(run) < len(ordered) and _goes_on(run[-1], ordered[at + len(run)]):
            run.append(ordered[at + len(run)])
        text = mended("".join(word.text for word in run)) if len(run) > 1 else ""
        if label_key(text) in vocabulary().rows:
            left, top, right, bottom = zip(*(word.box for word in run), strict=True)
            box = min(left), min(top), max(right), max(bottom)
            yield ScannedWord(text, box, run[0].row, any(word.doubted for word in run))
            at += len(run)
        else:
            yield ordered[at]
            at += 1


def _goes_on(word: ScannedWord, following: ScannedWord) -> bool:
    near = following.row == word.row and following.box[0] - word.box[2] < BESIDE
    return near and not looks_like_value(word.text) and not looks_like_value(following.text)


def _line(row: list[TextLine]) -> TextLine:
    row.sort(key=lambda word: word.x0)
    text = row[0].text
    for before, word in pairwise(row):
        text += ("" if word.x0 - before.x1 < FONT else " ") + word.text
    top, bottom = min(word.top for word in row), max(word.bottom for word in row)
    return TextLine(text, row[0].x0, top, row[-1].x1, bottom, (top + bottom) / 2, FONT)


def blocks_of(lines: Sequence[PageLine], ruled: Ruled) -> tuple[list[tuple[int, float, Block]], set[int]]:
    """Return page number, top (pixels of the sheet) and block of each table and of each line that is in none.

    The second value are the numbers of the pages on which a table stands.
    """
    lines = without_repeated_heads(without_furniture(lines))
    tables = unruled_tables(lines, ruled)
    taken: dict[int, set[tuple[float, float]]] = {}
    found: list[tuple[int, float, Block]] = []
    with_table: set[int] = set()
    for table in tables:
        parts = list(table.parts())
        for word in parts:
            taken.setdefault(word.line, set()).add((word.x0, word.x1))
            with_table.add(word.page.number)
        first = min(parts, key=lambda word: (word.page.number, word.box[1]))
        found.append((first.page.number, _pixels(first.page, first.box)[1], grid_of_words(table, 1, _hidden)))
    for page, _, words in without(lines, taken):
        line = _line(list(words))
        box = (line.x0, line.top, line.x1, line.bottom)
        block: Block = Line(line.text, 1, page.place(box))
        if looks_like_value(line.text):
            block = Grid((GridCell(line.text, 0, 0, place=page.place(box), doubted=True),), 1, aligned=False)
        found.append((page.number, _pixels(page, box)[1], block))
    return found, with_table


def _pixels(page: PdfPage, box: Bounds) -> Bounds:
    assert isinstance(page, ScannedPage)
    return page.pixels(box)


def _hidden(page: PdfPage, box: Bounds) -> bool:
    assert isinstance(page, ScannedPage)
    assert page.sheet is not None
    left, top, right, bottom = _pixels(page, box)
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

"""A table's boxes → cells with text, each looked at twice; `doubted` where the looks differ.

What makes a figure doubtful is decided here, before anybody knows its sums (`doubt` holds it to them).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from extractors.blocks import Grid, GridCell
from extractors.ocr_engine import Seen, recognise
from extractors.ocr_marks import Marks, lines_of, marks_of, pieces_of, sides_of
from extractors.ocr_pages import Picture
from extractors.ocr_prepare import PRINT, Sheet
from extractors.ocr_tables import Box, RuledTable

# Half a ruling line's thickness and a pixel: cut off at each side of a cell.
INSET = 4
# Least confidence in each character of a figure. Clear print is above 0.99.
SURE = 0.9
# Wider lines are labels or prose; figures are looked at twice.
WIDEST_FIGURE = 9 * PRINT
# A gap between characters of one figure is a third of a character.
WIDEST_GAP = 0.75 * PRINT
_FIGURE = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[+-]?[0-9]+(?:\.[0-9]+)?")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_DASHES = "-—–―─一ー_"


@dataclass(slots=True)
class _Line:
    """A line of text of a cell: its cut-outs and what was seen in them."""

    first: Picture
    second: Picture | None
    pieces: int
    gaps: bool
    flat: bool  # one low and long mark: a dash
    seen: Seen = Seen("", 0.0)
    again: Seen | None = None


@dataclass(slots=True)
class _Look:
    box: Box
    lines: list[_Line]
    doubt: str


def read_tables(sheet: Sheet, tables: Sequence[RuledTable]) -> list[Grid]:
    """Recognise the cells of a page's tables; grids are numbered from 1."""
    looks = [[_look(sheet, box) for box in table.boxes] for table in tables]
    lines = [line for table in looks for look in table for line in look.lines if not line.flat]
    twice = [line for line in lines if line.second is not None]
    crops = [line.first for line in lines] + [line.second for line in twice if line.second is not None]
    seen = recognise(crops)
    for line, found in zip(lines, seen[: len(lines)], strict=True):
        line.seen = found
    for line, found in zip(twice, seen[len(lines) :], strict=True):
        line.again = found
    return [
        Grid(tuple(_cell(sheet, look) for look in table), number) for number, table in enumerate(looks, start=1)
    ]


def _cell(sheet: Sheet, look: _Look) -> GridCell:
    box = look.box
    text = "".join(_text(line) for line in look.lines).strip()
    doubted = bool(box.unsure or look.doubt or _doubt(look.lines, text))
    place = sheet.place(box.left, box.top, box.right, box.bottom)
    return GridCell(text, box.row, box.column, box.rowspan, box.colspan, place=place, doubted=doubted)


def _text(line: _Line) -> str:
    if line.flat:
        return "-"
    text = line.seen.text
    # Recognition leaves out a gap between two figures, which then look like one.
    return f"{text} " if line.gaps and _FIGURE.fullmatch(text) else text


def _doubt(lines: Sequence[_Line], text: str) -> str:
    """Return why a cell's text, should it be wanted as a figure, cannot be relied on; "" where it can."""
    if not lines or _CHINESE.search(text) and len(text) > 1:
        return ""
    if len(lines) > 1:
        return "several lines"
    (line,) = lines
    if line.flat:
        return ""
    if line.again is None:
        return "" if line.seen.least >= SURE else "unsure"
    if line.seen.text != line.again.text:
        return "two texts"
    if min(line.seen.least, line.again.least) < SURE:
        return "unsure"
    if line.gaps:
        return "gaps"
    if not _FIGURE.fullmatch(text):
        return "no figure"
    return "" if line.pieces == len(text) else "count"


def _look(sheet: Sheet, box: Box) -> _Look:
    """Cut a cell out and find its lines of text."""
    left, right = max(0, round(box.left) + INSET), max(0, round(box.right) - INSET + 1)
    top, bottom = max(0, round(box.top) + INSET), max(0, round(box.bottom) - INSET + 1)
    marks = marks_of(sheet.ink[top:bottom, left:right])
    doubt = ""
    if sheet.red:
        plain = marks_of(sheet.plain[top:bottom, left:right])
        if plain.ink.sum() > 1.1 * marks.ink.sum() + PRINT:
            doubt = "red"
        if marks.blank:
            marks = plain
    lines = [_line(marks, *line) for line in lines_of(marks.ink)]
    start, end = sides_of(marks.ink)
    if marks.blank and marks.specks:
        doubt = doubt or "specks"
    elif not marks.blank and (start <= 0 or end >= marks.ink.shape[1]):
        doubt = doubt or "cut"  # print at the very side of a cell may go on beyond it
    return _Look(box, lines, doubt)


def _line(marks: Marks, top: int, bottom: int) -> _Line:
    ink = marks.ink[top:bottom]
    left, right = sides_of(ink)
    pieces = pieces_of(ink)
    gaps = any(after[0] - before[1] > WIDEST_GAP for before, after in zip(pieces, pieces[1:], strict=False))
    high, wide = bottom - top, right - left
    flat = high < 0.25 * PRINT and 1.6 * high < wide < 3 * PRINT and int(ink.sum()) > 0.7 * high * wide
    first = padded(marks.grey, (left, top, right, bottom), 0.18)
    second = _bolder(padded(marks.grey, (left, top, right, bottom), 0.34)) if wide <= WIDEST_FIGURE else None
    return _Line(first, second, len(pieces), gaps, flat)


def padded(grey: Picture, box: tuple[int, int, int, int], margin: float) -> Picture:
    """Return a line cut out with white around it, ``margin`` of its height above and below."""
    left, top, right, bottom = box
    high = max(bottom - top, round(0.6 * PRINT))
    pad = max(3, round(margin * high))
    extra = (high - (bottom - top)) // 2 + pad
    paper = int(np.median(grey))
    inner = grey[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2]
    return cv2.copyMakeBorder(inner, extra, extra, 2 * pad, 2 * pad, cv2.BORDER_CONSTANT, value=(paper,))


def _bolder(grey: Picture) -> Picture:
    """Return a second, different picture of the same print: contrast stretched, grain smoothed."""
    smooth = cv2.GaussianBlur(grey, (0, 0), 0.9)
    low, high = np.percentile(smooth, (1, 80))
    if high - low < 20:
        return smooth
    return np.clip((smooth.astype(np.float32) - low) * 255 / (high - low), 0, 255).astype(np.uint8)

"""A table's boxes → cells with text, each looked at twice; `doubted` where the looks differ.

What makes a figure doubtful is decided here, before anybody knows its sums (`doubt` holds it to them).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np

from extractors.blocks import Grid, GridCell
from extractors.ocr_engine import Seen, recognise
from extractors.ocr_marks import Marks, is_slash, lines_of, marks_of, pieces_of, sides_of, without_rulings
from extractors.ocr_pages import Picture
from extractors.ocr_prepare import PRINT, Sheet
from extractors.ocr_tables import Box, RuledTable
from extractors.values import looks_like_value

# Half a ruling line's thickness and a pixel: cut off at each side of a cell.
INSET = 4
# Least confidence in each character of a figure that two looks must have. Clear print is above 0.99.
SURE = 0.9
LEAST_SURE = 0.5
# Wider lines are labels or prose; figures are looked at twice.
WIDEST_FIGURE = 9 * PRINT
# A gap between characters of one figure is a third of a character.
WIDEST_GAP = 0.75 * PRINT
_FIGURE = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[+-]?[0-9]+(?:\.[0-9]+)?")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(slots=True)
class _Line:
    """A line of text of a cell: its cut-outs and what was seen in them."""

    cut: Picture  # grey, from the cell's left to its right
    box: tuple[int, int, int, int]  # of the line in it: left, top, right, bottom
    pieces: list[tuple[int, int]]
    dots: int  # marks as small as a decimal point, at the foot of the line
    flat: bool  # one low and long mark: a dash
    slash: bool  # one thin slanting stroke: recognition takes it for 1, I or l
    looks: list[Seen] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.looks[0].text if self.looks else ""

    @property
    def wide(self) -> int:
        return self.box[2] - self.box[0]

    @property
    def gaps(self) -> bool:
        """Whether white between its characters is wider than within a figure."""
        return any(b[0] - a[1] > WIDEST_GAP for a, b in pairwise(self.pieces))


@dataclass(slots=True)
class _Look:
    box: Box
    lines: list[_Line]
    doubt: str


def read_tables(sheet: Sheet, tables: Sequence[RuledTable]) -> list[Grid]:
    """Recognise the cells of a page's tables; grids are numbered from 1."""
    looks = [[_look(sheet, box) for box in table.boxes] for table in tables]
    lines = [line for table in looks for look in table for line in look.lines if not line.flat]
    _recognise(lines, _first_picture)
    figures = [line for line in lines if line.wide <= WIDEST_FIGURE and not _is_label(line.text)]
    _recognise(figures, _second_picture)
    agreed = [line for line in figures if line.looks[0].text == line.looks[1].text]
    _recognise([line for line in agreed if _unsure(line)], _third_picture)
    print_ = _Print.of([line for line in figures if not _unsure(line)])
    return [
        Grid(tuple(_cell(sheet, look, print_) for look in table), number) for number, table in enumerate(looks, start=1)
    ]


def _recognise(lines: Sequence[_Line], picture: Callable[[_Line], Picture]) -> None:
    for line, seen in zip(lines, recognise([picture(line) for line in lines]), strict=True):
        line.looks.append(seen)


def _unsure(line: _Line) -> bool:
    """Tell whether fewer than two looks were sure of every character."""
    return sum(seen.least >= SURE for seen in line.looks) < 2


def _is_label(text: str) -> bool:
    """Tell words from figures, which may be written with a unit: 4448257元, 减3."""
    return bool(_CHINESE.search(text)) and len(text) > 1 and not looks_like_value(text)


@dataclass(frozen=True, slots=True)
class _Print:
    """How wide the digits of a page are, and how far their middles are apart; 0 where not known."""

    width: float
    pitch: float

    @classmethod
    def of(cls, lines: Sequence[_Line]) -> _Print:
        widths, pitches = [], []
        for line in lines:
            if line.text.isdigit() and line.text.isascii() and len(line.pieces) == len(line.text):
                widths += [right - left for left, right in line.pieces]
                middles = [(left + right) / 2 for left, right in line.pieces]
                pitches += [b - a for a, b in pairwise(middles)]
        if len(pitches) < 5:
            return cls(0.0, 0.0)
        return cls(float(np.median(widths)), float(np.median(pitches)))

    def fits(self, line: _Line, count: float) -> bool:
        """Tell whether ``count`` digits (a point is half of one) are as wide as the line: some may touch."""
        expected = (count - 1) * self.pitch + self.width
        return bool(self.pitch) and abs(line.wide - expected) < 0.45 * self.pitch


def _cell(sheet: Sheet, look: _Look, print_: _Print) -> GridCell:
    box = look.box
    text = "".join(_text(line) for line in look.lines).strip()
    doubted = bool(box.unsure or look.doubt or _doubt(look.lines, text, print_))
    place = sheet.place(box.left, box.top, box.right, box.bottom)
    return GridCell(text, box.row, box.column, box.rowspan, box.colspan, place=place, doubted=doubted)


def _text(line: _Line) -> str:
    if line.flat:
        return "-" if line.wide < 0.7 * PRINT else "—"
    if line.slash:
        return "/"
    # Recognition leaves out a gap between two figures, which then look like one.
    return f"{line.text} ?" if line.gaps and _FIGURE.fullmatch(line.text) else line.text


def _doubt(lines: Sequence[_Line], text: str, print_: _Print) -> str:
    """Return why a cell's text, should it be wanted as a figure, cannot be relied on; "" where it can."""
    if not lines or _is_label(text):
        return ""
    if len(lines) > 1:
        return "several lines"
    (line,) = lines
    if line.flat or line.slash:
        return "slash" if any(seen.text.isdigit() for seen in line.looks) else ""
    if len({seen.text for seen in line.looks}) > 1:
        return "two texts"
    if _unsure(line) or min(seen.least for seen in line.looks) < LEAST_SURE:
        return "unsure"
    return _unlike_its_ink(line, text, print_)


def _unlike_its_ink(line: _Line, text: str, print_: _Print) -> str:
    """Return what of a figure's text the marks on the paper speak against; "" where nothing does."""
    if line.gaps:
        return "gaps"
    if not _FIGURE.fullmatch(text):
        return "" if _CHINESE.search(text) else "no figure"
    points = sum(text.count(point) for point in ".,")
    if points != line.dots:
        return "points"
    signs = sum(not sign.isdigit() for sign in text) - points
    count = len(text) - points
    if len(line.pieces) == count:
        return ""
    touching = len(line.pieces) < count and not signs and print_.fits(line, count + points / 2)
    return "" if touching else "count"


def _look(sheet: Sheet, box: Box) -> _Look:
    """Cut a cell out and find its lines of text."""
    left, right = max(0, round(box.left) + INSET), max(0, round(box.right) - INSET + 1)
    top, bottom = max(0, round(box.top) + INSET), max(0, round(box.bottom) - INSET + 1)
    left, top, right, bottom = without_rulings(sheet.plain, left, top, right, bottom)
    marks = marks_of(sheet.ink[top:bottom, left:right])
    doubt = ""
    if sheet.red:
        plain = marks_of(sheet.plain[top:bottom, left:right])
        if marks.blank:
            marks, doubt = plain, "" if plain.blank else "red"
        elif _covered(marks, plain):
            doubt = "red"
    lines = [_line(marks, *line) for line in lines_of(marks.ink)]
    start, end = sides_of(marks.ink)
    if marks.blank and marks.specks.any():
        doubt = doubt or "specks"
    elif not marks.blank and (start <= 0 or end >= marks.ink.shape[1]):
        doubt = doubt or "cut"  # print at the very side of a cell may go on beyond it
    return _Look(box, lines, doubt)


def _covered(marks: Marks, plain: Marks) -> bool:
    """Tell whether red ink lies over a cell's black print, which may have lost strokes with it."""
    rows = np.flatnonzero(marks.ink.any(axis=1))
    left, right = sides_of(marks.ink)
    around = slice(max(0, int(rows[0]) - 3), int(rows[-1]) + 4), slice(max(0, left - 3), right + 3)
    with_red, without = plain.ink[around], marks.ink[around]
    return bool(np.count_nonzero(with_red > cv2.dilate(without, np.ones((5, 5), np.uint8))) > PRINT)


def _line(marks: Marks, top: int, bottom: int) -> _Line:
    ink = marks.ink[top:bottom]
    left, right = sides_of(ink)
    high, wide = bottom - top, right - left
    flat = high < 0.25 * PRINT and 1.6 * high < wide < 3 * PRINT and int(ink.sum()) > 0.7 * high * wide
    foot = marks.specks[top + round(0.6 * high) : bottom + round(0.25 * high), left:right]
    # A point has columns of its own; a speck above or below a digit is none.
    dots = len(pieces_of(foot * (1 - ink[:, left:right].max(axis=0)))) if foot.size else 0
    return _Line(marks.grey, (left, top, right, bottom), pieces_of(ink), dots, flat, is_slash(ink[:, left:right]))


def _first_picture(line: _Line) -> Picture:
    return padded(line.cut, line.box, 0.18)


def _second_picture(line: _Line) -> Picture:
    """Return a different picture of the same print: smaller, contrast stretched, grain smoothed."""
    smooth = cv2.GaussianBlur(padded(line.cut, line.box, 0.34), (0, 0), 0.9)
    low, high = np.percentile(smooth, (1, 80))
    if high - low < 20:
        return smooth
    stretched: Picture = np.clip((smooth.astype(np.float32) - low) * 255 / (high - low), 0, 255).astype(np.uint8)
    return stretched


def _third_picture(line: _Line) -> Picture:
    """Return a picture with the print as large as the model takes it."""
    return cv2.medianBlur(np.ascontiguousarray(padded(line.cut, line.box, 0.08)), 3)


def padded(grey: Picture, box: tuple[int, int, int, int], margin: float) -> Picture:
    """Return a line cut out with white around it, ``margin`` of its height above and below."""
    left, top, right, bottom = box
    high = max(bottom - top, round(0.6 * PRINT))
    pad = max(3, round(margin * high))
    extra = (high - (bottom - top)) // 2 + pad
    paper = int(np.median(grey))
    inner = grey[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2]
    return cv2.copyMakeBorder(inner, extra, extra, pad + 4, pad + 4, cv2.BORDER_CONSTANT, value=(paper,))

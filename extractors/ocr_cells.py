"""A table's boxes → cells with text, each looked at twice; `doubted` where the looks differ.

What makes a figure doubtful is decided here, before anybody knows its sums (`doubt` holds it to them).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from extractors.blocks import Grid, GridCell
from extractors.ocr_engine import Seen, recognise
from extractors.ocr_ink import Ink, beside, ink_of
from extractors.ocr_marks import OTHER_LIMITS, Marks, is_slash, lines_of, marks_of, sides_of, without_rulings
from extractors.ocr_pages import Picture
from extractors.ocr_prepare import PRINT, Sheet
from extractors.ocr_tables import USUAL_THICKNESS, Box, RuledTable
from extractors.ocr_unlike import CHINESE, FIGURE, Print, unlike
from extractors.values import looks_like_value

# Least confidence in each character of a figure that two looks must have. Clear print is above 0.99.
SURE = 0.9
LEAST_SURE = 0.5
# A cell with less between its lines has no room for print that stands clear of them.
LEAST_CLEAR = 0.6 * PRINT
# Beside a ruling its blur is so many pixels wide at most, lighter than this, and no print ends there that is
# darker by more than this share.
MOST_BLUR = 7
DARKEST_BLUR = 110
HARDLY_DARKER = 0.65
# How much taller than a digit a slash is at least.
TALLER = 1.18
# How near before a ruling a figure ends that had no room for its next digit, and how near behind it that stands,
# in pixels; and the share of a line's height over which print is dark at most.
NO_ROOM = 0.3 * PRINT
BEHIND = round(0.17 * PRINT)
MOST_DARK = 0.9
# Wider lines are labels or prose; figures are looked at twice.
WIDEST_FIGURE = 9 * PRINT
# The rows of 表二 have up to 4 cells, and no sums; those of the tables with sums have at least 8.
MOST_ALONE = 6


@dataclass(slots=True)
class _Line:
    """A line of text of a cell: its cut-outs and what was seen in them."""

    cut: Picture  # grey, from the cell's left to its right
    box: tuple[int, int, int, int]  # of the line in it: left, top, right, bottom
    inks: tuple[Ink, ...]  # as usual, and with other limits of darkness
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
        return self.inks[0].gaps


@dataclass(slots=True)
class _Look:
    box: Box
    lines: list[_Line]
    doubt: str


def read_tables(sheet: Sheet, tables: Sequence[RuledTable]) -> list[Grid]:
    """Recognise the cells of a page's tables; grids are numbered from 1."""
    looks = [[_look(sheet, box, table.thickness) for box in table.boxes] for table in tables]
    lines = [line for table in looks for look in table for line in look.lines if not line.flat]
    _recognise(lines, _first_picture)
    figures = [line for line in lines if line.wide <= WIDEST_FIGURE and not _is_label(line.text)]
    _recognise(figures, _second_picture)
    agreed = [line for line in figures if line.looks[0].text == line.looks[1].text]
    _recognise([line for line in agreed if _unsure(line)], _third_picture)
    print_ = Print.of((line.text, line.inks[0]) for line in figures if not _unsure(line))
    return [
        Grid(
            tuple(_cell(sheet, look, print_, alone=alone) for look, alone in zip(table, _alone(table), strict=True)),
            number,
        )
        for number, table in enumerate(looks, start=1)
    ]


def _alone(looks: Sequence[_Look]) -> list[bool]:
    """Tell for each cell whether its row is too short for one that adds up to a total."""
    count = Counter(row for look in looks for row in range(look.box.row, look.box.row + look.box.rowspan))
    return [count[look.box.row] <= MOST_ALONE for look in looks]


def _recognise(lines: Sequence[_Line], picture: Callable[[_Line], Picture]) -> None:
    for line, seen in zip(lines, recognise([picture(line) for line in lines]), strict=True):
        line.looks.append(seen)


def _unsure(line: _Line) -> bool:
    """Tell whether fewer than two looks were sure of every character."""
    return sum(seen.least >= SURE for seen in line.looks) < 2


def _is_label(text: str) -> bool:
    """Tell words from figures, which may be written with a unit: 4448257元, 减3."""
    return bool(CHINESE.search(text)) and len(text) > 1 and not looks_like_value(text)


def _cell(sheet: Sheet, look: _Look, print_: Print, *, alone: bool) -> GridCell:
    box = look.box
    text = "".join(_text(line) for line in look.lines).strip()
    doubted = bool(box.unsure or look.doubt or _doubt(look.lines, text, print_, alone=alone))
    place = sheet.place(box.left, box.top, box.right, box.bottom)
    return GridCell(text, box.row, box.column, box.rowspan, box.colspan, place=place, doubted=doubted)


def _text(line: _Line) -> str:
    if line.flat:
        return "-" if line.wide < 0.7 * PRINT else "—"
    if line.slash:
        return "/"
    # Recognition leaves out a gap between two figures, which then look like one.
    return f"{line.text} ?" if line.gaps and FIGURE.fullmatch(line.text) else line.text


def _doubt(lines: Sequence[_Line], text: str, print_: Print, *, alone: bool) -> str:
    """Return why a cell's text, should it be wanted as a figure, cannot be relied on; "" where it can."""
    if not lines or _is_label(text):
        return ""
    if len(lines) > 1:
        return "several lines"
    (line,) = lines
    if line.flat or line.slash:
        # A slash is taller than digits; an italic 1 is not.
        tall = line.slash and print_.high and line.box[3] - line.box[1] >= TALLER * print_.high
        return "slash" if not tall and any(seen.text.isdigit() for seen in line.looks) else ""
    if len({seen.text for seen in line.looks}) > 1:
        return "two texts"
    if _unsure(line) or min(seen.least for seen in line.looks) < LEAST_SURE:
        return "unsure"
    return unlike(line.inks, text, print_, alone=alone)


def _look(sheet: Sheet, box: Box, thickness: float) -> _Look:
    """Cut a cell out and find its lines of text."""
    inset = math.ceil(thickness / 2 + 0.5)  # half of a ruling line, and the pixel that it blurs into
    left, right = max(0, round(box.left) + inset), max(0, round(box.right) - inset + 1)
    top, bottom = max(0, round(box.top) + inset), max(0, round(box.bottom) - inset + 1)
    left, top, right, bottom = without_rulings(
        sheet.plain, (left, top, right, bottom), solid=thickness != USUAL_THICKNESS
    )
    plane = sheet.ink[top:bottom, left:right]
    marks = marks_of(plane)
    doubt = ""
    if sheet.red:
        plain = marks_of(sheet.plain[top:bottom, left:right])
        if marks.blank:
            marks, doubt = plain, "" if plain.blank else "red"
            plane = sheet.plain[top:bottom, left:right]
        elif _covered(marks, plain):
            doubt = "red"
    others = [marks_of(plane, share) for share in OTHER_LIMITS]
    lines = [_line(marks, others, *line) for line in lines_of(marks.ink)]
    start, end = sides_of(marks.ink)
    if marks.blank and marks.specks.any():
        doubt = doubt or "specks"
    elif marks.blank and others[0].ink.any():
        doubt = doubt or "pale"
    elif marks.blank and bottom - top < LEAST_CLEAR:
        doubt = doubt or "low"  # print that touches the lines above and below was cut off with them
    elif not marks.blank and (start <= 0 or end >= marks.ink.shape[1]):
        doubt = doubt or "cut"  # print at the very side of a cell may go on beyond it
    cut = (left, top, right, bottom)
    if len(lines) == 1 and not lines[0].flat and _touches(sheet.plain, cut, lines[0]):
        doubt = doubt or "touches"
    if len(lines) == 1 and thickness and _crowded(sheet.plain, box, cut, thickness, lines[0]):
        doubt = doubt or "crowded"
    return _Look(box, lines, doubt)


def _covered(marks: Marks, plain: Marks) -> bool:
    """Tell whether red ink lies over a cell's black print, which may have lost strokes with it."""
    rows = np.flatnonzero(marks.ink.any(axis=1))
    left, right = sides_of(marks.ink)
    around = slice(max(0, int(rows[0]) - 3), int(rows[-1]) + 4), slice(max(0, left - 3), right + 3)
    with_red, without = plain.ink[around], marks.ink[around]
    return bool(np.count_nonzero(with_red > cv2.dilate(without, np.ones((5, 5), np.uint8))) > PRINT)


def _line(marks: Marks, others: Sequence[Marks], top: int, bottom: int) -> _Line:
    ink = marks.ink[top:bottom]
    left, right = sides_of(ink)
    high, wide = bottom - top, right - left
    flat = high < 0.25 * PRINT and 1.6 * high < wide < 3 * PRINT and int(ink.sum()) > 0.7 * high * wide
    slash = is_slash(ink[:, left:right])
    added = beside(others[0], top, bottom, left, right)
    left, right = sides_of(np.maximum(ink, added))
    box = (left, top, right, bottom)
    inks = tuple(ink_of(each, added, box) for each in (marks, *others))
    return _Line(marks.grey, box, inks, flat, slash and not added.any())


def _crowded(plane: Picture, box: Box, cell: tuple[int, int, int, int], thickness: float, line: _Line) -> bool:
    """Tell whether print stands close behind one of the rulings beside a line: digits that had no room may.

    What is dark from the line's top to its foot is another ruling.
    """
    rows = slice(cell[1] + line.box[1], cell[1] + line.box[3])
    away = round(thickness / 2 + 1.5)
    sides = (
        (cell[0] + line.box[0] - box.left, round(box.left) - away - BEHIND),
        (box.right - cell[0] - line.box[2], round(box.right) + away),
    )
    paper = float(np.median(line.cut))
    limit = paper - 0.5 * (paper - float(line.cut[line.box[1] : line.box[3]].min()))
    for white, start in sides:
        if white - thickness / 2 > NO_ROOM:
            continue
        dark = plane[rows, max(0, start) : max(0, start + BEHIND)] < limit
        if dark.size and np.count_nonzero(dark[:, dark.mean(axis=0) < MOST_DARK]) > 1:
            return True
    return False


def shows_print(sheet: Sheet, left: float, top: float, right: float, bottom: float) -> bool:
    """Tell whether a place where no print was found may show some, however faint."""
    look = _look(sheet, Box(0, 0, 1, 1, left, top, right, bottom, unsure=False), 0.0)
    return bool(look.lines or look.doubt)


def _touches(plane: Picture, cell: tuple[int, int, int, int], line: _Line) -> bool:
    """Tell whether print goes on into the ruling over or below it, so that a stroke may lie within.

    It ends before, where in some row it is hardly darker than the ruling's blur is all along the cell.
    """
    left, top, right, bottom = cell
    own = slice(left + line.box[0], left + line.box[2])
    high = line.box[3] - line.box[1]

    def ends(first: int, step: int) -> bool:
        for row in range(first, first + MOST_BLUR * step, step):
            if not 0 <= row < len(plane):
                return True
            usual = float(np.percentile(plane[row, left:right], 75))
            if usual < DARKEST_BLUR:
                return False
            if float(plane[row, own].min()) >= HARDLY_DARKER * usual:
                return True
        return False

    over = line.box[1] <= 1 and not ends(top + line.box[1] + round(0.1 * high), -1)
    return over or (line.box[3] >= bottom - top - 1 and not ends(top + line.box[3] - 1 - round(0.1 * high), 1))


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

"""Ink in a cell or a line: where it stands, how many lines of text it makes, how many characters.

Blank cells are told by their ink, not by recognition: a faint 1 or a dash is ink. What the characters
are is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from extractors.ocr_pages import Picture
from extractors.ocr_prepare import PRINT

# A mark at least so long or high is ink; smaller ones are specks. A dash is as long as half a digit.
LEAST_MARK = 0.25 * PRINT
# Smaller marks may still be a decimal point; the rest is grain.
LEAST_SPECK = 0.11 * PRINT
# Least darkness of ink against paper, of 255.
LEAST_CONTRAST = 45
# Print is darker than this share of the darkest. Thin strokes are paler, and then print breaks; blurred
# characters are as dark between them, and then run together: ink is looked at with several limits.
DARK = 0.45
OTHER_LIMITS = (0.22, 0.33, 0.6)
PALEST = 30
# How far into a cell half a thick and blurred line reaches.
THICKEST = 7


@dataclass(frozen=True, slots=True)
class Marks:
    """The ink of a cut-out, and marks too small for a character (points, specks): 0 or 1 for each pixel."""

    ink: Picture
    specks: Picture
    grey: Picture  # dark print on light paper, whatever it was

    @property
    def blank(self) -> bool:
        """Whether nothing stands there."""
        return not self.ink.any()


def without_rulings(
    grey: Picture, cell: tuple[int, int, int, int], *, solid: bool = False
) -> tuple[int, int, int, int]:
    """Return a cell's sides drawn in until they are clear of its ruling lines, which may be thick or blurred.

    Of ``solid`` lines no part is light. A digit that all but fills a low cell is dark along most of it, too.
    """
    left, top, right, bottom = cell
    plane = grey[top:bottom, left:right]
    reach = min(THICKEST, min(plane.shape) // 4)
    if reach < 3:
        return left, top, right, bottom
    paper = float(np.median(plane))
    dark = np.abs(plane.astype(np.float32) - paper) > LEAST_CONTRAST / 2
    least = 0.85 if solid else 0.6
    # A digit is 0.8 of a character high at most.
    upright = min(0.95, max(least, 0.1 + 0.8 * PRINT / len(plane)))
    columns, rows = dark.mean(axis=0) > upright, dark.mean(axis=1) > least

    def depth(sides: Picture) -> int:
        ruled = np.flatnonzero(sides[:reach])
        return int(ruled[-1]) + (2 if reach == THICKEST else 1) if len(ruled) else 0

    return left + depth(columns), top + depth(rows), right - depth(columns[::-1]), bottom - depth(rows[::-1])


def marks_of(grey: Picture, share: float = DARK) -> Marks:
    """Separate ink from paper, specks and what is left of ruling lines at the edges.

    ``share`` of the darkest is the least darkness of ink.
    """
    if min(grey.shape) < 4:
        nothing = np.zeros(grey.shape, np.uint8)
        return Marks(nothing, nothing, grey)
    paper = float(np.median(grey))
    if paper < 190 and np.percentile(grey, 99) - paper > paper - np.percentile(grey, 1):  # white print on a dark head
        grey, paper = 255 - grey, 255 - paper
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    darkest = float(np.percentile(smooth, 0.5))
    limit = paper - max(LEAST_CONTRAST if share >= DARK else PALEST, share * (paper - darkest))
    likely = (smooth < limit).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(likely, connectivity=8)
    high, wide = grey.shape
    kept, small = np.zeros(count, dtype=np.uint8), np.zeros(count, dtype=np.uint8)
    for label in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[label])
        at_edge = left <= 1 or top <= 1 or left + width >= wide - 1 or top + height >= high - 1
        if at_edge and (min(width, height) <= 0.15 * PRINT) and (width > 0.8 * wide or height > 0.8 * high):
            continue  # a ruling line
        longest = max(width, height)
        if at_edge and min(width, height) <= 2:
            continue
        if longest >= LEAST_MARK and area >= 0.5 * LEAST_MARK:
            kept[label] = 1
        elif longest >= LEAST_SPECK:
            small[label] = 1
    return Marks(kept[labels], small[labels], grey)


def lines_of(ink: Picture) -> list[tuple[int, int]]:
    """Return [top, bottom) of each line of text, from top to bottom.

    Strokes of one character may stand apart (二, 三): what is not higher than a line is one.
    """
    rows = ink.any(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], rows.astype(np.int8), [0]])))
    runs = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    if not runs:
        return []
    runs = [part for run in runs for part in _parted(ink, *run)]
    if runs[-1][1] - runs[0][0] <= 1.45 * _usual_height(runs):
        return [(runs[0][0], runs[-1][1])]
    lines: list[tuple[int, int]] = []
    for top, bottom in runs:
        small = lines and min(bottom - top, lines[-1][1] - lines[-1][0]) < 0.6 * PRINT
        if lines and small and bottom - lines[-1][0] <= 1.35 * PRINT:
            lines[-1] = (lines[-1][0], bottom)
        else:
            lines.append((top, bottom))
    return lines


def _parted(ink: Picture, top: int, bottom: int) -> list[tuple[int, int]]:
    """Part lines of text that touch one another, where a row between them has hardly any ink."""
    high = bottom - top
    if high < 1.7 * PRINT or sides_of(ink[top:bottom])[1] - sides_of(ink[top:bottom])[0] < 1.5 * high:
        return [(top, bottom)]
    rows = ink[top:bottom].sum(axis=1)
    inner = slice(round(0.25 * high), round(0.75 * high))
    at = inner.start + int(np.argmin(rows[inner]))
    if rows[at] > 0.3 * rows.mean():
        return [(top, bottom)]
    return [*_parted(ink, top, top + at), *_parted(ink, top + at, bottom)]


def _usual_height(runs: list[tuple[int, int]]) -> float:
    return max([PRINT, *(bottom - top for top, bottom in runs)])


def sides_of(ink: Picture) -> tuple[int, int]:
    """Return [left, right) of the ink."""
    columns = np.flatnonzero(ink.any(axis=0))
    return (int(columns[0]), int(columns[-1]) + 1) if len(columns) else (0, 0)


def pieces_of(ink: Picture) -> list[tuple[int, int]]:
    """Return [left, right) of the parts of a line that have white between them: characters, mostly."""
    columns = ink.any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], columns.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def is_slash(ink: Picture) -> bool:
    """Tell whether the ink is one thin stroke that leans, from its foot to its top."""
    rows = np.flatnonzero(ink.max(axis=1, initial=0))
    if len(rows) < 0.4 * PRINT:
        return False
    widths = ink[rows].sum(axis=1)
    middles = (ink[rows] * np.arange(ink.shape[1])).sum(axis=1) / widths
    slope, at = (float(value) for value in np.polyfit(rows, middles, 1))
    straight = float(np.abs(middles - (slope * rows + at)).max())
    # An upright 1 does not lean; one with a flag or a foot is not straight, nor as thin all along.
    return abs(slope) > 0.15 and straight < 0.08 * len(rows) and float(np.percentile(widths, 95)) < 0.3 * len(rows)

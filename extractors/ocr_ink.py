"""The ink of a line at a limit of darkness: its pieces, and the small marks beside it that belong to it.

What it says against the text that was recognised in it is asked in `ocr_unlike`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from extractors.ocr_marks import LEAST_MARK, Marks, pieces_of
from extractors.ocr_pages import Picture
from extractors.ocr_prepare import PRINT

# A gap between characters of one figure is a third of a character.
WIDEST_GAP = 0.75 * PRINT
# Ink beside a line that is at least so wide belongs to it. A minus of 10 pt Arial is 5 pixels wide.
LEAST_BESIDE = 0.12 * PRINT


@dataclass(frozen=True, slots=True)
class Ink:
    """A line's ink at one limit of darkness: ``picture`` from its left to its right, 0 or 1."""

    picture: Picture
    pieces: list[tuple[int, int]]  # parts with white between them, in columns of the cut-out
    hanging: list[bool]  # for each mark as small as a point at the foot: whether it hangs below, as a comma
    left: int

    @property
    def gaps(self) -> bool:
        """Whether white between its characters is wider than within a figure."""
        return any(b[0] - a[1] > WIDEST_GAP for a, b in pairwise(self.pieces))

    @property
    def ends(self) -> int:
        """How much white is at its sides, in pixels."""
        last = self.left + int(self.picture.shape[1]) - self.pieces[-1][1]
        return max(self.pieces[0][0] - self.left, last)


def beside(marks: Marks, top: int, bottom: int, left: int, right: int) -> Picture:
    """Return the small marks at a line's level to its left and right: 0 or 1, as high as the line.

    A minus may be too short for a character, and pale; recognition must see it, and account for it.
    Grain is as high as wide, and anywhere: farther off only dashes count, and marks as large as characters.
    """
    high = bottom - top
    found = np.zeros((high, marks.ink.shape[1]), np.uint8)
    if high < 0.4 * PRINT:
        return found
    level = slice(round(0.15 * high), round(0.9 * high))
    small = np.maximum(marks.ink, marks.specks)[top:bottom][level].copy()
    small[:, max(0, left - 1) : right + 1] = 0
    for start, end in pieces_of(small):
        away = max(start - right, left - end)
        wide, tall = end - start, int(small[:, start:end].any(axis=1).sum())
        likely = max(wide, tall) >= LEAST_MARK or wide >= max(1.5 * tall, 1.3 * LEAST_BESIDE)
        near = away < 0.4 * PRINT or (likely and away < 2 * PRINT)
        if near and wide >= LEAST_BESIDE and start > 1 and end < small.shape[1] - 1:
            found[level, start:end] = small[:, start:end]
    return found


def ink_of(marks: Marks, added: Picture, box: tuple[int, int, int, int]) -> Ink:
    """Return the ink of a line (left, top, right, bottom) with what was ``added`` to its sides."""
    left, top, right, bottom = box
    ink = np.maximum(marks.ink[top:bottom], added)[:, left:right]
    ink, commas = _without_commas(ink)
    bottom = top + len(ink)
    high = bottom - top
    first = top + round(0.6 * high)
    foot = marks.specks[first : bottom + round(0.25 * high), left:right]
    hanging = [(start, lowest > 1.1 * high) for start, lowest in commas]
    if foot.size:
        # A point has columns of its own; a speck above or below a digit is none.
        foot = foot * (1 - ink.max(axis=0))
        for start, end in pieces_of(foot):
            lowest = int(np.flatnonzero(foot[:, start:end].any(axis=1))[-1]) + 1
            hanging.append((start, first + lowest - bottom > 0.1 * high))
    found = [hangs for _, hangs in sorted(hanging)]
    return Ink(ink, [(a + left, b + left) for a, b in pieces_of(ink)], found, left)


def _without_commas(ink: Picture) -> tuple[Picture, list[tuple[int, int]]]:
    """Take points and commas as large as marks out of a line; return its digits, and left and foot of each."""
    high = len(ink)
    pieces = [(a, b, np.flatnonzero(ink[:, a:b].any(axis=1))) for a, b in pieces_of(ink)]
    commas = [
        (a, b, int(rows[-1]) + 1)
        for a, b, rows in pieces
        if b - a <= 0.3 * PRINT and rows[0] >= 0.5 * high and rows[-1] >= 0.85 * high and len(rows) <= 0.45 * PRINT
    ]
    if not commas or not any(len(rows) > 0.55 * PRINT for _, _, rows in pieces):
        return ink, []
    digits = ink.copy()
    for a, b, _ in commas:
        digits[:, a:b] = 0
    lowest = int(np.flatnonzero(digits.any(axis=1))[-1]) + 1
    return digits[:lowest], [(a, foot) for a, _, foot in commas]

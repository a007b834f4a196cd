"""What the ink of a line says against the text that was recognised in it: marks left out, or made up.

A sign, a point or a digit that recognition leaves out is still ink. Cells that no sum covers are held to
stricter rules: their digits' distances and holes must be those of the text. Recognition is not done here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from extractors.ocr_marks import LEAST_MARK, Marks, pieces_of
from extractors.ocr_pages import Picture
from extractors.ocr_prepare import PRINT

# A gap between characters of one figure is a third of a character.
WIDEST_GAP = 0.75 * PRINT
# Ink beside a line that is at least so wide belongs to it. A minus of 10 pt Arial is 5 pixels wide.
LEAST_BESIDE = 0.12 * PRINT
# How much of a character at a side may be too pale for a limit of darkness: the flag of a 1.
MOST_FADED = 0.17 * PRINT
FIGURE = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[+-]?[0-9]+(?:\.[0-9]+)?")
CHINESE = re.compile(r"[\u3400-\u9fff]")
# Holes of digits in their outline; a 4 may be open.
_HOLES = {"0": (1,), "4": (0, 1), "6": (1,), "8": (2,), "9": (1,)}


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


@dataclass(frozen=True, slots=True)
class Print:
    """How wide and high the digits of a page are, and how far their middles are apart; 0 where not known."""

    width: float
    high: float
    pitch: float

    @classmethod
    def of(cls, lines: Iterable[tuple[str, Ink]]) -> Print:
        """Measure the figures of a page whose pieces are as many as their digits."""
        widths, heights, pitches = [], [], []
        for text, ink in lines:
            if text.isdigit() and text.isascii() and len(ink.pieces) == len(text):
                widths += [right - left for left, right in ink.pieces]
                heights.append(len(ink.picture))
                pitches += _distances(ink.pieces)
        if len(pitches) < 5:
            return cls(0.0, 0.0, 0.0)
        return cls(float(np.median(widths)), float(np.median(heights)), float(np.median(pitches)))

    def scale(self, ink: Ink, digits: int = 0) -> float:
        """Return how much larger than the page's a line's digits are; a pixel more or less is no difference.

        ``digits`` are with how many a line begins that goes on with words, which may be higher.
        """
        picture = ink.picture
        if 0 < digits <= len(ink.pieces):
            picture = picture[picture[:, : ink.pieces[digits - 1][1] - ink.left].any(axis=1)]
        found = len(picture) / self.high if self.high else 0.0
        return 1.0 if 0.92 <= found <= 1.08 else found

    def fits(self, wide: int, count: float) -> bool:
        """Tell whether ``count`` digits (a point is half of one) are as wide as a line: some may touch."""
        expected = (count - 1) * self.pitch + self.width
        return bool(self.pitch) and abs(wide - expected) < 0.45 * self.pitch


def unlike(inks: Sequence[Ink], text: str, print_: Print, *, alone: bool) -> str:
    """Return what of a figure's text the ink speaks against; "" where nothing does.

    Print breaks at a strict limit of darkness and runs together at a lax one: one of ``inks`` must be
    like the text in everything. ``alone`` tells a cell that no sum covers.
    """
    complaints = [_complaint(ink, text, print_, inks if alone else ()) for ink in inks]
    return "" if "" in complaints else complaints[0]


def _complaint(ink: Ink, text: str, print_: Print, closely: Sequence[Ink]) -> str:
    wide = ink.picture.shape[1]
    # A strict limit may lose a pale character at a side.
    if not ink.pieces or ink.gaps or ink.ends > MOST_FADED:
        return "gaps"
    if not FIGURE.fullmatch(text):
        if not CHINESE.search(text):
            return "no figure"
        return _unlike_with_words(ink, text, print_) if closely else ""
    points = [mark for mark in text if mark in ".,"]
    # 1,113 and 1.113 differ in nothing but where the mark hangs.
    if [mark == "," for mark in points] != ink.hanging:
        return "points"
    count = len(text) - len(points)
    if closely:
        return _unlike_closely(ink, closely, text, print_)
    signs = sum(sign in "+-" for sign in text)
    touching = len(ink.pieces) < count and not signs and print_.fits(wide, count + len(points) / 2)
    return "" if touching or count in (len(ink.pieces), _mended(ink, print_)) else "count"


def _mended(ink: Ink, print_: Print) -> int:
    """Count the pieces of a line when those that make one digit together are one: fax breaks thin strokes."""
    count, start, before = 0, float("-inf"), float("-inf")
    for left, right in ink.pieces:
        if right - start > 1.15 * print_.width or left - before > 0.25 * print_.width:
            count, start = count + 1, left
        before = right
    return count


def _unlike_closely(ink: Ink, inks: Sequence[Ink], text: str, print_: Print) -> str:
    """Compare each digit's place and holes; a lost point leaves too wide a gap."""
    if len(ink.pieces) != sum(mark not in ".," for mark in text):
        return "" if text.isdigit() and _touching(ink, inks, text, print_) else "count"
    if len(ink.picture[0]) > _widest(text, ink, print_):
        return "width"
    if text[0] in "01235689" and any(_begins_with_a_dash(each.picture) for each in inks):
        return "sign"
    digits = [(mark, piece) for mark, piece in zip(re.sub("[.,]", "", text), ink.pieces, strict=True) if mark.isdigit()]
    for digit, (a, b) in digits:
        if not any(_has_its_holes(digit, each.picture[:, a - ink.left : b - ink.left]) for each in inks):
            return "holes"
    distances = _distances([piece for _, piece in digits])
    expected = [1.0 if len(between) == 0 else 1.5 for between in re.findall(r"(?<=\d)([.,]?)(?=\d)", text)]
    if not distances:
        return ""
    # Without a page's print to compare with, a figure's own distances must be alike.
    pitch = print_.pitch * print_.scale(ink) if print_.pitch else min(distances)
    far = any(abs(found - share * pitch) > 0.3 * pitch for found, share in zip(distances, expected, strict=True))
    return "distances" if far else ""


def _touching(ink: Ink, inks: Sequence[Ink], text: str, print_: Print) -> bool:
    """Tell whether pieces of one, two or more digits stand where the text's digits do, with their holes."""
    pitch = print_.pitch * print_.scale(ink)
    if not pitch or len(ink.pieces) > len(text) or any(_begins_with_a_dash(each.picture) for each in inks):
        return False
    width, before = print_.width * pitch / print_.pitch, 0
    for left, right in ink.pieces:
        digits = max(0, round((right - left - width) / pitch)) + 1
        off = left - ink.left - before * pitch, right - ink.left - (before + digits - 1) * pitch - width
        if max(map(abs, off)) > 0.25 * pitch:
            return False
        before += digits
    least = sum(min(_HOLES.get(digit, (0,))) for digit in text)
    most = sum(max(_HOLES.get(digit, (0,))) for digit in text)
    return before == len(text) and any(least <= len(_holes(each.picture)) <= most for each in inks)


def _begins_with_a_dash(ink: Picture) -> bool:
    """Tell whether a minus runs into the first digit: at half height, thin, and nothing above and below it."""
    high = len(ink)
    long = 0
    for column in ink.T:
        rows = np.flatnonzero(column)
        if not len(rows):
            if long:
                break
            continue
        if rows[-1] - rows[0] >= 0.25 * high or rows[0] < 0.3 * high or rows[-1] > 0.85 * high:
            break
        long += 1
    return long >= LEAST_BESIDE


def _widest(text: str, ink: Ink, print_: Print) -> float:
    """Return how wide a figure of so many digits may be at most: a short minus runs into its digit.

    Digits are two thirds as wide as high, and three quarters apart, where the page's own are not known.
    """
    high, by_page = len(ink.picture), print_.scale(ink)
    width, pitch = (print_.width * by_page, print_.pitch * by_page) if by_page else (0.68 * high, 0.78 * high)
    extra = 0.65 * sum(mark in ".," for mark in text) + 0.9 * text.count("-") + 1.3 * text.count("+")
    return width + (sum(mark.isdigit() for mark in text) - 1 + extra) * pitch + 0.22 * pitch


def _distances(pieces: Sequence[tuple[int, int]]) -> list[float]:
    middles = [(left + right) / 2 for left, right in pieces]
    return [b - a for a, b in pairwise(middles)]


def _has_its_holes(digit: str, ink: Picture) -> bool:
    """Tell whether a digit's ink encloses as much white as the digit does, and where it does."""
    high = len(ink)
    holes = _holes(ink)
    if len(holes) not in _HOLES.get(digit, (0,)):
        return False
    if digit not in "069":
        return True
    (hole,) = holes
    middle = (hole[cv2.CC_STAT_TOP] - 1 + hole[cv2.CC_STAT_HEIGHT] / 2) / high
    if digit == "0":
        return bool(hole[cv2.CC_STAT_HEIGHT] >= 0.5 * high and 0.4 < middle < 0.6)
    return bool(middle > 0.55) if digit == "6" else bool(middle < 0.45)


def _holes(ink: Picture) -> list[Picture]:
    """Return the whites that ink encloses, as OpenCV's statistics of components."""
    framed = cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
    count, _, stats, _ = cv2.connectedComponentsWithStats(1 - framed, connectivity=4)
    holes = [stats[label] for label in range(1, count) if stats[label][cv2.CC_STAT_AREA] >= 4]
    return [hole for hole in holes if hole[cv2.CC_STAT_HEIGHT] < len(framed)]  # not the white around


def _unlike_with_words(ink: Ink, text: str, print_: Print) -> str:
    """Compare a figure with its unit beside it (12.5万元, 减3): its points, and how wide it is."""
    marks = sum(text.count(mark) for mark in ".,")
    if marks != len(ink.hanging) or not print_.pitch:
        return "points"
    begins = re.match("[0-9.,]*", text)
    pitch = print_.pitch * print_.scale(ink, sum(mark.isdigit() for mark in begins[0]) if begins else 0)
    words = len(CHINESE.findall(text))
    expected = (len(text) - words - marks / 2) * pitch + words * 1.9 * pitch
    wide = ink.pieces[-1][1] - ink.pieces[0][0]
    return "" if abs(wide - expected) < (0.6 + 0.1 * words) * pitch else "width"

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

from extractors.ocr_ink import LEAST_BESIDE, Ink
from extractors.ocr_pages import Picture
from extractors.ocr_prepare import PRINT

# How much of a character at a side may be too pale for a limit of darkness: the flag of a 1.
MOST_FADED = 0.17 * PRINT
FIGURE = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[+-]?[0-9]+(?:\.[0-9]+)?")
CHINESE = re.compile(r"[\u3400-\u9fff]")
# Holes of digits in their outline; a 4 may be open.
_HOLES = {"0": (1,), "4": (0, 1), "6": (1,), "8": (2,), "9": (1,)}


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

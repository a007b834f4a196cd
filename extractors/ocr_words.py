"""Print outside of ruled cells → words with their boxes, by their ink alone: nothing that is dark is passed over.

Each word is recognised by itself, as the ink of a ruled cell is. Which words are a table's is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np

from extractors.ocr_cells import read_tables
from extractors.ocr_marks import LEAST_MARK
from extractors.ocr_pages import Picture
from extractors.ocr_prepare import PRINT, Sheet, ink_of_page
from extractors.ocr_rulings import Ruling, Rulings
from extractors.ocr_tables import USUAL_THICKNESS, Bounds, Box, RuledTable

# Shorter lines may be strokes of characters that chance to lie on one straight.
LONG_LEVEL, LONG_UPRIGHT = 8 * PRINT, 5 * PRINT
# Characters of a word are nearer to one another than columns are; marks of punctuation have white beside them.
GAP = 0.25 * PRINT
PUNCTUATION_GAP = 0.75 * PRINT
# A 1 stands alone in its width (DejaVu Serif: 0.27 of a character from the next one); a space is wider than this.
DIGIT_GAP = 0.32 * PRINT
LOWEST_DIGIT, HIGHEST_DIGIT = 0.6 * PRINT, 0.97 * PRINT
UNLIKE_DIGITS = 0.12 * PRINT
SMALL = 0.5 * PRINT
CHARACTER = 0.7 * PRINT
# Strokes of one character over one another are no higher than it.
HIGHEST_CHARACTER = 1.2 * PRINT
# How much larger than most of the page's words a title is, and its print at most: what a seal leaves is higher.
LARGE, HIGHEST_TITLE = 1.4, 3 * PRINT
# White around a word that is looked at with it, as far as its neighbours leave it.
MARGIN = 0.5 * PRINT
ON_LINE = 0.45 * PRINT
# Words further apart are none of one sentence. A table has several levels with three such words at least, or
# is one row of many.
APART = 1.2 * PRINT
FEWEST_LEVELS, MANY_APART = 3, 6
# A page has some 400 words.
MOST_WORDS = 3000


@dataclass(frozen=True, slots=True)
class ScannedWord:
    """A word with its box on the sheet, in pixels; ``row`` counts the levels on which words stand."""

    text: str
    box: Bounds
    row: int
    doubted: bool


def without_lines(sheet: Sheet, rulings: Sequence[Rulings]) -> tuple[Sheet, Picture]:
    """Return the sheet with its ruling lines painted over (frames and rules that make no cells), and where, 0 or 1."""
    painted = np.zeros_like(sheet.ink)
    for found in rulings:
        for line in found.level:
            if line.end - line.start > LONG_LEVEL:
                _paint(painted, line)
        for line in found.upright:
            if line.end - line.start > LONG_UPRIGHT:
                _paint(painted.T, line)
    ink = np.where(painted > 0, np.uint8(np.median(sheet.ink)), sheet.ink)
    plain = np.where(painted > 0, np.uint8(np.median(sheet.plain)), sheet.plain) if sheet.red else ink
    return replace(sheet, ink=ink, plain=plain), painted


def _paint(plane: Picture, line: Ruling) -> None:
    half = round((line.thickness or USUAL_THICKNESS) / 2 + 1.5)
    along = np.arange(max(0, int(line.start) - 2), min(plane.shape[1], int(line.end) + 3))
    middle = np.rint(line.at + line.slope * along).astype(int)
    for offset in range(-half, half + 1):
        plane[np.clip(middle + offset, 0, len(plane) - 1), along] = 1


def find_words(sheet: Sheet, tables: Sequence[Bounds] = ()) -> list[Box]:
    """Return where words stand outside of the tables' bounds, from top to bottom, then from left to right.

    Boxes are those of the ink; their rows count the levels on which words stand.
    """
    ink = ink_of_page(sheet.ink)
    for left, top, right, bottom in tables:
        ink[max(0, round(top) - 8) : round(bottom) + 8, max(0, round(left) - 8) : round(right) + 8] = 0
    return _in_order(_with_titles(_words(_strokes(ink))[:MOST_WORDS]))


def may_be_table(words: Sequence[Box]) -> bool:
    """Tell whether words stand in columns: far apart on several levels, or many on one."""
    levels: dict[int, list[Box]] = {}
    for word in words:
        levels.setdefault(word.row, []).append(word)
    counts = [1 + sum(b.left - a.right > APART for a, b in pairwise(level)) for level in levels.values()]
    return sum(count >= 3 for count in counts) >= FEWEST_LEVELS or max(counts, default=0) >= MANY_APART


def read_words(sheet: Sheet, words: Sequence[Box], painted: Picture) -> list[ScannedWord]:
    """Recognise words, each in the white around it; those beside a line that was painted over may lack strokes."""
    if not words:
        return []
    (grid,) = read_tables(sheet, [RuledTable(tuple(_with_room(words)), (0.0, 0.0, 0.0, 0.0), 0.0)])
    return [
        ScannedWord(
            cell.text,
            (word.left, word.top, word.right, word.bottom),
            word.row,
            cell.doubted or _beside_line(word, painted),
        )
        for cell, word in zip(grid.cells, words, strict=True)
        if cell.text
    ]


def _beside_line(word: Box, painted: Picture) -> bool:
    top, left = max(0, int(word.top) - 2), max(0, int(word.left) - 2)
    return bool(painted[top : int(word.bottom) + 3, left : int(word.right) + 3].any())


def _strokes(ink: Picture) -> Picture:
    """Return left, top, right, bottom of each piece of ink, joined over the gaps within characters."""
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, int(GAP)), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    left, top, wide, high = (stats[1:, place] for place in (0, 1, 2, 3))
    rule = ((wide > 3 * PRINT) & (high < 0.2 * PRINT)) | ((high > 3 * PRINT) & (wide < 0.2 * PRINT))
    marks = (np.maximum(wide, high) >= LEAST_MARK * 0.6) & ~rule
    return np.stack([left, top, left + wide, top + high], axis=1)[marks]


def _words(strokes: Picture) -> list[Bounds]:
    """Join strokes that are of one word; each is held against those that begin not far right of it."""
    strokes = strokes[np.argsort(strokes[:, 0], kind="stable")][: 4 * MOST_WORDS]
    owner = list(range(len(strokes)))

    def root(place: int) -> int:
        while owner[place] != place:
            owner[place] = owner[owner[place]]
            place = owner[place]
        return place

    for place, (left, top, right, bottom) in enumerate(strokes.tolist()):
        last = int(np.searchsorted(strokes[:, 0], right + PUNCTUATION_GAP, side="right"))
        others = strokes[place + 1 : last]
        over = np.minimum(others[:, 3], bottom) - np.maximum(others[:, 1], top)
        near = np.flatnonzero(over > -HIGHEST_CHARACTER)
        for other in (place + 1 + near).tolist():
            if _same_word((left, top, right, bottom), tuple(strokes[other].tolist())):
                owner[root(other)] = root(place)
    groups: dict[int, list[int]] = {}
    for place in range(len(strokes)):
        groups.setdefault(root(place), []).append(place)
    found = [(*strokes[own, :2].min(axis=0), *strokes[own, 2:].max(axis=0)) for own in groups.values()]
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in found if max(c - a, d - b) >= LEAST_MARK * 0.6]


def _with_titles(words: Sequence[Bounds]) -> list[Bounds]:
    """Join what stands beside print that is much larger than the page's: a title, with wide gaps of its own."""
    heights = [bottom - top for _, top, _, bottom in words if bottom - top > 0.5 * PRINT]
    large = LARGE * float(np.percentile(heights, 80)) if heights else 0.0
    found = list(words)
    for first in sorted(
        (word for word in words if large < word[3] - word[1] < HIGHEST_TITLE), key=lambda word: word[0]
    ):
        if first not in found:
            continue  # part of a title already
        title, beside = first, [first]
        while beside:
            found = [word for word in found if word not in beside]
            left, top, right, bottom = zip(title, *beside, strict=True)
            title = min(left), min(top), max(right), max(bottom)
            beside = [word for word in found if _beside(title, word)]
        found.append(title)
    return found


def _beside(title: Bounds, word: Bounds) -> bool:
    level = min(word[3], title[3]) - max(word[1], title[1])
    apart = max(word[0] - title[2], title[0] - word[2])
    return level > 0.6 * (word[3] - word[1]) and apart < title[3] - title[1]


def _same_word(a: Bounds, b: Bounds) -> bool:
    """Tell whether two strokes are of one word; ``b`` begins right of where ``a`` does."""
    gap = b[0] - a[2]
    high, other_high = a[3] - a[1], b[3] - b[1]
    level = min(a[3], b[3]) - max(a[1], b[1])
    union = max(a[3], b[3]) - min(a[1], b[1])
    if gap < 0 and union <= HIGHEST_CHARACTER:  # 二, 三: strokes over one another
        return -gap > 0.5 * min(a[2] - a[0], b[2] - b[0]) or level > 0
    beside = level >= 0.6 * min(high, other_high) or union <= PRINT
    if gap <= GAP:
        return beside and union <= 1.25 * max(high, other_high, 0.8 * PRINT)
    if gap <= DIGIT_GAP and _are_digits(a, b):
        return True
    marks = [s for s in (a, b) if max(s[2] - s[0], s[3] - s[1]) < SMALL and s[2] - s[0] < 2 * (s[3] - s[1])]
    characters = [s for s in (a, b) if s[3] - s[1] >= CHARACTER and s[2] - s[0] >= CHARACTER]
    return gap <= PUNCTUATION_GAP and len(marks) == 1 and len(characters) == 1 and beside


def _are_digits(a: Bounds, b: Bounds) -> bool:
    """Tell strokes as high as digits, both from the same line to the same line."""
    alike = abs(a[1] - b[1]) <= UNLIKE_DIGITS and abs(a[3] - b[3]) <= UNLIKE_DIGITS
    return alike and all(LOWEST_DIGIT <= high <= HIGHEST_DIGIT for high in (a[3] - a[1], b[3] - b[1]))


def _in_order(words: Sequence[Bounds]) -> list[Box]:
    found: list[Box] = []
    row, start = -1, float("-inf")
    for place, box in enumerate(sorted(words, key=lambda box: box[1] + box[3])):
        middle = (box[1] + box[3]) / 2
        if middle - start > ON_LINE:
            row, start = row + 1, middle
        found.append(Box(row, place, 1, 1, *box, unsure=False))
    return sorted(found, key=lambda box: (box.row, box.left))


def _with_room(words: Sequence[Box]) -> Iterator[Box]:
    """Yield each word with the room that it is looked at in: half of the white beside it."""
    all_ = np.array([(word.left, word.top, word.right, word.bottom) for word in words])
    for word in words:
        near = (all_[:, 1] < word.bottom + MARGIN) & (all_[:, 3] > word.top - MARGIN)
        level = near & (all_[:, 1] < word.bottom) & (all_[:, 3] > word.top)
        over = near & ~level & (all_[:, 0] < word.right + MARGIN) & (all_[:, 2] > word.left - MARGIN)
        yield replace(
            word,
            left=word.left - _half(word.left - all_[level & (all_[:, 0] < word.left), 2]),
            top=word.top - _half(word.top - all_[over & (all_[:, 1] < word.top), 3]),
            right=word.right + _half(all_[level & (all_[:, 2] > word.right), 0] - word.right),
            bottom=word.bottom + _half(all_[over & (all_[:, 3] > word.bottom), 1] - word.bottom),
        )


def _half(white: Picture) -> float:
    """Return half of the white up to the nearest neighbour, in bounds."""
    return float(min(MARGIN, max(1.0, white.min(initial=2 * MARGIN) / 2)))

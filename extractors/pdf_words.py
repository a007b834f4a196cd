"""Words of all pages on one long canvas, and the labels that they spell, broken over lines as they may be.

The canvas lets a table go on where the page ends: pages are laid under one another without their margins.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.pdf_labels import vocabulary
from extractors.pdf_lines import PageLine
from extractors.pdf_page import PdfPage
from extractors.pdf_text import TextLine
from schemas.labels import label_key

# Steps tried from one word to put a label together: hostile pages repeat the beginnings of labels.
MOST_STEPS = 60
# Shares of the font's height: how far the next line of a label may be, on the next page too, and a word beside it.
NEXT_LINE, NEXT_PAGE = 2.4, 3.5
BESIDE = 1.5
LONGEST_LABEL = 90


@dataclass(slots=True, eq=False)
class Word:
    """A word on the canvas: ``y`` is its baseline there, ``line`` the index of the line it is of."""

    page: PdfPage
    text: str
    key: str
    x0: float
    x1: float
    y: float
    box: tuple[float, float, float, float]
    height: float
    line: int
    doubted: bool = False

    @property
    def centre(self) -> float:
        """The middle across."""
        return (self.x0 + self.x1) / 2


@dataclass(slots=True, eq=False)
class Label:
    """A known label: its words in reading order, and what they cover."""

    key: str
    words: list[Word]

    @property
    def text(self) -> str:
        """The label as printed."""
        return "".join(word.text for word in self.words)

    @property
    def x0(self) -> float:
        """The left edge."""
        return min(word.x0 for word in self.words)

    @property
    def x1(self) -> float:
        """The right edge."""
        return max(word.x1 for word in self.words)

    @property
    def centre(self) -> float:
        """The middle across."""
        return (self.x0 + self.x1) / 2

    @property
    def first(self) -> float:
        """The first baseline."""
        return self.words[0].y

    @property
    def last(self) -> float:
        """The last baseline."""
        return max(word.y for word in self.words)

    @property
    def height(self) -> float:
        """The height of the font."""
        return self.words[0].height


def canvas(lines: Sequence[PageLine]) -> list[Word]:
    """Lay the words of all pages under one another; sorted from top to bottom, then left to right."""
    found: list[Word] = []
    page, offset, lowest = None, 0.0, 0.0
    for number, (own, line, pieces) in enumerate(lines):
        if own is not page:
            page, offset = own, lowest + 1.5 * line.height - line.base
        for piece in pieces:
            found.append(_word(own, piece, offset, number))
        lowest = max(lowest, line.base + offset)
    return sorted(found, key=lambda word: (word.y, word.x0))


def _word(page: PdfPage, piece: TextLine, offset: float, line: int) -> Word:
    key = label_key(piece.text) if len(piece.text) <= LONGEST_LABEL else ""
    box = (piece.x0, piece.top, piece.x1, piece.bottom)
    return Word(page, piece.text, key, piece.x0, piece.x1, piece.base + offset, box, piece.height, line, piece.doubted)


def find_labels(found: Sequence[Word]) -> list[Label]:
    """Find the known labels that words spell, from top to bottom; each word is used once."""
    finder = _Finder(found)
    labels: list[Label] = []
    used: set[int] = set()
    for word in found:
        if id(word) in used or not word.key or word.key not in vocabulary().prefixes:
            continue
        label = finder.longest(word, used)
        if label is not None:
            labels.append(label)
            used |= {id(part) for part in label.words}
    return labels


class _Finder:
    def __init__(self, found: Sequence[Word]) -> None:
        self.words = found
        self.heights = [word.y for word in found]

    def longest(self, start: Word, used: set[int]) -> Label | None:
        """Return the longest label that begins with a word; of two as long the narrower, which is of one column."""
        known = vocabulary()
        best: Label | None = None
        open_: list[tuple[str, list[Word]]] = [(start.key, [start])]
        for _ in range(MOST_STEPS):
            if not open_:
                break
            key, parts = open_.pop()
            if key in known.known and (best is None or len(key) >= len(best.key)):
                label = Label(key, parts)
                if best is None or len(key) > len(best.key) or label.x1 - label.x0 < best.x1 - best.x0:
                    best = label
            further = [
                (key + word.key, [*parts, word])
                for word in self._next(parts)
                if id(word) not in used and word.key and key + word.key in known.prefixes
            ]
            open_ += reversed(further)
        return best

    def _next(self, parts: Sequence[Word]) -> Iterator[Word]:
        """Yield the words that may go on: those beside the last one, then those below, nearest first."""
        last = parts[-1]
        left, right = min(part.x0 for part in parts), max(part.x1 for part in parts)
        at = bisect_left(self.heights, last.y - 0.5 * last.height)
        beside, below = [], []
        while at < len(self.words) and self.heights[at] <= last.y + NEXT_PAGE * last.height:
            word = self.words[at]
            at += 1
            if abs(word.y - last.y) <= 0.45 * last.height:
                if -0.5 * last.height < word.x0 - last.x1 < BESIDE * last.height and word is not last:
                    beside.append(word)
            elif word.y > last.y and word.x0 < right and word.x1 > left and self._is_near(last, word):
                below.append(word)
        yield from sorted(beside, key=lambda word: word.x0)[:2]
        yield from below[:3]

    @staticmethod
    def _is_near(above: Word, below: Word) -> bool:
        reach = NEXT_LINE if above.page is below.page else NEXT_PAGE
        return below.y - above.y <= reach * above.height

"""Which column each figure of an unruled table stands in, by its place across alone.

Columns are learnt from rows in which every column is filled, or else from the heads. A row that does
not fit them is kept as one piece that no column can claim: nothing is shifted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median
from typing import Protocol

from extractors.pdf_words import Word

# Rows that agree on a number of figures, where no heads say how many columns there are.
FEWEST_ALIKE = 3


class Spread(Protocol):
    """Anything with a left and a right edge."""

    @property
    def x0(self) -> float:
        """The left edge."""

    @property
    def x1(self) -> float:
        """The right edge."""


_ANCHORS: tuple[Callable[[Spread], float], ...] = (
    lambda spread: (spread.x0 + spread.x1) / 2,
    lambda spread: spread.x0,
    lambda spread: spread.x1,
)


def columns_of(rows: Sequence[Sequence[Word]], heads: Sequence[Spread]) -> tuple[int, list[list[int] | None]]:
    """Return the number of columns, and for each row the column of each of its words.

    ``heads`` are the heads above figures, from left to right; there may be none. None stands for a row
    whose words do not fit.
    """
    count = len(heads) or _usual(rows)
    full = [row for row in rows if len(row) == count]
    nothing: list[list[int] | None] = [None] * len(rows)
    if not count:
        return 0, nothing
    if count == 1 and full and not heads:
        return 0, nothing
    if full:
        anchor, places = min((_learnt(full, anchor) for anchor in _ANCHORS), key=lambda found: found[2])[:2]
        if heads and not _under(full, heads):
            return count, nothing
        return count, [_fit(row, anchor, places) for row in rows]
    for anchor in _ANCHORS:
        places = [anchor(head) for head in heads]
        fitted = [_fit(row, anchor, places) for row in rows]
        if all(fit is not None for fit in fitted):
            return count, fitted
    return count, nothing


def _usual(rows: Sequence[Sequence[Word]]) -> int:
    counts = Counter(len(row) for row in rows if row)
    if not counts:
        return 0
    count, times = counts.most_common(1)[0]
    return count if times >= FEWEST_ALIKE else 0


def _learnt(
    full: Sequence[Sequence[Word]], anchor: Callable[[Spread], float]
) -> tuple[Callable[[Spread], float], list[float], float]:
    places, spread = [], 0.0
    for column in zip(*full, strict=True):
        found = [anchor(word) for word in column]
        places.append(median(found))
        spread += sum(abs(place - places[-1]) for place in found)
    return anchor, places, spread


def _under(full: Sequence[Sequence[Word]], heads: Sequence[Spread]) -> bool:
    """Tell whether the columns stand under the heads: each nearer to its own than to those beside it."""
    own = [(head.x0 + head.x1) / 2 for head in heads]
    places = [median((word.x0 + word.x1) / 2 for word in column) for column in zip(*full, strict=True)]
    low, high = [float("-inf"), *own[:-1]], [*own[1:], float("inf")]
    return all(before < place < after for before, place, after in zip(low, places, high, strict=True))


def _fit(row: Sequence[Word], anchor: Callable[[Spread], float], places: Sequence[float]) -> list[int] | None:
    """Return the column of each word; None where one is not surely in one, or two are in the same."""
    if not row:
        return []
    pitch = min((b - a for a, b in pairwise(places)), default=float("inf"))
    reach = min(0.75 * row[0].height, 0.4 * pitch)
    if reach <= 0:
        return None
    found = []
    for word in row:
        column = min(range(len(places)), key=lambda index: abs(places[index] - anchor(word)))
        if abs(places[column] - anchor(word)) > reach and len(places) > 1:
            return None
        found.append(column)
    return found if all(a < b for a, b in pairwise(found)) else None

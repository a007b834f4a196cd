"""Numbers that were wrapped in unruled tables: the rest of a figure stands right below it, in a row of its own label.

No ruling says how wide a column is; that a figure had no room is told by all others over and below it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from extractors.pdf_words import Word

# Shares of the font's height to the next line of a number that was wrapped (fonts for Chinese set lines far apart),
# and to one on the next page's top.
NEXT_FIGURE, NEXT_PAGE = 2.4, 3.5
# Characters of a line that is full; where a table has one row, no other row's figure can be mistaken for a rest.
FEWEST_IN_LINE, FEWEST_IN_ONLY_ROW = 3, 2
MOST_LINES = 4
_FIGURE = frozenset("0123456789.,+-")


def overlap(a: Word, b: Word) -> bool:
    """Tell whether two words stand over one another."""
    return a.x0 < b.x1 and b.x0 < a.x1


def has_digit(word: Word) -> bool:
    """Tell whether a word holds a digit, of full width too."""
    return any(char in "0123456789" for char in _folded(word.text))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def unwrapped(figures: Sequence[Word], table: Sequence[Word], *, only_row: bool = False) -> list[Word] | None:
    """Put the wrapped numbers of a row together; None where some of its words are two figures, or may be.

    ``table`` are the figures of all rows: none over or below a full line may be wider than it.
    """
    stacks: list[list[Word]] = []
    for word in sorted(figures, key=lambda word: (word.y, word.x0)):
        own = [stack for stack in stacks if overlap(stack[-1], word)]
        if len(own) > 1:
            return None
        if own:
            own[0].append(word)
        else:
            stacks.append([word])
    fewest = FEWEST_IN_ONLY_ROW if only_row else FEWEST_IN_LINE
    for stack in stacks:
        if len(stack) > 1 and not _is_one_number(stack, table, fewest):
            return None
    joined = [
        replace(stack[0], text="".join(word.text for word in stack), doubted=any(word.doubted for word in stack))
        for stack in stacks
    ]
    return sorted(joined, key=lambda word: (word.x0, word.y))


def _is_one_number(stack: Sequence[Word], table: Sequence[Word], fewest: int) -> bool:
    if not all(set(_folded(word.text)) <= _FIGURE for word in stack) or len(stack) > MOST_LINES:
        return False
    if any(b.y - a.y > (NEXT_FIGURE if a.page is b.page else NEXT_PAGE) * a.height for a, b in pairwise(stack)):
        return False
    first, last = stack[0], stack[-1]
    full = len(first.text)
    if any(len(word.text) != full for word in stack[:-1]) or not fewest <= full >= len(last.text):
        return False
    digit = (first.x1 - first.x0) / full
    return all(word.x1 - word.x0 < first.x1 - first.x0 + digit / 2 for word in table if overlap(word, first))

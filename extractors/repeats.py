"""Tables without merged cells, in which a merged cell's text stands in each of its slots: merged again.

Converters to Markdown and some editors write tables so. What a text means is not asked here, only whether
it is a figure: equal figures beside each other are two figures, or one that was merged, and stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extractors.values import looks_like_value

# A slot of a merged table: (text, row, column, how many columns it spans).
Slot = tuple[str, int, int, int]
# Rows with a label beside itself before a table is taken for one of these.
FEWEST_REPEATING = 2


def repeats_labels(rows: Sequence[Sequence[str]]) -> bool:
    """Tell a table whose rows repeat their labels side by side."""
    repeating = sum(any(a and a == b and not looks_like_value(a) for a, b in pairwise(row)) for row in rows)
    return repeating >= FEWEST_REPEATING


def merged(rows: Sequence[Sequence[str]]) -> list[Slot]:
    """Undo what merging left: repeats of a label beside or below it, and empty slots among the heads.

    Below the heads an empty slot may be a figure that was left blank: there it stays. A row of nothing but a
    label, below one with several, is such a row too.
    """
    slots: list[Slot] = []
    in_head, headed = True, False
    above: dict[int, tuple[str, int]] = {}  # column → label that stands there in the row above, and its width
    for row, texts in enumerate(rows):
        labels = len({text for text in texts if text})
        in_head = in_head and not (headed and labels == 1 and texts[0] and not all(texts))
        in_head = in_head and not any(text and looks_like_value(text) for text in texts)
        headed |= labels > 1
        column = 0
        here: dict[int, tuple[str, int]] = {}
        while column < len(texts):
            text, start = texts[column], column
            column += 1
            if text and not looks_like_value(text):
                while column < len(texts) and texts[column] == text:
                    column += 1
                here[start] = (text, column - start)
            repeated = in_head and text and above.get(start) == here.get(start)
            if (text or not in_head) and not repeated:
                slots.append((text, row, start, column - start))
        above = here
    return slots

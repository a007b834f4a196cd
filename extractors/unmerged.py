"""Heads whose merging was lost: a head stands in the first of its cells, or again in each of them.

Sheets and editors that drop merged cells leave such tables. Which head belongs to which column of the form is
said by `columns`; tables whose labels are repeated are merged again by `repeats` where a reader knows them.
"""

from __future__ import annotations

from collections.abc import Sequence

from extractors.tokens import Token


def lowest_of_columns(header: Sequence[Token]) -> list[Token]:
    """Return from left to right the lowest head with text over each column, neighbours of the same words once.

    A column without any belongs to the head on its left; before the first head it belongs to the rows' labels.
    """
    leaves: list[Token] = []
    for column in sorted({cell.column for cell in header}):
        over = [cell for cell in header if cell.text and cell.column <= column < cell.column + cell.colspan]
        lowest = max(over, key=lambda cell: cell.row, default=None)
        if lowest is not None and not (leaves and leaves[-1].key == lowest.key):
            leaves.append(lowest)
    return leaves

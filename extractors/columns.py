"""Which figure of a row belongs to which column: what the printed heads say of a block's columns.

A head that was moved, added or left out changes what every figure below it means. So the printed order
is worked out first; rows are read by it, and where it cannot be known nothing is read. Here heads stand above
their columns in a grid; where only their sequence is known it is `head_orders` that asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from extractors.align import Match
from extractors.marks import Mark
from extractors.tokens import Token
from extractors.unmerged import lowest_of_columns

_COLUMN = attrgetter("column")


@dataclass(frozen=True, slots=True)
class ColumnOrder:
    """The printed columns from left to right: each the form's column (0-based) or None for a stranger.

    ``at`` gives each printed column's place in ``grid`` where the heads stand in an aligned grid, ``until`` where
    the next one begins: a head without merging reaches over empty ones.
    ``proven`` says that every head of the form was read, ``plain`` that the columns are all of the form's and in
    its order.
    """

    printed: tuple[int | None, ...]
    proven: bool
    grid: int = 0
    at: tuple[int, ...] = ()
    until: tuple[int, ...] = ()
    plain: bool = False

    @property
    def moved(self) -> bool:
        """Tell whether the columns stand in another order than the form's."""
        if self.plain:
            return False
        known = [place for place in self.printed if place is not None]
        return known != sorted(known)


def order_in_grid(
    header: Sequence[Token], heads: Sequence[tuple[Mark, Match | None]], tokens: Sequence[Token]
) -> ColumnOrder | None:
    """Work out the order from the header cells of an aligned grid, those right of the row labels.

    ``heads`` are the block's coded columns in the form's order. None when the header names columns and
    none of the form's is among them.
    """
    lowest = max((cell.row for cell in header), default=0)
    leaves = [cell for cell in header if cell.row == lowest or _is_leaf(cell, header)]
    leaves.sort(key=_COLUMN)
    end = max((cell.column + cell.colspan for cell in header), default=0)
    order = _order_of_leaves(leaves, end, heads, tokens)
    if len(leaves) == len(heads) or (order is not None and order.proven and all(cell.text for cell in leaves)):
        return order
    # Further cells than heads: their merging may be lost.
    again = _order_of_leaves(lowest_of_columns(header), end, heads, tokens)
    return again if again is not None and again.proven else order


def _order_of_leaves(
    leaves: Sequence[Token], end: int, heads: Sequence[tuple[Mark, Match | None]], tokens: Sequence[Token]
) -> ColumnOrder | None:
    """Work out the order from the heads under which figures stand; the header ends before column ``end``."""
    count = len(heads)
    if not leaves:
        return ColumnOrder(tuple(range(count)), proven=False)
    matched = {id(tokens[match.start]): place for place, (_, match) in enumerate(heads) if match is not None}
    exact: dict[str, list[int]] = {}
    for place, (mark, _) in enumerate(heads):
        for key in mark.keys:
            exact.setdefault(key, []).append(place)
    printed: list[int | None] = []
    for cell in leaves:
        places = exact.get(cell.key, [])
        printed.append(places[0] if len(places) == 1 else matched.get(id(cell)))
    # Of two heads of the same words neither is known.
    printed = [None if printed.count(place) > 1 else place for place in printed]
    known = [place for place in printed if place is not None]
    if len(leaves) == count and all(place in (None, j) for j, place in enumerate(printed)):
        # Only wording differs (`本年新` twice in seed 001): the places are the form's.
        printed = list(range(count))
    elif not known:
        return None
    at = tuple(cell.column for cell in leaves)
    plain = printed == list(range(count))
    return ColumnOrder(tuple(printed), len(known) == count, leaves[0].grid, at, (*at[1:], end), plain)


def _is_leaf(cell: Token, header: Sequence[Token]) -> bool:
    """Tell a head with figures below it from a group of heads."""
    return not any(
        other.row > cell.row
        and other.column < cell.column + cell.colspan
        and cell.column < other.column + other.colspan
        for other in header
    )

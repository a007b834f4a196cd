"""Which figure of a row belongs to which column: what the printed heads say of a block's columns.

A head that was moved, added or left out changes what every figure below it means. So the printed order
is worked out first; rows are read by it, and where it cannot be known nothing is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.align import Match
from extractors.marks import Mark
from extractors.tokens import Token

# Longer text between heads is a note, not a head.
LONGEST_HEAD = 30


@dataclass(frozen=True, slots=True)
class ColumnOrder:
    """The printed columns from left to right: each the form's column (0-based) or None for a stranger.

    ``at`` gives each printed column's place in ``grid`` where the heads stand in an aligned grid.
    ``proven`` says that every head of the form was read.
    """

    printed: tuple[int | None, ...]
    proven: bool
    grid: int = 0
    at: tuple[int, ...] = ()


def order_in_grid(
    header: Sequence[Token], heads: Sequence[tuple[Mark, Match | None]], tokens: Sequence[Token]
) -> ColumnOrder | None:
    """Work out the order from the header cells of an aligned grid, those right of the row labels.

    ``heads`` are the block's coded columns in the form's order. None when the header names columns and
    none of the form's is among them.
    """
    count = len(heads)
    leaves = sorted((cell for cell in header if _is_leaf(cell, header)), key=lambda cell: cell.column)
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
    known = [place for place in printed if place is not None]
    if len(set(known)) != len(known):
        return None
    if len(leaves) == count and all(place in (None, j) for j, place in enumerate(printed)):
        # Only wording differs (`本年新` twice in seed 001): the places are the form's.
        printed = list(range(count))
    elif not known:
        return None
    proven = len(known) == count
    return ColumnOrder(tuple(printed), proven, leaves[0].grid, tuple(cell.column for cell in leaves))


def _is_leaf(cell: Token, header: Sequence[Token]) -> bool:
    """Tell a head with figures below it from a group of heads."""
    return not any(
        other.row > cell.row
        and other.column < cell.column + cell.colspan
        and cell.column < other.column + other.colspan
        for other in header
    )


def heads_in_order(
    tokens: Sequence[Token],
    heads: Sequence[Match | None],
    region: tuple[int, int],
    matched: frozenset[int],
) -> tuple[bool, bool]:
    """Tell (usable, proven) of heads that stand one after the other: flat text, or several levels.

    ``heads`` are all heads of the block in reading order, ``region`` the tokens [start, end) in which they
    stand, ``matched`` every token that is some label. A stranger is harmless only in the place of a head
    that is not there (its damaged wording), or before all heads when none is missing (a corner's text).
    """
    gaps: list[tuple[int, int]] = []  # (strangers, heads not found) before each head that was found
    position, lost = region[0], 0
    for head in heads:
        if head is None:
            lost += 1
        else:
            gaps.append((_strangers(tokens, position, head.start, matched), lost))
            position, lost = head.end + 1, 0
    gaps.append((_strangers(tokens, position, region[1], matched), lost))
    strangers, missing = sum(s for s, _ in gaps), sum(m for _, m in gaps)
    if not strangers:
        return True, not missing
    if not missing:
        return gaps[0][0] == strangers, False
    return all(s == m for s, m in gaps), False


def _strangers(tokens: Sequence[Token], start: int, end: int, matched: frozenset[int]) -> int:
    return sum(
        bool(tokens[position].key) and position not in matched and len(tokens[position].text) <= LONGEST_HEAD
        for position in range(start, end)
    )

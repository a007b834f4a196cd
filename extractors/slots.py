"""The figures of one row: which tokens right of a label are its cells, and which are pads.

Only counting and places; which column a slot belongs to is said by `columns`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.columns import ColumnOrder
from extractors.tokens import Token

Slots = list[Token | None]
# Rows that must agree before their common length is taken for the number of columns.
FEWEST_PEERS = 3


@dataclass(slots=True, unsafe_hash=True)  # not frozen for the reason given at `blocks.Line`
class Row:
    """Tokens right of a row's label, and how many cells stand before them (the label's depth).

    ``exact`` says that it holds just its own cells, ``even`` that all rows of its table have one length,
    ``led`` that some begin with an empty cell.
    """

    tokens: tuple[Token, ...]
    depth: int
    grid: int
    exact: bool = False
    even: bool = False
    led: bool = False


def fitting(orders: Sequence[ColumnOrder], rows: Sequence[Row], runs: Sequence[Sequence[Token]]) -> ColumnOrder | None:
    """Choose among the orders that heads can mean the one whose length most full rows have; None if undecided."""
    if len(orders) < 2:
        return orders[0] if orders else None
    fits = [
        sum(_lead(row, len(order.printed)) is not None for row in rows)
        + sum(len(run) == len(order.printed) for run in runs)
        for order in orders
    ]
    best = max(fits)
    return orders[fits.index(best)] if best and fits.count(best) == 1 else None


def under_heads(row: Row, order: ColumnOrder, count: int) -> Slots | None:
    """Return the slot under each head, or None where slots and heads do not line up.

    Every printed column must have a slot of its own, or there must be as many slots as columns (heads and
    figures are often spanned differently). Keeping the part that lines up would be a guess: a stray cell
    moves a whole row under its neighbours' heads.
    """
    if tuple([token.column for token in row.tokens]) == order.at:
        # One token at each head's place, as in nearly every row: nothing to line up.
        return list(row.tokens) if order.plain else _put(row.tokens, order, count)
    found = _lined_up(row, order, count)
    return None if found is None else _put(found, order, count)


def _put(found: Sequence[Token], order: ColumnOrder, count: int) -> Slots:
    """Put the tokens of the printed columns into the form's slots."""
    result: Slots = [None] * count
    for place, token in zip(order.printed, found, strict=True):
        if place is not None:
            result[place] = token
    return result


def _lined_up(row: Row, order: ColumnOrder, count: int) -> list[Token] | None:
    """Return the token of each printed column where tokens and heads do not stand at the same places."""
    first = min(order.at)
    if any(token.column < first and token.key for token in row.tokens):
        return None  # a further label: this row is a group, its figures are those of a row below
    under: dict[int, Token] = {}
    for cell in reversed(row.tokens):  # where cells overlap the first counts
        for column in range(cell.column, cell.column + cell.colspan):
            under[column] = cell
    found = [under[at] for at in order.at if at in under]
    if any(at in under and _another(under[at], row.tokens, end) for at, end in zip(order.at, order.until, strict=True)):
        return None  # two figures under one head, or one that does not stand below it
    as_many = sum(token.column >= first for token in row.tokens) == len(order.printed)
    if order.printed != tuple(range(count)) and not as_many:
        return None  # other columns than the form's: then all of them must be accounted for
    if len({id(token) for token in found}) < len(order.at):
        if not as_many:
            return None
        found = [token for token in row.tokens if token.column >= first]
    return found


def _another(cell: Token, row: Sequence[Token], end: int) -> bool:
    """Tell whether another figure than a cell's stands right of it, before the column ``end``."""
    beside = [token for token in row if cell.column < token.column < end and token.text and token.is_value]
    return any(token.text != cell.text for token in beside)


def by_count(row: Row, like: Sequence[Row], order: ColumnOrder, count: int) -> Slots:
    """Return the slots of a row whose columns are known by their number alone.

    ``like`` are the rows of the same block. A pad is not a cell (VARIANTS section 5, `pipe`): where the
    pads are is learnt from rows in which every cell is filled; a row that such rows do not explain has no
    slot at all.
    """
    width = len(order.printed)
    possible = [
        row.tokens[lead : lead + width]
        for lead in sorted(_possible_leads(row, like, width))
        if len(row.tokens) >= lead + width
        and not any(token.text for token in (*row.tokens[:lead], *row.tokens[lead + width :]))
    ]
    # Two places are as good as one where they hold the same, as in a row of blanks.
    if len({tuple(token.text for token in cells) for cells in possible}) == 1:
        return _put(possible[0], order, count)
    return [None] * count


def _possible_leads(row: Row, like: Sequence[Row], width: int) -> set[int]:
    """Return how many pads may stand before the cells of a row: known of itself, or learnt from its like."""
    own = _lead(row, width)
    if own is not None:
        return {own}
    filled = [(other, lead) for other in like if (lead := _lead(other, width)) is not None]
    same = {lead for other, lead in filled if (other.depth, len(other.tokens)) == (row.depth, len(row.tokens))}
    if len(same) == 1:
        return same
    if row.exact and len(row.tokens) == width:
        return {0}
    if not row.even or same:
        peers = [other for other in like if other.depth == row.depth]
        return {0} if not same and _exact(row, peers, width) else set()
    # All rows are padded to one length: behind the cells, or between labels of several depths and the cells.
    behind = {0} if not row.led and all(lead == 0 for _, lead in filled) else set()
    starts = {other.depth + lead for other, lead in filled}
    between = {starts.pop() - row.depth} if len(starts) == 1 else set()
    whole = {0} if len(row.tokens) == width else set()
    return {lead for lead in behind | between | whole if lead >= 0}


def _exact(row: Row, peers: Sequence[Row], width: int) -> bool:
    """Tell whether rows hold just their cells: a lone row may owe its length to a pad for a lost blank."""
    even = all(len(other.tokens) == width for other in peers)
    ends = len(row.tokens) == width and bool(row.tokens[0].text) and bool(row.tokens[-1].text)
    return even and (ends or len(peers) >= FEWEST_PEERS)


def _lead(row: Row, width: int) -> int | None:
    """Return how many pads precede the cells of a row in which every cell is filled, else None."""
    filled = [place for place, token in enumerate(row.tokens) if token.text]
    if len(filled) != width or filled[-1] - filled[0] != width - 1:
        return None
    return filled[0]

"""Aligned labels → one reading for every cell of the format, found or not.

A figure is taken where its place is certain: under its column's head, or because a row has exactly as
many cells as the printed heads. Otherwise the row's cells are `missing`; nothing is shifted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.align import Alignment, Match
from extractors.columns import ColumnOrder, heads_in_order, order_in_grid
from extractors.doubt import disbelieved
from extractors.marks import Mark, MarkIndex, Role
from extractors.slots import Row, Slots, by_count, under_heads
from extractors.tokens import Token
from extractors.trust import distrusted
from extractors.values import Reading, read_value
from schemas.facts import Status
from schemas.formats import Cell, Format, Layout, Table

MISSING = Reading(None, None, Status.MISSING)
UNREADABLE = Reading(None, None, Status.UNREADABLE)
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class CellReading:
    """A cell of the format with what was read for it."""

    cell: Cell
    reading: Reading
    raw: str | None
    locator: str | None


@dataclass(frozen=True, slots=True)
class _Block:
    """A block's marks with their matches, and the tokens among which its heads stand."""

    heads: tuple[tuple[Mark, Match | None], ...]
    rows: dict[str, Match | None]
    region: tuple[int, int]
    above: Match | None  # the title or row before the heads


def read_cells(
    tokens: tuple[Token, ...], wanted: Format, index: MarkIndex, alignment: Alignment
) -> tuple[CellReading, ...]:
    """Return a reading for each cell of the format, in the format's order."""
    reader = _Reader(tokens, wanted, index, alignment)
    slots: dict[Key, tuple[Token, str | None]] = {}
    for number, table in enumerate(wanted.tables):
        found, proven = reader.table(number, table)
        readings = {key: _read(wanted.cell_by_key[key], *slot).value for key, slot in found.items()}
        lost = distrusted(wanted, table.code, readings, proven=proven, uneven=reader.uneven)
        slots |= {key: slot for key, slot in found.items() if key not in lost}
    unsure = _disbelieved(wanted, slots)
    return tuple(_cell_reading(cell, slots.get(cell.key), cell.key in unsure) for cell in wanted.cells)


def _disbelieved(wanted: Format, slots: dict[Key, tuple[Token, str | None]]) -> set[Key]:
    """Return the cells whose text recognition doubts and sums do not confirm."""
    doubted = {key for key, (slot, _) in slots.items() if slot.doubted}
    if not doubted:
        return set()
    values = {key: _read(wanted.cell_by_key[key], *slot).value for key, slot in slots.items()}
    return disbelieved(wanted, values, doubted)


def _read(cell: Cell, slot: Token, head: str | None) -> Reading:
    return read_value(slot.text, cell.kind, head)


def _cell_reading(cell: Cell, found: tuple[Token, str | None] | None, unsure: bool) -> CellReading:
    if found is None:
        return CellReading(cell, MISSING, None, None)
    slot, head = found
    return CellReading(cell, UNREADABLE if unsure else _read(cell, slot, head), slot.text, slot.locator())


class _Reader:
    """Reads the slots of one aligned document, table by table."""

    def __init__(self, tokens: tuple[Token, ...], wanted: Format, index: MarkIndex, alignment: Alignment) -> None:
        self.tokens = tokens
        self.format = wanted
        self.pairs = list(zip(index.marks, alignment.matches, strict=True))
        self.labels = frozenset(
            place for match in alignment.matches if match for place in range(match.start, match.end + 1)
        )
        self.rows_of_grid: dict[tuple[int, int], list[int]] = {}
        for position, token in enumerate(tokens):
            if token.grid:
                self.rows_of_grid.setdefault((token.grid, token.row), []).append(position)
        self.uneven = False  # some row of the table at hand had too few or too many figures

    def table(self, number: int, table: Table) -> tuple[dict[Key, tuple[Token, str | None]], bool]:
        """Return the slots of a table (token and text of the column's head), and whether heads prove them."""
        self.uneven = False
        found: dict[Key, tuple[Token, str | None]] = {}
        proven = True
        for place, block in enumerate(table.blocks):
            parts = self._block(number, place)
            columns = [str(leaf.code) for leaf, _ in block.column_leaves]
            if table.layout is Layout.ONE_LINE:
                pairs = [(str(leaf.code), column) for leaf, _ in block.row_leaves for column in columns]
                line, sure = self._one_line(parts, pairs)
                lines = [(pairs, line)]
            else:
                rows, sure = self._labelled(parts, columns)
                lines = [([(row, column) for column in columns], slots) for row, slots in rows.items()]
            proven &= sure
            heads = {mark.code[1]: match for mark, match in parts.heads if match is not None}
            for pairs, slots in lines:
                for (row, column), slot in zip(pairs, slots, strict=True):
                    if slot is not None:
                        head = heads.get(column)
                        found[table.code, row, column] = (slot, self._text(head) if head else None)
        return found, proven

    def _text(self, match: Match) -> str:
        return "".join(self.tokens[position].text for position in range(match.start, match.end + 1))

    def _block(self, table: int, block: int) -> _Block:
        own = [i for i, (mark, _) in enumerate(self.pairs) if (mark.table, mark.block) == (table, block)]
        heads = tuple(self.pairs[i] for i in own if self.pairs[i][0].role is Role.HEAD)
        rows = {str(m.code[0]): match for m, match in (self.pairs[i] for i in own) if m.role is Role.ROW and m.code[0]}
        first = next(i for i in own if self.pairs[i][0].role is Role.HEAD)
        before = [(mark, match) for mark, match in self.pairs[:first] if match is not None]
        above = next((match for mark, match in reversed(before) if mark.role is not Role.CORNER), None)
        start = max((match.end + 1 for _, match in before), default=0)
        known = [match.start for mark, match in (self.pairs[i] for i in own) if match and mark.role is Role.ROW]
        ends = [match.end + 1 for _, match in heads if match is not None]
        end = min(known) if known else max(ends, default=start)
        return _Block(heads, rows, (start, max(start, end)), above)

    def _labelled(self, block: _Block, columns: Sequence[str]) -> tuple[dict[str, Slots], bool]:
        """Return the slots of each row that begins with its label."""
        order = self._order(block, columns)
        if order is None:
            return {row: [None] * len(columns) for row in block.rows}, True
        rows = {code: self._row(match) for code, match in block.rows.items() if match is not None}
        like = [row for row in rows.values() if row is not None]
        found: dict[str, Slots] = {}
        for code, match in block.rows.items():
            row = rows.get(code)
            if match is None:
                found[code] = [None] * len(columns)
            elif row is None:
                found[code] = self._run(match.end + 1, order, len(columns))
            elif order.at and order.grid == self.tokens[match.end].grid:
                found[code] = under_heads(row, order, len(columns)) or [None] * len(columns)
            else:
                found[code] = by_count(row, like, order, len(columns))
        return found, order.proven

    def _row(self, match: Match) -> Row | None:
        """Return the tokens right of a label that stands in a grid."""
        label = self.tokens[match.end]
        if not label.grid:
            return None
        whole = self.rows_of_grid[label.grid, label.row]
        right = tuple(self.tokens[position] for position in whole if position > match.end)
        return Row(right, len(whole) - len(right))

    def _order(self, block: _Block, columns: Sequence[str]) -> ColumnOrder | None:
        """Work out the printed order of a block's columns; None where it cannot be known."""
        by_code = {mark.code[1]: (mark, match) for mark, match in block.heads}
        leaves = [by_code[column] for column in columns]  # heads come level by level, columns left to right
        label = next((self.tokens[match.end] for match in block.rows.values() if match is not None), None)
        if label is not None and label.grid and label.aligned:
            above = self.tokens[block.above.end] if block.above else None
            top = above.row if above and above.grid == label.grid else -1
            header = [
                self.tokens[position]
                for row in range(top + 1, label.row)
                for position in self.rows_of_grid.get((label.grid, row), ())
                if self.tokens[position].column >= label.column + label.colspan
            ]
            if header:
                return order_in_grid(header, leaves, self.tokens)
        usable, proven = heads_in_order(self.tokens, [m for _, m in block.heads], block.region, self.labels)
        return ColumnOrder(tuple(range(len(leaves))), proven) if usable else None

    def _one_line(self, block: _Block, pairs: Sequence[tuple[str, str]]) -> tuple[Slots, bool]:
        """Return the slots of the line of figures under a tree of heads."""
        nothing: Slots = [None] * len(pairs)
        known = [match for _, match in block.heads if match is not None]
        if not known:
            return nothing, True
        last = max(match.end for match in known)
        region = (block.region[0], last + 1)
        usable, proven = heads_in_order(self.tokens, [m for _, m in block.heads], region, self.labels)
        if not usable:
            return nothing, True
        order = ColumnOrder(tuple(range(len(pairs))), proven)
        token = self.tokens[last]
        following = last + 1
        if not token.grid and following < len(self.tokens) and self.tokens[following].grid:
            token = self.tokens[following]  # heads were lines, the figures are a row (`pipe`)
            rows = [token.row]
        elif not token.grid:
            return self._run(following, order, len(pairs)), proven
        else:
            rows = list(self._rows_below(token))
        for number in rows:
            row = Row(tuple(self.tokens[p] for p in self.rows_of_grid[token.grid, number]), 0)
            if any(cell.text for cell in row.tokens):
                return by_count(row, [row], order, len(pairs)), proven
        return nothing, True

    def _rows_below(self, token: Token) -> Iterator[int]:
        row = token.row + 1
        while (token.grid, row) in self.rows_of_grid:
            yield row
            row += 1

    def _run(self, start: int, order: ColumnOrder, count: int) -> Slots:
        """Return the figures that follow a label in flat text, if there are just as many as heads.

        Where blanks vanished there are fewer, and nobody can say which: then all are missing.
        """
        end = start
        while end < len(self.tokens) and self.tokens[end].is_value and not self.tokens[end].grid:
            end += 1
        if end - start != len(order.printed):
            self.uneven = True
            return [None] * count
        slots: Slots = [None] * count
        for place, token in zip(order.printed, self.tokens[start:end], strict=True):
            if place is not None:
                slots[place] = token
        return slots

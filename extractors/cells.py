"""Aligned labels → one reading for every cell of the format, found or not.

A figure is taken where its place is certain: under its column's head, or because a row has exactly as
many cells as the printed heads. Otherwise the row's cells are `missing`; nothing is shifted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extractors.align import Alignment, Match
from extractors.columns import ColumnOrder, order_in_grid, orders_of_heads
from extractors.doubt import disbelieved
from extractors.marks import Mark, MarkIndex, Role
from extractors.rhythm import Rhythm, Run, rhythm_of, with_blanks
from extractors.slots import Row, Slots, by_count, fitting, under_heads
from extractors.tokens import Token
from extractors.trust import Placing, distrusted
from extractors.values import Reading, read_value
from schemas.facts import Status
from schemas.formats import Cell, Format, Kind, Layout, Table

MISSING = Reading(None, None, Status.MISSING)
UNREADABLE = Reading(None, None, Status.UNREADABLE)
_UNIT_ALONE = re.compile(r"[(（][^()（）]{0,8}元[)）]")
Key = tuple[str, str, str]


@dataclass(slots=True, unsafe_hash=True)  # not frozen for the reason given at `blocks.Line`
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
    titled: bool  # what stands before the heads is the table's own title


def read_cells(
    tokens: tuple[Token, ...], wanted: Format, index: MarkIndex, alignment: Alignment
) -> tuple[CellReading, ...]:
    """Return a reading for each cell of the format, in the format's order."""
    reader = _Reader(tokens, wanted, index, alignment)
    believed: dict[Key, CellReading] = {}
    for number, table in enumerate(wanted.tables):
        cells, proven = reader.table(number, table)
        values = {key: cell.reading.value for key, cell in cells.items()}
        lost = distrusted(wanted, table.code, values, reader.placing(proven), uneven=reader.uneven)
        believed |= {key: cell for key, cell in cells.items() if key not in lost}
    if reader.doubted:
        values = {key: cell.reading.value for key, cell in believed.items()}
        for key in disbelieved(wanted, values, reader.doubted & believed.keys()):
            believed[key] = replace(believed[key], reading=UNREADABLE)
    return tuple([believed.get(cell.key) or CellReading(cell, MISSING, None, None) for cell in wanted.cells])


def _cell_reading(cell: Cell, slot: Token, head: str | None) -> CellReading:
    return CellReading(cell, read_value(slot.text, cell.kind, head), slot.text, slot.locator())


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
        self.amounts = {cell.column_code for cell in wanted.cells if cell.kind is Kind.AMOUNT}
        self.shapes = self._shapes()
        self.rhythm = self._rhythm()
        self.marks_of: dict[tuple[int, int], list[int]] = {}
        for place, mark in enumerate(index.marks):
            self.marks_of.setdefault((mark.table, mark.block), []).append(place)
        self.uneven = False  # some row of the table at hand had too few or too many figures
        self.moved = False  # its heads stand in another order than the form's
        self.doubted: set[Key] = set()  # cells whose text recognition is not sure of

    def table(self, number: int, table: Table) -> tuple[dict[Key, CellReading], bool]:
        """Return what was found of a table's cells, and whether heads prove their places."""
        self.uneven = self.moved = False
        cells = self.format.cell_by_key
        found: dict[Key, CellReading] = {}
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
            heads = {mark.code[1]: self._head_text(mark, match, parts.region) for mark, match in parts.heads}
            for pairs, slots in lines:
                for (row, column), slot in zip(pairs, slots, strict=True):
                    if slot is not None:
                        head = heads.get(column)
                        if table.exchanged:
                            row, column = column, row  # noqa: PLW2901
                        key = (table.code, row, column)
                        found[key] = _cell_reading(cells[key], slot, head)
                        if slot.doubted:
                            self.doubted.add(key)
        return found, proven

    def placing(self, proven: bool) -> Placing:
        """Say how sure the places of the last table's figures are."""
        if self.moved:
            return Placing.MOVED
        return Placing.PROVEN if proven else Placing.COUNTED

    def _shapes(self) -> dict[int, tuple[bool, bool]]:
        """Tell of each grid whether its rows have one length, and whether some begin with an empty cell."""
        rows: dict[int, list[list[int]]] = {}
        for (grid, _), positions in self.rows_of_grid.items():
            rows.setdefault(grid, []).append(positions)
        return {
            grid: (len(set(map(len, found))) == 1, not all(self.tokens[places[0]].text for places in found))
            for grid, found in rows.items()
        }

    def _head_text(self, mark: Mark, match: Match | None, region: tuple[int, int]) -> str | None:
        """Return a head as published; of one that was not met where it belongs, what speaks of money instead."""
        if match is not None:
            after = self.tokens[match.end + 1 : match.end + 2]
            # `采购总金额` and `(亿元)` on a line each.
            end = match.end + bool(after and not after[0].grid and _UNIT_ALONE.fullmatch(after[0].text))
            return "".join(self.tokens[position].text for position in range(match.start, end + 1))
        if mark.code[1] not in self.amounts:
            return None
        moved = [token.text for token in self.tokens if token.key in mark.keys]
        beside = [token.text for token in self.tokens[slice(*region)] if "元" in token.text]
        said = moved if len(moved) == 1 else beside
        return said[0] if len(said) == 1 else None

    def _block(self, table: int, block: int) -> _Block:
        own = self.marks_of[table, block]
        heads = tuple(self.pairs[i] for i in own if self.pairs[i][0].role is Role.HEAD)
        rows = {str(m.code[0]): match for m, match in (self.pairs[i] for i in own) if m.role is Role.ROW and m.code[0]}
        first = next(i for i in own if self.pairs[i][0].role is Role.HEAD)
        before = [(mark, match) for mark, match in self.pairs[:first] if match is not None]
        above = next(((mark, match) for mark, match in reversed(before) if mark.role is not Role.CORNER), None)
        titled = above is not None and above[0].table == table and above[0].role is Role.TITLE
        start = max((match.end + 1 for _, match in before), default=0)
        known = [match.start for mark, match in (self.pairs[i] for i in own) if match and mark.role is Role.ROW]
        ends = [match.end + 1 for _, match in heads if match is not None]
        end = min(known) if known else max(ends, default=start)
        return _Block(heads, rows, (start, max(start, end)), above[1] if above else None, titled)

    def _labelled(self, block: _Block, columns: Sequence[str]) -> tuple[dict[str, Slots], bool]:
        """Return the slots of each row that begins with its label."""
        rows = {code: self._row(match) for code, match in block.rows.items() if match is not None}
        like = [row for row in rows.values() if row is not None]
        runs = {code: self._run(block.rows[code], len(columns)) for code, row in rows.items() if row is None}
        order = self._order(block, columns, like, list(runs.values()))
        found: dict[str, Slots] = {code: [None] * len(columns) for code in block.rows}
        if order is None:
            return found, True
        self.moved |= order.moved
        for code, row in rows.items():
            if row is None:
                found[code] = self._slots_of_run(runs[code], order, len(columns))
            elif order.at and order.grid == row.grid:
                found[code] = under_heads(row, order, len(columns)) or found[code]
            else:
                found[code] = by_count(row, like, order, len(columns))
        return found, order.proven

    def _row(self, match: Match | None) -> Row | None:
        """Return the tokens right of a label that stands in a grid."""
        if match is None:
            return None
        label = self.tokens[match.end]
        if not label.grid:
            return None
        whole = self.rows_of_grid[label.grid, label.row]
        right = tuple([self.tokens[position] for position in whole if position > match.end])
        return Row(right, len(whole) - len(right), label.grid, label.exact, *self.shapes[label.grid])

    def _order(
        self, block: _Block, columns: Sequence[str], like: Sequence[Row], runs: Sequence[tuple[Token, ...]]
    ) -> ColumnOrder | None:
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
        return fitting(orders_of_heads(self.tokens, block.heads, block.region, self.labels), like, runs)

    def _one_line(self, block: _Block, pairs: Sequence[tuple[str, str]]) -> tuple[Slots, bool]:
        """Return the slots of the line of figures under a tree of heads."""
        nothing: Slots = [None] * len(pairs)
        known = [match for _, match in block.heads if match is not None]
        if not known and (block.above is None or not block.titled):
            return nothing, True
        # Without any head the table's own title says what the line of figures is.
        last = max((match.end for match in known), default=block.above.end if block.above else 0)
        orders = orders_of_heads(self.tokens, block.heads, (block.region[0], last + 1), self.labels)
        row = self._line_below(last)
        if row is not None and not known and any(token.key for token in row.tokens):
            return nothing, True  # these are heads, though none that we know
        run = () if row else self._figures_from(last + 1, len(pairs))
        order = fitting(orders, [row] if row else [], [] if row else [run])
        if order is None:
            return nothing, True
        self.moved |= order.moved
        if row is None:
            return self._slots_of_run(run, order, len(pairs)), order.proven
        return by_count(row, [row], order, len(pairs)), order.proven

    def _line_below(self, last: int) -> Row | None:
        """Return the first row with text below the heads, or what stands right behind them on one line."""
        token = self.tokens[last]
        beside = tuple(
            self.tokens[place] for place in self.rows_of_grid.get((token.grid, token.row), ()) if place > last
        )
        if token.grid and any(cell.text for cell in beside):
            return Row(beside, 0, token.grid)
        if not token.grid and last + 1 < len(self.tokens) and self.tokens[last + 1].grid:
            token = self.tokens[last + 1]
            rows = [token.row]
        else:
            rows = list(self._rows_below(token)) if token.grid else []
        for number in rows:
            cells = tuple(self.tokens[place] for place in self.rows_of_grid[token.grid, number])
            if any(cell.text for cell in cells):
                return Row(cells, 0, token.grid, token.exact, *self.shapes[token.grid])
        return None

    def _rows_below(self, token: Token) -> Iterator[int]:
        row = token.row + 1
        while (token.grid, row) in self.rows_of_grid:
            yield row
            row += 1

    def _run(self, match: Match | None, count: int) -> tuple[Token, ...]:
        return self._figures_from(match.end + 1, count) if match else ()

    def _figures_from(self, start: int, count: int) -> tuple[Token, ...]:
        """Return the figures that follow one another in flat text, and the blanks among them if they show."""
        run = self._run_from(start)
        if len(run.tokens) < count and self.rhythm is not None:
            return with_blanks(run, count, self.rhythm) or run.tokens
        return run.tokens

    def _run_from(self, start: int) -> Run:
        end = start
        while end < len(self.tokens) and self.tokens[end].is_value and not self.tokens[end].grid:
            end += 1
        return Run(self.tokens[start:end], self.tokens[end] if end < len(self.tokens) else None)

    def _rhythm(self) -> Rhythm | None:
        """Learn from all labelled rows of flat text how blank cells show."""
        widths = {
            (number, place): len(block.column_leaves)
            for number, table in enumerate(self.format.tables)
            for place, block in enumerate(table.blocks)
            if table.layout is Layout.LABELLED_ROWS
        }
        rows = [
            (self._run_from(match.end + 1), widths[mark.table, mark.block])
            for mark, match in self.pairs
            if match and mark.role is Role.ROW and mark.code[0] and not self.tokens[match.end].grid
        ]
        return rhythm_of(rows)

    def _slots_of_run(self, run: tuple[Token, ...], order: ColumnOrder, count: int) -> Slots:
        """Return the slots of figures in flat text, if there are just as many as heads.

        Where blanks vanished there are fewer, and nobody can say which: then all are missing.
        """
        slots: Slots = [None] * count
        if len(run) != len(order.printed):
            self.uneven = True
            return slots
        for place, token in zip(order.printed, run, strict=True):
            if place is not None:
                slots[place] = token
        return slots

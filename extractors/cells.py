"""Aligned labels → one reading for every cell of the format, found or not.

A figure is taken where its place is certain: by its column's head, or because a row has exactly as
many slots as the format has columns. Otherwise the row's cells are `missing`; nothing is shifted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.align import Alignment, Match
from extractors.marks import Mark, MarkIndex, Role
from extractors.tokens import Token
from extractors.values import Reading, read_value
from schemas.facts import Status
from schemas.formats import Cell, Format, Layout

_MISSING = Reading(None, None, Status.MISSING)
# Text longer than this is never a cell of figures, however damaged.
LONGEST_FIGURE = 40


@dataclass(frozen=True, slots=True)
class CellReading:
    """A cell of the format with what was read for it."""

    cell: Cell
    reading: Reading
    raw: str | None
    locator: str | None


class CellReader:
    """Reads the cells of one aligned document."""

    def __init__(self, tokens: tuple[Token, ...], wanted: Format, index: MarkIndex, alignment: Alignment) -> None:
        self.tokens = tokens
        self.format = wanted
        self.found: dict[tuple[int, int, Role, tuple[str | None, str | None]], Match] = {}
        self.label_starts: set[int] = set()
        for mark, match in zip(index.marks, alignment.matches, strict=True):
            if match is not None:
                self.found[self._address(mark)] = match
                self.label_starts.add(match.start)
        self.rows_of_grid: dict[tuple[int, int], list[int]] = {}
        for position, token in enumerate(tokens):
            if token.grid:
                self.rows_of_grid.setdefault((token.grid, token.row), []).append(position)

    @staticmethod
    def _address(mark: Mark) -> tuple[int, int, Role, tuple[str | None, str | None]]:
        return (mark.table, mark.block, mark.role, mark.code)

    def read(self) -> tuple[CellReading, ...]:
        """Return a reading for each cell of the format, in the format's order."""
        slots: dict[tuple[str, str, str], Token] = {}
        heads: dict[tuple[str, str, str], str] = {}
        for number, table in enumerate(self.format.tables):
            for place, block in enumerate(table.blocks):
                rows = [leaf.code for leaf, _ in block.row_leaves]
                columns = [leaf.code for leaf, _ in block.column_leaves]
                if table.layout is Layout.ONE_LINE:
                    pairs = [(row, column) for row in rows for column in columns]
                    lines = [(pairs, self._one_line(number, place, pairs))]
                else:
                    lines = [
                        ([(row, column) for column in columns], self._labelled(number, place, row, columns))
                        for row in rows
                    ]
                for pairs, line in lines:
                    for (row, column), slot in zip(pairs, line, strict=True):
                        key = (table.code, str(row), str(column))
                        if slot is not None:
                            slots[key] = slot
                        head = self.found.get((number, place, Role.HEAD, (None, column)))
                        if head is not None:
                            heads[key] = self._text(head)
        return tuple(self._cell_reading(cell, slots, heads) for cell in self.format.cells)

    def _cell_reading(
        self, cell: Cell, slots: dict[tuple[str, str, str], Token], heads: dict[tuple[str, str, str], str]
    ) -> CellReading:
        slot = slots.get(cell.key)
        if slot is None:
            return CellReading(cell, _MISSING, None, None)
        reading = read_value(slot.text, cell.kind, heads.get(cell.key))
        return CellReading(cell, reading, slot.text, slot.locator())

    def _text(self, match: Match) -> str:
        return "".join(self.tokens[position].text for position in range(match.start, match.end + 1))

    def _labelled(
        self, table: int, block: int, row: str | None, columns: Sequence[str | None]
    ) -> Sequence[Token | None]:
        """Return the slots of a row that begins with its label, one per column."""
        match = self.found.get((table, block, Role.ROW, (row, None)))
        if match is None:
            return [None] * len(columns)
        label = self.tokens[match.end]
        if not label.grid:
            return self._run(match.end + 1, len(columns))
        row_slots = [p for p in self.rows_of_grid[(label.grid, label.row)] if p > match.end]
        heads = [self.found.get((table, block, Role.HEAD, (None, column))) for column in columns]
        return self._row(row_slots, heads, label)

    def _one_line(
        self, table: int, block: int, pairs: Sequence[tuple[str | None, str | None]]
    ) -> Sequence[Token | None]:
        """Return the slots of the line of figures under a tree of heads."""
        heads = [self.found.get((table, block, Role.HEAD, pair)) for pair in pairs]
        known = [head for head in heads if head is not None]
        if not known:
            return [None] * len(pairs)
        last = max(head.end for head in known)
        token = self.tokens[last]
        if not token.grid:
            return self._run(last + 1, len(pairs))
        for row in self._rows_below(token):
            slots = self._row(self.rows_of_grid[(token.grid, row)], heads, token)
            if any(slot is not None and slot.text for slot in slots):
                return slots
        return [None] * len(pairs)

    def _rows_below(self, token: Token) -> Iterator[int]:
        row = token.row + 1
        while (token.grid, row) in self.rows_of_grid:
            yield row
            row += 1

    def _row(self, positions: list[int], heads: Sequence[Match | None], label: Token) -> Sequence[Token | None]:
        """Assign a grid row's tokens to columns: under their heads, else by exact count."""
        slots = [self.tokens[position] for position in positions]
        if label.aligned:
            under = self._under_heads(slots, heads, label)
            if under is not None:
                return under
        while len(slots) > len(heads) and not slots[-1].text:
            slots.pop()  # a pad after the figures is not a cell (VARIANTS section 5, `pipe`)
        return list(slots) if len(slots) == len(heads) else [None] * len(heads)

    def _under_heads(self, slots: list[Token], heads: Sequence[Match | None], label: Token) -> list[Token] | None:
        """Return the slot under each head, or None unless every head has a slot of its own."""
        chosen: list[Token] = []
        for head in heads:
            if head is None or self.tokens[head.start].grid != label.grid:
                return None
            column = self.tokens[head.start].column
            slot = next((s for s in slots if s.column <= column < s.column + s.colspan), None)
            if slot is None or slot in chosen:
                return None
            chosen.append(slot)
        return chosen

    def _run(self, start: int, count: int) -> Sequence[Token | None]:
        """Return the ``count`` figures that follow a label in flat text, if there are just as many.

        Where blanks vanished there are fewer, and nobody can say which: then all are missing.
        """
        end = start
        while end < len(self.tokens) and self._may_be_slot(end):
            end += 1
        if end - start == count:
            return self.tokens[start:end]
        figures = start
        while figures < end and self.tokens[figures].is_value:
            figures += 1
        if figures - start == count:
            return self.tokens[start:figures]
        return [None] * count

    def _may_be_slot(self, position: int) -> bool:
        token = self.tokens[position]
        return not token.grid and position not in self.label_starts and len(token.text) <= LONGEST_FIGURE

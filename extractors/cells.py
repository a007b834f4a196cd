"""Aligned labels → one reading for every cell of the format, found or not.

A figure is taken where its place is certain: under its column's head, or because a row has exactly as
many cells as the printed heads. Otherwise the row's cells are `missing`; nothing is shifted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from extractors.align import Alignment, Match
from extractors.aligned import Aligned
from extractors.columns import ColumnOrder, order_in_grid
from extractors.doubt import disbelieved
from extractors.head_orders import orders_of_heads
from extractors.marks import Mark, MarkIndex, Role
from extractors.plans import BlockPlan, Line, Plan, TablePlan, plan_of
from extractors.slots import Row, Slots, by_count, fitting, under_heads
from extractors.tokens import Token
from extractors.trust import Placing, distrusted
from extractors.values import Reading, read_value
from schemas.facts import Status
from schemas.formats import Cell, Kind, Layout

MISSING = Reading(None, None, Status.MISSING)
UNREADABLE = Reading(None, None, Status.UNREADABLE)
_AMOUNT = Kind.AMOUNT  # looking a member up takes several times as long as comparing with it
Key = tuple[str, str, str]


@dataclass(slots=True, unsafe_hash=True)  # not frozen for the reason given at `blocks.Line`
class CellReading:
    """A cell of the format with what was read for it."""

    cell: Cell
    reading: Reading
    raw: str | None
    locator: str | None


Found = dict[int, CellReading]  # by the cell's position in the form


def read_cells(tokens: tuple[Token, ...], index: MarkIndex, alignment: Alignment) -> tuple[CellReading, ...]:
    """Return a reading for each cell of the format, in the format's order."""
    plan = plan_of(index)
    reader = _Reader(tokens, plan, alignment)
    believed: Found = {}
    for table in plan.tables:
        cells, placing = reader.table(table)
        # Elsewhere each figure stands under its head: then sums have nothing to say of places.
        if placing is not Placing.PROVEN or reader.uneven:
            lost = distrusted(plan.form, table.table.code, _values(cells), placing, uneven=reader.uneven)
            cells = {position: cell for position, cell in cells.items() if cell.cell.key not in lost}
        believed |= cells
    if reader.doubted:
        doubted = {believed[position].cell.key for position in reader.doubted & believed.keys()}
        for key in disbelieved(plan.form, _values(believed), doubted):
            position = plan.form.cell_by_key[key].position
            believed[position] = replace(believed[position], reading=UNREADABLE)
    return tuple([believed.get(cell.position) or CellReading(cell, MISSING, None, None) for cell in plan.form.cells])


def _values(cells: Found) -> dict[Key, Decimal | None]:
    return {cell.cell.key: cell.reading.value for cell in cells.values()}


class _Reader:
    """Reads the slots of one aligned document, table by table."""

    def __init__(self, tokens: tuple[Token, ...], plan: Plan, alignment: Alignment) -> None:
        self.tokens = tokens
        self.document = Aligned(tokens, plan, alignment)
        self.matches = alignment.matches
        self.uneven = False  # some row of the table at hand had too few or too many figures
        self.moved = False  # its heads stand in another order than the form's
        self.doubted: set[int] = set()  # positions of cells whose text recognition is not sure of

    def table(self, table: TablePlan) -> tuple[Found, Placing]:
        """Return what was found of a table's cells, and how sure their places are."""
        self.uneven = self.moved = False
        found: Found = {}
        proven = True
        for block in table.blocks:
            if table.table.layout is Layout.ONE_LINE:
                line, sure = self._one_line(block)
                lines: Iterable[tuple[Line, Slots]] = [(block.line, line)]
            else:
                lines, sure = self._labelled(block)
            proven &= sure
            for cells, slots in lines:
                for cell, slot in zip(cells, slots, strict=True):
                    if slot is None:
                        continue
                    kind, text = cell.kind, slot.text
                    head = self._head(block, table.head_code(cell)) if kind is _AMOUNT else None
                    found[cell.position] = CellReading(cell, read_value(text, kind, head), text, slot.locator())
                    if slot.doubted:
                        self.doubted.add(cell.position)
        if self.moved:
            return found, Placing.MOVED
        return found, Placing.PROVEN if proven else Placing.COUNTED

    def _head(self, block: BlockPlan, code: str) -> str | None:
        """Return the text of the head above an amount: it may say the unit."""
        heads = {mark.code[1]: (mark, match) for mark, match in self.document.heads(block)}
        return self.document.head_text(*heads[code], self.document.region(block)) if code in heads else None

    def _labelled(self, block: BlockPlan) -> tuple[list[tuple[Line, Slots]], bool]:
        """Return the slots of each row that begins with its label."""
        count = len(block.leaves)
        met = [(match, cells) for at, cells in block.rows if (match := self.matches[at]) is not None]
        rows = [(self.document.row(match), match, cells) for match, cells in met]
        like = [row for row, _, _ in rows if row is not None]
        runs = {match: self.document.figures_from(match.end + 1, count) for row, match, _ in rows if row is None}
        order = self._order(block, like, list(runs.values()))
        if order is None:
            return [], True
        self.moved |= order.moved
        found: list[tuple[Line, Slots]] = []
        for row, match, cells in rows:
            if row is None:
                slots: Slots | None = self._slots_of_run(runs[match], order, count)
            elif order.at and order.grid == row.grid:
                slots = under_heads(row, order, count)
            else:
                slots = by_count(row, like, order, count)
            if slots is not None:
                found.append((cells, slots))
        return found, order.proven

    def _order(self, block: BlockPlan, like: list[Row], runs: list[tuple[Token, ...]]) -> ColumnOrder | None:
        """Work out the printed order of a block's columns; None where it cannot be known."""
        document = self.document
        first = next((match for at, _ in block.rows if (match := self.matches[at]) is not None), None)
        label = self.tokens[first.end] if first else None
        if label is not None and label.grid and label.aligned:
            met = document.above(block)
            above = self.tokens[met[1].end] if met else None
            header = document.between(label.grid, above.row if above and above.grid == label.grid else -1, label)
            if header:
                marks = document.plan.index.marks
                return order_in_grid(header, [(marks[at], self.matches[at]) for at in block.leaves], self.tokens)
        heads, region = document.heads(block), document.region(block)
        return fitting(orders_of_heads(self.tokens, heads, region, document.labels), like, runs)

    def _one_line(self, block: BlockPlan) -> tuple[Slots, bool]:
        """Return the slots of the line of figures under a tree of heads."""
        document, count = self.document, len(block.line)
        nothing: Slots = [None] * count
        heads, above = document.heads(block), document.above(block)
        known = [match for _, match in heads if match is not None]
        titled = above is not None and above[0].table == heads[0][0].table and above[0].role is Role.TITLE
        if not known and not titled:
            return nothing, True
        # Without any head the table's own title says what the line of figures is.
        last = max((match.end for match in known), default=above[1].end if above else 0)
        row = document.line_below(last)
        if row is not None and (below := self._below_heads(block, heads, row)):
            return below, True
        orders = orders_of_heads(self.tokens, heads, (document.region(block)[0], last + 1), document.labels)
        if row is not None and not known and any(token.key for token in row.tokens):
            return nothing, True  # these are heads, though none that we know
        run = () if row else document.figures_from(last + 1, count)
        order = fitting(orders, [row] if row else [], [] if row else [run])
        if order is None:
            return nothing, True
        self.moved |= order.moved
        if row is None:
            return self._slots_of_run(run, order, count), order.proven
        return by_count(row, [row], order, count), order.proven

    def _below_heads(self, block: BlockPlan, heads: Sequence[tuple[Mark, Match | None]], row: Row) -> Slots | None:
        """Return what stands at the very columns of the heads, where each column between them is empty.

        None unless all heads stand in the grid of the figures, each within its group.
        """
        tokens = [self.tokens[match.start] for _, match in heads if match is not None]
        if len(tokens) < len(heads) or not all(token.aligned and token.grid == row.grid for token in tokens):
            return None
        for (mark, _), token in zip(heads, tokens, strict=True):
            group = tokens[mark.parent] if mark.parent >= 0 else token
            if not group.column <= token.column < group.column + group.colspan:
                return None
        at = [tokens[place].column for place in block.leaf_heads]
        by_column = {token.column: token for token in row.tokens}
        columns = set(at)
        beside = any(token.text for token in row.tokens if token.column not in columns)
        if beside or not by_column.keys() >= columns or at != sorted(columns):
            return None
        return [by_column[column] for column in at]

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

"""What the reading of cells asks of a form and no document changes: worked out once for each form.

A document only adds what was met of it (`align`); with a plan, reading a row is walking two lists in step.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from extractors.head_orders import leaves_of
from extractors.marks import MarkIndex, Role
from schemas.formats import Cell, Format, Kind, Layout, Table

Line = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """A block of a table: the numbers of its marks in their order, and its cells as they are printed, left to right.

    ``rows`` are coded rows with their cells, where a label begins each. ``line`` are the cells of the one line
    of figures, where there are no labels.
    """

    heads: tuple[int, ...]  # level by level
    row_marks: tuple[int, ...]  # groups of rows too
    rows: tuple[tuple[int, Line], ...]
    leaves: tuple[int, ...]  # the heads under which figures stand, in the form's order
    line: Line = ()
    leaf_heads: tuple[int, ...] = ()  # of such a line: the places among the heads of those under which figures stand


@dataclass(frozen=True, slots=True)
class TablePlan:
    """A table with its blocks; a cell's head is known by its `head_code`."""

    table: Table
    blocks: tuple[BlockPlan, ...]

    def head_code(self, cell: Cell) -> str:
        """Return the code of the column that a cell is printed in."""
        return cell.row_code if self.table.exchanged else cell.column_code


@dataclass(frozen=True, slots=True)
class Plan:
    """All tables of a form. ``amounts`` are the columns in which money stands."""

    form: Format
    index: MarkIndex
    tables: tuple[TablePlan, ...]
    amounts: frozenset[str]
    widths: dict[int, int]  # coded rows that begin with a label, by number of their mark → how many cells


@lru_cache(maxsize=64)
def plan_of(index: MarkIndex) -> Plan:
    """Return the plan of a form in one of its shapes."""
    form = index.form
    tables = tuple(
        TablePlan(table, tuple(_block(index, number, place, table) for place in range(len(table.blocks))))
        for number, table in enumerate(form.tables)
    )
    amounts = frozenset(cell.column_code for cell in form.cells if cell.kind is Kind.AMOUNT)
    widths = {mark: len(line) for table in tables for block in table.blocks for mark, line in block.rows}
    return Plan(form, index, tables, amounts, widths)


def _block(index: MarkIndex, number: int, place: int, table: Table) -> BlockPlan:
    block = table.blocks[place]
    own = [at for at, mark in enumerate(index.marks) if (mark.table, mark.block) == (number, place)]
    heads = tuple(at for at in own if index.marks[at].role is Role.HEAD)
    rows = tuple(at for at in own if index.marks[at].role is Role.ROW)
    columns = [str(leaf.code) for leaf, _ in block.column_leaves]
    if table.layout is Layout.ONE_LINE:
        line = [cell for leaf, _ in block.row_leaves for cell in _cells(index.form, table, str(leaf.code), columns)]
        leaves = leaves_of([index.marks[at].parent for at in heads])
        return BlockPlan(heads, rows, (), (), tuple(line), tuple(leaves))
    by_code = {index.marks[at].code[1]: at for at in heads}
    coded = tuple((at, _cells(index.form, table, code, columns)) for at in rows if (code := index.marks[at].code[0]))
    return BlockPlan(heads, rows, coded, tuple(by_code[column] for column in columns))


def _cells(form: Format, table: Table, row: str, columns: list[str]) -> Line:
    keys = [(table.code, column, row) if table.exchanged else (table.code, row, column) for column in columns]
    return tuple(form.cell_by_key[key] for key in keys)

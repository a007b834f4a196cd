"""A printed table, neutral of any medium: rows of cells with their spans, built from a Format's table.

Head rows, merged labels and stretched last columns follow from the Node trees alone. How a grid
becomes HTML, text or Word is for the modules of those names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from schemas.formats import Block, Format, Layout, Node, Table

from .figures import Key
from .wording import Wording


class Role(StrEnum):
    """What a printed cell is."""

    TITLE = "title"
    CORNER = "corner"
    HEAD = "head"
    GROUP = "group"  # a head over other heads
    LABEL = "label"
    VALUE = "value"
    NOTE = "note"  # a row of the publisher's own, merged over the whole width


@dataclass(frozen=True)
class GridCell:
    """One printed cell; ``key`` names the format's cell when it holds a figure."""

    text: str
    rowspan: int = 1
    colspan: int = 1
    role: Role = Role.LABEL
    key: Key | None = None


@dataclass(frozen=True)
class Slot:
    """A cell in its place. ``continued``: a lower part of a cell that began in a row above."""

    column: int
    cell: GridCell
    continued: bool = False


@dataclass(frozen=True)
class Grid:
    """A printed table: ``rows`` hold each cell once, where it begins; every row covers ``width`` columns."""

    code: str
    width: int
    rows: tuple[tuple[GridCell, ...], ...]

    def slots(self) -> Iterator[list[Slot]]:
        """Yield each row's cells in their columns, those that reach into it from above included.

        Raises:
            ValueError: a row is not covered from its first to its last column.
        """
        open_cells: dict[int, tuple[GridCell, int]] = {}
        for number, row in enumerate(self.rows, start=1):
            waiting, slots, column = list(row), [], 0
            while column < self.width:
                if column in open_cells:
                    cell, left = open_cells.pop(column)
                    slots.append(Slot(column, cell, continued=True))
                elif waiting:
                    cell = waiting.pop(0)
                    left = cell.rowspan
                    slots.append(Slot(column, cell))
                else:
                    break
                if left > 1:
                    open_cells[column] = (cell, left - 1)
                column += cell.colspan
            if column != self.width or waiting:
                raise ValueError(f"{self.code}, row {number}: expected {self.width} columns, found {column}")
            yield slots


def grids(form: Format, figures: Mapping[Key, str], wording: Wording | None = None) -> dict[str, Grid]:
    """Return the printed grid of every table of the format, by table code.

    Raises:
        KeyError: a cell of the format has no figure (see `figures.complete`).
    """
    return {table.code: table_grid(table, figures, wording) for table in form.tables}


def table_grid(table: Table, figures: Mapping[Key, str], wording: Wording | None = None) -> Grid:
    """Return one table as printed. Raises KeyError when one of its cells has no figure."""
    wording = wording or Wording()
    if table.layout is Layout.ONE_LINE:
        rows = [row for block in table.blocks for row in _one_line(table.code, block, figures)]
        width = max(sum(cell.colspan for cell in row) for row in rows)
    else:
        labels = max(_depth(row) for block in table.blocks for row in block.rows)
        values = max(len(block.column_leaves) for block in table.blocks)
        values += wording.spare if len(table.blocks) > 1 else 0
        width = labels + values
        rows = [row for block in table.blocks for row in _labelled(table.code, block, labels, values, figures)]
    rows += [[GridCell(text, 1, width, Role.NOTE)] for text in wording.notes.get(table.code, ())]
    printed = (
        tuple(cell if cell.role is Role.VALUE else replace(cell, text=wording.printed(cell.text)) for cell in row)
        for row in rows
    )
    return Grid(table.code, width, tuple(printed))


def _labelled(
    code: str, block: Block, labels: int, values: int, figures: Mapping[Key, str]
) -> Iterator[list[GridCell]]:
    """Yield the rows of a block: its title, its head rows behind the corner, its labelled lines."""
    if block.title:
        yield [GridCell(block.title, 1, labels + values, Role.TITLE)]
    extra = values - len(block.column_leaves)
    heads = [[GridCell(text, 1, values, Role.CORNER)] for text in block.corner[1:]]
    heads += _head_rows(block.columns, extra)
    heads[0].insert(0, GridCell("".join(block.corner[:1]), len(heads), labels, Role.CORNER))
    yield from heads
    for row_labels, (row, _) in zip(_label_rows(block.rows, labels), block.row_leaves, strict=True):
        line = list(_values(code, [row], block, figures))
        yield [*row_labels, *line[:-1], _wider(line[-1], extra)]


def _one_line(code: str, block: Block, figures: Mapping[Key, str]) -> Iterator[list[GridCell]]:
    """Yield head rows in which every row of the codes stands over the columns, then one line of figures."""

    def hang(node: Node) -> Node:
        return replace(node, code=None, children=tuple(map(hang, node.children)) or block.columns)

    yield from _head_rows(tuple(map(hang, block.rows)))
    yield list(_values(code, [row for row, _ in block.row_leaves], block, figures))


def _values(code: str, rows: Iterable[Node], block: Block, figures: Mapping[Key, str]) -> Iterator[GridCell]:
    for row in rows:
        for column, _ in block.column_leaves:
            key = (code, str(row.code), str(column.code))
            yield GridCell(figures[key], role=Role.VALUE, key=key)


def _head_rows(nodes: Iterable[Node], extra: int = 0) -> Iterator[list[GridCell]]:
    """Yield one row per level of the tree; a head without heads below it spans the levels that are left.

    The heads at the right edge are widened by ``extra`` columns.
    """
    level = list(nodes)
    edge: Node | None = level[-1]
    for left in range(max(map(_depth, level)), 0, -1):
        row = [
            GridCell(node.label, 1, _leaf_count(node), Role.GROUP)
            if node.children
            else GridCell(node.label, left, 1, Role.HEAD)
            for node in level
        ]
        if edge is not None:
            row[-1] = _wider(row[-1], extra)
            edge = edge.children[-1] if edge.children else None
        yield row
        level = [child for node in level for child in node.children]


def _label_rows(nodes: Iterable[Node], columns: int) -> Iterator[list[GridCell]]:
    """Yield the labels before each line; a group's stands in its first line and spans the others."""
    for node in nodes:
        if not node.children:
            yield [GridCell(node.label, 1, columns)]
            continue
        inner = list(_label_rows(node.children, columns - 1))
        inner[0].insert(0, GridCell(node.label, len(inner)))
        yield from inner


def _wider(cell: GridCell, extra: int) -> GridCell:
    return replace(cell, colspan=cell.colspan + extra)


def _depth(node: Node) -> int:
    return 1 + max(map(_depth, node.children), default=0)


def _leaf_count(node: Node) -> int:
    return sum(map(_leaf_count, node.children)) or 1

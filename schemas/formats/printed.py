"""A format's tables as the notice prints them: rows of cells with their spans, each figure by its position.

Made from the Node trees alone, so a new format needs no layout of its own. How a printed table becomes HTML or a
sheet is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from schemas.formats.model import Block, Format, Layout, Node, Table


class Part(StrEnum):
    """What a printed cell is."""

    TITLE = "title"  # of a block: 第二十条第(一)项
    CORNER = "corner"
    HEAD = "head"
    LABEL = "label"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """One printed cell; ``position`` (from 1, as in `Cell`) when it holds a figure, else 0 and ``text``."""

    part: Part
    text: str
    position: int = 0
    rowspan: int = 1
    colspan: int = 1


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table of ``width`` columns; ``rows`` hold each cell once, where it begins (as in HTML)."""

    code: str
    title: str
    width: int
    rows: tuple[tuple[PrintedCell, ...], ...]


def printed(form: Format) -> tuple[PrintedTable, ...]:
    """Return the tables of a format in their order."""
    places = {cell.key: cell.position for cell in form.cells}
    return tuple(_table(table, places) for table in form.tables)


_Places = dict[tuple[str, str, str], int]


def _table(table: Table, places: _Places) -> PrintedTable:
    if table.layout is Layout.ONE_LINE:
        rows = [row for block in table.blocks for row in _one_line(table.code, block, places)]
        width = max(sum(cell.colspan for cell in row) for row in rows)
    else:
        labels = max(_depth(row) for block in table.blocks for row in block.rows)
        values = max(len(block.column_leaves) for block in table.blocks)
        width = labels + values
        rows = [row for block in table.blocks for row in _labelled(table.code, block, labels, values, places)]
    return PrintedTable(table.code, f"{table.number}、{table.title}", width, tuple(map(tuple, rows)))


def _labelled(code: str, block: Block, labels: int, values: int, places: _Places) -> Iterator[list[PrintedCell]]:
    """Yield a block's title, its head rows behind the corner, its lines; the last column fills the width."""
    if block.title:
        yield [PrintedCell(Part.TITLE, block.title, colspan=labels + values)]
    extra = values - len(block.column_leaves)
    heads = [[PrintedCell(Part.CORNER, text, colspan=values)] for text in block.corner[1:]]
    heads += _head_rows(block.columns, extra)
    corner = "".join(block.corner[:1])
    heads[0].insert(0, PrintedCell(Part.CORNER, corner, rowspan=len(heads), colspan=labels))
    yield from heads
    for row_labels, (row, _) in zip(_label_rows(block.rows, labels), block.row_leaves, strict=True):
        line = list(_figures(code, [row], block, places))
        yield [*row_labels, *line[:-1], replace(line[-1], colspan=1 + extra)]


def _one_line(code: str, block: Block, places: _Places) -> Iterator[list[PrintedCell]]:
    """Yield head rows in which every row of the codes stands over the columns, then one line of figures."""

    def hang(node: Node) -> Node:
        return replace(node, code=None, children=tuple(map(hang, node.children)) or block.columns)

    yield from _head_rows(tuple(map(hang, block.rows)), 0)
    yield list(_figures(code, [row for row, _ in block.row_leaves], block, places))


def _figures(code: str, rows: Iterable[Node], block: Block, places: _Places) -> Iterator[PrintedCell]:
    for row in rows:
        for column, _ in block.column_leaves:
            yield PrintedCell(Part.VALUE, "", places[code, str(row.code), str(column.code)])


def _head_rows(nodes: Iterable[Node], extra: int) -> Iterator[list[PrintedCell]]:
    """Yield one row per level of the tree; a head without heads below it spans the levels that are left."""
    level = list(nodes)
    edge: Node | None = level[-1]  # what stands at the right edge is widened
    for left in range(max(map(_depth, level)), 0, -1):
        row = [
            PrintedCell(Part.HEAD, node.label, colspan=_width(node))
            if node.children
            else PrintedCell(Part.HEAD, node.label, rowspan=left)
            for node in level
        ]
        if edge is not None and row:
            row[-1] = replace(row[-1], colspan=row[-1].colspan + extra)
            edge = edge.children[-1] if edge.children else None
        yield row
        level = [child for node in level for child in node.children]


def _label_rows(nodes: Iterable[Node], columns: int) -> Iterator[list[PrintedCell]]:
    """Yield the labels before each line; a group's stands in its first line and spans the others."""
    for node in nodes:
        if not node.children:
            yield [PrintedCell(Part.LABEL, node.label, colspan=columns)]
            continue
        inner = list(_label_rows(node.children, columns - 1))
        inner[0].insert(0, PrintedCell(Part.LABEL, node.label, rowspan=len(inner)))
        yield from inner


def _depth(node: Node) -> int:
    return 1 + max(map(_depth, node.children), default=0)


def _width(node: Node) -> int:
    return sum(map(_width, node.children)) or 1

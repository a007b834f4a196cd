"""Printed grids set otherwise than the form sets them: split, without heads, with further columns, rows lost.

Each function takes a grid and returns one or several; where its figures stand is still told by the
cells' ``key``. Which of these shapes a test uses is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from .grid import Grid, GridCell, Role, Slot

Row = tuple[GridCell, ...]


def has_figures(row: Iterable[GridCell]) -> bool:
    """Tell a row of figures from a row of heads or titles."""
    return any(cell.role is Role.VALUE for cell in row)


def head_rows(grid: Grid) -> int:
    """Return how many rows precede the first row of figures."""
    return next(number for number, row in enumerate(grid.rows) if has_figures(row))


def split(grid: Grid, at: Sequence[int], *, repeat_head: bool = False, repeat_group: bool = False) -> list[Grid]:
    """Cut a table before the rows ``at`` (0-based), as page breaks do; merged cells are cut too.

    ``repeat_head`` sets the head rows again above each part; ``repeat_group`` prints a cut group's label
    again, else its lower part is empty.
    """
    bounds = [0, *at, len(grid.rows)]
    head = grid.rows[: head_rows(grid)]
    parts = []
    for start, end in pairwise(bounds):
        rows = [_cut(row, end - number) for number, row in enumerate(grid.rows[start:end], start=start)]
        reaching = _reaching_into(grid, start)
        rows[0] = _insert(
            rows[0],
            [(column, _lower(cell, left, end - start, repeat_group)) for column, cell, left in reaching],
            grid,
            start,
        )
        parts.append(Grid(grid.code, grid.width, (*(head if repeat_head and start else ()), *rows)))
    return parts


def blocks(grid: Grid) -> list[Grid]:
    """Cut a table of several blocks into one table per block."""
    starts = [number for number, row in enumerate(grid.rows) if number and row[0].role is Role.TITLE]
    return split(grid, starts)


def without_heads(grid: Grid) -> Grid:
    """Leave out every row that is neither a block's title nor holds figures."""
    return replace(grid, rows=tuple(row for row in grid.rows if has_figures(row) or row[0].role is Role.TITLE))


def without_row(grid: Grid, row_code: str) -> Grid:
    """Leave out the row of figures with this code; a group's label that stood in it moves down."""
    gone = next(
        number for number, row in enumerate(grid.rows) if any(c.key is not None and c.key[1] == row_code for c in row)
    )
    rows: list[Row] = []
    for number, row in enumerate(grid.rows):
        if number == gone:
            continue
        shorter = tuple(
            replace(cell, rowspan=cell.rowspan - 1) if number < gone < number + cell.rowspan else cell for cell in row
        )
        if number == gone + 1:
            orphans = [replace(c, rowspan=c.rowspan - 1) for c in grid.rows[gone] if c.rowspan > 1]
            shorter = (*orphans, *shorter)
        rows.append(shorter)
    return replace(grid, rows=tuple(rows))


def with_subtotal(grid: Grid, head: str = "小计", figures: Sequence[str] = ()) -> Grid:
    """Add a column before the total of the applications: the sum over the organisations.

    ``figures`` are the texts of the new cells, row by row.
    """
    texts = iter(figures)
    first = head_rows(grid)
    rows: list[Row] = []
    for number, row in enumerate(grid.rows):
        if number < first:
            wider = [
                replace(c, colspan=c.colspan + 1) if c.role in (Role.GROUP,) or _spans_all(c, grid) else c for c in row
            ]
            if number == first - 1:
                wider.append(GridCell(head, role=Role.HEAD))
            rows.append(tuple(wider))
        else:
            rows.append((*row[:-1], GridCell(next(texts, ""), role=Role.NOTE), row[-1]))
    return Grid(grid.code, grid.width + 1, tuple(rows))


def with_last_column(grid: Grid, head: str = "备注", texts: Sequence[str] = ()) -> Grid:
    """Add a column of remarks behind the last; ``texts`` are its cells row by row, empty where they end."""
    return _with_edge(grid, head, list(texts), first=False)


def with_first_column(grid: Grid, head: str = "序号") -> Grid:
    """Add a column before the labels that numbers the rows of figures."""
    return _with_edge(grid, head, [str(number + 1) for number in range(len(grid.rows))], first=True)


def with_gaps(grid: Grid, *, headed: bool = True) -> Grid:
    """Set an empty column behind every second figure: below the figure's own head, or an empty head of its own."""
    gaps = [place for place, slot in enumerate(_slots_of_figures(grid)) if place % 2 == 0]
    columns = [slot.column for place, slot in enumerate(_slots_of_figures(grid)) if place in gaps]
    rows: list[Row] = []
    for slots in grid.slots():
        row: list[GridCell] = []
        for slot in slots:
            end = slot.column + slot.cell.colspan
            inside = sum(slot.column <= column < end - (not headed) for column in columns)
            if not slot.continued:
                row.append(slot.cell if slot.cell.role is Role.VALUE else _wider(slot.cell, inside))
            apart = slot.cell.role is Role.VALUE or (not headed and not slot.continued)
            if apart and end - 1 in columns:
                row.append(GridCell("", slot.cell.rowspan, 1, Role.NOTE))
        rows.append(tuple(row))
    return Grid(grid.code, grid.width + len(columns), tuple(rows))


def _slots_of_figures(grid: Grid) -> list[Slot]:
    last = list(grid.slots())[-1]
    return [slot for slot in last if slot.cell.role is Role.VALUE]


def _wider(cell: GridCell, by: int) -> GridCell:
    return replace(cell, colspan=cell.colspan + by)


def one_table(parts: Sequence[tuple[str, Grid]]) -> Grid:
    """Set several tables as one, each below a row with its heading."""
    width = max(grid.width for _, grid in parts)
    rows: list[Row] = []
    for heading, grid in parts:
        rows.append((GridCell(heading, 1, width, Role.NOTE),))
        rows += [(*row[:-1], replace(row[-1], colspan=row[-1].colspan + width - grid.width)) for row in grid.rows]
    return Grid("all", width, tuple(rows))


def spanless(grid: Grid) -> Grid:
    """Drop all spans, as careless editors do: rows keep their cells, columns no longer line up."""
    return replace(grid, rows=tuple(tuple(replace(c, rowspan=1, colspan=1) for c in row) for row in grid.rows))


def filled(grid: Grid, *, repeat_figures: bool = False) -> Grid:
    """Undo all merging: each slot has a cell of its own, a merged label's text stands in each of its slots.

    A figure that was stretched stands in its first slot, the others are empty, or (``repeat_figures``) in all.
    """
    rows: list[Row] = []
    for slots in grid.slots():
        row: list[GridCell] = []
        for slot in slots:
            single = replace(slot.cell, rowspan=1, colspan=1)
            again = single if slot.cell.role is not Role.VALUE or repeat_figures else GridCell("", role=Role.NOTE)
            row += [single, *[again] * (slot.cell.colspan - 1)]
        rows.append(tuple(row))
    return replace(grid, rows=tuple(rows))


def _spans_all(cell: GridCell, grid: Grid) -> bool:
    return cell.role is Role.CORNER and cell.rowspan == 1 and cell.colspan > 1 and cell.colspan < grid.width


def _with_edge(grid: Grid, head: str, texts: list[str], *, first: bool) -> Grid:
    rows: list[Row] = []
    heads = head_rows(grid)
    for number, row in enumerate(grid.rows):
        cell = None
        if number == 0:
            cell = GridCell(head, heads, 1, Role.HEAD)
        elif number >= heads:
            cell = GridCell(texts.pop(0) if texts else "", role=Role.NOTE)
        added = (cell,) if cell else ()
        rows.append((*added, *row) if first else (*row, *added))
    return Grid(grid.code, grid.width + 1, tuple(rows))


def _cut(row: Row, left: int) -> Row:
    return tuple(replace(cell, rowspan=min(cell.rowspan, left)) for cell in row)


def _lower(cell: GridCell, left: int, most: int, repeat: bool) -> GridCell:
    return replace(cell, text=cell.text if repeat else "", rowspan=min(left, most))


def _reaching_into(grid: Grid, start: int) -> list[tuple[int, GridCell, int]]:
    """Return (column, cell, rows left) of the cells from above that reach into row ``start``."""
    found = []
    for number, slots in enumerate(grid.slots()):
        if number == start:
            for slot in slots:
                if slot.continued:
                    found.append((slot.column, slot.cell))
    return [(column, cell, _left(grid, cell, start)) for column, cell in found]


def _left(grid: Grid, cell: GridCell, start: int) -> int:
    origin = next(number for number, row in enumerate(grid.rows) if any(other is cell for other in row))
    return origin + cell.rowspan - start


def _insert(row: Row, added: Sequence[tuple[int, GridCell]], grid: Grid, number: int) -> Row:
    """Return the row with cells that reach into it set at their columns."""
    if not added:
        return row
    slots = next(slots for at, slots in enumerate(grid.slots()) if at == number)
    own, lower = iter(row), dict(added)
    return tuple(lower[slot.column] if slot.continued else next(own) for slot in slots)

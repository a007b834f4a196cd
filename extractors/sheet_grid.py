"""A sheet's sparse cells → lines and grids, in the order in which they are read.

A sheet does not say where a table begins: a row with one long or merged text is a line, the rows between
lines are a table, and tables that stand side by side are told apart by an empty column.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from extractors.blocks import MOST_GRIDS, MOST_LINES, Block, Grid, GridCell, Line
from extractors.repeats import merged, repeats_labels
from extractors.values import looks_like_value

# Cells with text that are kept of a sheet: a report's have some 400.
MOST_CELLS = 100_000
MOST_MERGED = 20_000
MOST_COLUMNS = 1_000
MOST_SHEETS = 100
# Cells of one grid, blanks included; a table beyond this is none of ours.
GREATEST_GRID = 200_000
# A merged text that covers more than this part of a table's columns is a title, not a row's label.
WIDE = 2 / 3
# Longer text is prose; the longest label of a row has some 40 characters.
LONGEST_LABEL = 45

Place = tuple[int, int]
Range = tuple[int, int, int, int]  # first row and column, last row and column


@dataclass(slots=True)
class Sheet:
    """The cells with text of one sheet, by 0-based row and column."""

    name: str
    hidden: bool = False
    cells: dict[Place, str] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    cut: bool = False


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell with text, or a merged one; rows and columns are those in which something stands, from 0."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1


class SheetBlocks:
    """Collects the blocks of several sheets; numbers go on from sheet to sheet."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.cut = ""
        self._lines = 0
        self._grids = 0

    def add(self, sheet: Sheet) -> None:
        """Append what stands on a sheet."""
        if sheet.cut:
            self.cut = f"cells after the first {MOST_CELLS} of sheet {sheet.name}"
        page = _Page(sheet)
        for part in _parts(page.cells, page.rows):
            if isinstance(part, _Cell):
                self._add_line(part, page)
            else:
                self._add_grid(part, page)

    def _add_line(self, cell: _Cell, page: _Page) -> None:
        if self._lines >= MOST_LINES:
            self.cut = f"lines after the first {MOST_LINES}"
            return
        self._lines += 1
        self.blocks.append(Line(cell.text, self._lines, page.place(cell.row, cell.column)))

    def _add_grid(self, cells: Sequence[_Cell], page: _Page) -> None:
        """Lay out a table over the rows and columns in which some text of it begins, with its blanks."""
        rows = sorted({cell.row for cell in cells if cell.text})
        columns = sorted({cell.column for cell in cells if cell.text})
        if self._grids >= MOST_GRIDS or len(rows) * len(columns) > GREATEST_GRID:
            self.cut = f"tables after the first {MOST_GRIDS}, or one of more than {GREATEST_GRID} cells"
            return
        laid: dict[Place, GridCell] = {}
        covered: set[Place] = set()
        for cell in cells:
            top, left = bisect_left(rows, cell.row), bisect_left(columns, cell.column)
            bottom, right = (
                bisect_left(rows, cell.row + cell.rowspan),
                bisect_left(columns, cell.column + cell.colspan),
            )
            if bottom > top and right > left:
                covered |= {(row, column) for row in range(top, bottom) for column in range(left, right)}
                place = page.place(cell.row, cell.column)
                laid[top, left] = GridCell(cell.text, top, left, bottom - top, right - left, place=place)
        for row in range(len(rows)):
            for column in range(len(columns)):
                if (row, column) not in covered:
                    laid[row, column] = GridCell("", row, column, place=page.place(rows[row], columns[column]))
        self._grids += 1
        self.blocks.append(Grid(_without_repeats([laid[place] for place in sorted(laid)], len(columns)), self._grids))


class _Page:
    """What a person sees of a sheet: its cells by the number of their row and column among those in use."""

    def __init__(self, sheet: Sheet) -> None:
        self._name = sheet.name
        seen = sorted(
            place for place in sheet.cells if place[0] not in sheet.hidden_rows and place[1] not in sheet.hidden_columns
        )
        self.rows = sorted({row for row, _ in seen})
        first = min((column for _, column in seen), default=0)
        last = max((column for _, column in seen), default=-1)
        ends = [end for _, _, _, end in sheet.merged if last < end < first + MOST_COLUMNS]
        self._columns = [
            column
            for column in range(first, min(max([last, *ends]), first + MOST_COLUMNS) + 1)
            if column not in sheet.hidden_columns
        ]
        self.cells: list[_Cell] = []
        inside: set[Place] = set()
        area = 0
        for top, left, bottom, right in sheet.merged:
            cell = self._merged((top, left, bottom, right), sheet.cells.get((top, left), ""))
            area += cell.rowspan * cell.colspan if cell else 0
            if cell is None or area > GREATEST_GRID:
                continue
            places = {
                (row, column)
                for row in range(cell.row, cell.row + cell.rowspan)
                for column in range(cell.column, cell.column + cell.colspan)
            }
            if not places & inside:  # merged cells do not overlap
                inside |= places
                self.cells.append(cell)
        for row, column in seen:
            at = (bisect_left(self.rows, row), bisect_left(self._columns, column))
            if at not in inside and at[1] < len(self._columns):
                self.cells.append(_Cell(sheet.cells[row, column], *at))

    def _merged(self, found: Range, text: str) -> _Cell | None:
        top, left = bisect_left(self.rows, found[0]), bisect_left(self._columns, found[1])
        bottom, right = bisect_right(self.rows, found[2]), bisect_right(self._columns, found[3])
        return _Cell(text, top, left, bottom - top, right - left) if bottom > top and right > left else None

    def place(self, row: int, column: int) -> str:
        """Name a cell as sheets do."""
        letters, number = "", self._columns[column] + 1
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        return f"sheet {self._name}, cell {letters}{self.rows[row] + 1}"


def _without_repeats(cells: Sequence[GridCell], width: int) -> tuple[GridCell, ...]:
    """Merge a table's labels again that are repeated in place of merging; ``cells`` are given row by row."""
    if len(cells) % width or any(cell.rowspan > 1 or cell.colspan > 1 for cell in cells):
        return tuple(cells)
    rows = [cells[start : start + width] for start in range(0, len(cells), width)]
    texts = [[cell.text for cell in row] for row in rows]
    if not repeats_labels(texts):
        return tuple(cells)
    return tuple(replace(rows[row][column], colspan=span) for _, row, column, span in merged(texts))


def _parts(cells: Sequence[_Cell], rows: Sequence[int], *, divide: bool = True) -> Iterator[_Cell | list[_Cell]]:
    """Yield lines and the cells of tables from top to bottom, of tables side by side the left one first."""
    lines = _lines(cells, rows)
    bounds = [-1, *sorted(lines), len(rows)]
    ordered = sorted(cells, key=lambda cell: cell.row)
    starts = [cell.row for cell in ordered]
    for above, below in pairwise(bounds):
        if above in lines:
            yield lines[above]
        table = ordered[bisect_right(starts, above) : bisect_left(starts, below)]
        if not any(cell.text for cell in table):
            continue
        sides = _sides(table) if divide else [table]
        if len(sides) == 1:
            yield table
        else:
            for side in sides:
                yield from _parts(side, rows, divide=False)


def _lines(cells: Sequence[_Cell], rows: Sequence[int]) -> dict[int, _Cell]:
    """Return the rows that are lines: one text that is wide, long, or begins what stands below it.

    A short text below a table's rows stays with them: it may be a label whose figures are all blank.
    """
    texts: dict[int, list[_Cell]] = {}
    for cell in cells:
        if cell.text:
            texts.setdefault(cell.row, []).append(cell)
    spanned = {row for cell in cells if cell.text for row in range(cell.row + 1, cell.row + cell.rowspan)}
    in_tables = [cell for row, found in texts.items() if len(found) > 1 or row in spanned for cell in found]
    left = min((cell.column for cell in in_tables), default=0)
    width = max((cell.column + cell.colspan for cell in in_tables), default=0) - left
    lines: dict[int, _Cell] = {}
    table_above = -2  # the row of a table that was met last
    for row in sorted(texts):
        cell = texts[row][0]
        alone = len(texts[row]) == 1 and row not in spanned
        goes_on = table_above == row - 1 and rows[row] - rows[row - 1] == 1
        is_wide = cell.colspan > 1 and cell.colspan > WIDE * width
        if alone and (is_wide or len(cell.text) > LONGEST_LABEL or not (goes_on or looks_like_value(cell.text))):
            lines[row] = cell
        else:
            table_above = row
    return lines


def _sides(cells: Sequence[_Cell]) -> list[list[_Cell]]:
    """Divide cells at empty columns, where what follows begins with labels and not with figures."""
    used = sorted({column for cell in cells for column in range(cell.column, cell.column + cell.colspan)})
    sides: list[list[_Cell]] = []
    start = used[0]
    for before, after in [*pairwise(used), (used[-1], used[-1] + 2)]:
        if after - before > 1:
            side = [cell for cell in cells if start <= cell.column <= before]
            first = [cell for cell in side if cell.column == start and cell.text]
            labels = sum(cell.rowspan for cell in first if not looks_like_value(cell.text))
            if sides and 2 * labels <= len({cell.row for cell in side if cell.text}):
                sides[-1] += side
            else:
                sides.append(side)
            start = after
    return sides

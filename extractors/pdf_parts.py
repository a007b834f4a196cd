"""Parts of ruled tables on successive pages → one grid, with the rows that page breaks cut put together.

A row is cut where its label goes on, or where the part below has text but no label of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.blocks import Grid, GridCell
from extractors.pdf_cells import RuledPart
from extractors.pdf_cut import damaged_text
from extractors.pdf_labels import vocabulary
from extractors.pdf_page import Box, PdfPage
from extractors.pdf_text import TextLine, is_full, join_lines
from extractors.values import looks_like_value
from schemas.labels import label_key

# Rulings of one table on two pages differ less than this.
ALIGNED = 4.0
# Characters that an unknown head must at least have in common with the longer one that it is the beginning of.
SHORTEST_BEGINNING = 5


@dataclass(slots=True)
class _Cell:
    row: int
    column: int
    rowspan: int
    colspan: int
    lines: list[TextLine]
    room: float
    boxes: list[tuple[PdfPage, Box, bool]]
    damaged: bool

    @property
    def text(self) -> str:
        text = join_lines(self.lines, self.room)
        return damaged_text(text) if self.damaged else text

    @property
    def key(self) -> str:
        text = self.text
        return "" if looks_like_value(text) else label_key(text)

    @property
    def end(self) -> int:
        return self.row + self.rowspan


def continues(above: RuledPart, below: RuledPart) -> bool:
    """Tell whether two parts are of one table by their columns."""
    if abs(above.edges[0] - below.edges[0]) > ALIGNED or abs(above.edges[-1] - below.edges[-1]) > ALIGNED:
        return False
    fewer, more = sorted((above.edges, below.edges), key=len)
    return all(any(abs(edge - other) <= ALIGNED for other in more) for edge in fewer)


def grid_of(parts: Sequence[RuledPart], number: int) -> Grid:
    """Make one grid of a table's parts, in the order of their pages."""
    columns = _columns(parts)
    cells: list[_Cell] = []
    height = 0
    for part in parts:
        further = _cells(part, columns)
        further_height = part.height
        if cells:
            repeated = _repeated_heads(cells, further)
            further = [replace(c, row=c.row - repeated) for c in further if c.row >= repeated]
            further_height -= repeated
            if pairs := _cut_row(cells, further, height):
                for above, below in pairs:
                    above.lines += below.lines
                    above.boxes += below.boxes
                    above.damaged |= below.damaged
                    above.rowspan += below.rowspan - 1
                taken = {id(below) for _, below in pairs}
                further = [cell for cell in further if id(cell) not in taken]
                height -= 1
            else:
                further = _joined_heads(cells, further, height)
                _doubt_cut_figures(cells, further, height)
        cells += [replace(cell, row=cell.row + height) for cell in further]
        height += further_height
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Grid(tuple(map(_grid_cell, cells)), number)


def _grid_cell(cell: _Cell) -> GridCell:
    page, box, _ = next((place for place in cell.boxes if place[2]), cell.boxes[0])
    return GridCell(
        cell.text,
        cell.row,
        cell.column,
        cell.rowspan,
        cell.colspan,
        place=page.place(box),
        doubted=any(page.doubted for page, _, _ in cell.boxes),
    )


def _columns(parts: Sequence[RuledPart]) -> list[float]:
    """Return the places of all parts' columns, each once."""
    columns: list[float] = []
    for edge in sorted(edge for part in parts for edge in part.edges):
        if not columns or edge - columns[-1] > ALIGNED:
            columns.append(edge)
    return columns


def _nearest(columns: Sequence[float], place: float) -> int:
    return min(range(len(columns)), key=lambda index: abs(columns[index] - place))


def _cells(part: RuledPart, columns: Sequence[float]) -> list[_Cell]:
    cells = []
    begun = {cell.row for cell in part.cells if cell.lines}
    for cell in part.cells:
        column = _nearest(columns, cell.box.x0)
        # A cell of several rows may hold several figures; one of rows in which nothing else begins has one row.
        is_one_row = begun.isdisjoint(range(cell.row + 1, cell.row + cell.rowspan))
        room = cell.box.x1 - cell.box.x0 - 2 * part.padding if is_one_row else 0.0
        box = (part.page, cell.box, bool(cell.lines))
        span = max(1, _nearest(columns, cell.box.x1) - column)
        cells.append(_Cell(cell.row, column, cell.rowspan, span, list(cell.lines), room, [box], cell.damaged))
    return cells


def _repeated_heads(cells: Sequence[_Cell], further: Sequence[_Cell]) -> int:
    """Count the rows with which ``further`` repeats the head of ``cells``."""
    count = 0
    while True:
        own = [(c.column, c.colspan, c.key) for c in cells if c.row == count]
        again = [(c.column, c.colspan, c.key) for c in further if c.row == count]
        if not any(key for *_, key in own) or len(own) != len(again):
            break
        if not all(a[:2] == b[:2] and _repeats(a[2], b[2]) for a, b in zip(own, again, strict=True)):
            break
        if any(looks_like_value(c.text) for c in further if c.row == count):
            break
        count += 1
    # A head that reaches into rows that are none of it is no head.
    return count if all(cell.end <= count for cell in further if cell.row < count) else 0


def _repeats(key: str, again: str) -> bool:
    """Tell whether a head is the one above again; of a head over several rows the first may return alone."""
    begins = bool(again) and key.startswith(again)
    return key == again or (begins and (len(again) >= SHORTEST_BEGINNING or key in vocabulary().known))


def _joined_heads(cells: Sequence[_Cell], further: list[_Cell], height: int) -> list[_Cell]:
    """Put heads together that the page break cuts between two of the rows over which they reach.

    Return what is left of the part below. Where figures stand beside the cut it is no head's.
    """
    last = {(c.column, c.colspan): c for c in cells if c.end == height}
    beside = [*last.values(), *(c for c in further if c.row == 0)]
    if any(looks_like_value(c.text) for c in beside if c.lines):
        return further
    left = []
    for cell in further:
        above = last.get((cell.column, cell.colspan)) if cell.row == 0 else None
        if above and above.key and cell.key and above.key + cell.key in vocabulary().prefixes:
            above.lines += cell.lines
            above.boxes += cell.boxes
            above.rowspan += cell.rowspan
        else:
            left.append(cell)
    return left


def _cut_row(cells: Sequence[_Cell], further: Sequence[_Cell], height: int) -> list[tuple[_Cell, _Cell]]:
    """Return the halves of the row that the page break cuts, cell by cell; nothing where it cuts none."""
    last = {(c.column, c.colspan): c for c in cells if c.end == height}
    first = {(c.column, c.colspan): c for c in further if c.row == 0}
    if not first or set(last) != set(first):
        return []
    pairs = [(last[place], first[place]) for place in sorted(first)]
    return pairs if _is_cut(pairs) else []


def _doubt_cut_figures(cells: Sequence[_Cell], further: Sequence[_Cell], height: int) -> None:
    """Mark figures above a page break that may go on below it, in a row that was not told to be the rest of theirs.

    They fill their cells, and figures stand below them in a row without a label that we know.
    """
    first = [cell for cell in further if cell.row == 0]
    if any(cell.key in vocabulary().known for cell in first if cell.key):
        return
    for above in [cell for cell in cells if cell.end == height and is_full(cell.lines, cell.room)]:
        for below in first:
            if below.column == above.column and any(char.isdigit() for char in below.text):
                above.damaged = below.damaged = True


def _is_cut(pairs: Sequence[tuple[_Cell, _Cell]]) -> bool:
    known = vocabulary()
    labels = [
        place
        for place, (above, below) in enumerate(pairs)
        if (above.key or below.key) and not any(c.lines and looks_like_value(c.text) for c in (above, below))
    ]
    if not labels:
        # Two rows of figures alone are one: no form has more than one such row in a table.
        return any(below.lines for _, below in pairs)
    above, below = pairs[labels[-1]]
    figures = pairs[labels[-1] + 1 :]
    values_above = sum(bool(a.lines) for a, _ in figures)
    values_below = sum(bool(b.lines) for _, b in figures)
    if below.key and above.key and above.key + below.key in known.prefixes:
        return True
    if any(cell.key in known.known for _, cell in pairs if cell.key):
        return False
    if not below.key:
        return True
    if values_below == len(figures) and values_above == len(figures):
        return False
    return values_below > 0 if above.key in known.known else True

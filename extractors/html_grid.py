"""Paragraphs, and tables with their spans laid out on a grid, built up step by step as tags come.

Both HTML parsers feed the same builder, so that they can be held to the same grids. It never
recurses and bounds every span and number, because pages come from strangers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from extractors.blocks import MOST_GRIDS, MOST_LINES, MOST_PARTS, Block, Grid, GridCell, Line, Part
from extractors.flat_text import blocks_of_lines
from extractors.html_tables import BREAK, folded, holds_table, laid_out
from extractors.markup import Look, cells_in, look_of

# What stands in a cell and is no text: `unreadable`, never a figure and never blank.
PICTURE = "\ufffc"
# Marks a place where a cell holds something that it does not show: it is not blank.
UNSEEN = "\x1e"
# The form's greatest table has some 300 cells in 15 columns; beyond this a table is layout.
MOST_CELLS = 20_000
MOST_COLUMNS = 1_000
# Cells with attributes that are placed at once: each may span 200 columns, and is bounded when all are placed.
MOST_SPANNING = 40
# A cell with more text than any label or figure is part of the page's layout, not of a table.
LAYOUT_CELL_CHARACTERS = 400


@dataclass(slots=True)
class _OpenTable:
    cells: list[GridCell] = field(default_factory=list)
    pieces: dict[int, list[str]] = field(default_factory=dict)  # place in cells → text that comes piece by piece
    covered: dict[int, int] = field(default_factory=dict)  # column → rows still covered from above
    row: int = -1
    column: int = 0
    in_cell: bool = False
    layout: bool = False


class GridBuilder:
    """Collects text into the innermost open cell, or into paragraphs outside of tables.

    ``into`` is where text goes at the moment; `_aim` is called whenever that may have changed.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.tables: list[_OpenTable] = []
        self.paragraph: list[str] = []
        self.into = self.paragraph
        self.in_cell = False
        self.preformatted = 0  # open <pre> outside of cells: its line ends count
        self.lines = 0
        self.grids = 0
        self.cut = ""
        self.parts: list[Part] = []

    def note_part(self, is_picture: bool, address: str) -> None:
        """Note what stands at this place of the page and is a file of its own."""
        if address and len(self.parts) < MOST_PARTS:
            self.parts.append(Part(is_picture, address, len(self.blocks)))

    def withhold(self, trace: str) -> None:
        """Mark a cell that holds more than it shows, so that it is not taken for blank."""
        if self.in_cell:
            self.into.append(trace)

    def close(self) -> None:
        """Emit what is left at the end of the page, unclosed tables included."""
        while self.tables:
            self.close_table()
        self._flush()
        self.preformatted = 0

    def _aim(self) -> None:
        table = self.tables[-1] if self.tables else None
        self.in_cell = table is not None and table.in_cell and not table.layout
        own = table.pieces.get(len(table.cells) - 1) if table and self.in_cell else None
        self.into = self.paragraph if own is None else own

    def start_preformatted(self) -> None:
        self.break_line()
        self.preformatted += not self.in_cell

    def end_preformatted(self) -> None:
        if self.preformatted and not self.in_cell:
            self._flush()
            self.preformatted -= 1
        else:
            self.break_line()

    def break_line(self) -> None:
        if self.in_cell:
            self.into.append(BREAK)
        elif self.preformatted:
            self.paragraph.append("\n")
        elif self.paragraph:
            self._flush()

    def _flush(self) -> None:
        """Emit the text at hand; if its lines were laid out by hand, rows of a table may be among them."""
        text = "".join(self.paragraph)
        self.paragraph.clear()
        if not self.preformatted:
            self._emit_line(text)
            return
        for block in blocks_of_lines(text.split("\n")):
            if isinstance(block, Line):
                self._emit_line(block.text)
            else:
                self._emit_grid(tuple(replace(cell, line=None) for cell in block.cells), block.aligned, block.exact)

    def _emit_line(self, text: str) -> None:
        shown = folded(text)
        if not shown:
            return
        if self.lines >= MOST_LINES:
            self.cut = f"lines after the first {MOST_LINES}"
            return
        self.lines += 1
        self.blocks.append(Line(shown, self.lines))

    def _emit_grid(self, cells: tuple[GridCell, ...], aligned: bool = True, exact: bool = True) -> None:
        if self.grids >= MOST_GRIDS:
            self.cut = f"tables after the first {MOST_GRIDS}"
            return
        self.grids += 1
        self.blocks.append(Grid(cells, self.grids, aligned, exact))

    def open_table(self) -> None:
        self._flush()
        self.tables.append(_OpenTable())
        self._aim()

    def open_row(self) -> None:
        if not self.tables or self.tables[-1].layout:
            self.break_line()
        if not self.tables:
            return
        table = self.tables[-1]
        table.row += 1
        table.column = 0
        if table.covered:
            table.covered = {column: left - 1 for column, left in table.covered.items() if left > 1}
        if table.in_cell:
            table.in_cell = False
            self._aim()

    def open_cell(self, attributes: str) -> None:
        if self.place_cell(look_of(attributes), None):
            self.tables[-1].in_cell = True
            self._aim()

    def place_cell(self, look: Look, text: str | None) -> bool:
        """Take a cell that holds nothing but ``text``, or whose text is still to come; tell whether it has a place.

        Outside of tables it is a line of its own. A page has hundreds of cells: this is the one step for each.
        """
        table = self.tables[-1] if self.tables else None
        if table is None or table.layout:
            self.break_line()
            if text is not None:
                self.paragraph.append(text)
                self.break_line()
            return False
        table.row = max(table.row, 0)  # a cell before any row
        column, covered = table.column, table.covered
        while column in covered:
            column += 1
        _, rowspan, colspan = look
        if text is None:
            table.pieces[len(table.cells)] = []
        table.cells.append(GridCell(text or "", table.row, column, rowspan, colspan))
        if rowspan > 1:
            # Counted with the row at hand; each new row takes one off.
            covered.update(dict.fromkeys(range(column, column + colspan), rowspan))
        table.column = column = column + colspan
        self._bound(table)
        return True

    def place_cells(self, written: str) -> bool:
        """Take cells that came as one; tell whether they have a place, else nothing was done.

        As `place_cell` for each of them, in a third of the time: most cells of most pages come so.
        """
        table = self.tables[-1] if self.tables else None
        if table is None or table.layout or table.in_cell:
            return False
        led, plain = cells_in(written)
        if len(led) > MOST_SPANNING:
            return False
        table.row = row = max(table.row, 0)
        column, covered, add = table.column, table.covered, table.cells.append
        for attributes, text in led:
            hidden, rowspan, colspan = look_of(attributes)
            if hidden:
                continue
            while column in covered:
                column += 1
            add(GridCell(text, row, column, rowspan, colspan))
            if rowspan > 1:
                covered.update(dict.fromkeys(range(column, column + colspan), rowspan))
            column += colspan
        while column in covered:
            column += 1
        if not covered or max(covered) < column:
            table.cells += [GridCell(text, row, at) for at, text in enumerate(plain, column)]
            column += len(plain)
        else:
            for text in plain:
                while column in covered:
                    column += 1
                add(GridCell(text, row, column))
                column += 1
        table.column = column
        self._bound(table)
        return True

    def _bound(self, table: _OpenTable) -> None:
        """Give up a table that is greater than any of ours."""
        if table.column > MOST_COLUMNS or len(table.cells) > MOST_CELLS:
            self.cut = f"table of more than {MOST_CELLS} cells or {MOST_COLUMNS} columns"
            self._release(table)

    def close_cell(self) -> None:
        if self.in_cell:
            self.tables[-1].in_cell = False
            self._aim()
        else:
            self.break_line()

    def close_table(self) -> None:
        if not self.tables:
            self.break_line()
            return
        table = self.tables.pop()
        self._aim()
        if table.layout:
            self.break_line()
            return
        for place, pieces in table.pieces.items():
            table.cells[place].text = "".join(pieces)
        texts = [cell.text for cell in table.cells]
        if len(texts) <= 1 and self.in_cell:
            # Some editors set every figure in a table of its own (one cell in a cell).
            self.into.extend([*texts, BREAK])
            return
        if texts:
            # A table that holds a table is layout: what it gathered so far was running text.
            for outer in self.tables:
                if not outer.layout:
                    self._release(outer)
        if max(map(len, texts), default=0) > LAYOUT_CELL_CHARACTERS or any(
            map(holds_table, [text for text in texts if BREAK in text])
        ):
            self._release(table)
        elif texts:
            for cell in table.cells:
                # Most texts are plain and need no folding: asked here, for a call for each would cost more.
                if not (text := cell.text).isalnum():
                    cell.text = folded(text) or (PICTURE if UNSEEN in text else "")
            self._emit_grid(*laid_out(table.cells))

    def _release(self, table: _OpenTable) -> None:
        """Give up a table: its text is running text."""
        table.layout = True
        for place, cell in enumerate(table.cells):
            whole = "".join(table.pieces.get(place, (cell.text,)))
            for text in whole.replace(PICTURE, "").split(BREAK):
                self._emit_line(text)
        table.cells.clear()
        table.pieces.clear()
        self._aim()

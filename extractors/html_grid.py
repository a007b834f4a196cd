"""Mark-up events → blocks: paragraphs, and tables with their spans laid out on a grid.

Both HTML parsers feed the same builder, so that they can be held to the same grids. It never
recurses and bounds every span and number, because pages come from strangers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from extractors.blocks import MOST_GRIDS, MOST_LINES, Block, Grid, GridCell, Line
from extractors.flat_text import blocks_of_lines

# WITHHELD: something stands here that is not for reading (struck out, drawn, written by a script).
START, TEXT, END, WITHHELD = 0, 1, 2, 3
# (kind, tag or text, attributes): what a parser hands over.
Event = tuple[int, str, dict[str, str | None] | None]

BLOCK_TAGS = frozenset(
    re.split(
        r"\s+",
        """address article aside blockquote body br caption center dd div dl dt fieldset figcaption figure
        footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol option p pre section table tbody
        td tfoot th thead title tr ul""",
    )
)
# What stands in a cell and is no text: `unreadable`, never a figure and never blank.
PICTURE = "\ufffc"
PICTURE_TAGS = frozenset(["img", "image", "canvas", "object", "embed", "iframe", "audio", "video", "svg", "select"])
# Marks a place where a cell holds something that it does not show: it is not blank.
_UNSEEN = "\x1e"
# A figure set small above another is a footnote mark, not further digits of it.
APART_TAGS = frozenset({"sup", "sub"})
MAX_SPAN = 200
# The form's greatest table has some 300 cells in 15 columns; beyond this a table is layout.
MOST_CELLS = 20_000
MOST_COLUMNS = 1_000
# A cell with more text than any label or figure is part of the page's layout, not of a table.
LAYOUT_CELL_CHARACTERS = 400
BREAK = "\v"  # divides lines within a cell; source text cannot hold it, its line ends are mere spaces
_SPACE = re.compile(r"[ \t\r\n\f\v\x1e\xa0\u3000]+")


@dataclass(slots=True)
class _OpenTable:
    cells: list[tuple[int, int, int, int, list[str]]] = field(default_factory=list)
    covered: dict[int, int] = field(default_factory=dict)  # column → rows still covered from above
    row: int = -1
    column: int = 0
    in_cell: bool = False
    layout: bool = False


def build_blocks(events: Iterable[Event], metadata: dict[str, str] | None = None) -> tuple[Block, ...]:
    """Lay out a stream of mark-up events as lines and grids, in document order.

    What had to be left out is noted in ``metadata`` under ``cut``.
    """
    builder = _Builder()
    for kind, name, attributes in events:
        if kind == TEXT:
            builder.text(name)
        elif kind == START:
            builder.start(name, attributes or {})
        elif kind == END:
            builder.end(name)
        else:
            builder.withheld(name)
    builder.close()
    if builder.cut and metadata is not None:
        metadata.setdefault("cut", builder.cut)
    return tuple(builder.blocks)


class _Builder:
    """Collects text into the innermost open cell, or into paragraphs outside of tables."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.tables: list[_OpenTable] = []
        self.paragraph: list[str] = []
        self.preformatted = 0  # open <pre> outside of cells: its line ends count
        self.lines = 0
        self.grids = 0
        self.cut = ""

    def text(self, text: str) -> None:
        target = self._cell_text()
        (self.paragraph if target is None else target).append(text)

    def withheld(self, tag: str) -> None:
        """Mark a cell that holds more than it shows, so that it is not taken for blank."""
        target = self._cell_text()
        if target is not None:
            target.append(PICTURE if tag in PICTURE_TAGS else _UNSEEN)

    def close(self) -> None:
        """Emit what is left at the end of the page, unclosed tables included."""
        while self.tables:
            self._close_table()
        self._flush()
        self.preformatted = 0

    def start(self, tag: str, attributes: dict[str, str | None]) -> None:
        if tag in APART_TAGS:
            self.text(" ")
        elif tag in PICTURE_TAGS:
            self.withheld(tag)
        elif tag == "input":
            self.text(_content(attributes) if self._cell_text() is not None else "")
        elif tag == "textarea":
            self.withheld(tag)
        if tag not in BLOCK_TAGS:
            return
        if tag == "table":
            self._open_table()
        elif self.tables and tag == "tr":
            self._open_row(self.tables[-1])
        elif self.tables and tag in ("td", "th"):
            self._open_cell(self.tables[-1], attributes)
        else:
            self.break_line()
            if tag == "pre" and self._cell_text() is None:
                self.preformatted += 1

    def end(self, tag: str) -> None:
        if tag in APART_TAGS:
            self.text(" ")
        if tag not in BLOCK_TAGS:
            return
        if tag == "pre" and self.preformatted and self._cell_text() is None:
            self._flush()
            self.preformatted -= 1
        elif self.tables and tag == "table":
            self._close_table()
        elif self.tables and tag in ("td", "th"):
            self.break_line()
            self.tables[-1].in_cell = False
        else:
            self.break_line()

    def break_line(self) -> None:
        target = self._cell_text()
        if target is not None:
            target.append(BREAK)
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
        folded = _SPACE.sub(" ", text).strip()
        if not folded:
            return
        if self.lines >= MOST_LINES:
            self.cut = f"lines after the first {MOST_LINES}"
            return
        self.lines += 1
        self.blocks.append(Line(folded, self.lines))

    def _emit_grid(self, cells: tuple[GridCell, ...], aligned: bool = True, exact: bool = True) -> None:
        if self.grids >= MOST_GRIDS:
            self.cut = f"tables after the first {MOST_GRIDS}"
            return
        self.grids += 1
        self.blocks.append(Grid(cells, self.grids, aligned, exact))

    def _cell_text(self) -> list[str] | None:
        """Return where text of the innermost cell goes; None where it is running text."""
        if not self.tables or self.tables[-1].layout or not self.tables[-1].in_cell:
            return None
        return self.tables[-1].cells[-1][4]

    def _open_table(self) -> None:
        if self.tables and not self.tables[-1].layout:
            # A table that holds a table is layout: what it gathered so far was running text.
            self._release(self.tables[-1])
            self.tables[-1].layout = True
        self._flush()
        self.tables.append(_OpenTable())

    def _open_row(self, table: _OpenTable) -> None:
        if table.layout:
            self.break_line()
        table.row += 1
        table.column = 0
        table.in_cell = False
        table.covered = {column: left - 1 for column, left in table.covered.items() if left > 1}

    def _open_cell(self, table: _OpenTable, attributes: dict[str, str | None]) -> None:
        if table.layout:
            self.break_line()
            return
        table.row = max(table.row, 0)  # a cell before any row
        while table.covered.get(table.column):
            table.column += 1
        rowspan, colspan = _span(attributes.get("rowspan")), _span(attributes.get("colspan"))
        table.cells.append((table.row, table.column, rowspan, colspan, []))
        if rowspan > 1:
            # Counted with the row at hand; each new row takes one off.
            table.covered.update(dict.fromkeys(range(table.column, table.column + colspan), rowspan))
        table.column += colspan
        table.in_cell = True
        if len(table.cells) > MOST_CELLS or table.column > MOST_COLUMNS:
            self.cut = f"table of more than {MOST_CELLS} cells or {MOST_COLUMNS} columns"
            self._release(table)
            table.layout = True

    def _close_table(self) -> None:
        table = self.tables.pop()
        if table.layout:
            self.break_line()
            return
        if any(sum(map(len, parts)) > LAYOUT_CELL_CHARACTERS for *_, parts in table.cells):
            self._release(table)
            return
        cells = tuple(
            GridCell(_cell(parts), row, column, rowspan, colspan)
            for row, column, rowspan, colspan, parts in table.cells
        )
        if cells:
            self._emit_grid(cells)

    def _release(self, table: _OpenTable) -> None:
        for *_, parts in table.cells:
            for text in "".join(parts).replace(PICTURE, "").split(BREAK):
                self._emit_line(text)
        table.cells.clear()


def _cell(parts: list[str]) -> str:
    text = "".join(parts)
    return _SPACE.sub(" ", text).strip() or (PICTURE if _UNSEEN in text else "")


def _content(attributes: dict[str, str | None]) -> str:
    """A field's content is text like any other; what a tick or an empty field says is not known."""
    kind = (attributes.get("type") or "text").strip().lower()
    if kind in ("hidden", "submit", "button", "reset"):
        return ""
    value = attributes.get("value") or ""
    if kind in ("checkbox", "radio", "image", "file", "range", "color", "password"):
        return PICTURE
    return f" {value} " if value.strip() else _UNSEEN


def _span(value: str | None) -> int:
    """Read a span attribute as browsers do, but bounded; nonsense counts as 1."""
    digits = re.match(r"\s*(\d{1,9})", value or "")
    return min(max(int(digits[1]), 1), MAX_SPAN) if digits else 1

"""Mark-up → blocks: paragraphs, and tables with their spans laid out on a grid; what is hidden is left out.

Both HTML parsers feed the same builder, so that they can be held to the same grids. It never
recurses and bounds every span and number, because pages come from strangers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from extractors.blocks import MOST_GRIDS, MOST_LINES, Block, Grid, GridCell, Line
from extractors.flat_text import blocks_of_lines
from extractors.markup import VOID, Tag, attributes_of, look_of

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
_PICTURE_TAGS = frozenset(["canvas", "object", "embed", "iframe", "audio", "video", "svg", "select"])
# Marks a place where a cell holds something that it does not show: it is not blank.
_UNSEEN = "\x1e"
# Never shown and never meant to be: a cell that holds only these is blank.
_INERT = frozenset({"style", "template", "head", "datalist", "noembed", "noframes"})
# Not to be read as the cell's text, though the publisher put something there: struck out, written by
# a script, set above the line, or drawn. A cell that holds only these is not blank.
_WITHHELD = _PICTURE_TAGS | {"script", "noscript", "del", "s", "strike", "rt", "rp"}
_NOT_READ = _INERT | _WITHHELD
# A figure set small above another is a footnote mark, not further digits of it.
APART_TAGS = frozenset({"sup", "sub"})
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


def build_blocks(tags: Iterable[Tag], metadata: dict[str, str] | None = None) -> tuple[Block, ...]:
    """Lay out a stream of tags as lines and grids, in document order, without what a person cannot see.

    A hidden cell takes its column with it, a hidden row its cells, as in a browser. What had to be left
    out is noted in ``metadata`` under ``cut``.
    """
    builder = _Builder()
    starts, ends = builder.acts()
    hidden = 0  # depth below the element that is hidden; each start has its end
    traceless = True  # whether it leaves no trace, in a cell that is blank without it
    for text, close, tag, attributes in tags:
        if hidden:
            if not traceless and text and not text.isspace():
                builder.withhold(_UNSEEN)
                traceless = True
            if tag and tag not in VOID:
                hidden += -1 if close else 1
            continue
        if text:
            builder.into.append(text)
        if close:
            if act := ends.get(tag):
                act()
        elif tag in _NOT_READ:
            traceless = True
            hidden = tag not in VOID
            if tag in _WITHHELD:
                builder.withhold(PICTURE if tag in _PICTURE_TAGS else _UNSEEN)
        elif attributes and look_of(attributes).hidden:
            traceless = False
            hidden = tag not in VOID
        elif begin := starts.get(tag):
            begin(attributes or "")
    builder.close()
    if builder.cut and metadata is not None:
        metadata.setdefault("cut", builder.cut)
    return tuple(builder.blocks)


class _Builder:
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

    def acts(self) -> tuple[dict[str | None, Callable[[str], None]], dict[str | None, Callable[[], None]]]:
        """Return what is done where a tag opens and closes. Others (span, font, a …) do not divide text."""
        starts: dict[str | None, Callable[[str], None]] = dict.fromkeys(BLOCK_TAGS, self._start_block)
        starts |= dict.fromkeys(APART_TAGS, lambda _: self.into.append(" "))
        starts |= dict.fromkeys(("img", "image"), lambda _: self.withhold(PICTURE))
        starts |= {"table": self._open_table, "tr": self._open_row, "td": self._open_cell, "th": self._open_cell}
        starts |= {"pre": self._start_pre, "input": self._input, "textarea": lambda _: self.withhold(_UNSEEN)}
        ends: dict[str | None, Callable[[], None]] = dict.fromkeys(BLOCK_TAGS, self.break_line)
        ends |= dict.fromkeys(APART_TAGS, lambda: self.into.append(" "))
        ends |= {"table": self._close_table, "td": self._close_cell, "th": self._close_cell, "pre": self._end_pre}
        return starts, ends

    def withhold(self, trace: str) -> None:
        """Mark a cell that holds more than it shows, so that it is not taken for blank."""
        if self.in_cell:
            self.into.append(trace)

    def close(self) -> None:
        """Emit what is left at the end of the page, unclosed tables included."""
        while self.tables:
            self._close_table()
        self._flush()
        self.preformatted = 0

    def _aim(self) -> None:
        table = self.tables[-1] if self.tables else None
        self.in_cell = table is not None and table.in_cell and not table.layout
        self.into = table.cells[-1][4] if table and self.in_cell else self.paragraph

    def _start_block(self, _: str) -> None:
        self.break_line()

    def _start_pre(self, _: str) -> None:
        self.break_line()
        self.preformatted += not self.in_cell

    def _end_pre(self) -> None:
        if self.preformatted and not self.in_cell:
            self._flush()
            self.preformatted -= 1
        else:
            self.break_line()

    def _input(self, attributes: str) -> None:
        if self.in_cell:
            self.into.append(_content(attributes_of(attributes)))

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
                self._emit_grid(tuple(replace(cell, line=None) for cell in block.cells), block.aligned)

    def _emit_line(self, text: str) -> None:
        folded = _folded(text)
        if not folded:
            return
        if self.lines >= MOST_LINES:
            self.cut = f"lines after the first {MOST_LINES}"
            return
        self.lines += 1
        self.blocks.append(Line(folded, self.lines))

    def _emit_grid(self, cells: tuple[GridCell, ...], aligned: bool = True) -> None:
        if self.grids >= MOST_GRIDS:
            self.cut = f"tables after the first {MOST_GRIDS}"
            return
        self.grids += 1
        self.blocks.append(Grid(cells, self.grids, aligned))

    def _open_table(self, _: str) -> None:
        if self.tables and not self.tables[-1].layout:
            # A table that holds a table is layout: what it gathered so far was running text.
            self._release(self.tables[-1])
        self._flush()
        self.tables.append(_OpenTable())
        self._aim()

    def _open_row(self, _: str) -> None:
        if not self.tables or self.tables[-1].layout:
            self.break_line()
        if not self.tables:
            return
        table = self.tables[-1]
        table.row += 1
        table.column = 0
        table.in_cell = False
        if table.covered:
            table.covered = {column: left - 1 for column, left in table.covered.items() if left > 1}
        self._aim()

    def _open_cell(self, attributes: str) -> None:
        table = self.tables[-1] if self.tables else None
        if table is None or table.layout:
            self.break_line()
            return
        table.row = max(table.row, 0)  # a cell before any row
        column = table.column
        while table.covered.get(column):
            column += 1
        rowspan = colspan = 1
        if attributes:
            _, rowspan, colspan = look_of(attributes)
        self.into = []
        self.in_cell = table.in_cell = True
        table.cells.append((table.row, column, rowspan, colspan, self.into))
        if rowspan > 1:
            # Counted with the row at hand; each new row takes one off.
            table.covered.update(dict.fromkeys(range(column, column + colspan), rowspan))
        table.column = column + colspan
        if len(table.cells) > MOST_CELLS or table.column > MOST_COLUMNS:
            self.cut = f"table of more than {MOST_CELLS} cells or {MOST_COLUMNS} columns"
            self._release(table)

    def _close_cell(self) -> None:
        if self.in_cell:
            self.tables[-1].in_cell = False
            self._aim()
        else:
            self.break_line()

    def _close_table(self) -> None:
        if not self.tables:
            self.break_line()
            return
        table = self.tables.pop()
        self._aim()
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
        """Give up a table: its text is running text."""
        table.layout = True
        for *_, parts in table.cells:
            for text in "".join(parts).replace(PICTURE, "").split(BREAK):
                self._emit_line(text)
        table.cells.clear()
        self._aim()


def _folded(text: str) -> str:
    """Fold white space, and drop what stands for something unseen."""
    if text.isprintable() and "  " not in text:  # of white space only the plain space is printable
        return text.strip()
    return _SPACE.sub(" ", text).strip()


def _cell(parts: list[str]) -> str:
    text = "".join(parts)
    return _folded(text) or (PICTURE if _UNSEEN in text else "")


def _content(attributes: dict[str, str]) -> str:
    """A field's content is text like any other; what a tick or an empty field says is not known."""
    kind = attributes.get("type", "text").strip().lower()
    if kind in ("hidden", "submit", "button", "reset"):
        return ""
    value = attributes.get("value", "")
    if kind in ("checkbox", "radio", "image", "file", "range", "color", "password"):
        return PICTURE
    return f" {value} " if value.strip() else _UNSEEN

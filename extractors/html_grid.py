"""Mark-up events → blocks: paragraphs, and tables with their spans laid out on a grid.

Both HTML parsers feed the same builder, so that they can be held to the same grids. It never
recurses and bounds every span, because pages come from strangers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from extractors.blocks import Block, Grid, GridCell, Line

START, TEXT, END = 0, 1, 2
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
HIDDEN_TAGS = frozenset({"script", "style", "noscript", "template", "head"})
# A figure set small above another is a footnote mark, not further digits of it.
APART_TAGS = frozenset({"sup", "sub"})
MAX_SPAN = 200
# A cell with more text than any label or figure is part of the page's layout, not of a table.
LAYOUT_CELL_CHARACTERS = 400
BREAK = "\v"  # divides lines within a cell; source text cannot hold it, its line ends are mere spaces
_SPACE = re.compile(r"[ \t\r\n\f\v\xa0\u3000]+")


@dataclass(slots=True)
class _OpenTable:
    cells: list[tuple[int, int, int, int, list[str]]] = field(default_factory=list)
    covered: dict[int, int] = field(default_factory=dict)  # column → rows still covered from above
    row: int = -1
    column: int = 0
    in_cell: bool = False
    layout: bool = False


def build_blocks(events: Iterable[Event]) -> tuple[Block, ...]:
    """Lay out a stream of mark-up events as lines and grids, in document order."""
    builder = _Builder()
    hidden = 0
    for kind, name, attributes in events:
        if kind == TEXT:
            if not hidden:
                builder.text(name)
        elif kind == START:
            if name in HIDDEN_TAGS:
                hidden += 1
            elif not hidden:
                builder.start(name, attributes or {})
        elif name in HIDDEN_TAGS:
            hidden = max(0, hidden - 1)
        elif not hidden:
            builder.end(name)
    builder.break_line()
    return tuple(builder.blocks)


class _Builder:
    """Collects text into the innermost open cell, or into paragraphs outside of tables."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.tables: list[_OpenTable] = []
        self.paragraph: list[str] = []
        self.lines = 0
        self.grids = 0

    def text(self, text: str) -> None:
        target = self._cell_text()
        (self.paragraph if target is None else target).append(text)

    def start(self, tag: str, attributes: dict[str, str | None]) -> None:
        if tag in APART_TAGS:
            self.text(" ")
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

    def end(self, tag: str) -> None:
        if tag in APART_TAGS:
            self.text(" ")
        if tag not in BLOCK_TAGS:
            return
        if self.tables and tag == "table":
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
        elif self.paragraph:
            self._emit_line("".join(self.paragraph))
            self.paragraph.clear()

    def _emit_line(self, text: str) -> None:
        folded = _SPACE.sub(" ", text).strip()
        if folded:
            self.lines += 1
            self.blocks.append(Line(folded, self.lines))

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
        self.break_line()
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

    def _close_table(self) -> None:
        table = self.tables.pop()
        if table.layout:
            self.break_line()
            return
        if any(sum(map(len, parts)) > LAYOUT_CELL_CHARACTERS for *_, parts in table.cells):
            self._release(table)
            return
        self.grids += 1
        cells = tuple(
            GridCell(_SPACE.sub(" ", "".join(parts)).strip(), row, column, rowspan, colspan)
            for row, column, rowspan, colspan, parts in table.cells
        )
        if cells:
            self.blocks.append(Grid(cells, self.grids))

    def _release(self, table: _OpenTable) -> None:
        for *_, parts in table.cells:
            for text in "".join(parts).split(BREAK):
                self._emit_line(text)
        table.cells.clear()


def _span(value: str | None) -> int:
    """Read a span attribute as browsers do, but bounded; nonsense counts as 1."""
    digits = re.match(r"\s*(\d{1,9})", value or "")
    return min(max(int(digits[1]), 1), MAX_SPAN) if digits else 1

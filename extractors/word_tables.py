"""A Word table's rows and cells with their spans, as an HTML table has them.

Word keeps a cell that spans rows as one cell per row, each but the first marked as continued; whatever a
cell holds is for `word`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from extractors.markup import MAX_SPAN
from extractors.word_looks import attribute, child, is_on, name_of

# Content controls, tracked insertions and custom XML stand between a table and its rows, a row and its cells.
WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"})


@dataclass(slots=True)
class WordCell:
    """A cell at its origin; ``element`` is None for the gap before a row's first cell."""

    element: Any
    colspan: int = 1
    rowspan: int = 1
    deleted: bool = False  # by a tracked change: what it says does not count


def table_rows(table: Any) -> Iterator[list[WordCell]]:
    """Return a table's visible rows, every cell once.

    A continued cell belongs to the cell above it only where both cover the same columns; else it stands
    for itself, so that the cells right of it keep their columns.
    """
    rows: list[list[WordCell]] = []
    open_cells: dict[int, WordCell] = {}  # column → a cell that may go on in the next row
    for row in _inside(table, "tr"):
        properties = child(row, "trPr")
        if is_on(properties, "hidden") or child(properties, "del") is not None:
            continue
        rows.append([])
        open_cells = _lay_out(row, _number(properties, "gridBefore", 0), open_cells, rows[-1])
    return iter(rows)


def _lay_out(row: Any, before: int, above: dict[int, WordCell], cells: list[WordCell]) -> dict[int, WordCell]:
    """Fill ``cells`` and return those which may go on in the next row."""
    column = before
    if before:
        cells.append(WordCell(None, before))
    below: dict[int, WordCell] = {}
    last: WordCell | None = None
    for element in _inside(row, "tc"):
        properties = child(element, "tcPr")
        span = max(_number(properties, "gridSpan", 1), 1)
        if last is not None and last.rowspan == 1 and _merge(properties, "hMerge") == "continue":
            last.colspan = min(last.colspan + span, MAX_SPAN)
            column += span
            continue
        down = _merge(properties, "vMerge")
        origin = above.get(column) if down == "continue" else None
        if origin is not None and origin.colspan == span and origin.rowspan < MAX_SPAN:
            origin.rowspan += 1
            below[column] = origin
            last = None
        else:
            last = WordCell(element, span, deleted=child(properties, "cellDel") is not None)
            cells.append(last)
            if down is not None:
                below[column] = last
        column += span
    return below


def _inside(element: Any, wanted: str) -> Iterator[Any]:
    """Yield the rows of a table or the cells of a row, in order, also those in wrappers."""
    stack = [iter(element)]
    while stack:
        found = next(stack[-1], None)
        if found is None:
            stack.pop()
        elif isinstance(found.tag, str):
            name = name_of(found.tag)
            if name == wanted:
                yield found
            elif name in WRAPPERS:
                stack.append(iter(found))


def _merge(properties: Any, name: str) -> str | None:
    found = child(properties, name)
    if found is None:
        found = child(properties, name.lower())  # as Word 2003 writes it
    return None if found is None else attribute(found, "val") or "continue"


def _number(properties: Any, name: str, default: int) -> int:
    found = child(properties, name)
    text = attribute(found, "val") if found is not None else None
    return min(int(text), MAX_SPAN) if text and text.isascii() and text.isdigit() and len(text) < 9 else default

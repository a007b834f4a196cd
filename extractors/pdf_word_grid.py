"""An unruled table's words → a grid: labels in the first column, figures in the columns that their places say.

Which words are a table's is decided by `pdf_unruled`, where its columns are by `pdf_columns`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from extractors.blocks import Grid, GridCell
from extractors.pdf_columns import columns_of
from extractors.pdf_heads import leaves
from extractors.pdf_page import Box, PdfPage
from extractors.pdf_unruled import UnruledRow, UnruledTable
from extractors.pdf_words import Label, Word

Hidden = Callable[[PdfPage, Box], bool]


def grid_of_words(table: UnruledTable, number: int, hidden: Hidden | None = None) -> Grid:
    """Lay a table out: labels in the first column, figures under the heads that they stand under.

    ``hidden`` tells of an empty place whether print may stand there that nobody saw (in scans).
    """
    lowest = leaves(table.heads)
    count, fitted = columns_of([row.figures for row in table.rows], lowest)
    across = _across(table.rows, fitted, lowest, count)
    cells = []
    for row, head in enumerate(table.heads):
        below = [at for at, leaf in enumerate(lowest) if leaf is head or (leaf.x0 < head.x1 and head.x0 < leaf.x1)]
        cells.append(_cell(head, row, 1 + below[0] if below else 0))
    entries: list[tuple[float, Label | None, int]] = [(row.y, row.label, at) for at, row in enumerate(table.rows)]
    entries += [(group.first, group, -1) for group in table.groups]
    # Groups stand beside their rows at any height; above a row they would come between it and its heads.
    entries.sort(key=lambda entry: (entry[2] < 0, entry[0]))
    for row, (_, label, at) in enumerate(entries, start=len(table.heads)):
        if label is not None:
            cells.append(_cell(label, row, 0))
        if at >= 0:
            found = list(_figures(table.rows[at].figures, fitted[at], count, row))
            cells += [_looked_at(cell, table.rows[at], across, hidden) for cell in found] if hidden else found
    return Grid(tuple(cells), number)


def _across(
    rows: Sequence[UnruledRow], fitted: Sequence[Sequence[int] | None], heads: Sequence[Label | Word], count: int
) -> list[tuple[float, float] | None]:
    """Return from where to where each column's figures reach, or its head where it has none."""
    found: list[tuple[float, float] | None] = []
    for column in range(count):
        own: list[Label | Word] = [
            word
            for row, places in zip(rows, fitted, strict=True)
            for word, place in zip(row.figures, places or (), strict=False)
            if place == column
        ]
        own = own or ([heads[column]] if len(heads) == count else [])
        found.append((min(piece.x0 for piece in own), max(piece.x1 for piece in own)) if own else None)
    return found


def _looked_at(
    cell: GridCell, row: UnruledRow, across: Sequence[tuple[float, float] | None], hidden: Hidden
) -> GridCell:
    """Return an empty cell with its place, doubted where print may be hidden there; others as they are."""
    if cell.text:
        return cell
    sides = across[cell.column - 1]
    words = row.figures or (row.label.words if row.label else [])
    page = words[0].page
    own = [word.box for word in words if word.page is page]
    if sides is None:
        return replace(cell, doubted=True)
    box = Box(sides[0], min(box[1] for box in own), sides[1], max(box[3] for box in own))
    return replace(cell, place=page.place(box), doubted=hidden(page, box))


def _figures(figures: Sequence[Word], places: Sequence[int] | None, count: int, row: int) -> Iterator[GridCell]:
    if places is None and not figures:
        return  # a row of blanks under columns that nobody knows
    if places is None:
        yield _piece(figures, row, 1, " ".join(word.text for word in figures))
        return
    filled = dict(zip(places, figures, strict=True))
    for column in range(count):
        if column in filled:
            yield _cell(filled[column], row, 1 + column)
        else:
            yield GridCell("", row, 1 + column)


def _cell(piece: Label | Word, row: int, column: int) -> GridCell:
    return _piece(piece.words if isinstance(piece, Label) else [piece], row, column, piece.text)


def _piece(words: Sequence[Word], row: int, column: int, text: str) -> GridCell:
    first = words[0]
    boxes = [word.box for word in words if word.page is first.page]
    x0, top, x1, bottom = zip(*boxes, strict=True)
    place = first.page.place((min(x0), min(top), max(x1), max(bottom)))
    return GridCell(text, row, column, place=place, doubted=any(word.doubted or word.page.doubted for word in words))

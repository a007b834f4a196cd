"""Flat text (a page whose markup was thrown away) → blocks.

Three ways of flattening are known by their shape: one cell a line (`nl`), cells divided by `|`, and
cells led by a tab with blank lines between rows. Only the last two keep rows; none keeps columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from extractors.blocks import Block, Document, Grid, GridCell, Line
from extractors.media import Medium, decode
from extractors.values import looks_like_value


def read_flat_text(data: bytes) -> Document:
    """Read flat text into lines and, where rows are known, grids whose columns are not."""
    text, encoding = decode(data)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Document(Medium.TEXT, tuple(_blocks(lines)), {"encoding": encoding})


def _blocks(lines: list[str]) -> Iterator[Block]:
    tables = 0
    number = 0
    while number < len(lines):
        text = lines[number]
        if text.startswith("\t"):
            end = _end_of_tabs(lines, number)
            tables += 1
            yield _tab_grid(lines, number, end, tables)
            number = end
            continue
        number += 1
        if "|" not in text:
            if text.strip():
                yield Line(text.strip(), number)
            continue
        pieces = [piece.strip() for piece in text.strip().removeprefix("|").split("|")]
        if _is_row(pieces):
            tables += 1
            cells = tuple(GridCell(piece, 0, column, line=number) for column, piece in enumerate(pieces))
            yield Grid(cells, tables, aligned=False)
        else:
            yield from (Line(piece, number) for piece in pieces if piece)


def _is_row(pieces: list[str]) -> bool:
    """Tell a whole row on one line (`规章 | 0 | 0 | 0 |`) from a line that ends in a divider."""
    filled = [piece for piece in pieces if piece]
    return len(filled) >= 2 and any(looks_like_value(piece) for piece in filled)


def _end_of_tabs(lines: list[str], start: int) -> int:
    """Return the index after the last line of the tab-led table that starts at ``start``.

    A blank line divides rows; two of them, or a line without a tab, end the table.
    """
    end = start
    while end < len(lines):
        next_is_led = end + 1 < len(lines) and lines[end + 1].startswith("\t")
        if not lines[end].startswith("\t") and (lines[end] or not next_is_led):
            break
        end += 1
    return end


def _tab_grid(lines: list[str], start: int, end: int, number: int) -> Grid:
    cells: list[GridCell] = []
    row = column = 0
    for index in range(start, end):
        if not lines[index]:
            row, column = row + 1, 0
            continue
        # A row on one line (`\t规章\t0\t0`) and a cell a line (seed 003) are both met.
        for text in lines[index][1:].split("\t"):
            cells.append(GridCell(text.strip(), row, column, line=index + 1))
            column += 1
    return Grid(tuple(cells), number, aligned=False)

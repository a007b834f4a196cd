"""Blocks → one run of tokens in document order: each a piece of text with whatever place is known.

This is the common ground of all media: alignment sees tokens only, and asks each for its grid, row
and column, any of which may be unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from extractors.blocks import Document, Grid, Line
from extractors.values import looks_like_value
from schemas.labels import label_key

# Longer text is prose. The longest label of either format has 36 characters.
LONGEST_LABEL = 90
# Figures in one line, and one after the other in it, from which on it holds a table and is no prose.
FEWEST_FIGURES = 8
FEWEST_IN_A_ROW = 3
LONGEST_FIGURE = 40


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text. ``grid`` is 0 outside of tables; ``aligned`` says that columns line up.

    ``exact`` says that its row holds just its own cells, without pads.
    """

    text: str
    key: str  # comparison key; empty where the text cannot be a label
    is_value: bool
    grid: int = 0
    row: int = -1
    column: int = -1
    colspan: int = 1
    line: int | None = None
    aligned: bool = False
    exact: bool = False
    place: str | None = None
    doubted: bool = False
    gap: int | None = None

    def locator(self) -> str:
        """Say where it stands, for a person: table, row and column of a page, line of a text."""
        if self.place is not None:
            return self.place
        if self.line is not None:
            return f"line {self.line}"
        return f"table {self.grid}, row {self.row + 1}, column {self.column + 1}"


def tokens_of(document: Document) -> tuple[Token, ...]:
    """Flatten a document's blocks into tokens; ~1 per line and per table cell."""
    return tuple(_tokens(document))


def _tokens(document: Document) -> Iterator[Token]:
    for block in document.blocks:
        if isinstance(block, Line):
            pieces = _pieces(block.text)
            gap = block.gap if len(pieces) == 1 else None
            for text in pieces:
                value = looks_like_value(text)
                yield Token(text, "" if value else _key(text), value, line=block.number, place=block.place, gap=gap)
        else:
            yield from _grid_tokens(block)


def _pieces(text: str) -> list[str]:
    """Cut a line that holds a whole table (`mega_pipe`: the whole report) at its spaces; others stay whole."""
    if len(text) <= LONGEST_LABEL:
        return [text]
    pieces = text.replace("|", " ").split()
    figures = longest = running = 0
    for piece in pieces:
        running = running + 1 if len(piece) <= LONGEST_FIGURE and looks_like_value(piece) else 0
        figures += running > 0
        longest = max(longest, running)
    return pieces if figures >= FEWEST_FIGURES and longest >= FEWEST_IN_A_ROW else [text]


def _grid_tokens(grid: Grid) -> Iterator[Token]:
    for cell in grid.cells:
        value = not cell.text or looks_like_value(cell.text)
        yield Token(
            cell.text,
            "" if value else _key(cell.text),
            value,
            grid.number,
            cell.row,
            cell.column,
            cell.colspan,
            cell.line,
            grid.aligned,
            grid.exact,
            cell.place,
            cell.doubted,
        )


def _key(text: str) -> str:
    return label_key(text) if len(text) <= LONGEST_LABEL else ""

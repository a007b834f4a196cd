"""Blocks → one run of tokens in document order: each a piece of text with whatever place is known.

This is the common ground of all media: alignment sees tokens only, and asks each for its grid, row
and column, any of which may be unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from extractors.blocks import Document, Line
from extractors.known_labels import count_labels
from extractors.values import looks_like_value
from schemas.labels import label_key

# Longer text is prose. The longest label of either format has 36 characters.
LONGEST_LABEL = 90
# Figures in one line, and one after the other in it, from which on it holds a table and is no prose; so do
# a few labels, divided by spaces, where most figures were left blank.
FEWEST_FIGURES = 8
FEWEST_IN_A_ROW = 3
FEWEST_LABELS = 5
LONGEST_FIGURE = 40
_GLUED = re.compile(r"(?<= )(\d[\d,.]*)(?=[一二三四五六]、[^ ]{2})")


@dataclass(slots=True, unsafe_hash=True)  # not frozen for the reason given at `blocks.Line`
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
        return _place_in_table(self.grid, self.row, self.column)


@lru_cache(8192)  # the same few hundred places in every report
def _place_in_table(grid: int, row: int, column: int) -> str:
    return f"table {grid}, row {row + 1}, column {column + 1}"


def tokens_of(document: Document) -> tuple[Token, ...]:
    """Flatten a document's blocks into tokens; ~1 per line and per table cell."""
    tokens: list[Token] = []
    for block in document.blocks:
        if isinstance(block, Line):
            pieces = _pieces(block.text)
            gap = block.gap if len(pieces) == 1 else None
            for text in pieces:
                value, key = _value_or_key(text)
                tokens.append(Token(text, key, value, line=block.number, place=block.place, gap=gap))
            continue
        grid, aligned, exact = block.number, block.aligned, block.exact
        for cell in block.cells:
            text = cell.text
            value, key = _kept_look(text) if len(text) <= LONGEST_LABEL else _value_or_key(text)
            tokens.append(
                Token(
                    text,
                    key,
                    value,
                    grid,
                    cell.row,
                    cell.column,
                    cell.colspan,
                    cell.line,
                    aligned,
                    exact,
                    cell.place,
                    cell.doubted,
                )
            )
    return tuple(tokens)


def _pieces(text: str) -> list[str]:
    """Cut a line that holds a whole table (`mega_pipe`: the whole report) at its spaces; others stay whole."""
    if len(text) <= LONGEST_LABEL or " " not in text:
        return [text]
    # The last figure of a table may touch the heading that follows it: `… 0三、收到和处理`.
    pieces = _GLUED.sub(r"\1 ", text.replace("|", " ")).split()
    if len(pieces) < FEWEST_FIGURES:
        return [text]
    figures = longest = running = 0
    for piece in pieces:
        running = running + 1 if len(piece) <= LONGEST_FIGURE and looks_like_value(piece) else 0
        figures += running > 0
        longest = max(longest, running)
    if figures >= FEWEST_FIGURES and longest >= FEWEST_IN_A_ROW:
        return pieces
    return pieces if count_labels(pieces) >= FEWEST_LABELS else [text]


def _value_or_key(text: str) -> tuple[bool, str]:
    """Tell whether a text is a value; if not, its key as a label."""
    # Labels and small figures are the same in every report; prose is not worth keeping.
    return _kept_look(text) if len(text) <= LONGEST_LABEL else (looks_like_value(text), "")


@lru_cache(8192)
def _kept_look(text: str) -> tuple[bool, str]:
    value = not text or looks_like_value(text)
    return value, "" if value else label_key(text)

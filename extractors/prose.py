"""A report's running text with its places: what statements are read from and what is compared between years.

What of it means anything is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from extractors.blocks import Block, Line
from extractors.tokens import LONGEST_LABEL

# Shorter text is a label, a heading or a cell. A report's prose has some 5,000 characters.
SHORTEST_PROSE = 6
MOST_PROSE = 100_000


class Passage(NamedTuple):
    """A line or paragraph, and where it stands."""

    text: str
    locator: str


def prose_of(blocks: Iterable[Block]) -> tuple[Passage, ...]:
    """Return the running text of a document's blocks, up to `MOST_PROSE` characters."""
    found: list[Passage] = []
    left = MOST_PROSE
    for passage in _passages(blocks):
        found.append(passage if len(passage.text) <= left else Passage(passage.text[:left], passage.locator))
        left -= len(passage.text)
        if left <= 0:
            break
    return tuple(found)


def _passages(blocks: Iterable[Block]) -> Iterator[Passage]:
    """Yield lines, and cells too long for a label: some pages lay their text out in a table."""
    for block in blocks:
        if isinstance(block, Line):
            if len(block.text) >= SHORTEST_PROSE:
                yield Passage(block.text, block.place or f"line {block.number}")
            continue
        for cell in block.cells:
            if len(cell.text) > LONGEST_LABEL:
                place = f"table {block.number}, row {cell.row + 1}, column {cell.column + 1}"
                yield Passage(cell.text, cell.place or (f"line {cell.line}" if cell.line else place))

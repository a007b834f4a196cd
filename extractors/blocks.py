"""The neutral form that every reader yields: lines of text and grids of cells, in document order.

Readers fill it, alignment consumes it; what a label or a figure is, nobody here knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

# Blocks that a reader keeps of one document, for documents come from strangers. Real ones have a few
# hundred lines and a dozen tables; what is cut is noted in the document's metadata under ``cut``.
MOST_LINES = 50_000
MOST_GRIDS = 2_000
MOST_PARTS = 200


# Not frozen, though nobody changes one: a page has hundreds, and frozen ones take four times as long to make.
@dataclass(slots=True, unsafe_hash=True)
class Line:
    """A line or paragraph of running text; ``number`` counts from 1 within the document.

    ``place`` says where it stands in media without line numbers, e.g. the page and box of a PDF. ``gap`` is
    the number of blank lines before it, where lines are the publisher's own (flat text).
    """

    text: str
    number: int
    place: str | None = None
    gap: int | None = None


@dataclass(slots=True, unsafe_hash=True)  # as Line
class GridCell:
    """A cell at its origin: 0-based row and column, and how many of each it spans.

    ``line`` is set where the grid stood in flat text: the line that the cell was read from. ``place``
    is the locator in media that have better ones than table, row and column: ``page 2, box 56 100 80 112``
    (points from the page's top left), ``sheet 年报, cell C7``. ``doubted`` is set where the text was
    recognised from a picture and recognition is not sure of it.
    """

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    line: int | None = None
    place: str | None = None
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; ``number`` counts from 1. Where ``aligned`` is False rows are known, columns are not.

    ``exact`` says that a row has just its own cells: none was lost, and nothing stands for padding.
    """

    cells: tuple[GridCell, ...]
    number: int
    aligned: bool = True
    exact: bool = True


Block = Line | Grid


@dataclass(frozen=True, slots=True)
class Part:
    """A picture in a page or a file that it links to; ``at`` counts the blocks before it."""

    is_picture: bool
    address: str
    at: int


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader made of the bytes; ``metadata`` holds the page's own title and meta fields.

    ``metadata["cut"]`` is set where the document was too great to be read whole.
    """

    medium: str
    blocks: tuple[Block, ...]
    metadata: dict[str, str] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()

    def lines(self) -> Iterator[Line]:
        """Yield the running text, without the grids."""
        return (block for block in self.blocks if isinstance(block, Line))

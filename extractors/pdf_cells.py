"""Ruled tables as they lie on a page: parts of tables, and their cells with what stands in them.

How rulings are found is `pdf_ruled`'s business, how parts on several pages become one table `pdf_parts`'.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from extractors.pdf_page import Box, Glyph, PdfPage
from extractors.pdf_text import TextLine

# Text stands no further than this from the rulings of its cell, where it fills it (points).
WIDEST_PADDING = 6.0


@dataclass(slots=True)
class RuledCell:
    """A cell at its origin; ``column`` indexes its part's ``edges``."""

    box: Box
    row: int
    column: int
    rowspan: int
    colspan: int
    glyphs: list[Glyph] = field(default_factory=list)
    lines: list[TextLine] = field(default_factory=list)
    damaged: bool = False

    @property
    def text(self) -> str:
        """All its text, whatever it is."""
        return "".join(line.text for line in self.lines)


@dataclass(slots=True)
class RuledPart:
    """The part of a table that stands on one page; ``edges`` are the places of its columns' rulings."""

    page: PdfPage
    box: Box
    edges: tuple[float, ...]
    height: int  # rows
    cells: list[RuledCell]
    padding: float = 0.0

"""A head over several rows that returns on the next page without all of them: its text runs on over the row below.

LibreOffice prints such text whole. It stands just as far from the head's corner as where the head stands first,
and is taken off the page by that; what it lies over can be read then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractors.pdf_page import Glyph, PdfPage
from extractors.pdf_ruled import RuledCell, RuledPart

# Points by which the places of the same glyph may differ on two pages.
NEAR = 1.5
FEWEST_SHOWN = 5  # characters of the head that stand in their place


def without_overprint(page: PdfPage, found: Sequence[RuledPart], before: Sequence[RuledPart]) -> PdfPage:
    """Return a page without what the heads of its first table print over the row below; itself if there is nothing.

    ``found`` are the page's tables, ``before`` those of the pages before it.
    """
    if not found or not before:
        return page
    gone: set[int] = set()
    for cell in found[0].cells:
        if cell.row == 0 and len(cell.glyphs) >= FEWEST_SHOWN:
            whole = next((c for part in reversed(before) for c in part.cells if _returns(c, cell)), None)
            gone |= _overprinted(page.glyphs, cell, whole) if whole else set()
    if not gone:
        return page
    return replace(page, glyphs=tuple(glyph for number, glyph in enumerate(page.glyphs) if number not in gone))


def _returns(whole: RuledCell, cell: RuledCell) -> bool:
    """Tell whether a cell is the upper part of another one, with the beginning of its text."""
    a, b = whole.box, cell.box
    same_place = abs(a.x0 - b.x0) < NEAR and abs(a.x1 - b.x1) < NEAR and whole.row == cell.row
    if not same_place or whole.rowspan <= cell.rowspan or len(whole.glyphs) <= len(cell.glyphs):
        return False
    return _text(whole).startswith(_text(cell))


def _text(cell: RuledCell) -> str:
    return "".join(line.text for line in cell.lines)


def _overprinted(glyphs: Sequence[Glyph], cell: RuledCell, whole: RuledCell) -> set[int]:
    """Return the numbers of the glyphs that complete a head below its cell; none where one of them is not found."""
    down, right = cell.box.top - whole.box.top, cell.box.x0 - whole.box.x0
    at: dict[str, list[int]] = {}
    for number, glyph in enumerate(glyphs):
        at.setdefault(glyph.text, []).append(number)
    found: set[int] = set()
    for glyph in whole.glyphs:
        x, base = glyph.x + right, glyph.base + down
        near = [n for n in at.get(glyph.text, ()) if abs(glyphs[n].x - x) < NEAR and abs(glyphs[n].base - base) < NEAR]
        if not near:
            return set()
        if glyphs[near[0]].middle[1] >= cell.box.bottom:
            found.add(near[0])
    return found

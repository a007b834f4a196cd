"""A head over several rows that returns on the next page without all of them: its text runs on over the row below.

LibreOffice prints such text whole. It stands just as far from the head's corner as where the head stands first,
and is taken off the page by that; what it lies over can be read then. Where a page break cuts the head itself,
the rest of its text stands on the page after it, and is printed on every page line by line below the first lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from extractors.pdf_cells import RuledCell, RuledPart
from extractors.pdf_page import Glyph, PdfPage
from extractors.pdf_text import baselines
from extractors.values import looks_like_value

# Points by which the places of the same glyph may differ on two pages.
NEAR = 1.5
FEWEST_SHOWN = 2  # characters of the head that stand in their place
MOST_ROWS = 3  # of heads


def without_overprint(page: PdfPage, found: Sequence[RuledPart], before: Sequence[RuledPart]) -> PdfPage:
    """Return a page without what the heads of its first table print over the row below; itself if there is nothing.

    ``found`` are the page's tables, ``before`` those of the pages before it.
    """
    if not found or not before:
        return page
    gone: set[Glyph] = set()
    for cell in found[0].cells:
        if cell.row < MOST_ROWS and len(cell.glyphs) >= FEWEST_SHOWN and not looks_like_value(cell.text):
            gone |= _over_rows_below(page, cell, found[0], before)
    if not gone:
        return page
    return replace(page, glyphs=tuple(glyph for glyph in page.glyphs if glyph not in gone))


def _over_rows_below(page: PdfPage, cell: RuledCell, part: RuledPart, before: Sequence[RuledPart]) -> set[Glyph]:
    """Return the glyphs that complete a head below its cell."""
    for first in reversed(before):
        for whole in first.cells:
            is_cut = whole.row + whole.rowspan == first.height
            if not _returns(whole, cell, is_cut=is_cut):
                continue
            gone = _overprinted(page.glyphs, cell, _moved(whole.glyphs, whole, cell))
            if gone is None or not is_cut:
                return gone or set()
            after = next((known for known in before if known.page.number == first.page.number + 1), part)
            return gone | _rest_overprinted(page, whole, cell, _rest_of(whole, cell, after, gone))
    return set()


def _rest_overprinted(page: PdfPage, whole: RuledCell, cell: RuledCell, rest: list[list[Glyph]]) -> set[Glyph]:
    """Return the glyphs that print the rest of a cut head over rows below.

    Of ``rest`` the last lines may themselves be what is printed over it.
    """
    for count in range(len(rest), 0, -1):
        found = _overprinted(page.glyphs, cell, _moved(_below(whole, rest[:count]), whole, cell))
        if found and found.isdisjoint(glyph for line in rest[:count] for glyph in line):
            return found
    return set()


def _returns(whole: RuledCell, cell: RuledCell, *, is_cut: bool) -> bool:
    """Tell whether a cell is the upper part of another one, with the beginning of its text.

    One that the page break cuts may show no more of itself than what returns.
    """
    a, b = whole.box, cell.box
    if abs(a.x0 - b.x0) >= NEAR or abs(a.x1 - b.x1) >= NEAR or whole.row != cell.row:
        return False
    is_more = whole.rowspan > cell.rowspan and len(whole.glyphs) > len(cell.glyphs)
    return (is_more or is_cut) and whole.text.startswith(cell.text)


def _moved(glyphs: Sequence[Glyph], whole: RuledCell, cell: RuledCell) -> list[Glyph]:
    """Return a head's glyphs where they are printed if its corner is that of ``cell``."""
    right, down = cell.box.x0 - whole.box.x0, cell.box.top - whole.box.top
    return [glyph._replace(x=glyph.x + right, base=glyph.base + down) for glyph in glyphs]


def _rest_of(whole: RuledCell, cell: RuledCell, part: RuledPart, gone: set[Glyph]) -> list[list[Glyph]]:
    """Return the lines that a head which the page break cuts has on the page after it, under what returns of it."""
    for below in part.cells:
        same_place = abs(below.box.x0 - whole.box.x0) < NEAR and abs(below.box.x1 - whole.box.x1) < NEAR
        if below.row == cell.rowspan and same_place:
            return baselines([glyph for glyph in below.glyphs if glyph not in gone])
    return []


def _below(whole: RuledCell, rest: Sequence[Sequence[Glyph]]) -> list[Glyph]:
    """Return the glyphs of the rest of a head as if its lines went on below those that it has on its first page."""
    lines = baselines(whole.glyphs)
    pitch = next((b[0].base - a[0].base for each in (lines, rest) for a, b in pairwise(each)), 0.0)
    if not pitch:
        return []
    last = lines[-1][0].base
    return [glyph._replace(base=last + number * pitch) for number, line in enumerate(rest, 1) for glyph in line]


def _overprinted(glyphs: Sequence[Glyph], cell: RuledCell, head: Sequence[Glyph]) -> set[Glyph] | None:
    """Return the glyphs that complete a head below its cell; None where one of them is not found."""
    at: dict[str, list[Glyph]] = {}
    for glyph in glyphs:
        at.setdefault(glyph.text, []).append(glyph)
    found: set[Glyph] = set()
    for wanted in head:
        near = next(_near(wanted, at.get(wanted.text, ())), None)
        if near is None:
            return None
        if near.middle[1] >= cell.box.bottom:
            found.add(near)
    return found


def _near(wanted: Glyph, glyphs: Sequence[Glyph]) -> Iterator[Glyph]:
    for glyph in glyphs:
        if abs(glyph.x - wanted.x) < NEAR and abs(glyph.base - wanted.base) < NEAR:
            yield glyph

"""Rulings and glyphs of a page → tables with their cells and spans; pdfplumber finds the cells.

A table whose rulings do not divide everything that stands in it is no ruled table: its text is given back,
to be read by position. How parts on several pages become one table is `pdf_parts`' business.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from extractors.pdf_cells import WIDEST_PADDING, RuledCell, RuledPart
from extractors.pdf_cut import holds_more, note_cut_side, note_overflows
from extractors.pdf_page import Box, Glyph, PdfPage
from extractors.pdf_text import text_lines

# Rulings closer than this are one (borders of neighbouring cells, double lines).
TOLERANCE = 3.0
SHORTEST = 4.0
FEWEST_RULINGS = 3  # of a table; two lines that cross are none
# A page's tables have some 40 rulings either way and 400 crossings; beyond these no table is ours,
# and pdfplumber's search needs the square of the crossings.
MOST_RULINGS = 600
MOST_CROSSINGS = 3_000
EDGE = 1.0  # points

Edge = dict[str, Any]


def ruled_parts(page: PdfPage) -> tuple[list[RuledPart], list[Glyph], bool]:
    """Return the ruled tables of a page from top to bottom, the glyphs outside of them, and whether
    there were too many rulings to look at them.
    """
    boxes = _cells(page.rulings)
    if boxes is None:
        return [], list(page.glyphs), True
    parts = []
    rest: list[Glyph] = list(page.glyphs)
    for cells in boxes:
        part = _part(page, cells)
        outside = _fill(part, rest)
        if outside is not None:
            parts.append(part)
            rest = outside
    return parts, rest, False


def _cells(rulings: Sequence[Box]) -> list[list[Box]] | None:
    """Find the cells that rulings enclose, grouped by table; None where there are too many."""
    import pdfplumber.table as tables

    edges = list(_edges(rulings))
    if not edges:
        return []
    # Snapped places differ in their last bits: cells are found by equal coordinates.
    edges = [_rounded(edge) for edge in tables.snap_edges(edges, TOLERANCE, TOLERANCE)]
    edges = tables.merge_edges(edges, 0, 0, TOLERANCE, TOLERANCE)
    edges = [edge for edge in edges if max(edge["width"], edge["height"]) >= SHORTEST]
    if len(edges) > MOST_RULINGS:
        return None
    # A frame's sides lie on the outermost rulings, or where those end.
    edges = tables.merge_edges([*edges, *_frames(edges)], TOLERANCE, TOLERANCE, TOLERANCE, TOLERANCE)
    edges = [_rounded(edge) for edge in edges]
    crossings = tables.edges_to_intersections(edges, TOLERANCE, TOLERANCE)
    if len(crossings) > MOST_CROSSINGS:
        return None
    found = tables.cells_to_tables(tables.intersections_to_cells(crossings))
    return [[Box(*cell) for cell in cells] for cells in found]


def _edges(rulings: Iterable[Box]) -> Iterable[Edge]:
    """Yield the rulings in pdfplumber's form; a dot of a dotted line may belong to either direction."""
    for x0, top, x1, bottom in rulings:
        width, height = x1 - x0, bottom - top
        if width >= height:
            yield _edge("h", x0, (top + bottom) / 2, x1, (top + bottom) / 2)
        if height >= width:
            yield _edge("v", (x0 + x1) / 2, top, (x0 + x1) / 2, bottom)


def _edge(orientation: str, x0: float, top: float, x1: float, bottom: float) -> Edge:
    box = {"x0": x0, "top": top, "x1": x1, "bottom": bottom}
    return {**box, "width": x1 - x0, "height": bottom - top, "orientation": orientation, "object_type": "line"}


def _rounded(edge: Edge) -> Edge:
    box = (round(edge[side], 2) for side in ("x0", "top", "x1", "bottom"))
    return _edge(edge["orientation"], *box)


def _frames(edges: Sequence[Edge]) -> Iterable[Edge]:
    """Yield the outer sides of each group of rulings that touch, for many tables lack some of them.

    Publishers leave out the sides; browsers leave out the lower side of a row that the page break cuts, and
    both ends of a cell that goes over three pages.
    """
    level = [edge for edge in edges if edge["orientation"] == "h"]
    plumb = [edge for edge in edges if edge["orientation"] == "v"]
    groups: list[tuple[list[Edge], list[Edge]]] = [([h], []) for h in level]
    for v in plumb:
        touched = [group for group in groups if any(_touch(h, v) for h in group[0])]
        merged = ([h for group in touched for h in group[0]], [v, *(w for group in touched for w in group[1])])
        groups = [group for group in groups if group not in touched] + [merged]
    # The middle part of a cell that goes over three pages has no ruling across it.
    for group in [group for group in groups if not group[0]]:
        for other in groups:
            if other[0] and any(_alike(v, group[1][0]) for v in other[1]):
                other[1].extend(group[1])
                break
    for across, down in groups:
        if not across or not down or len(across) + len(down) < FEWEST_RULINGS:
            continue
        x0, x1 = min(edge["x0"] for edge in across + down), max(edge["x1"] for edge in across + down)
        top, bottom = min(edge["top"] for edge in across + down), max(edge["bottom"] for edge in across + down)
        for y in (top, bottom):
            yield _edge("h", x0, y, x1, y)
        for x in (x0, x1):
            yield _edge("v", x, top, x, bottom)


def _alike(a: Edge, b: Edge) -> bool:
    return bool(abs(a["top"] - b["top"]) <= TOLERANCE and abs(a["bottom"] - b["bottom"]) <= TOLERANCE)


def _touch(h: Edge, v: Edge) -> bool:
    across = bool(h["x0"] - TOLERANCE <= v["x0"] <= h["x1"] + TOLERANCE)
    return across and bool(v["top"] - TOLERANCE <= h["top"] <= v["bottom"] + TOLERANCE)


def _part(page: PdfPage, boxes: Sequence[Box]) -> RuledPart:
    across = sorted({x for box in boxes for x in (box.x0, box.x1)})
    down = sorted({y for box in boxes for y in (box.top, box.bottom)})
    cells = []
    for box in sorted(boxes, key=lambda box: (box.top, box.x0)):
        row, column = down.index(box.top), across.index(box.x0)
        cells.append(RuledCell(box, row, column, down.index(box.bottom) - row, across.index(box.x1) - column))
    whole = Box(across[0], down[0], across[-1], down[-1])
    return RuledPart(page, whole, tuple(across), len(down) - 1, cells)


def _fill(part: RuledPart, glyphs: Sequence[Glyph]) -> list[Glyph] | None:
    """Put glyphs into their cells and return the others; None where the rulings divide them badly."""
    across = part.edges
    down = sorted({y for cell in part.cells for y in (cell.box.top, cell.box.bottom)})
    at: dict[tuple[int, int], RuledCell] = {}
    for cell in part.cells:
        for row in range(cell.row, cell.row + cell.rowspan):
            for column in range(cell.column, cell.column + cell.colspan):
                at[row, column] = cell
    outside = []
    held: list[tuple[Glyph, RuledCell]] = []
    for glyph in glyphs:
        x, y = glyph.middle
        if not (part.box.x0 <= x < part.box.x1 and part.box.top <= y < part.box.bottom):
            outside.append(glyph)
            continue
        own = at.get((bisect_right(down, y) - 1, bisect_right(across, x) - 1))
        if own is None:
            return None
        own.glyphs.append(glyph)
        held.append((glyph, own))
    note_overflows(held)
    for cell in part.cells:
        cell.lines = text_lines(cell.glyphs)
        if holds_more(cell):
            return None
        # What stands beyond the page's edge is not read: a cell that reaches there is not blank.
        cell.damaged |= cell.box.x0 < EDGE or cell.box.x1 > part.page.width - EDGE
    part.padding = _padding(part)
    note_cut_side(part)
    return outside


def _padding(part: RuledPart) -> float:
    """Return how far text stands from the left rulings of its cells, in points.

    Text that runs on from the cell on the left says nothing of it.
    """
    ends = {(round(line.x1), round(line.base)) for cell in part.cells for line in cell.lines}
    gaps = [
        line.x0 - cell.box.x0
        for cell in part.cells
        for line in cell.lines
        if not any((round(line.x0) + near, round(line.base)) in ends for near in (-1, 0, 1))
    ]
    return min(max(min(gaps, default=0.0), 0.0), WIDEST_PADDING)

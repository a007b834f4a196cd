"""Ruling lines → tables: which lines belong together, where the cells are and what they span.

Cells are known by their edges: where the line between two places of the grid is not drawn they are one
cell. What stands in the cells is read elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from extractors.ocr_pages import Picture
from extractors.ocr_prepare import PRINT
from extractors.ocr_rulings import FAINTEST, Ruling, Rulings

# Lines nearer to each other than this are one (a double line, or a line in two pieces).
SAME = 0.35 * PRINT
# Lines that end so near to another one meet it.
REACH = 0.5 * PRINT
LONG = 12 * PRINT
# Share of an edge that is dark: above it is drawn, below it is not; near the middle nobody is sure.
DRAWN = 0.7
UNSURE = (0.55, 0.85)
# Lines are thinner, mostly; those found by their ink are as thick as they were found.
USUAL_THICKNESS = 6.0
MOST_ROWS, MOST_COLUMNS = 400, 80
# All of a report's tables have some 350 cells; more on one page are none of ours, and take minutes.
MOST_CELLS = 1500


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: its place in the grid, its sides in pixels; ``unsure`` where one of its edges is."""

    row: int
    column: int
    rowspan: int
    colspan: int
    left: float
    top: float
    right: float
    bottom: float
    unsure: bool


Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A table's cells in reading order, its bounds (left, top, right, bottom), and how wide its lines are at most."""

    boxes: tuple[Box, ...]
    bounds: Bounds
    thickness: float = USUAL_THICKNESS

    @property
    def one_way(self) -> bool:
        """Whether its lines run one way only, and divide rows or columns, but no cells."""
        return len({box.row for box in self.boxes}) == 1 or len({box.column for box in self.boxes}) == 1


def find_tables(rulings: Rulings) -> list[RuledTable]:
    """Return the ruled tables of a page from top to bottom."""
    found: list[RuledTable] = []
    level = [line for line in rulings.level if _ends_at(line, rulings.upright)]
    sides = [line for line in rulings.upright if line.end - line.start > LONG]
    upright = [line for line in rulings.upright if _ends_at(line, level, sides)]
    for lines, others in _groups(level, upright):
        table = _table(lines, others, rulings)
        if table is not None and sum(len(other.boxes) for other in found) + len(table.boxes) <= MOST_CELLS:
            found.append(table)
    return sorted(found, key=lambda table: (table.bounds[1], table.bounds[0]))


def clearest(tables: Sequence[RuledTable], others: Sequence[RuledTable]) -> list[RuledTable]:
    """Return the tables; in place of one whose edges are unsure, one of ``others`` that is surer of them.

    Print that touches its lines hides them, and makes lines where none are.
    """
    chosen = list(tables)
    for other in others:
        same = [table for table in chosen if _overlap(table.bounds, other.bounds)]
        if same and sum(map(_unsure, same)) > _unsure(other) and all(_within(t.bounds, other.bounds) for t in same):
            chosen = [table for table in chosen if table not in same] + [other]
    return sorted(chosen, key=lambda table: (table.bounds[1], table.bounds[0]))


def _unsure(table: RuledTable) -> int:
    return sum(box.unsure for box in table.boxes)


def _overlap(a: Bounds, b: Bounds) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _within(inner: Bounds, outer: Bounds) -> bool:
    return (
        inner[0] >= outer[0] - REACH
        and inner[1] >= outer[1] - REACH
        and inner[2] <= outer[2] + REACH
        and inner[3] <= outer[3] + REACH
    )


def _ends_at(line: Ruling, others: Sequence[Ruling], fellows: Sequence[Ruling] = ()) -> bool:
    """Tell a line that ends at others; strokes that chance to lie on one straight end anywhere.

    Long lines are lines: tables are also printed without lines at their sides. Where a page ends, a cell
    that goes on over it has no line below: its side ends where the long sides of its table do (``fellows``).
    """
    if line.end - line.start > LONG:
        return True
    crossing = [
        other.across(line.at) for other in others if other.start - REACH <= line.across(other.at) <= other.end + REACH
    ]
    ends = [end for fellow in fellows for end in (fellow.start, fellow.end)]
    return all(any(abs(at - end) <= REACH for at in [*crossing, *ends]) for end in (line.start, line.end))


def _groups(level: Sequence[Ruling], upright: Sequence[Ruling]) -> list[tuple[list[Ruling], list[Ruling]]]:
    """Return the lines that cross or meet each other, together."""
    owner = list(range(len(level) + len(upright)))

    def root(place: int) -> int:
        while owner[place] != place:
            owner[place] = owner[owner[place]]
            place = owner[place]
        return place

    for i, line in enumerate(level):
        for j, other in enumerate(upright):
            y, x = line.across(other.at), other.across(line.at)
            if line.start - REACH <= x <= line.end + REACH and other.start - REACH <= y <= other.end + REACH:
                owner[root(i)] = root(len(level) + j)
    groups: dict[int, tuple[list[Ruling], list[Ruling]]] = {}
    for place in range(len(owner)):
        lines, others = groups.setdefault(root(place), ([], []))
        (lines.append(level[place]) if place < len(level) else others.append(upright[place - len(level)]))
    return [group for group in groups.values() if len(group[0]) >= 2 and len(group[1]) >= 1]


def _table(level: list[Ruling], upright: list[Ruling], rulings: Rulings) -> RuledTable | None:
    left, right = min(line.start for line in level), max(line.end for line in level)
    top, bottom = min(line.start for line in upright), max(line.end for line in upright)
    rows = _axis(level, (left + right) / 2)
    columns = _axis(upright, (top + bottom) / 2)
    # Tables are also printed without lines at their sides.
    if columns[0].at - left > PRINT:
        columns.insert(0, Ruling(top, bottom, left, 0.0, 255.0))
    if right - columns[-1].at > PRINT:
        columns.append(Ruling(top, bottom, right, 0.0, 255.0))
    # A row that a page's end cuts off has no line there.
    if rows[0].across((left + right) / 2) - top > PRINT and _sides(upright, top):
        rows.insert(0, Ruling(left, right, top, 0.0, 255.0))
    if bottom - rows[-1].across((left + right) / 2) > PRINT and _sides(upright, bottom):
        rows.append(Ruling(left, right, bottom, 0.0, 255.0))
    if not 2 <= len(rows) <= MOST_ROWS or not 2 <= len(columns) <= MOST_COLUMNS or len(rows) + len(columns) < 5:
        return None
    down = _edges(columns, rows, rulings.upright_dark, solid=rulings.solid)  # [row, column line]
    over = _edges(rows, columns, rulings.level_dark, solid=rulings.solid).T  # [row line, column]
    down[:, [0, -1]] = 1.0
    over[[0, -1], :] = 1.0
    bounds = (min(left, columns[0].at), rows[0].at, max(right, columns[-1].at), rows[-1].at)
    thickness = max(line.thickness for line in (*rows, *columns)) if rulings.solid else USUAL_THICKNESS
    return RuledTable(tuple(_boxes(rows, columns, down, over)), bounds, thickness)


def _sides(upright: Sequence[Ruling], level: float) -> bool:
    """Tell whether three lines at least start or end at a level: the sides of the cells of a row."""
    return sum(min(abs(line.start - level), abs(line.end - level)) < REACH for line in upright) >= 3


def _axis(lines: list[Ruling], middle: float) -> list[Ruling]:
    """Return one line per place across, in order: pieces of like place are one line of the grid.

    ``at`` of the result is where the line crosses ``middle``.
    """
    ordered = sorted(lines, key=lambda line: line.across(middle))
    clusters: list[list[Ruling]] = []
    for line in ordered:
        if clusters and line.across(middle) - clusters[-1][-1].across(middle) < SAME:
            clusters[-1].append(line)
        else:
            clusters.append([line])
    axis = []
    for cluster in clusters:
        longest = max(cluster, key=lambda line: line.end - line.start)
        whole = [line.across(middle) for line in cluster if line.end - line.start > 0.5 * (longest.end - longest.start)]
        slope = longest.slope
        at = float(np.mean(whole)) - slope * middle
        axis.append(Ruling(longest.start, longest.end, at, slope, longest.dark, longest.thickness))
    return axis


def _edges(lines: list[Ruling], across: list[Ruling], dark: Picture, *, solid: bool) -> Picture:
    """Return, for each piece of each line between two crossing lines, the share that is drawn.

    ``dark`` is indexed [across, along]. The result is indexed [piece, line].
    """
    result = np.zeros((len(across) - 1, len(lines)))
    high, wide = dark.shape
    for j, line in enumerate(lines):
        crossings = [other.across(line.at) for other in across]
        for i in range(len(across) - 1):
            start, end = round(crossings[i]), round(crossings[i + 1])
            along = np.arange(max(0, start), min(wide, max(end, start + 1)))
            if not len(along):
                continue
            middle = np.rint(line.at + line.slope * along).astype(int)
            best = np.zeros(len(along), dtype=np.uint8)
            reach = 1 if solid else 4
            for offset in range(-reach, reach + 1):
                best = np.maximum(best, dark[np.clip(middle + offset, 0, high - 1), along])
            drawn = best >= max(FAINTEST, 0.45 * line.dark)
            result[i, j] = _drawn_solid(drawn) if solid else _drawn(drawn)
    return result


def _drawn(dark: Picture) -> float:
    """Return the share of an edge that is drawn; its ends must be, for there characters do not reach."""
    end = max(1, len(dark) // 7)
    return float(min(dark.mean(), 0.3 + dark[:end].mean(), 0.3 + dark[-end:].mean()))


def _drawn_solid(dark: Picture) -> float:
    """Return 1 where an edge is dark without a gap, 0 where it has wide ones: strokes that touch it leave them."""
    light = np.diff(np.flatnonzero(np.concatenate([[True], dark, [True]]))) - 1
    gap = int(light.max(initial=0))
    return 1.0 if gap <= 1 else DRAWN if gap <= 2 or dark.mean() > UNSURE[1] else 0.0


def _boxes(rows: list[Ruling], columns: list[Ruling], down: Picture, over: Picture) -> list[Box]:
    """Join the grid's places over edges that are not drawn; what is no rectangle becomes one, unsure."""
    high, wide = len(rows) - 1, len(columns) - 1
    taken = np.zeros((high, wide), dtype=bool)
    boxes = []
    for row in range(high):
        for column in range(wide):
            if taken[row, column]:
                continue
            right = column + 1
            while right < wide and down[row, right] < DRAWN and not taken[row, right]:
                right += 1
            bottom = row + 1
            while (
                bottom < high and (over[bottom, column:right] < DRAWN).all() and not taken[bottom, column:right].any()
            ):
                bottom += 1
            taken[row:bottom, column:right] = True
            edges = [*down[row:bottom, column], *down[row:bottom, right], *over[row, column:right]]
            edges += [*over[bottom, column:right]]
            inner = [*down[row:bottom, column + 1 : right].flat, *over[row + 1 : bottom, column:right].flat]
            unsure = min(edges) < UNSURE[1] or max(inner, default=0.0) > UNSURE[0]
            boxes.append(_box(rows, columns, (row, column, bottom, right), unsure))
    return boxes


def _box(rows: list[Ruling], columns: list[Ruling], place: tuple[int, int, int, int], unsure: bool) -> Box:
    row, column, bottom, right = place
    x = (columns[column].at + columns[right].at) / 2
    y = (rows[row].across(x) + rows[bottom].across(x)) / 2
    return Box(
        row, column, bottom - row, right - column,
        columns[column].across(y), rows[row].across(x), columns[right].across(y), rows[bottom].across(x), unsure,
    )  # fmt: skip

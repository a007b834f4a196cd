"""Slips that move several figures at once: two cells exchanged, a row shifted by a column, a row entered one too low.

Each is one slip of a person, though it changes up to seven cells; it explains a report only if every sum of the part
holds once it is undone. Only candidates that do are returned.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise

import numpy as np

from expectations.localise.few import Places
from expectations.localise.finding import Method
from expectations.localise.system import Figures, Line, Part, Vector

# (how, the chance of this very move where a move happened, {cell: what is meant there})
Move = tuple[Method, float, dict[int, int]]
_EXCHANGED, _SHIFTED, _ROW_OFF = 0.5, 0.3, 0.2  # shares of moves, estimated
_NEIGHBOURS = 0.8  # of exchanges are between cells side by side or one above the other


def moves_of(figures: Figures) -> Iterator[Move]:
    """Yield every move whose undoing lets all sums of the part hold, blanks taken as 0."""
    yield from _exchanges(figures)
    if len(figures.part.rules) == 1:
        return  # a lone sum cannot tell: the figure that a shift lost could always be made up
    lines = figures.part.lines
    ways = [(Method.SHIFTED, way) for line in lines for way in _shifts(line, figures.values)]
    ways += [(Method.ROW_OFF, way) for one, two in pairwise(lines) for way in _rows(one, two, figures.values)]
    if not ways:
        return
    change = np.zeros((len(figures.values), len(ways)))
    for number, (_, meant) in enumerate(ways):
        for place, value in meant.items():
            change[place, number] = value - figures.values[place]
    left = figures.part.matrix @ change + figures.residual[:, None]
    chance = {Method.SHIFTED: _SHIFTED / (4 * len(lines)), Method.ROW_OFF: _ROW_OFF / len(lines)}
    for found in np.flatnonzero(np.abs(left).max(axis=0) < 1e-6):
        method, meant = ways[found]
        changed = {place: int(value) for place, value in meant.items() if value != figures.values[place]}
        if changed and all(value >= 0 for value in changed.values()):
            yield method, chance[method], changed


def _exchanges(figures: Figures) -> Iterator[Move]:
    first, second, chance = _exchangeable(figures.part)
    values, matrix = figures.values, figures.part.matrix
    step = values[second] - values[first]
    # Only figures are exchanged that are whole numbers >= 0.
    fit = np.flatnonzero((step != 0) & (np.minimum(values[first], values[second]) >= 0))
    change = (matrix[:, first[fit]] - matrix[:, second[fit]]) * step[fit]
    for number in fit[np.abs(change + figures.residual[:, None]).max(axis=0) < 1e-6]:
        one, two = int(first[number]), int(second[number])
        if values[one].is_integer() and values[two].is_integer():
            yield Method.EXCHANGED, float(chance[number]), {one: int(values[two]), two: int(values[one])}


@cache
def _exchangeable(part: Part) -> tuple[Vector, Vector, Vector]:
    """Return pairs of cells of one row or one column, and the chance of each being the pair that was exchanged."""
    runs: dict[tuple[str, str], list[int]] = {}
    for place, cell in enumerate(part.cells):
        runs.setdefault(("row", cell.row_code), []).append(place)
        runs.setdefault(("column", cell.column_code), []).append(place)
    near = {pair for run in runs.values() for pair in pairwise(run)}
    every = sorted({pair for run in runs.values() for pair in combinations(run, 2)})
    far = max(len(every) - len(near), 1)
    chance = [_NEIGHBOURS / len(near) if pair in near else (1 - _NEIGHBOURS) / far for pair in every]
    both = np.array(every)
    return both[:, 0], both[:, 1], _EXCHANGED * np.array(chance)


def _shifts(line: Line, values: Vector) -> Iterator[dict[int, float]]:
    """Yield what a row means if its figures were shifted by a column, with or without its total.

    The cell that a shift left empty must be 0 (or blank); the figure that it pushed out of the row is made up from
    the row's sum, so that only the other sums speak for a shift.
    """
    places: Places = (*line.parts, line.total)
    row = [float(value) for value in values[list(places)]]
    parts, total = row[:-1], row[-1]
    shifted = []
    if parts[0] == 0:
        shifted += [[*parts[1:], total, sum(parts[1:]) + total], [*parts[1:], total - sum(parts), total]]
    if parts[-1] == 0:
        shifted.append([total - sum(parts), *parts[:-1], total])
    if total == 0:
        shifted.append([parts[-1] - sum(parts[:-1]), *parts[:-1], parts[-1]])
    for meant in shifted:
        yield dict(zip(places, meant, strict=True))


def _rows(one: Line, two: Line, values: Vector) -> Iterator[dict[int, float]]:
    """Yield what two neighbouring rows mean if each stands in the other's place."""
    if len(one.parts) != len(two.parts):
        return
    above, below = (*one.parts, one.total), (*two.parts, two.total)
    if (values[list(above)] != values[list(below)]).any():
        yield {
            **dict(zip(above, (float(v) for v in values[list(below)]), strict=True)),
            **dict(zip(below, (float(v) for v in values[list(above)]), strict=True)),
        }

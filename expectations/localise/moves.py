"""Slips that spoil several figures at once: two cells exchanged, a row shifted by a column, a row entered one too low,
a wrong figure that its own total was added up from.

Each is one slip of a person, though it changes up to seven cells; it explains a report only if every sum of the part
holds once it is undone. Only candidates that do are returned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from expectations.localise.finding import Method
from expectations.localise.slips import slip
from expectations.localise.system import Figures, Line, Part, Vector

# (how, the chance of this very move where a move happened, {cell: what is meant there})
Places = NDArray[np.intp]
Move = tuple[Method, float, dict[int, int]]
_EXCHANGED, _SHIFTED, _ROW_OFF, _WHOLE_ROW, _CARRIED = 0.25, 0.15, 0.1, 0.1, 0.4  # shares of moves, estimated
_FAR = 0.001  # rows that are no neighbours are hardly ever exchanged
_NEIGHBOURS = 0.8  # of exchanges, this share is between neighbours


def moves_of(figures: Figures) -> Iterator[Move]:
    """Yield every move whose undoing lets all sums of the part hold, blanks taken as 0."""
    yield from _exchanges(figures)
    if len(figures.part.rules) == 1:
        return  # a lone sum cannot tell: the figure that a shift lost could always be made up
    lines = figures.part.lines
    broken = [line for line in lines if figures.residual[line.rule]]
    # A shift leaves the sums of all other rows as they were, an exchange of rows those of all.
    yield from _carried(figures)
    if len(broken) <= 1:
        yield from _shifts(figures, broken or lines)
    if not broken:
        yield from _rows(figures)


def whole_row(figures: Figures) -> Iterator[Move]:
    """Yield each row whose figures, all given by the other sums, let every sum hold: it was wrong as a whole."""
    lines = figures.part.lines
    for line in lines if len(figures.part.rules) > 1 else ():
        places = [*line.parts, line.total]
        change = np.linalg.lstsq(figures.part.matrix[:, places], -figures.residual, rcond=None)[0]
        meant = dict(zip(places, np.round(figures.values[places] + change), strict=True))
        if changed := _holds(figures, meant):
            yield Method.WHOLE_ROW, _WHOLE_ROW / len(lines), changed


def _holds(figures: Figures, meant: Mapping[int, float]) -> dict[int, int]:
    """Return the cells that change, empty unless every sum then holds with whole numbers >= 0."""
    changed = {place: int(value) for place, value in meant.items() if value != figures.values[place]}
    places = list(changed)
    change = np.array([changed[place] - figures.values[place] for place in places])
    if not places or min(changed.values()) < 0:
        return {}
    left = figures.part.matrix[:, places] @ change + figures.residual
    return changed if np.abs(left).max() < 1e-6 else {}


def _exchanges(figures: Figures) -> Iterator[Move]:
    first, second, chance = _exchangeable(figures.part)
    values, matrix = figures.values, figures.part.matrix
    step = values[second] - values[first]
    some = int(np.flatnonzero(figures.residual)[0])
    mends = (matrix[some, first] - matrix[some, second]) * step == -figures.residual[some]
    # Only figures are exchanged that are whole numbers >= 0.
    fit = np.flatnonzero(mends & (np.minimum(values[first], values[second]) >= 0))
    if not len(fit):
        return
    change = (matrix[:, first[fit]] - matrix[:, second[fit]]) * step[fit]
    for number in fit[np.abs(change + figures.residual[:, None]).max(axis=0) < 1e-6]:
        one, two = int(first[number]), int(second[number])
        if values[one].is_integer() and values[two].is_integer():
            yield Method.EXCHANGED, float(chance[number]), {one: int(values[two]), two: int(values[one])}


@cache
def _exchangeable(part: Part) -> tuple[Places, Places, Vector]:
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


@cache
def _cells_with_totals(part: Part) -> tuple[Places, Places]:
    """Return each cell beside each total that is added up from it: of its row, of its column."""
    index = {cell.position: place for place, cell in enumerate(part.cells)}
    cells, totals = [], []
    for rule in part.rules:
        whole = [index[term.cell.position] for term in rule.terms if term.sign > 0]
        own = [index[term.cell.position] for term in rule.terms if term.sign < 0]
        if len(whole) == 1:
            cells += own
            totals += whole * len(own)
    return np.array(cells), np.array(totals)


def _carried(figures: Figures) -> Iterator[Move]:
    """Yield each figure that is wrong together with its total, by the same amount."""
    cells, totals = _cells_with_totals(figures.part)
    column = figures.part.matrix[:, cells] + figures.part.matrix[:, totals]
    step = np.round(-(column.T @ figures.residual) / np.maximum((column**2).sum(axis=0), 1))
    left = column * step + figures.residual[:, None]
    for number in np.flatnonzero(np.abs(left).max(axis=0) < 1e-6):
        cell, total = int(cells[number]), int(totals[number])
        meant = {place: figures.values[place] + step[number] for place in (cell, total)}
        if changed := _holds(figures, meant):
            chance = slip(float(figures.values[cell]), changed[cell])[1]
            yield Method.CARRIED, _CARRIED / len(cells) * chance, changed


def _shifts(figures: Figures, lines: Iterable[Line]) -> Iterator[Move]:
    """Yield the rows whose figures were shifted by a column, with or without the total.

    The cell that a shift left empty must be 0 (or blank); the figure that it pushed out of the row is made up from
    the row's sum, so that only the other sums speak for a shift.
    """
    chance = _SHIFTED / (4 * len(figures.part.lines))
    for line in lines:
        places = (*line.parts, line.total)
        row = [float(value) for value in figures.values[list(places)]]
        parts, total = row[:-1], row[-1]
        shifted = []
        if parts[0] == 0:
            shifted += [[*parts[1:], total, sum(parts[1:]) + total], [*parts[1:], total - sum(parts), total]]
        if parts[-1] == 0:
            shifted.append([total - sum(parts), *parts[:-1], total])
        if total == 0:
            shifted.append([parts[-1] - sum(parts[:-1]), *parts[:-1], parts[-1]])
        for meant in shifted:
            if changed := _holds(figures, dict(zip(places, meant, strict=True))):
                yield Method.SHIFTED, chance, changed


def _rows(figures: Figures) -> Iterator[Move]:
    """Yield the pairs of rows that stand in each other's place."""
    lines = figures.part.lines
    places = np.array([(*line.parts, line.total) for line in lines])
    rows, columns = figures.values[places], figures.part.matrix.T[places]  # lines x 7, lines x 7 x sums
    one, two = np.triu_indices(len(lines), k=1)
    effect = np.einsum("pc,pcs->ps", rows[two] - rows[one], columns[one] - columns[two]) + figures.residual
    near = max(len(lines) - 1, 1)
    for pair in np.flatnonzero(np.abs(effect).max(axis=1) < 1e-6):
        above, below = int(one[pair]), int(two[pair])
        meant = dict(zip(places[above].tolist(), rows[below].tolist(), strict=True))
        meant |= dict(zip(places[below].tolist(), rows[above].tolist(), strict=True))
        if not (changed := _holds(figures, meant)):
            continue
        if below == above + 1:
            yield Method.ROW_OFF, _ROW_OFF / near, changed
        else:
            yield Method.ROWS_EXCHANGED, _ROW_OFF * _FAR / max(len(one) - near, 1), changed

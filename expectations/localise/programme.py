"""The least number of changed cells, by mixed-integer programme (after Fellegi and Holt, 1976), and its ties.

minimise the number of changed cells, subject to: every sum holds, every cell is a whole number >= 0, a cell that is
not changed is as published. Cells that are not published are free and cost nothing. An optimum that was found is
forbidden (a no-good cut) and the next one asked for, until there is none or the bound is reached. scipy's HiGHS
solves it and is imported with the first programme.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from expectations.localise.few import Places
from expectations.localise.system import Figures, Vector


@dataclass(frozen=True)
class Optima:
    """Sets of changed cells of least size, each with what is meant there (None: the sums leave it open).

    ``size`` is None where no set of at most the allowed size explains; ``complete`` is False where the time or the
    bound ended the search.
    """

    size: int | None
    complete: bool
    sets: list[tuple[Places, tuple[int | None, ...]]] = field(default_factory=list)


@dataclass
class _Model:
    """The programme over one part: the figures' variables first, then a 0/1 variable per known cell."""

    figures: Figures
    known: Any
    bounds: Vector
    rows: Any
    low: Vector
    high: Vector


def optima(figures: Figures, *, most_cells: int, most_sets: int, seconds: float) -> Optima:
    """Return the smallest sets of changed cells, up to ``most_sets`` of them, within some seconds."""
    import scipy.optimize  # type: ignore[import-untyped]  # noqa: F401 - importing takes seconds that are not the search's

    model = _model(figures)
    deadline = time.monotonic() + seconds
    if not figures.complete:
        answer = _solve(_only(model, ()), 0, [], deadline)
        if answer is None:
            return Optima(None, False)
        if len(answer):
            return Optima(0, True, [((), ())])
    cuts: list[Places] = []
    size = most_cells
    found = Optima(None, True)
    while len(found.sets) < most_sets:
        answer = _solve(model, size, cuts, deadline)
        if answer is None:
            return Optima(found.size, False, found.sets)
        if not len(answer):
            return found
        changed = tuple(int(place) for place in np.flatnonzero(np.round(answer) != figures.values))
        changed = tuple(place for place in changed if figures.known[place])
        size = len(changed)
        meant = _meant(model, changed, np.round(answer), deadline)
        if meant is None:
            return Optima(found.size, False, found.sets)
        found = Optima(size, True, [*found.sets, (changed, meant)])
        cuts.append(changed)
    return Optima(found.size, False, found.sets)


def _model(figures: Figures) -> _Model:
    from scipy import sparse

    values, count = figures.values, len(figures.values)
    known = np.flatnonzero(figures.known)
    # An explanation of least size moves no cell further than all residuals together, twice over to be safe; with
    # free cells about, as far as the largest figure more.
    reach = 2 * np.abs(figures.residual).sum() + (0 if figures.complete else np.abs(values).max()) + 1
    pick = sparse.csr_matrix((np.ones(len(known)), (range(len(known)), known)), shape=(len(known), count))
    up = sparse.diags(np.full(len(known), -reach))
    down = sparse.diags(np.minimum(np.maximum(values[known], 0), reach))
    sums = sparse.csr_matrix(figures.part.matrix)
    none = sparse.csr_matrix((len(figures.part.rules), len(known)))
    rows = sparse.vstack([sparse.hstack([sums, none]), sparse.hstack([pick, up]), sparse.hstack([pick, down])])
    zeros, endless = np.zeros(len(figures.part.rules)), np.full(len(known), np.inf)
    return _Model(
        figures,
        known,
        np.concatenate([np.where(figures.known, np.maximum(values, 0) + reach, np.inf), np.ones(len(known))]),
        rows.tocsr(),
        np.concatenate([zeros, -endless, values[known]]),
        np.concatenate([zeros, values[known], endless]),
    )


def _solve(
    model: _Model, size: int, cuts: list[Places], deadline: float, aim: tuple[int, int] | None = None
) -> Vector | None:
    """Return the figures of an optimum, an empty vector where there is none, None where the time ran out.

    With ``aim`` (cell, sign) that figure is minimised (or maximised) instead of the number of changed cells.
    """
    from scipy import sparse
    from scipy.optimize import Bounds, LinearConstraint, milp

    left = deadline - time.monotonic()
    if left <= 0:
        return None
    count, flags = len(model.figures.values), len(model.known)
    goal = np.concatenate([np.zeros(count), np.ones(flags)])
    extra, limits = [np.concatenate([np.zeros(count), np.ones(flags)])], [float(size)]
    for cut in cuts:
        row = np.zeros(count + flags)
        row[count + np.searchsorted(model.known, cut)] = 1
        extra.append(row)
        limits.append(len(cut) - 1.0)
    if aim is not None:
        goal = np.zeros(count + flags)
        goal[aim[0]] = aim[1]
    result = milp(
        goal,
        integrality=np.ones(count + flags),
        bounds=Bounds(0, model.bounds),
        constraints=LinearConstraint(
            sparse.vstack([model.rows, sparse.csr_matrix(np.array(extra))]),
            np.concatenate([model.low, np.full(len(limits), -np.inf)]),
            np.concatenate([model.high, limits]),
        ),
        options={"time_limit": left},
    )
    if result.status == 2:
        return np.array([])
    if result.x is None or result.status != 0:
        return None
    answer = np.asarray(result.x[:count], dtype=np.float64)
    # Large figures make the solver's tolerances wide: an answer that does not hold exactly is none.
    held = np.abs(model.figures.part.matrix @ np.round(answer)).max() < 0.5
    return answer if held else None


def _meant(model: _Model, changed: Places, answer: Vector, deadline: float) -> tuple[int | None, ...] | None:
    """Return what the sums say stands in each changed cell, None for a cell that they leave open."""
    figures = model.figures
    columns = figures.part.matrix[:, [*changed, *np.flatnonzero(~figures.known)]]
    if not changed or np.linalg.matrix_rank(columns) == columns.shape[1]:
        return tuple(int(answer[place]) for place in changed)
    meant: list[int | None] = []
    narrowed = _only(model, changed)
    for place in changed:
        ends = [_solve(narrowed, len(changed), [], deadline, aim=(place, sign)) for sign in (1, -1)]
        if any(end is None for end in ends):
            return None
        low, high = (float(end[place]) if end is not None and len(end) else np.nan for end in ends)
        meant.append(round(low) if round(low) == round(high) else None)
    return tuple(meant)


def _only(model: _Model, changed: Places) -> _Model:
    """Return the model in which no other cell may change."""
    bounds = model.bounds.copy()
    bounds[len(model.figures.values) :] = np.isin(model.known, changed)
    return replace(model, bounds=bounds)

"""From a report's cells to findings: the steps in their order, cheapest first, and what counts as equally good.

1. Blanks: figures that make all sums hold may stand there; then nothing is accused.
2. One cell that explains all residuals, then two, then three: all sets, exactly.
3. Moves of several figures that are one slip, where no single cell is borne out by two sums.
4. The least number of cells by mixed-integer programme, where cells are unknown or more than three are wrong.
Explanations are weighed by how likely their slips are; those that together are less likely than 1 in 100 are set
aside. A report whose sums all hold never gets this far.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from expectations.localise.few import sets_of
from expectations.localise.finding import Change, Explanation, Finding, Method, State
from expectations.localise.moves import Move, moves_of, whole_row
from expectations.localise.programme import optima
from expectations.localise.slips import SHARES, slip
from expectations.localise.system import Figures, Published, determined, figures_of, parts_of

LOCALISER_VERSION = 1  # raise it where findings may differ: all reports are then searched again

# How a report comes to be wrong, per part: estimates, which decide only where sums cannot.
_WRONG_CELLS, _MOVES = 0.05, 0.01
_SET_ASIDE = 0.01
_LARGEST = 1e12  # figures beyond are not weighed: floating point would blur them


@dataclass(frozen=True, slots=True)
class Limits:
    """What one part of a report may cost, and how many explanations are kept."""

    seconds: float = 3.0
    cells: int = 5  # more changes than these are no explanation that a person would believe
    sets: int = 20  # of the integer programme
    kept: int = 20


def explain(format_code: str, published: Mapping[int, Published], limits: Limits = Limits()) -> tuple[Finding, ...]:
    """Return a finding for each part of a report in which a sum fails or cannot be assessed.

    ``published`` maps positions of the format to cells. Parts whose sums all hold give nothing.
    """
    found = (_explain_part(figures_of(part, published), limits) for part in parts_of(format_code))
    return tuple(finding for finding in found if finding is not None)


def _explain_part(figures: Figures, limits: Limits) -> Finding | None:
    number, holds = figures.part.number, not figures.residual.any()
    if (figures.complete and holds) or not figures.known.any():
        return None
    rules = figures.failing or figures.undecided
    if holds:
        return Finding(number, rules, State.BLANKS)
    if np.abs(figures.values).max() > _LARGEST:
        return Finding(number, rules, State.NOT_FOUND)
    return _from_sets(figures, limits) if figures.complete else _from_programme(figures, limits)


def _from_sets(figures: Figures, limits: Limits) -> Finding:
    """Explain a part whose every cell is published."""
    moves: list[Explanation] = []
    for size in (1, 2, 3):
        weighed = [_weighed(figures, cells, meant, size) for cells, meant in sets_of(figures, size)]
        if size == 1 and weighed and len(figures.failing) > 1:
            return _finding(figures, limits, weighed)
        if size == 1:
            moves = _moves(figures, moves_of(figures))
        if weighed:
            return _finding(figures, limits, [*weighed, *moves])
        if size == 2 and moves:  # three or more cells wrong at once are far less likely than one move
            return _finding(figures, limits, moves)
    if rows := _moves(figures, whole_row(figures)):
        return _finding(figures, limits, rows)
    return _from_programme(figures, limits)


def _from_programme(figures: Figures, limits: Limits) -> Finding:
    """Explain a part in which cells are unknown, or more than three are wrong."""
    # With blanks as 0 the cheap search says how many cells are enough; free blanks may need fewer.
    enough = [] if figures.complete else _with_zeros(figures)
    most = len(enough[0].changes) if enough else limits.cells
    best = optima(figures, most_cells=most, most_sets=limits.sets, seconds=limits.seconds)
    rules = figures.failing or figures.undecided
    if best.size == 0:
        return _left_out(figures, rules)
    moves = [] if best.size == 1 or figures.complete else _moves(figures, moves_of(figures))
    size = 1 if best.size == 1 else 4
    weighed = [_weighed(figures, cells, meant, size) for cells, meant in best.sets]
    if not weighed and not best.complete:
        weighed = enough
    if weighed or moves:
        return _finding(figures, limits, [*weighed, *moves], complete=best.complete)
    return Finding(figures.part.number, rules, State.TOO_MANY_CELLS if best.complete else State.NOT_FOUND)


def _with_zeros(figures: Figures) -> list[Explanation]:
    """Return the smallest sets of published cells (up to three) that explain if every unknown cell is 0."""
    for size in (1, 2, 3):
        sets = [found for found in sets_of(figures, size) if figures.known[list(found[0])].all()]
        if sets:
            return [_weighed(figures, cells, meant, size) for cells, meant in sets]
    return []


def _left_out(figures: Figures, rules: tuple[str, ...]) -> Finding:
    """Tell the blanks that must be more than 0 by two sums at least; by one, the total may as well be wrong."""
    changes = tuple(
        Change(figures.part.cells[place], None, value, None)
        for place, (value, sums) in determined(figures).items()
        if value > 0 and sums > 1 and figures.blank[place]
    )
    if not changes:
        return Finding(figures.part.number, rules, State.BLANKS)
    explanation = Explanation(Method.BLANK, changes, 0.0)
    return Finding(figures.part.number, rules, State.EXPLAINED, 1, True, (explanation,))


def _moves(figures: Figures, moves: Iterable[Move]) -> list[Explanation]:
    found = []
    for method, chance, meant in moves:
        if not all(figures.known[place] or figures.blank[place] for place in meant):
            continue  # nobody exchanged what is not there
        weight = math.log(_MOVES * chance) + sum(_prior(figures, place, value) for place, value in meant.items())
        changes = tuple(_change(figures, place, value, None) for place, value in meant.items())
        found.append(Explanation(method, changes, weight))
    return found


def _weighed(figures: Figures, cells: Iterable[int], meant: Iterable[int | None], size: int) -> Explanation:
    """Weigh independent changes: each cell may be wrong, by a slip, and what is meant may stand there."""
    weight, changes = 0.0, []
    for place, value in zip(cells, meant, strict=True):
        kind, chance = ("other", SHARES["other"]) if value is None else slip(float(figures.values[place]), value)
        weight += math.log(_WRONG_CELLS / len(figures.values) * chance)
        weight += 0.0 if value is None else _prior(figures, place, value)
        changes.append(_change(figures, place, value, kind))
    method = {1: Method.ONE_CELL, 2: Method.FEW_CELLS, 3: Method.FEW_CELLS}.get(size, Method.PROGRAMME)
    return Explanation(method, tuple(changes), weight)


def _prior(figures: Figures, place: int, meant: int) -> float:
    """Return how much likelier ``meant`` is in a cell than what was published (log); a total follows from its parts.

    Most cells of most reports are 0; how many, this report tells.
    """
    if place in figures.part.totals:
        return 0.0
    zeros = figures.zeros

    def chance(value: float) -> float:
        return zeros if value == 0 else (1 - zeros) / (12 * (abs(value) + 1))  # as likely in each order of size

    return math.log(chance(meant) / chance(float(figures.values[place])))


def _change(figures: Figures, place: int, meant: int | None, kind: str | None) -> Change:
    value = float(figures.values[place])
    shown = Decimal(int(value)) if value.is_integer() else Decimal(str(value))
    return Change(figures.part.cells[place], shown if figures.known[place] else None, meant, kind)


def _figures(explanation: Explanation) -> frozenset[tuple[int, int | None]]:
    return frozenset((change.cell.position, change.proposed) for change in explanation.changes)


def _finding(figures: Figures, limits: Limits, found: list[Explanation], *, complete: bool = True) -> Finding:
    """Set the unlikely explanations aside; what is left counts as equally good."""
    # The same figures may be an exchange and a shift as well: the likelier way of telling it stays, in its place.
    ways: dict[frozenset[tuple[int, int | None]], Explanation] = {}
    for explanation in sorted(found, key=lambda explanation: -explanation.weight):
        ways.setdefault(_figures(explanation), explanation)
    found = list(ways.values())
    shares = np.exp([explanation.weight - found[0].weight for explanation in found])
    shares /= shares.sum()
    tail = np.cumsum(shares[::-1])[::-1]  # of each explanation and all less likely ones
    last = int(np.flatnonzero(tail > _SET_ASIDE)[-1])
    good = [e for e, share in zip(found, shares, strict=True) if share >= shares[last] * (1 - 1e-9)]
    # Two cells can mend any two sums: that is no evidence that they, and not many more, are wrong.
    best, broken = good[0], int(np.count_nonzero(figures.residual))
    if best.method in (Method.FEW_CELLS, Method.PROGRAMME) and broken <= len(best.changes):
        complete = False
    # An outcome exchanged with 结转 looks like one left out of 总计.
    complete = complete and best.method is not Method.ROWS_EXCHANGED
    solutions = len(good) + (not complete)
    return Finding(
        figures.part.number,
        figures.failing or figures.undecided,
        State.EXPLAINED if solutions == 1 else State.AMBIGUOUS,
        solutions,
        complete,
        tuple(good[: limits.kept]),
    )

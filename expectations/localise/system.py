"""The sums of a format as matrices: one per part, that is per set of cells that sums bind to each other.

Table 三 is one part (25 x 7 cells under 42 - 3 sums in the format of 2021), each block of table 四 another. What
a report says of them (its figures, which are unknown, what is left over) is put into vectors here too, and so is
what the sums say of cells left blank. Which cells are wrong is not decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from schemas.facts import Status
from schemas.formats import Cell, SumRule, format_by_code

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Published:
    """A cell as published: ``value`` is None unless ``status`` is published."""

    value: Decimal | None
    status: Status


@dataclass(frozen=True, eq=False)
class Line:
    """A row of a table: indexes of its cells in printed order, of their total, and of the sum that says so."""

    parts: tuple[int, ...]
    total: int
    rule: int


@dataclass(frozen=True, eq=False)
class Part:
    """Cells and the sums that bind them; ``matrix`` (sums x cells) holds +1 for a total's side, -1 for a part."""

    number: int
    cells: tuple[Cell, ...]
    rules: tuple[SumRule, ...]

    @cached_property
    def matrix(self) -> Vector:
        """Return the sums x cells matrix of signs."""
        index = {cell.position: place for place, cell in enumerate(self.cells)}
        matrix = np.zeros((len(self.rules), len(self.cells)))
        for row, rule in enumerate(self.rules):
            for term in rule.terms:
                matrix[row, index[term.cell.position]] += term.sign
        return matrix

    @cached_property
    def gram(self) -> Vector:
        """Return the inner products of the cells' columns (cells x cells)."""
        return self.matrix.T @ self.matrix

    @cached_property
    def pairs(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return every pair of cells, as two arrays of indexes."""
        first, second = np.triu_indices(len(self.cells), k=1)
        return first, second

    @cached_property
    def totals(self) -> frozenset[int]:
        """Return the cells that some sum gives alone: what stands there follows from its parts."""
        alone = set()
        for rule in self.rules:
            whole = [term.cell.position for term in rule.terms if term.sign > 0]
            if len(whole) == 1:
                alone.add(whole[0])
        return frozenset(place for place, cell in enumerate(self.cells) if cell.position in alone)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Return the rows of the table: each is a sum over cells of one row with one total."""
        index = {cell.position: place for place, cell in enumerate(self.cells)}
        found = []
        for number, rule in enumerate(self.rules):
            if len({term.cell.row_code for term in rule.terms}) != 1:
                continue
            whole = [index[term.cell.position] for term in rule.terms if term.sign > 0]
            parts = sorted(index[term.cell.position] for term in rule.terms if term.sign < 0)
            if len(whole) == 1:
                found.append(Line(tuple(parts), whole[0], number))
        return tuple(sorted(found, key=lambda line: line.parts))


@dataclass(frozen=True, eq=False)
class Figures:
    """What a report says of a part. ``values`` has 0 where a cell is not ``known``, and so has ``residual``."""

    part: Part
    values: Vector
    known: NDArray[np.bool_]
    blank: NDArray[np.bool_]

    @cached_property
    def residual(self) -> Vector:
        """Return matrix x values, 0 for a sum that holds."""
        return np.asarray(self.part.matrix @ self.values)

    @cached_property
    def complete(self) -> bool:
        """Tell whether every cell of the part is a published number."""
        return bool(self.known.all())

    @cached_property
    def zeros(self) -> float:
        """Return the share of 0 among the published cells that are no totals, kept off 0 and 1."""
        parts = self.known.copy()
        parts[list(self.part.totals)] = False
        return min(max(float((self.values[parts] == 0).mean()), 0.05), 0.95) if parts.any() else 0.5

    @cached_property
    def assessed(self) -> NDArray[np.bool_]:
        """Return which sums have all their cells published."""
        return np.asarray((np.abs(self.part.matrix) @ ~self.known) == 0)

    @cached_property
    def failing(self) -> tuple[str, ...]:
        """Return the codes of the sums that are assessed and do not hold."""
        wrong = self.assessed & (self.residual != 0)
        return tuple(rule.code for rule, is_wrong in zip(self.part.rules, wrong, strict=True) if is_wrong)

    @cached_property
    def undecided(self) -> tuple[str, ...]:
        """Return the codes of the sums in which some cell is not published."""
        return tuple(rule.code for rule, told in zip(self.part.rules, self.assessed, strict=True) if not told)


@cache
def parts_of(format_code: str) -> tuple[Part, ...]:
    """Return the parts of a format in printed order; cells that no sum binds are in none."""
    form = format_by_code(format_code)
    groups: list[tuple[set[int], list[SumRule]]] = []
    for rule in form.sums:
        positions, rules = {term.cell.position for term in rule.terms}, [rule]
        apart = []
        for group in groups:
            if group[0] & positions:
                positions |= group[0]
                rules = group[1] + rules
            else:
                apart.append(group)
        groups = [*apart, (positions, rules)]
    ordered = sorted(groups, key=lambda group: min(group[0]))
    return tuple(
        Part(number, tuple(cell for cell in form.cells if cell.position in positions), tuple(rules))
        for number, (positions, rules) in enumerate(ordered, start=1)
    )


def figures_of(part: Part, published: Mapping[int, Published]) -> Figures:
    """Put a report's cells (by position) into vectors; a position that is not given is unknown."""
    here = [published.get(cell.position) for cell in part.cells]
    known = np.array([cell is not None and cell.value is not None for cell in here])
    values = np.array([float(cell.value) if cell is not None and cell.value is not None else 0.0 for cell in here])
    blank = np.array([cell is not None and cell.status is Status.BLANK for cell in here])
    return Figures(part, values, known, blank)


def determined(figures: Figures) -> dict[int, tuple[int, int]]:
    """Return what unknown cells must be where the sums leave one whole number >= 0, and how many sums say so.

    {index of the cell: (value, sums)}. A sum says so where its other cells are known or determined. Bounds are
    narrowed sum by sum until nothing moves, so a number that only several sums together force is not found. Empty where
    the figures contradict each other: then nothing follows from them.
    """
    low = figures.values.copy()
    high = np.where(figures.known, figures.values, np.inf)
    matrix = figures.part.matrix
    for _ in range(len(figures.known)):
        before = (low.copy(), high.copy())
        for signs in matrix:
            places = np.flatnonzero(signs)
            for place in places[~figures.known[places]]:
                others = places[places != place]
                turned = -signs[others] * signs[place]  # the cell = sum of turned x others
                least = np.where(turned > 0, low[others], -high[others]).sum()
                most = np.where(turned > 0, high[others], -low[others]).sum()
                low[place], high[place] = max(low[place], least), min(high[place], most)
        if (low > high).any():
            return {}
        if np.array_equal(before[0], low) and np.array_equal(before[1], high):
            break
    settled = low == high
    unsettled = np.abs(matrix) @ ~settled
    return {
        int(place): (int(low[place]), int(np.abs(matrix[:, place]) @ (unsettled == 0)))
        for place in np.flatnonzero(settled & ~figures.known)
    }

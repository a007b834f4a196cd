"""Every set of one, two or three cells whose change alone lets all sums of a part hold.

A changed cell moves the residuals along its column of the sum matrix, so a set explains them when they lie in the span
of its columns: a syndrome, as of an error-correcting code. All sets are tried at once, so ties are known exactly. For
parts whose every cell is published; with unknown cells see `programme`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from expectations.localise.system import Figures, Vector

Places = tuple[int, ...]
Found = list[tuple[Places, tuple[int, ...]]]


def sets_of(figures: Figures, size: int) -> Found:
    """Return each set of ``size`` (1 to 3) cells that explains the residuals, with the numbers to put there."""
    part, residual = figures.part, figures.residual
    along = part.matrix.T @ residual
    square = float(residual @ residual)
    if size == 1:
        left = square - along**2 / part.gram.diagonal()
        return _settle(figures, np.flatnonzero(_vanishes(left, square))[:, None])
    if size == 2:
        return _settle(figures, _pairs(figures, part.gram, along, square, square))
    # One of the three is in each failing sum: take the shortest.
    lengths = np.where(residual != 0, np.abs(part.matrix).sum(axis=1), np.inf)
    found = []
    for cell in np.flatnonzero(part.matrix[int(lengths.argmin())]):
        column = part.gram[cell] / part.gram[cell, cell]
        gram = part.gram - np.outer(part.gram[:, cell], column)
        rest = along - along[cell] * column
        pairs = _pairs(figures, gram, rest, square - along[cell] ** 2 / part.gram[cell, cell], square)
        found.append(np.column_stack([np.full(len(pairs), cell), pairs]))
    triples = np.sort(np.concatenate(found), axis=1)
    return _settle(figures, np.unique(triples, axis=0))


def _pairs(figures: Figures, gram: Vector, along: Vector, left: float, square: float) -> NDArray[np.intp]:
    """Return the pairs of cells whose columns leave nothing of a residual of squared length ``left``."""
    first, second = figures.part.pairs
    own = gram.diagonal()
    one, two, both = own[first], own[second], gram[first, second]
    determinant = one * two - both**2
    a, b = along[first], along[second]
    with np.errstate(divide="ignore", invalid="ignore"):
        explained = (a * a * two - 2 * a * b * both + b * b * one) / determinant
    hits = np.flatnonzero((determinant > 1e-6) & _vanishes(left - explained, square))
    return np.column_stack([first[hits], second[hits]])


def _vanishes(left: Vector, square: float) -> NDArray[np.bool_]:
    return np.asarray(left <= 1e-9 * square + 1e-6)  # what rounding leaves; `_settle` looks closely


def _settle(figures: Figures, sets: NDArray[np.intp]) -> Found:
    """Keep the sets that explain exactly, by whole numbers >= 0 that differ from what was published."""
    if not len(sets):
        return []
    part = figures.part
    along = part.matrix.T @ figures.residual
    gram = part.gram[sets[:, :, None], sets[:, None, :]]
    change = -np.linalg.solve(gram, along[sets][:, :, None])[:, :, 0]
    published = figures.values[sets]
    meant = np.round(published + change)
    left = np.einsum("srk,sk->sr", part.matrix.T[sets].transpose(0, 2, 1), meant - published) + figures.residual
    good = (np.abs(left).max(axis=1) < 1e-6) & (meant >= 0).all(axis=1) & (meant != published).all(axis=1)
    return [
        (tuple(int(place) for place in places), tuple(int(value) for value in values))
        for places, values in zip(sets[good], meant[good], strict=True)
    ]

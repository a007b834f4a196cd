"""What the bodies of the made-up nation publish: a year's figures of many bodies at once, as one matrix.

Every sum holds here and every year continues the one before; what does not hold is put in by `faults`, which keeps
the book of it. Amounts are in hundredths of their unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from schemas.formats import Format, format_by_code
from tests.scale.nation import Publisher, applications

Matrix = np.ndarray  # bodies × cells of the format
Cells = dict[tuple[str, str, str], np.ndarray]

_APPLICANTS = {
    "natural_person": 0.88, "business": 0.08, "research": 0.002, "nonprofit": 0.003, "legal_service": 0.02,
    "other": 0.015,
}  # fmt: skip
# Shares of the outcomes; all that are not named share the rest.
_OUTCOMES = {
    "granted": 0.45, "granted_part": 0.12, "unable_not_held": 0.2, "other_misc": 0.06, "other": 0.06,
    "refused_query": 0.02,
}  # fmt: skip
_ENDINGS = {"upheld": 0.012, "corrected": 0.003, "other": 0.004, "pending": 0.002}
_QUIET = 0.6  # bodies with fewer applications a year decide nothing either: most townships


@dataclass(frozen=True, slots=True)
class Year:
    """The figures of one year: a row for each body, a column for each cell in the format's order."""

    year: int
    form: Format
    values: Matrix


def years_of(bodies: list[Publisher], years: tuple[int, ...], seed: list[int]) -> Iterator[Year]:
    """Draw the figures of some bodies, year by year; the same seed gives the same figures."""
    rng = np.random.default_rng(seed)
    expected = applications(bodies, rng)
    lawful = np.array([body.level in ("province", "city") and body.kind == "government" for body in bodies])
    before: Cells = {}
    for year in years:
        form = format_by_code("2019" if year < 2021 else "2021")
        made = {cell.key: np.zeros(len(bodies), np.int64) for cell in form.cells}
        _disclosure(made, before, expected, lawful, rng)
        _applications(form, made, before, expected, rng)
        _litigation(made, expected, rng)
        before = made
        yield Year(year, form, np.stack([made[cell.key] for cell in form.cells], axis=1))


def _disclosure(made: Cells, before: Cells, expected: np.ndarray, lawful: np.ndarray, rng: np.random.Generator) -> None:
    loud = expected >= _QUIET
    for key in made:
        table, row, column = key
        if table != "disclosure":
            continue
        if column == "decisions":
            made[key] = _drifting(before.get(key), expected * 40, loud, rng)
        elif column == "amount":
            # 采购总金额 in 元 with two decimals, 收费金额 in 万元.
            made[key] = _drifting(before.get(key), expected * (2e6 if row == "procurement" else 900), loud, rng)
        elif column == "items_last_year":
            drawn = rng.poisson(6, len(loud)) * loud
            made[key] = before[key] + before[table, row, "change"] if key in before else drawn
        elif column == "items":
            made[key] = rng.poisson(4, len(loud)) * loud
        elif column in ("made", "disclosed", "total_disclosed"):
            made[key] = rng.poisson(0.6, len(loud)) * (lawful if row == "rules" else loud)
    for key in [key for key in made if key[2] == "change"]:
        here = made[key[0], key[1], "items_last_year"]
        made[key] = np.maximum(rng.integers(-1, 2, len(loud)) * loud, -here)
    for row in ("rules", "normative_documents"):
        if ("disclosure", row, "in_force") in made:
            _documents(made, before, row, loud & lawful if row == "rules" else loud, rng)


def _documents(made: Cells, before: Cells, row: str, who: np.ndarray, rng: np.random.Generator) -> None:
    """Documents in force: those of last year, those made, less those repealed."""
    held = before.get(("disclosure", row, "in_force"))
    if held is None:
        made["disclosure", row, "in_force"] = rng.poisson(9, len(who)) * who
        return
    known = held + made["disclosure", row, "made"]
    made["disclosure", row, "repealed"] = np.minimum(rng.poisson(0.5, len(who)) * who, known)
    made["disclosure", row, "in_force"] = known - made["disclosure", row, "repealed"]


def _drifting(before: np.ndarray | None, size: np.ndarray, who: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw a figure that changes from each year to the next, and never by much."""
    if before is None:
        return ((size * rng.lognormal(0, 1, len(size))).astype(np.int64) + 100) * who
    change = (before * rng.uniform(-0.2, 0.25, len(size))).astype(np.int64)
    return np.where(before > 0, before + np.where(change == 0, 1, change), 0)


@cache
def _outcomes(form: Format) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the rows of outcomes and the share of each."""
    rule = next(rule for rule in form.sums if rule.family == "outcomes")
    rows = tuple(term.cell.row_code for term in rule.terms if term.sign < 0)
    rest = (1 - sum(_OUTCOMES.get(row, 0) for row in rows)) / sum(row not in _OUTCOMES for row in rows)
    return rows, np.array([_OUTCOMES.get(row, rest) for row in rows])


def _applications(form: Format, made: Cells, before: Cells, expected: np.ndarray, rng: np.random.Generator) -> None:
    rows, shares = _outcomes(form)
    of = {
        row: np.zeros(len(expected), np.int64) for row in (*rows, "received_new", "carried_in", "total", "carried_out")
    }
    for applicant, part in _APPLICANTS.items():
        drawn = rng.poisson((expected * part)[:, None] * shares)
        out = rng.poisson(expected * part * 0.05)
        carried = before.get(("applications", "carried_out", applicant))
        carried = rng.poisson(expected * part * 0.05) if carried is None else carried
        drawn[:, 0] += np.maximum(carried - out - drawn.sum(axis=1), 0)  # what came in is answered or carried on
        total = drawn.sum(axis=1)
        figures = dict(zip(rows, drawn.T, strict=True))
        figures |= {"total": total, "carried_in": carried, "carried_out": out, "received_new": total + out - carried}
        for row, column in figures.items():
            made["applications", row, applicant] = column
            of[row] += column
    for row, column in of.items():
        made["applications", row, "total"] = column


def _litigation(made: Cells, expected: np.ndarray, rng: np.random.Generator) -> None:
    for row in ("reconsideration", "suit_direct", "suit_after_reconsideration"):
        for column, share in _ENDINGS.items():
            made["litigation", row, column] = rng.poisson(expected * share)
        made["litigation", row, "total"] = np.sum([made["litigation", row, column] for column in _ENDINGS], axis=0)

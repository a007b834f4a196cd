"""Coverage as a matrix: which body's report of which year is held, and with which grade.

It arranges the report lines of `data` and bounds the matrix; how it looks is the template's business.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from expectations.report.data import ReportLine
from schemas.facts import Grade

AGENCIES_SHOWN = 60
YEARS_SHOWN = 20
MARKS_PER_CELL = 4


@dataclass(frozen=True, slots=True)
class Held:
    """The reports of one body and one year; ``more`` counts those beyond the marks shown."""

    shown: tuple[ReportLine, ...]
    more: int


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """One body, a `Held` for every year of the matrix."""

    agency: str | None
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The matrix. A year of None is "not identified"; ``hidden`` counts bodies that found no room."""

    years: tuple[int | None, ...]
    rows: tuple[AgencyRow, ...]
    agencies: int
    hidden: int
    first_year: int | None  # set when earlier years found no room


def coverage(reports: Sequence[ReportLine]) -> Coverage:
    """Arrange the reports by body and year; when there are too many bodies, those in need come first."""
    by_agency: dict[str | None, list[ReportLine]] = defaultdict(list)
    for line in reports:
        by_agency[line.agency].append(line)
    # Chosen by need, shown by name: a reader looks a body up.
    chosen = sorted(by_agency, key=lambda name: (_calm(by_agency[name]), name is None, name or ""))
    shown = sorted(chosen[:AGENCIES_SHOWN], key=lambda name: (name is None, name or ""))
    years, first_year = years_shown({line.year for line in reports})
    rows = tuple(AgencyRow(name, _held(by_agency[name], years)) for name in shown)
    return Coverage(years, rows, len(by_agency), len(by_agency) - len(shown), first_year)


def _calm(lines: list[ReportLine]) -> bool:
    return all(line.grade == Grade.VERIFIED and not line.is_new for line in lines)


def years_shown(found: set[int | None]) -> tuple[tuple[int | None, ...], int | None]:
    """Return the years as columns: without gaps where they lie close, so that a hole is seen."""
    known = sorted(year for year in found if year is not None)
    if known and known[-1] - known[0] < YEARS_SHOWN:
        known = list(range(known[0], known[-1] + 1))
    shown = known[-YEARS_SHOWN:]
    return (*shown, *([None] if None in found else [])), shown[0] if len(shown) < len(known) else None


def _held(lines: list[ReportLine], years: tuple[int | None, ...]) -> tuple[Held, ...]:
    by_year: dict[int | None, list[ReportLine]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: (line.grade == Grade.VERIFIED, line.report_id)):
        by_year[line.year].append(line)
    return tuple(
        Held(tuple(by_year[year][:MARKS_PER_CELL]), max(0, len(by_year[year]) - MARKS_PER_CELL)) for year in years
    )

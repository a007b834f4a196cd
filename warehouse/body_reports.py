"""One body's current reports with all that is said of them: cells, failing rules, likely wrong cells.

Asked of the relations that analysts use; how it is drawn is known in `workbook`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from warehouse.store import statement


@dataclass(frozen=True, slots=True)
class PublishedCell:
    """A cell as published; ``value`` only where ``status`` is published."""

    value: Decimal | None
    unit: str | None
    raw: str | None
    status: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a report does not keep; ``positions`` are the cells of a sum, ``totals`` its published side."""

    sentence: str
    expected: Decimal | None
    actual: Decimal | None
    note: str | None
    positions: Sequence[int]
    totals: Sequence[int]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A cell of an explanation of failing sums."""

    position: int
    cell: str
    published: Decimal | None
    proposed: Decimal | None
    solution: int
    solutions: int
    evidence: str


@dataclass(frozen=True, slots=True)
class BodyReport:
    """A current report; ``cells`` by position, empty where no table was read."""

    report_id: str
    year: int | None
    format: str | None
    title: str | None
    scope: str | None
    published_on: date | None
    url: str
    grade: str | None
    captured_on: str
    cells: dict[int, PublishedCell] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    suspects: list[Suspect] = field(default_factory=list)


def body_reports(connection: duckdb.DuckDBPyConnection, agency_id: str, years: Sequence[int] = ()) -> list[BodyReport]:
    """Return the current reports of a body (of some years, or all), oldest first."""
    rows = connection.execute(statement("body_reports"), {"agency": agency_id, "years": list(years) or None}).fetchall()
    reports = {row[0]: BodyReport(*row) for row in rows}
    for report_id, found in _of(connection, "body_cells", list(reports)).items():
        reports[report_id].cells.update({position: PublishedCell(*cell) for position, *cell in found})
    for report_id, found in _of(connection, "body_findings", list(reports)).items():
        for sentence, expected, actual, note, positions, totals in found:
            told = Finding(sentence, expected, actual, note, positions or (), totals or ())
            reports[report_id].findings.append(told)
    for report_id, found in _of(connection, "body_suspects", list(reports)).items():
        reports[report_id].suspects.extend(Suspect(*suspect) for suspect in found)
    return list(reports.values())


def _of(connection: duckdb.DuckDBPyConnection, name: str, reports: list[str]) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for report_id, *rest in connection.execute(statement(name), {"reports": reports}).fetchall():
        found[report_id].append(tuple(rest))
    return found

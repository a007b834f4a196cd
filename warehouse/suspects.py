"""The likely wrong cells: which reports wait for the search, their cells, and what it said of them.

The search itself is elsewhere; here rows are handed out and taken in. A report is searched again when its figures, its
checks or the search's version have changed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

import duckdb

from warehouse.store import run_script


@dataclass(frozen=True, slots=True)
class ReportToSearch:
    """A current report some sum of which fails or is undecided; ``fingerprint``: of all that the search looks at."""

    report_id: str
    report_no: int
    format: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class SuspectRow:
    """A cell of an explanation, as in table `suspects`; decimals as text."""

    report_id: str
    part: int
    table_code: str
    row_code: str
    column_code: str
    published: str | None
    proposed: str | None
    solutions: int
    solution: int
    method: str
    slip: str | None
    evidence_zh: str
    evidence_en: str


@dataclass(frozen=True, slots=True)
class ExplanationRow:
    """What became of the search over one part of a report, as in table `explanations`."""

    report_id: str
    part: int
    rules: list[str]
    state: str
    solutions: int
    at_least: bool
    sentence_zh: str
    sentence_en: str


def reports_to_search(
    connection: duckdb.DuckDBPyConnection, version: int, *, again: bool = False
) -> list[ReportToSearch]:
    """List the reports that wait for the search (all that some sum does not bear out, with ``again``).

    What was said of reports that are not current any more, or whose sums all hold now, is dropped.
    """
    run_script(connection, "suspects_due", {"version": version, "again": again})
    # Neighbours in the file together: a batch reads one stretch of the facts, not all of them.
    query = "SELECT report_id, report_no, format, fingerprint FROM suspects_due ORDER BY report_no"
    return [ReportToSearch(*row) for row in connection.execute(query).fetchall()]


def cells_to_search(
    connection: duckdb.DuckDBPyConnection, reports: Sequence[ReportToSearch]
) -> dict[str, list[tuple[int, Decimal | None, str]]]:
    """Return (position, value, status) of the cells of some reports, by report id."""
    found: dict[int, list[tuple[int, Decimal | None, str]]] = {report.report_no: [] for report in reports}
    rows = connection.execute(
        """
        SELECT report_no, cell_no % 1000, coalesce(exact, whole::DECIMAL(24, 8)), status FROM stored_facts
        WHERE report_no BETWEEN $first AND $last AND report_no IN (SELECT unnest($numbers))
        """,
        {"numbers": list(found), "first": min(found), "last": max(found)},
    )
    for number, position, value, status in rows.fetchall():
        found[number].append((position, value, status))
    return {report.report_id: found[report.report_no] for report in reports}


def store_suspects(
    connection: duckdb.DuckDBPyConnection,
    searched: Sequence[ReportToSearch],
    explanations: Sequence[ExplanationRow],
    suspects: Sequence[SuspectRow],
) -> None:
    """Replace what was said of the searched reports, in one transaction."""
    values: dict[str, object] = {
        "searched": _json([asdict(row) for row in searched]),
        "explanations": _json([asdict(row) for row in explanations]),
        "suspects": _json([asdict(row) for row in suspects]),
    }
    run_script(connection, "suspects_store", values)


def _json(rows: list[dict[str, object]]) -> str:
    return json.dumps(rows, ensure_ascii=False)

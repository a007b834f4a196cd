"""One report after another, straight into a warehouse: zeros but for what a test says, so every sum holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from schemas.formats import format_by_code
from tests.warehouse.direct import load, stage_nothing

Key = tuple[str, str, str]
STATES = {"blank": "", "dash": "/", "unreadable": "约", "missing": None}


def figures_of_one(column: str = "natural_person", number: int = 1) -> dict[Key, str | int]:
    """Return the cells of so many applications of one column that came in and were granted."""
    rows = ("received_new", "granted", "total")
    return {("applications", row, place): number for row in rows for place in (column, "total")}


def put(
    warehouse: duckdb.DuckDBPyConnection,
    report_id: str,
    changes: Mapping[Key, str | int] | None = None,
    *,
    agency: str = "虚构市教育局",
    year: int = 2022,
    form: str = "2021",
    scope: str | None = None,
    unit: str | None = "万元",
    url: str | None = None,
    day: int = 1,
    evidence: str | None = '{"agency": "title: …", "year": "title: …"}',
) -> None:
    """Store a report that has not been judged; ``changes`` are numbers, or a status by name."""
    given = dict(changes or {})
    stage_nothing(warehouse)
    warehouse.execute(
        """
        INSERT INTO staged BY NAME
        SELECT
            $report_id AS report_id, $report_id AS document_id, 'test' AS extractor_version, 'report' AS outcome,
            $agency AS agency, $year AS year, $format AS format, $scope AS scope,
            coalesce($url, $report_id) AS url, 'html' AS medium, $evidence AS evidence,
            make_date(2026, 1, $day)::TIMESTAMPTZ AS captured_at
        """,
        {
            "report_id": report_id,
            "agency": agency,
            "year": year,
            "format": form,
            "scope": scope,
            "url": url,
            "day": day,
            "evidence": evidence,
        },
    )
    columns: dict[str, list[Any]] = {"position": [], "value": [], "unit": [], "raw": [], "status": []}
    for cell in format_by_code(form).cells:
        stated = given.pop(cell.key, 0)
        is_state = stated in STATES
        columns["position"].append(cell.position)
        columns["value"].append(None if is_state else str(stated))
        columns["unit"].append(unit if cell.kind == "amount" else None)
        columns["raw"].append(STATES[str(stated)] if is_state else str(stated))
        columns["status"].append(str(stated) if is_state else "published")
    assert not given, f"no such cells: {given}"
    warehouse.execute(
        """
        INSERT INTO staged_facts
        SELECT $report_id, unnest($position), unnest($value)::DECIMAL(24, 8), unnest($unit), unnest($raw),
            unnest($status), NULL
        """,
        {"report_id": report_id, **columns},
    )
    load(warehouse)

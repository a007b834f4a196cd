"""Residuals of the declared sums, grades and currency of reports, and frames for the suites.

DuckDB computes, pandas carries: what Great Expectations validates are the frames made here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from schemas.formats import format_by_code
from warehouse.agencies import resolve_bodies
from warehouse.store import statement

if TYPE_CHECKING:
    import pandas as pd


def check_reports(connection: duckdb.DuckDBPyConnection, *, again: bool = False) -> None:
    """Apply every sum to every report not checked yet (all, with ``again``); set grades and currency."""
    resolve_bodies(connection, retry=True)  # which report is current follows from whose it is
    if again:
        connection.execute("DELETE FROM checks")
    connection.execute(statement("checks"))
    connection.execute(statement("grades"))
    connection.execute(statement("current"))


def residual_frame(connection: duckdb.DuckDBPyConnection, format_code: str) -> pd.DataFrame:
    """Return one row per current report of a format: report_id, agency, year, and a column per rule.

    A rule's column holds its residual; it is null where the rule could not be assessed.
    """
    rules = ", ".join(f"'{rule.code}'" for rule in format_by_code(format_code).sums)
    return connection.execute(
        f"""
        PIVOT (
            SELECT checks.report_id, agency, year, rule, residual
            FROM checks JOIN reports USING (report_id)
            WHERE is_current AND format = ?
        ) ON rule IN ({rules}) USING first(residual) GROUP BY report_id, agency, year ORDER BY report_id
        """,
        [format_code],
    ).df()


def reading_frame(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return one row per current report with tables: how completely and soundly it was read.

    Columns: report_id, url, agency, year, cells_expected, cells_stored, cells_distinct, missing,
    unreadable, unsound (cells whose status and value contradict each other), unchecked (rules without a row).
    """
    return connection.execute(statement("reading_frame")).df()


def document_frame(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return one row per document that led here as a report: document_id, url, accounted.

    ``accounted`` counts the report versions and problems that speak of it; 0 would be a silent loss.
    """
    return connection.execute(statement("document_frame")).df()


def store_validations(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    rows: list[tuple[str, str, str, str, bool, int, list[str]]],
) -> None:
    """Store what the suites said: (suite, rule, sentence, severity, success, unexpected, keys)."""
    connection.execute("DELETE FROM validations WHERE run_id = ?", [run_id])
    for row in rows:
        connection.execute("INSERT INTO validations VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [run_id, *row])

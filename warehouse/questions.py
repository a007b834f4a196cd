"""The questions that the data-quality report, the summary and `nianbao status` ask of a warehouse.

Answers are plain rows (dicts of column → value); what they mean to a person is told elsewhere. ``told`` is the last
run that the team was told of (`findings.told_before`): what came after it is new.
"""

from __future__ import annotations

from typing import Any

import duckdb

from warehouse.store import run_statements, statement

Row = dict[str, Any]
SUMS_WITH_CELLS = 1_500  # more than a page shows or a table of ten thousand cells has room for
BODIES_WITH_GAPS = 200  # listed in the report; the site has them all


def failing_sums(connection: duckdb.DuckDBPyConnection, told: str) -> list[Row]:
    """List failing sums of current reports, new ones first.

    ``cells`` holds one struct per cell that takes part; it is empty beyond the first `SUMS_WITH_CELLS`.
    """
    return _rows(connection.execute(statement("failing_sums"), {"told": told, "with_cells": SUMS_WITH_CELLS}))


def other_findings(connection: duckdb.DuckDBPyConnection, told: str) -> list[Row]:
    """List what rules beyond the sums found in current reports (text, years, plausibility), new ones first."""
    return _rows(connection.execute(statement("other_findings"), {"told": told}))


def likely_wrong(connection: duckdb.DuckDBPyConnection, told: str) -> list[Row]:
    """List explanations of failing sums that stand alone; ``cells`` holds one struct per cell of each."""
    return _rows(connection.execute(statement("likely_wrong"), {"told": told}))


def gone_findings(connection: duckdb.DuckDBPyConnection, told: str) -> list[Row]:
    """List findings that had been told and are no longer there, each with why."""
    return _rows(connection.execute(statement("gone_findings"), {"told": told}))


def current_reports(connection: duckdb.DuckDBPyConnection, told: str) -> list[Row]:
    """List current reports with grade, place and what was checked; new are those that came after ``told``."""
    return _rows(connection.execute(statement("current_reports"), {"told": told}))


def open_problems(connection: duckdb.DuckDBPyConnection, told: str) -> list[Row]:
    """List problems that are still so; a problem of a run as a whole only until it has been told."""
    return _rows(
        connection.execute(
            """
            SELECT problems.ours, problems.code, problems.message, problems.place, reports.agency,
                reports.report_id, problems.run_id > $told AS is_new
            FROM problems
            LEFT JOIN reports ON reports.document_id = problems.document_id AND reports.is_current
            WHERE problems.stage <> 'run' OR problems.run_id > $told
            ORDER BY is_new DESC, problems.ours DESC, problems.code, problems.place
            """,
            {"told": told},
        )
    )


def prepare_coverage(connection: duckdb.DuckDBPyConnection) -> None:
    """Ask the view `coverage` once, for all that follows on this connection."""
    run_statements(connection, "coverage_now")


def coverage_by_year(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Count bodies by year, the newest first: expected, published, late, and each reason for what is not there.

    ``late`` are those of ``published`` (and ``unreadable``) that came after the legal date.
    """
    return _rows(connection.execute(f"SELECT year, {_STATES} FROM coverage_now GROUP BY year ORDER BY year DESC"))


def coverage_by_region(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Count the same by province, in the order of their codes, and bodies; ``lacking`` are those with a gap."""
    return _rows(
        connection.execute(
            f"""
            SELECT region, count(DISTINCT agency) AS bodies,
                count(DISTINCT agency) FILTER (state <> 'published') AS lacking, {_STATES}
            FROM coverage_now GROUP BY region ORDER BY min(place) NULLS LAST, region
            """
        )
    )


def coverage_gaps(connection: duckdb.DuckDBPyConnection, limit: int = BODIES_WITH_GAPS) -> list[Row]:
    """List bodies with years that have no readable report or a late one, those with most such years first.

    ``years`` holds a struct for each: year, state, published_on, days_late, message.
    """
    return _rows(connection.execute(statement("coverage_gaps"), {"limit": limit}))


_STATES = """
    count(*) AS expected,
    count(*) FILTER (state = 'published') AS published,
    count(*) FILTER (days_late > 0) AS late,
    count(*) FILTER (state = 'unreadable') AS unreadable,
    count(*) FILTER (state = 'not_found') AS not_found,
    count(*) FILTER (state = 'blocked') AS blocked,
    count(*) FILTER (state = 'unreachable') AS unreachable,
    count(*) FILTER (state = 'not_sought') AS not_sought
"""


def reading_verdicts(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[Row]:
    """List what the suites over our own reading said in this run."""
    return _rows(
        connection.execute(
            """
            SELECT rule, sentence, severity, success, unexpected, keys FROM validations
            WHERE run_id = ? AND suite LIKE 'reading.%' ORDER BY severity, rule
            """,
            [run_id],
        )
    )


def sums_by_status(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Count the sums within current reports by status."""
    rows = connection.execute(
        """
        SELECT checks.status, count(*) FROM checks JOIN reports USING (report_id)
        WHERE is_current AND rule IN (SELECT rule FROM rule_terms) GROUP BY ALL
        """
    ).fetchall()
    return dict(rows)


def documents_by_prefix(connection: duckdb.DuckDBPyConnection, prefix: str) -> list[Row]:
    """List documents whose id begins so, with their place in the archive and the address of their last visit."""
    return _rows(
        connection.execute(
            """
            SELECT document_id, content_type, archive_file, archive_offset, (
                SELECT arg_max(url, fetched_at) FROM captures WHERE captures.document_id = documents.document_id
            ) AS url
            FROM documents WHERE starts_with(document_id, ?) ORDER BY document_id
            """,
            [prefix],
        )
    )


def nights(connection: duckdb.DuckDBPyConnection, limit: int = 60) -> list[Row]:
    """List finished runs, oldest first; ``new_findings`` were first seen by the run, ``gone_findings`` no longer."""
    return _rows(
        connection.execute(
            """
            SELECT last.*, coalesce(first.findings, 0) AS new_findings, coalesce(gone.findings, 0) AS gone_findings
            FROM (SELECT * FROM runs WHERE finished_at IS NOT NULL ORDER BY run_id DESC LIMIT ?) AS last
            LEFT JOIN (SELECT first_run AS run_id, count(*) AS findings FROM findings GROUP BY ALL) AS first
                USING (run_id)
            LEFT JOIN (SELECT gone_run AS run_id, count(*) AS findings FROM findings GROUP BY ALL) AS gone
                USING (run_id)
            ORDER BY last.run_id
            """,
            [limit],
        )
    )


def last_run(connection: duckdb.DuckDBPyConnection) -> Row | None:
    """Return the last finished run, or None."""
    found = nights(connection, limit=1)
    return found[0] if found else None


def _rows(result: duckdb.DuckDBPyConnection) -> list[Row]:
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def snapshot_status(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Put a snapshot into a few lines: its last run, reports by grade, facts."""
    run = last_run(connection)
    lines = []
    if run is not None:
        lines.append(
            f"last run   {run['run_id']} ({run['trigger']}): {run['status']}, "
            f"{run['new_documents']} new documents, {run['new_facts']} new facts"
        )
    grades = connection.execute(
        "SELECT grade, count(*) FROM reports WHERE is_current GROUP BY grade ORDER BY count(*) DESC, grade"
    ).fetchall()
    lines.append("reports    " + (", ".join(f"{count} {grade}" for grade, count in grades) or "none"))
    counted = connection.execute(
        """
        SELECT
            (SELECT coalesce(sum(facts), 0)::BIGINT FROM reports WHERE is_current),
            (SELECT count(DISTINCT agency_id) FROM reports WHERE is_current),
            (SELECT count(*) FROM problems)
        """
    ).fetchone()
    assert counted is not None
    lines.append(f"facts      {counted[0]:,} of {counted[1]} bodies, {counted[2]} problems open")
    return lines

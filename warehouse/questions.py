"""The questions that the data-quality report, the summary and `nianbao status` ask of a warehouse.

Answers are plain rows (dicts of column → value); what they mean to a person is told elsewhere.
"""

from __future__ import annotations

from typing import Any

import duckdb

from warehouse.store import statement

Row = dict[str, Any]


def failing_sums(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[Row]:
    """List failing sums of current reports; ``cells`` holds one struct per cell that takes part."""
    return _rows(connection.execute(statement("failing_sums"), {"run_id": run_id}))


def other_findings(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[Row]:
    """List what rules beyond the sums found in current reports (text, years, plausibility), new ones first."""
    return _rows(connection.execute(statement("other_findings"), {"run_id": run_id}))


def likely_wrong(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[Row]:
    """List explanations of failing sums that stand alone; ``cells`` holds one struct per cell of each."""
    return _rows(connection.execute(statement("likely_wrong"), {"run_id": run_id}))


def current_reports(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[Row]:
    """List current reports with grade, place and what was checked; ``is_new`` marks those that this run brought."""
    return _rows(connection.execute(statement("current_reports"), {"run_id": run_id}))


def open_problems(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[Row]:
    """List problems that are still so; a problem of a run as a whole only while that run is the last."""
    return _rows(
        connection.execute(
            """
            SELECT problems.ours, problems.code, problems.message, problems.place, reports.agency,
                reports.report_id, problems.run_id = $run_id AS is_new
            FROM problems
            LEFT JOIN reports ON reports.document_id = problems.document_id AND reports.is_current
            WHERE problems.stage <> 'run' OR problems.run_id = $run_id
            ORDER BY is_new DESC, problems.ours DESC, problems.code, problems.place
            """,
            {"run_id": run_id},
        )
    )


def coverage_by_year(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Count bodies by year, the newest first: expected, published, late, and each reason for what is not there.

    ``late`` are those of ``published`` (and ``unreadable``) that came after the legal date.
    """
    return _rows(
        connection.execute(
            """
            SELECT
                year,
                count(*) AS expected,
                count(*) FILTER (state = 'published') AS published,
                count(*) FILTER (days_late > 0) AS late,
                count(*) FILTER (state = 'unreadable') AS unreadable,
                count(*) FILTER (state = 'not_found') AS not_found,
                count(*) FILTER (state = 'blocked') AS blocked,
                count(*) FILTER (state = 'unreachable') AS unreachable,
                count(*) FILTER (state = 'not_sought') AS not_sought
            FROM coverage GROUP BY year ORDER BY year DESC
            """
        )
    )


def coverage_gaps(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """List bodies and years without a readable report, and reports that came late; as `coverage`, newest year first."""
    return _rows(
        connection.execute(
            """
            SELECT agency, year, state, published_on, due_on, days_late, url, message FROM coverage
            WHERE state <> 'published' OR days_late > 0
            ORDER BY year DESC, state, agency
            """
        )
    )


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
    """List finished runs, oldest first."""
    return _rows(
        connection.execute(
            """
            SELECT * FROM (SELECT * FROM runs WHERE finished_at IS NOT NULL ORDER BY run_id DESC LIMIT ?)
            ORDER BY run_id
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

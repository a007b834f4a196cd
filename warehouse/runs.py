"""The ledger of nights: started, what came of them, and the counts a person asks for.

A night that died leaves its row as `running`; the next one marks it `interrupted`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What the warehouse holds after a run, and what the run brought."""

    captures: int
    new_documents: int
    new_facts: int
    reports: int
    facts: int
    failed_sums: int


def start_run(connection: duckdb.DuckDBPyConnection, run_id: str, started_at: datetime, trigger: str) -> None:
    """Open a run's row; starting the same run again (a retry) keeps its first start."""
    connection.execute("UPDATE runs SET status = 'interrupted' WHERE status = 'running' AND run_id <> ?", [run_id])
    connection.execute(
        "INSERT OR IGNORE INTO runs (run_id, started_at, trigger, status) VALUES (?, ?, ?, 'running')",
        [run_id, started_at, trigger],
    )


def count_run(connection: duckdb.DuckDBPyConnection, run_id: str) -> RunCounts:
    """Count what the run brought and what the warehouse holds now (current reports)."""
    row = connection.execute(
        """
        SELECT
            (SELECT count(*) FROM captures WHERE run_id = $run),
            (SELECT count(*) FROM readings WHERE run_id = $run),
            (SELECT coalesce(sum(facts), 0)::BIGINT FROM reports WHERE run_id = $run),
            (SELECT count(*) FROM reports WHERE is_current),
            (SELECT coalesce(sum(facts), 0)::BIGINT FROM reports WHERE is_current),
            (SELECT count(*) FROM checks JOIN reports USING (report_id)
             WHERE is_current AND checks.status = 'fail' AND rule IN (SELECT rule FROM rule_terms))
        """,
        {"run": run_id},
    ).fetchone()
    assert row is not None
    return RunCounts(*row)


def finish_run(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    finished_at: datetime,
    status: str,
    message: str | None = None,
) -> RunCounts:
    """Close a run's row with its counts; ``status`` is published, not_published or failed."""
    counts = count_run(connection, run_id)
    connection.execute(
        """
        UPDATE runs SET finished_at = ?, status = ?, message = ?, captures = ?, new_documents = ?,
            new_facts = ?, reports = ?, facts = ?, failed_sums = ?
        WHERE run_id = ?
        """,
        [finished_at, status, message, counts.captures, counts.new_documents, counts.new_facts,
         counts.reports, counts.facts, counts.failed_sums, run_id],
    )  # fmt: skip
    return counts

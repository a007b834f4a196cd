"""Since when each finding has been there, and up to which run the team has been told.

New is what came after the last run that was told, so a night that died untold leaves nothing unsaid. What a finding
means, and how it is told, is said elsewhere.
"""

from __future__ import annotations

from datetime import datetime

import duckdb

from warehouse.store import run_script


def note_findings(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Bring the ledger of findings up to the verdicts as they are; killed anywhere, the next call ends the same."""
    run_script(connection, "note_findings", {"run_id": run_id})


def note_told(connection: duckdb.DuckDBPyConnection, run_id: str, told_at: datetime) -> None:
    """Note that a run's mail was handed over; telling it again keeps the first time.

    A run that failed told that it failed: what it had found and not judged is left to the next.
    """
    connection.execute(
        "INSERT OR IGNORE INTO tellings SELECT run_id, ? FROM runs WHERE run_id = ? AND status <> 'failed'",
        [told_at, run_id],
    )


def told_before(connection: duckdb.DuckDBPyConnection, run_id: str) -> str:
    """Return the last run before this one that was told; empty when none was. Run ids sort by time."""
    row = connection.execute("SELECT max(run_id) FROM tellings WHERE run_id < ?", [run_id]).fetchone()
    return row[0] if row and row[0] else ""

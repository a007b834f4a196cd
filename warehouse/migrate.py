"""Bringing a warehouse of the layout before to today's: a new file is built beside it and takes its place.

Nothing is changed in the old file, which is kept beside the new one. Killed at any moment, the next opening finds
either the old warehouse and begins anew, or the new one.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from warehouse.findings import note_findings
from warehouse.load import load_staged
from warehouse.store import MIGRATES_FROM, open_warehouse, run_script, run_statements, transaction


def kept_as(path: Path) -> Path:
    """Return where the warehouse of the earlier layout is kept."""
    return path.with_name(f"{path.name}.layout-{MIGRATES_FROM}")


def migrate(path: Path) -> None:
    """Replace the closed warehouse at ``path``, of the layout before, by one of today's that says the same."""
    fresh = path.with_name(f".{path.name}.migrating")
    for leftover in (fresh, Path(f"{fresh}.wal")):
        leftover.unlink(missing_ok=True)
    with open_warehouse(fresh) as connection:
        escaped = str(path).replace("'", "''")
        connection.execute(f"ATTACH '{escaped}' AS layout_3 (READ_ONLY)")
        _copy(connection)
        connection.execute("DETACH layout_3")
    kept = kept_as(path)
    kept.unlink(missing_ok=True)
    os.link(path, kept)
    fresh.replace(path)


def _copy(connection: duckdb.DuckDBPyConnection) -> None:
    run_script(connection, "migrate_3", {})
    load_staged(connection, "")
    with transaction(connection):
        run_statements(connection, "migrated_3")
        run_statements(connection, "store_verdicts")
    last = connection.execute("SELECT max(run_id) FROM tellings").fetchone()
    if last and last[0]:  # what the old layout held has been told
        note_findings(connection, last[0])

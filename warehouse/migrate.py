"""Bringing a warehouse of an earlier layout to today's: a new file is built beside it and takes its place.

Nothing is changed in the old file, which is kept beside the new one. Killed at any moment, the next opening finds
either the old warehouse and begins anew, or the new one.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb

from warehouse.findings import note_findings
from warehouse.load import load_staged
from warehouse.store import LAYOUT_VERSION, open_warehouse, run_script, run_statements, transaction


def kept_as(path: Path, layout: int) -> Path:
    """Return where the warehouse of an earlier layout is kept."""
    return path.with_name(f"{path.name}.layout-{layout}")


def migrate(path: Path, layout: int) -> None:
    """Replace the closed warehouse at ``path``, of an earlier layout, by one of today's that says the same."""
    fresh = path.with_name(f".{path.name}.migrating")
    for leftover in (fresh, Path(f"{fresh}.wal")):
        leftover.unlink(missing_ok=True)
    _FROM[layout](path, fresh)
    kept = kept_as(path, layout)
    kept.unlink(missing_ok=True)
    os.link(path, kept)
    fresh.replace(path)


def _from_3(path: Path, fresh: Path) -> None:
    """Load all that layout 3 says once more: facts and verdicts were not packed there."""
    with open_warehouse(fresh) as connection:
        escaped = str(path).replace("'", "''")
        connection.execute(f"ATTACH '{escaped}' AS layout_3 (READ_ONLY)")
        run_script(connection, "migrate_3", {})
        load_staged(connection, "")
        with transaction(connection):
            run_statements(connection, "migrated_3")
            run_statements(connection, "store_verdicts")
        last = connection.execute("SELECT max(run_id) FROM tellings").fetchone()
        if last and last[0]:  # what the old layout held has been told
            note_findings(connection, last[0])
        connection.execute("DETACH layout_3")


def _from_4(path: Path, fresh: Path) -> None:
    """Change a copy of the file: documents get numbers, by which visits and readings name them."""
    shutil.copyfile(path, fresh)
    with duckdb.connect(str(fresh)) as raw:
        run_script(raw, "migrate_4", {"layout": LAYOUT_VERSION})
    with open_warehouse(fresh) as connection:
        run_script(connection, "migrated_4", {})


_FROM = {3: _from_3, 4: _from_4}

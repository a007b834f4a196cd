"""Bringing a warehouse of an earlier layout to today's: a new file is built beside it and takes its place.

The old file is kept beside the new one. Killed at any moment, the next opening finds either the old warehouse, and
begins anew, or the new one.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

MIGRATES_FROM = 3


def kept_as(path: Path) -> Path:
    """Return where the warehouse of the earlier layout is kept."""
    return path.with_name(f"{path.name}.layout-{MIGRATES_FROM}")


def begin(path: Path) -> Path:
    """Return the path of the file to build, which is not there; what a killed migration left is taken away."""
    fresh = path.with_name(f".{path.name}.migrating")
    for leftover in (fresh, Path(f"{fresh}.wal")):
        leftover.unlink(missing_ok=True)
    return fresh


def move_in(path: Path, fresh: Path) -> None:
    """Put the closed, complete ``fresh`` in the place of ``path``, and keep that one under another name."""
    kept = kept_as(path)
    kept.unlink(missing_ok=True)
    os.link(path, kept)
    fresh.replace(path)


def layout_of(connection: duckdb.DuckDBPyConnection) -> int | None:
    """Return the layout version of an open database; None of a new one."""
    if connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'layout'").fetchone() is None:
        return None
    row = connection.execute("SELECT version FROM layout").fetchone()
    return row[0] if row else None

"""Writing the warehouse anew where too much of its file stands empty.

What a night changes it writes to another place, and the old place is free for the next: the file never shrinks by
itself, and every snapshot is a copy of it. When to look is decided elsewhere.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from schemas.errors import InternalError, PassingError
from warehouse.store import STORAGE_VERSION, memory_limit

# A tenth of a country's warehouse is a night's growth of some weeks; a small file is not worth the work.
FREE_SHARE = 0.1
FREE_BYTES = 16 << 20


def compact(path: Path, *, free_bytes: int = FREE_BYTES) -> bool:
    """Write the closed warehouse at ``path`` anew if a tenth of it, and ``free_bytes``, are empty; tell whether.

    The new file takes the old one's name once it is whole; killed before that, the old one stands as it was.

    Raises:
        PassingError: another process holds the warehouse.
        InternalError: the new file does not hold the rows of the old one (which then stays).
    """
    fresh = path.with_name(f".{path.name}.compacting")
    for leftover in (fresh, Path(f"{fresh}.wal")):
        leftover.unlink(missing_ok=True)
    if _free_bytes(path) < max(free_bytes, FREE_SHARE * path.stat().st_size):
        return False
    with duckdb.connect(config={"memory_limit": f"{memory_limit()}B"}) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"ATTACH '{_escaped(path)}' AS before (READ_ONLY)")
        connection.execute(f"ATTACH '{_escaped(fresh)}' AS after (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("COPY FROM DATABASE before TO after")
        counts = {name: _counts(connection, name) for name in ("before", "after")}
        if counts["before"] != counts["after"]:
            fresh.unlink()
            differing = sorted(set(counts["before"].items()) ^ set(counts["after"].items()))
            raise InternalError(f"{path}: expected the same rows in the compacted file, found {differing[:4]}")
    fresh.replace(path)
    return True


def _free_bytes(path: Path) -> int:
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            row = connection.execute("SELECT free_blocks * block_size FROM pragma_database_size()").fetchone()
    except duckdb.IOException as error:
        raise PassingError(f"{path}: expected to be the only writer, found it open in another process") from error
    return int(row[0]) if row else 0


def _counts(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, int]:
    names = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = ? AND NOT internal", [database]
    ).fetchall()
    counts = {}
    for (name,) in names:
        row = connection.execute(f'SELECT count(*) FROM {database}.main."{name}"').fetchone()
        counts[name] = row[0] if row else -1
    return counts


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")

"""Opening the writer's warehouse: one process at a time, its layout checked, the declarations written.

Statements live in `sql/*.sql`; what they are for is told by the modules that run them.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb

from schemas.errors import PassingError, UserError
from warehouse import comments
from warehouse.declarations import digest_of_declarations, write_declarations

# 2: reports have a scope; 3: rules beyond the sums of one report, agencies are resolved bodies, suspects; captures
# know what they are asked by, sources; 4: facts and verdicts are packed, and reports numbered; 5: so are documents
LAYOUT_VERSION = 5
MIGRATES_FROM = (3, 4)
# What DuckDB 1.3 and later read: texts are packed much better than in the oldest form, which would be taken else.
STORAGE_VERSION = "v1.3.0"
_SQL = Path(__file__).parent / "sql"
_PART = re.compile(r"/\* (\w+)\.sql \*/")
# What makes a warehouse, in this order; the declarations are written after the tables.
_DECLARED = ("tables", "findings_tables", "number_rules", "views", "coverage")


@cache
def statement(name: str) -> str:
    """Return the text of ``sql/<name>.sql``; a mark ``/* other.sql */`` in it stands for the text of that file."""
    text = (_SQL / f"{name}.sql").read_text(encoding="utf-8")
    return _PART.sub(lambda mark: statement(mark[1]).strip(), text)


@contextmanager
def open_warehouse(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open (and create, where missing) the warehouse at ``path`` for writing.

    Raises:
        PassingError: another process holds it.
        UserError: it is of a layout that this program does not know, or is no DuckDB file.

    One of an earlier layout is migrated; the old file is kept beside it. After a statement that a signal
    interrupted nothing may open the file again in this process: DuckDB 1.5 would wait for ever for what the
    statement left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _connect(path)
    layout = layout_of(connection)
    if layout in MIGRATES_FROM:
        connection.close()
        from warehouse.migrate import migrate  # it opens warehouses itself

        migrate(path, layout)
        connection = _connect(path)
    try:
        connection.execute("SET TimeZone = 'Asia/Shanghai'")
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"SET memory_limit = '{memory_limit()}B'")
        _check_layout(connection, path)
        _declare(connection)
        yield connection
    except RuntimeError as error:
        # A signal's exception inside a statement comes out of DuckDB as the cause of "Query interrupted".
        if error.__cause__ is not None and not isinstance(error.__cause__, Exception):
            raise error.__cause__ from None
        raise
    finally:
        connection.close()


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), config={"storage_compatibility_version": STORAGE_VERSION})
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise PassingError(f"{path}: expected to be the only writer, found it open in another process") from error
        raise UserError(f"{path}: expected a DuckDB warehouse, found: {_first_line(error)}") from error


@contextmanager
def open_snapshot(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a published snapshot for reading; any number of processes may.

    Raises:
        UserError: nothing has been published there yet, it is no DuckDB file, or it is of another layout.
    """
    if not path.exists():
        raise UserError(f"{path}: expected a published snapshot, found none: run `nianbao run` first")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.IOException as error:
        raise UserError(f"{path}: expected a DuckDB snapshot, found: {_first_line(error)}") from error
    try:
        connection.execute("SET TimeZone = 'Asia/Shanghai'")
        connection.execute("SET enable_progress_bar = false")
        found = layout_of(connection)
        if found != LAYOUT_VERSION:
            raise UserError(
                f"{path}: expected a snapshot of layout version {LAYOUT_VERSION}, found {_told(found)}: "
                "use the program that wrote it, or publish anew: `nianbao check`"
            )
        yield connection
    finally:
        connection.close()


def memory_limit() -> int:
    """Return how many bytes the database may take: 4 GiB, or half of a small machine. More goes to disk."""
    return min(4 << 30, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _check_layout(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    found = layout_of(connection)
    if found is None:
        with transaction(connection):
            connection.execute(statement("layout"))
            connection.execute("INSERT INTO layout VALUES (?, NULL)", [LAYOUT_VERSION])
    elif found != LAYOUT_VERSION:
        raise UserError(
            f"{path}: expected layout version {LAYOUT_VERSION}, found {_told(found)}: "
            "use the program that wrote it, or move it away and rebuild from the archive"
        )


def layout_of(connection: duckdb.DuckDBPyConnection) -> int | None:
    """Return the layout version of an open database; None where it says none."""
    if connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'layout'").fetchone() is None:
        return None
    row = connection.execute("SELECT version FROM layout").fetchone()
    return row[0] if row else None


def _told(layout: int | None) -> str:
    if layout is None:
        return "none"
    return f"{layout}, a later one" if layout > LAYOUT_VERSION else str(layout)


def _declare(connection: duckdb.DuckDBPyConnection) -> None:
    """Write tables, declarations and views as this program has them, unless they stand there already.

    A warehouse is opened by each stage of a night; one that stands as it should is not written to.
    """
    digest = hashlib.sha256(digest_of_declarations().encode() + comments.words().encode())
    for name in _DECLARED:
        digest.update(statement(name).encode())
    found = connection.execute("SELECT declared FROM layout").fetchone()
    if found is not None and found[0] == digest.hexdigest():
        return
    with transaction(connection):
        for name in _DECLARED:
            connection.execute(statement(name))
            if name == "tables":
                write_declarations(connection)
        comments.write_comments(connection)
        connection.execute("UPDATE layout SET declared = ?", [digest.hexdigest()])


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what is done inside, or nothing of it."""
    connection.begin()
    try:
        yield
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def run_statements(
    connection: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, object] | None = None
) -> None:
    """Run each statement of ``sql/<name>.sql``, given the ``$names`` it uses."""
    for single in duckdb.extract_statements(statement(name)):
        used = {key: (values or {})[key] for key in single.named_parameters}
        connection.execute(single, used)


def run_script(connection: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, object]) -> None:
    """Run ``sql/<name>.sql`` as one transaction; each statement is given the ``$names`` it uses."""
    with transaction(connection):
        run_statements(connection, name, values)

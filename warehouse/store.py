"""Opening the writer's warehouse: one process at a time, its layout checked, the declarations written.

Statements live in `sql/*.sql`; what they are for is told by the modules that run them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb

from schemas.errors import PassingError, UserError
from warehouse.declarations import write_declarations

# 2: reports have a scope; 3: rules beyond the sums of one report, agencies are resolved bodies, suspects; captures
# know what they are asked by, sources
LAYOUT_VERSION = 3
_SQL = Path(__file__).parent / "sql"


@cache
def statement(name: str) -> str:
    """Return the text of ``sql/<name>.sql``."""
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


@contextmanager
def open_warehouse(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open (and create, where missing) the warehouse at ``path`` for writing.

    Raises:
        PassingError: another process holds it.
        UserError: it was written by a later version of this program, or is no DuckDB file.

    After a statement that a signal interrupted nothing may open the file again in this process: DuckDB
    1.5 would wait for ever for what the statement left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = duckdb.connect(str(path))
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise PassingError(f"{path}: expected to be the only writer, found it open in another process") from error
        raise UserError(f"{path}: expected a DuckDB warehouse, found: {_first_line(error)}") from error
    try:
        connection.execute("SET TimeZone = 'Asia/Shanghai'")
        connection.execute("SET enable_progress_bar = false")
        _check_layout(connection, path)
        connection.execute(statement("tables"))
        connection.execute(statement("findings_tables"))
        write_declarations(connection)
        connection.execute(statement("views"))
        connection.execute(statement("coverage"))
        yield connection
    except RuntimeError as error:
        # A signal's exception inside a statement comes out of DuckDB as the cause of "Query interrupted".
        if error.__cause__ is not None and not isinstance(error.__cause__, Exception):
            raise error.__cause__ from None
        raise
    finally:
        connection.close()


@contextmanager
def open_snapshot(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a published snapshot for reading; any number of processes may.

    Raises:
        UserError: nothing has been published there yet, or it is no DuckDB file.
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
        yield connection
    finally:
        connection.close()


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _check_layout(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    known = connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'layout'").fetchone()
    if known is None:
        connection.execute("CREATE TABLE layout (version INTEGER NOT NULL)")
        connection.execute("INSERT INTO layout VALUES (?)", [LAYOUT_VERSION])
        return
    row = connection.execute("SELECT version FROM layout").fetchone()
    found = row[0] if row else None
    if found != LAYOUT_VERSION:
        raise UserError(
            f"{path}: expected layout version {LAYOUT_VERSION}, found {found}: "
            "use the program that wrote it, or move it away and rebuild from the archive"
        )


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

"""Questions of others in SQL: on a snapshot that is only read, by a connection that touches no other file.

Answers come as text, exactly as DuckDB writes each value (Python knows neither its intervals nor its far dates), and
row by row, however many there are. How they are printed is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from schemas.errors import UserError
from warehouse.store import open_snapshot

_LOCKS = (
    "SET python_enable_replacements = false",  # a name in a query is never a variable of this program
    "SET enable_external_access = false",  # no COPY, ATTACH, files read or listed, extensions, secrets
    "SET lock_configuration = true",  # the last: none of these can be taken back
)
# CREATE, INSERT and SET reach temporary tables and variables of this connection only: the snapshot is read-only.
_ALLOWED = ("SELECT", "EXPLAIN", "CREATE", "INSERT", "SET")
_BATCH = 1_000
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "BIGNUM")
# In JSON: a string, which stays, or a decimal and the zeros after it.
_FILLED = re.compile(r'("(?:[^"\\]|\\.)*")|(-?\d+\.\d*?)0+(?=[,\]}])')
_NESTED = ("STRUCT", "MAP", "UNION", "JSON", "VARIANT")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer: its name, DuckDB's name of its type, and what its texts are.

    ``shape`` is ``number``, ``boolean``, ``json`` (lists and structs) or ``text``.
    """

    name: str
    type: str
    shape: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of one statement, each value as text or None; they can be read once."""

    columns: tuple[Column, ...]
    rows: Iterator[tuple[str | None, ...]]


@contextmanager
def open_locked(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a snapshot for the queries of others: nothing else of the machine can be read or written through it."""
    with open_snapshot(path) as connection:
        lock(connection)
        yield connection


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """Take away what a question does not need; there is no way back for this connection."""
    for setting in _LOCKS:
        connection.execute(setting)


def answers(connection: duckdb.DuckDBPyConnection, text: str) -> Iterator[Answer]:
    """Run the statements of ``text`` in turn and yield the answer of each that has one.

    Decimals are written without the zeros that only fill their column (2 for 2.00000000).

    Raises:
        UserError: it is no SQL, asks for what is not there, or for more than a question; in one line.
    """
    try:
        for single in connection.extract_statements(text):
            if single.type.name not in _ALLOWED:
                raise UserError(
                    f"sql: expected a question (SELECT), found {single.type.name}: the snapshot is only read"
                )
            answer = connection.sql(single)
            if answer is not None:
                yield _answer(connection, answer, stream=single.type.name == "SELECT")
    except duckdb.Error as error:
        raise UserError(f"sql: {_told(error)}") from error


def _answer(connection: duckdb.DuckDBPyConnection, answer: duckdb.DuckDBPyRelation, *, stream: bool) -> Answer:
    columns = tuple(
        Column(name, str(kind), _shape(str(kind))) for name, kind in zip(answer.columns, answer.types, strict=True)
    )
    # By place, because two columns may have one name.
    names = [f"c{place}" for place in range(len(columns))]
    texts = ", ".join(_text(name, column.type) for name, column in zip(names, columns, strict=True))
    if not stream:  # of EXPLAIN: text, and little of it
        return Answer(columns, iter([tuple(None if v is None else str(v) for v in row) for row in answer.fetchall()]))
    rows = _streamed(connection, f"SELECT {texts} FROM ({answer.sql_query()}) AS t({', '.join(names)})")
    inside = [column.shape == "json" and "DECIMAL" in column.type for column in columns]
    return Answer(columns, (_plain_inside(row, inside) for row in rows) if any(inside) else rows)


def _streamed(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[str | None, ...]]:
    try:
        connection.execute(query)
        while rows := connection.fetchmany(_BATCH):
            yield from rows
    except duckdb.Error as error:
        raise UserError(f"sql: {_told(error)}") from error


def _plain_inside(row: tuple[str | None, ...], inside: list[bool]) -> tuple[str | None, ...]:
    """Return a row whose lists and structs hold decimals without the zeros that only fill their column."""
    return tuple(
        _FILLED.sub(lambda found: found[1] or found[2].rstrip("."), value) if has_decimals and value else value
        for value, has_decimals in zip(row, inside, strict=True)
    )


def _shape(kind: str) -> str:
    if kind.endswith("]") or kind.startswith(_NESTED):
        return "json"
    if kind.startswith("DECIMAL") or kind.removeprefix("U") in _NUMBERS:
        return "number"
    return "boolean" if kind == "BOOLEAN" else "text"


def _text(column: str, kind: str) -> str:
    if _shape(kind) == "json":
        return f"to_json({column})::VARCHAR"
    if kind.startswith("DECIMAL"):
        return plain_decimal(column)
    return f"{column}::VARCHAR"


def plain_decimal(column: str) -> str:
    """Return SQL for the text of a decimal without the zeros that only fill its column: 2 for 2.00000000."""
    text = f"{column}::VARCHAR"
    return f"CASE WHEN contains({text}, '.') THEN rtrim(rtrim({text}, '0'), '.') ELSE {text} END"


def _told(error: duckdb.Error) -> str:
    """Return what DuckDB says before it shows the place: the fault, and what might have been meant."""
    return " ".join(str(error).partition("\nLINE ")[0].split())

"""Taking relations out of a snapshot as Parquet or CSV, each by one COPY that streams.

Which relations, how they are sorted and split stands in `export.yaml`. Folders, names of files and their descriptor
are made elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import yaml

from schemas.errors import UserError
from warehouse.asking import plain_decimal
from warehouse.choice import Choice

# What Hive, Spark, Trino, DuckDB and Arrow all take for "this column is null".
NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"
_PARQUET = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880"
_MEMORY = "2GB"  # more is sorted on disk
_WIDE = ("HUGEINT", "UHUGEINT", "BIGNUM")  # Parquet has no such integers, and DuckDB would make floats of them
_NO_TEXT = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "BOOLEAN", "DATE")
_NESTED = ("STRUCT", "MAP", "UNION", "JSON")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a relation as the snapshot declares it."""

    name: str
    type: str
    comment: str | None
    required: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation to export: its columns, and what `export.yaml` says of it."""

    name: str
    comment: str | None
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    partition: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A file that was written: its path below the export, and its rows."""

    path: str
    rows: int


@cache
def _declared() -> dict[str, dict[str, dict[str, list[str] | str]]]:
    text = Path(__file__).with_name("export.yaml").read_text(encoding="utf-8")
    declared: dict[str, dict[str, dict[str, list[str] | str]]] = yaml.safe_load(text)
    return declared


def references() -> dict[str, str]:
    """Return which relation a column of this name points to."""
    return {column: str(relation) for column, relation in _declared()["references"].items()}


def relations(connection: duckdb.DuckDBPyConnection, names: Sequence[str] = ()) -> list[Relation]:
    """Describe the relations to export: those named (tables or views), else those of `export.yaml`.

    Raises:
        UserError: the snapshot has no such relation.
    """
    there = dict(
        connection.execute(
            "SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal AND NOT temporary UNION ALL "
            "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal AND NOT temporary"
        ).fetchall()
    )
    wanted = list(dict.fromkeys(names)) or list(_declared()["relations"])
    for name in wanted:
        if name not in there:
            raise UserError(
                f"{name}: expected a relation of the snapshot, found none; there are {', '.join(sorted(there))}"
            )
    return [_relation(connection, name, there[name]) for name in wanted]


def _relation(connection: duckdb.DuckDBPyConnection, name: str, comment: str | None) -> Relation:
    declared = _declared()["relations"].get(name, {})
    rows = connection.execute(
        "SELECT column_name, data_type, comment, NOT is_nullable FROM duckdb_columns() "
        "WHERE table_name = ? AND database_name = current_database() AND NOT internal ORDER BY column_index",
        [name],
    ).fetchall()
    key = tuple(declared.get("key", ()))
    partition = declared.get("partition")
    return Relation(
        name,
        comment,
        tuple(Column(*row) for row in rows),
        key,
        tuple(declared.get("order", key)),
        None if partition is None else str(partition),
    )


def bound(connection: duckdb.DuckDBPyConnection, spill: Path) -> None:
    """Bound what an export may take of memory; what does not fit is sorted in files below ``spill``."""
    connection.execute(f"SET memory_limit = '{_MEMORY}'")
    connection.execute(f"SET temp_directory = {_literal(str(spill))}")


def write_parquet(
    connection: duckdb.DuckDBPyConnection, relation: Relation, folder: Path, choice: Choice
) -> list[Part]:
    """Write a relation as ``NAME.parquet``, or as ``NAME/COLUMN=VALUE/part-0.parquet`` where it is partitioned.

    A partition column stands in the names of the folders only, as Hive has it.
    """
    where = choice.condition([column.name for column in relation.columns])
    split = relation.partition
    columns = [_parquet(column) for column in relation.columns if column.name != split]
    if split is None:
        path = f"{relation.name}.parquet"
        return [Part(path, _copy(connection, relation, columns, where, file=folder / path, form=_PARQUET))]
    values = connection.execute(
        f"SELECT DISTINCT {_name(split)} FROM {_name(relation.name)} WHERE {where} ORDER BY ALL NULLS LAST"
    ).fetchall()
    parts = []
    for (value,) in values or [(None,)]:  # without any row there is still a file that names the columns
        path = f"{relation.name}/{split}={NULL_PARTITION if value is None else value}/part-0.parquet"
        one = f"{where} AND {_name(split)} " + ("IS NULL" if value is None else f"= {int(value)}")
        parts.append(Part(path, _copy(connection, relation, columns, one, file=folder / path, form=_PARQUET)))
    return parts


def write_csv(
    connection: duckdb.DuckDBPyConnection, relation: Relation, folder: Path, choice: Choice, *, spreadsheet: bool
) -> list[Part]:
    """Write a relation as ``NAME.csv`` in UTF-8: a null is nothing, an empty text is ``""``.

    For a spreadsheet the file begins with a byte-order mark, and no text can be taken for a formula (`guarded`).
    """
    where = choice.condition([column.name for column in relation.columns])
    names = [column.name for column in relation.columns]
    if spreadsheet:
        names[0] = "\ufeff" + names[0]
    columns = [
        f"{_csv(column, spreadsheet=spreadsheet)} AS {_name(name)}"
        for column, name in zip(relation.columns, names, strict=True)
    ]
    path = f"{relation.name}.csv"
    return [Part(path, _copy(connection, relation, columns, where, file=folder / path, form="FORMAT csv, HEADER"))]


def guarded(text: str) -> str:
    """Return SQL for a text that no spreadsheet takes for a formula: an apostrophe before one that it might.

    That is any text that begins with = + - @ (full-width ones too), perhaps after blanks, or with a tab or a line
    break, unless it is a plain number such as -129. A text that would look guarded already gets one more apostrophe,
    so what was published is known again: take one apostrophe from what begins with apostrophes and such a sign.
    """
    risky = r"^''*([\s\p{Z}]*[=+\-@＝＋－＠]|[\t\r\n])"  # '' is one apostrophe in SQL
    number = r"^[+-]?[0-9]+(\.[0-9]+)?$"
    return (
        f"CASE WHEN regexp_matches({text}, '{risky}') AND NOT regexp_matches({text}, '{number}') "
        f"THEN chr(39) || {text} ELSE {text} END"
    )


def _copy(
    connection: duckdb.DuckDBPyConnection,
    relation: Relation,
    columns: Sequence[str],
    where: str,
    *,
    file: Path,
    form: str,
) -> int:
    """Write the rows of a relation that ``where`` chooses, in its order, to a file; return how many."""
    file.parent.mkdir(parents=True, exist_ok=True)
    # By the relation's own columns: what is written may have their names and be text.
    order = ", ".join(f"chosen.{_name(column)}" for column in relation.order)
    query = f"SELECT {', '.join(columns)} FROM {_name(relation.name)} AS chosen WHERE {where}"
    query += f" ORDER BY {order}" if order else ""
    row = connection.execute(f"COPY ({query}) TO {_literal(str(file))} ({form})").fetchone()
    return row[0] if row else 0


def _parquet(column: Column) -> str:
    name = _name(column.name)
    return f"{name}::DECIMAL(38, 0) AS {name}" if column.type in _WIDE else name


def _csv(column: Column, *, spreadsheet: bool) -> str:
    name = _name(column.name)
    if column.type.startswith("DECIMAL"):
        return plain_decimal(name)
    if column.type == "TIMESTAMP WITH TIME ZONE":
        return f"strftime({name} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')"
    if column.type.startswith("TIMESTAMP"):
        return f"strftime({name}, '%Y-%m-%dT%H:%M:%S.%f')"
    if column.type.removeprefix("U") in _NO_TEXT:
        return name
    nested = column.type.endswith("]") or column.type.startswith(_NESTED)
    text = f"to_json({name})::VARCHAR" if nested else f"{name}::VARCHAR"
    return guarded(text) if spreadsheet else text


def _name(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _literal(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"

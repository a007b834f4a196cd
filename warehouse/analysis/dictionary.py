"""The data dictionary: what every relation and column means, in Chinese and English.

Of what is made here the sentences follow from the formats and `views.yaml`; of all other relations the Chinese ones
stand in `relations.yaml`, the English ones in the comments of their own statements, or there too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from warehouse.analysis.declared import read

Place = tuple[str, str]  # relation and column; "" is the relation itself
SENTENCES = "relation VARCHAR, column_name VARCHAR, zh VARCHAR, en VARCHAR"  # columns of the table of that name


@dataclass(frozen=True, slots=True)
class Entry:
    """A relation or one of its columns (then ``column`` is not empty), as the dictionary shows it."""

    relation: str
    column: str
    type: str
    zh: str
    en: str


def both(zh: str, en: str) -> str:
    """Return a comment in both languages."""
    return f"{zh}。{en}."


def describe(connection: duckdb.DuckDBPyConnection, made: Mapping[Place, tuple[str, str]]) -> None:
    """Store the sentences of every relation: those ``made`` here, and those of all others where there are any.

    A column of another relation without a comment is given one. Comments of its own statement stay.
    """
    rows: list[tuple[str, str, str | None, str | None]] = [(*place, *told) for place, told in made.items()]
    for relation, column, kind, comment in _others(connection):
        zh, en = _sentences(relation, column)
        if (relation, column) in made or zh is None:
            continue
        if en is not None and comment in (None, both(zh, en)):
            what = f'COLUMN {relation}."{column}"' if column else f"{kind} {relation}"
            connection.execute(f"COMMENT ON {what} IS {quoted(both(zh, en))}")
        else:
            en = comment
        rows.append((relation, column, zh, en))
    connection.execute("DELETE FROM sentences")
    lists = [list(column) for column in zip(*rows, strict=True)]
    connection.execute("INSERT INTO sentences SELECT unnest($1), unnest($2), unnest($3), unnest($4)", lists)


def quoted(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def entries(connection: duckdb.DuckDBPyConnection) -> list[Entry]:
    """Return the dictionary of a warehouse or snapshot, relation by relation, columns in their order."""
    rows = connection.execute(
        """
        SELECT relation, coalesce("column", ''), type, coalesce(sentence_zh, ''), coalesce(sentence_en, '')
        FROM dictionary ORDER BY relation, "position"
        """
    ).fetchall()
    return [Entry(*row) for row in rows]


def _others(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str, str | None]]:
    return connection.execute(
        """
        SELECT table_name, '', 'TABLE', comment FROM duckdb_tables()
        WHERE schema_name = 'main' AND NOT temporary AND database_name = current_database()
        UNION ALL
        SELECT view_name, '', 'VIEW', comment FROM duckdb_views()
        WHERE schema_name = 'main' AND NOT temporary AND NOT internal AND database_name = current_database()
        UNION ALL
        SELECT table_name, column_name, 'COLUMN', comment FROM duckdb_columns()
        WHERE schema_name = 'main' AND NOT internal AND database_name = current_database()
        """
    ).fetchall()


def _sentences(relation: str, column: str) -> tuple[str | None, str | None]:
    """Return what `relations.yaml` says; nothing where it does not know the relation or the column."""
    known: dict[str, dict[str, Any]] = read("relations")
    own = known.get(relation, {})
    found = own.get(column or "_", known["shared"].get(column, ()))
    return (*found, None, None)[:2]

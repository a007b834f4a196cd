"""What relations and columns mean, written into the warehouse as COMMENTs, from where the data dictionary is made.

Words stand beside a table in its SQL, or in `sql/comments.yaml`; here they are only put in place.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

_WORDS = Path(__file__).parent / "sql" / "comments.yaml"


@cache
def words() -> str:
    """Return the text of the file of words."""
    return _WORDS.read_text(encoding="utf-8")


@cache
def _known() -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Return the words by relation and column ("" is the relation itself), and those of a column wherever it is."""
    known = yaml.safe_load(words())
    return known["relations"], known["everywhere"]


def write_comments(connection: duckdb.DuckDBPyConnection) -> None:
    """Comment every relation and column that has no words of its own yet."""
    relations, everywhere = _known()
    found = _without_words(connection)
    for kind, name in found["relations"]:
        if text := relations.get(name, {}).get(""):
            connection.execute(f"COMMENT ON {kind} {name} IS {_quoted(text)}")
    for name, column in found["columns"]:
        if text := relations.get(name, {}).get(column) or everywhere.get(column):
            connection.execute(f"COMMENT ON COLUMN {name}.{column} IS {_quoted(text)}")


def _without_words(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    asked = {
        "relations": """
            SELECT 'TABLE', table_name FROM duckdb_tables() WHERE comment IS NULL AND NOT internal AND NOT temporary
            UNION ALL
            SELECT 'VIEW', view_name FROM duckdb_views() WHERE comment IS NULL AND NOT internal AND NOT temporary
        """,
        "columns": """
            SELECT columns.table_name, columns.column_name FROM duckdb_columns() AS columns
            JOIN (
                SELECT table_oid AS oid FROM duckdb_tables() WHERE NOT temporary
                UNION ALL
                SELECT view_oid FROM duckdb_views() WHERE NOT temporary
            ) AS lasting ON lasting.oid = columns.table_oid
            WHERE columns.comment IS NULL AND NOT columns.internal
        """,
    }
    return {name: connection.execute(query).fetchall() for name, query in asked.items()}


def missing_words(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """List relations and columns (``relation.column``) without a COMMENT."""
    found = _without_words(connection)
    return sorted([name for _, name in found["relations"]] + [f"{name}.{column}" for name, column in found["columns"]])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

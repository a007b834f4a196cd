"""Writing the data dictionary beside the report, from what the warehouse says of its relations."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import duckdb

from warehouse.analysis.declared import told
from warehouse.analysis.dictionary import entries


def write_dictionary(connection: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    """Write ``dictionary.html`` into the report's folder, whole or not at all; return its path."""
    # The templates' library is not imported by commands that write no page.
    from expectations.report.dictionary import ColumnWords, RelationWords, render_dictionary

    order = {name: number for number, name in enumerate(told())}
    relations = []
    for name, group in groupby(entries(connection), key=lambda entry: entry.relation):
        first, *columns = group
        asked = told().get(name)
        shown = tuple(ColumnWords(one.column, one.type, one.zh, one.en) for one in columns)
        questions = (asked.question_zh, asked.question_en, asked.query) if asked else ()
        relations.append(RelationWords(name, first.zh, first.en, shown, *questions))
    relations.sort(key=lambda one: (order.get(one.name, len(order)), one.name))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "dictionary.html"
    fresh = path.with_name(".dictionary.html.new")
    fresh.write_text(render_dictionary(relations), encoding="utf-8")
    fresh.replace(path)
    return path

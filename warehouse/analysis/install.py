"""Making `report_figures` and the views in a warehouse where they are not those of this program yet.

Filling `report_figures` is `refresh`'s business.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb

from schemas import english
from schemas.formats import Kind
from schemas.formats import load as formats
from warehouse.analysis.cells import HEAD, figures
from warehouse.analysis.columns import Column, plain
from warehouse.analysis.declared import told
from warehouse.analysis.dictionary import SENTENCES, both, describe, quoted
from warehouse.analysis.views import figures_columns, template, views

_DICTIONARY = tuple(
    plain(name, "") for name in ("relation", "column", "type", "sentence_zh", "sentence_en", "position")
)
_LEVELS = ("national", "province", "city", "county", "township")


def install_analysis(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table, the views, their comments and the dictionary, if another program's are there or none.

    To be called in a transaction. The table is emptied where its rows would be made in another way today.
    """
    connection.execute("CREATE TABLE IF NOT EXISTS analysis_made (digest VARCHAR NOT NULL, filled VARCHAR NOT NULL)")
    # What other relations say of themselves may have changed too.
    wanted = connection.execute("SELECT concat_ws(' ', ?::VARCHAR, max(declared)) FROM layout", [digest()]).fetchone()
    found = connection.execute("SELECT digest, filled FROM analysis_made").fetchone()
    if wanted is not None and found is not None and found[0] == wanted[0]:
        return
    if found is None or found[1] != _filling():
        connection.execute(f"CREATE OR REPLACE TABLE report_figures ({', '.join(' '.join(c) for c in _types())})")
    for single in statements():
        connection.execute(single)
    describe(connection, _sentences())
    connection.execute("DELETE FROM analysis_made")
    connection.execute("INSERT INTO analysis_made VALUES (?, ?)", [*(wanted or ()), _filling()])


def _filling() -> str:
    """Return a digest of how rows of `report_figures` are made: columns, places of cells, the statement."""
    made = [template("fill"), *(f"{name} {kind}" for name, kind in _types())]
    made += [f"{one.column} {one.kind} {one.formats} {one.positions}" for one in figures()]
    return hashlib.sha256("\n".join(made).encode()).hexdigest()[:16]


@cache
def digest() -> str:
    """Return what tells these views from another program's: a digest of all that they are made of."""
    here = Path(__file__).parent
    folders = (here, here.parent / "sql" / "analysis", formats.FOLDER, Path(english.__file__).parent)
    files = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in (".py", ".yaml", ".sql")]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


@cache
def statements() -> tuple[str, ...]:
    """Return the statements that make macros, views and comments, each after what it needs."""
    ranks = " ".join(f"WHEN '{level}' THEN {rank}" for rank, level in enumerate(_LEVELS))
    made = [f"CREATE OR REPLACE MACRO level_rank(level) AS CASE level {ranks} END"]
    made += _comments("TABLE", "report_figures", _own("report_figures"), tuple(figures_columns()))
    for view in views():
        made.append(f"CREATE OR REPLACE VIEW {view.name} AS\n{view.query}")
        made += _comments("VIEW", view.name, view.sentences, view.columns)
    made += [f"CREATE TABLE IF NOT EXISTS sentences ({SENTENCES})", template("dictionary")]
    made += _comments("VIEW", "dictionary", _own("dictionary"), _DICTIONARY)
    return tuple(made)


def _own(name: str) -> tuple[str, str]:
    return told()[name].zh, told()[name].en


def _comments(what: str, name: str, sentences: tuple[str, str], columns: tuple[Column, ...]) -> Iterator[str]:
    yield f"COMMENT ON {what} {name} IS {quoted(both(*sentences))}"
    for column in columns:
        yield f'COMMENT ON COLUMN {name}."{column.name}" IS {quoted(both(column.zh, column.en))}'


def _types() -> Iterator[tuple[str, str]]:
    yield from HEAD.items()
    for one in figures():
        yield one.column, one.type
        if one.kind is Kind.AMOUNT:
            yield f"{one.column}__unit", "VARCHAR"


def _sentences() -> dict[tuple[str, str], tuple[str, str]]:
    """Return the sentences of all that is made here, by relation and column; "" is the relation itself."""
    found = {(view.name, ""): view.sentences for view in views()}
    made = {"report_figures": tuple(figures_columns()), "dictionary": _DICTIONARY}
    found |= {(name, ""): _own(name) for name in made}
    for name, columns in (made | {view.name: view.columns for view in views()}).items():
        found |= {(name, column.name): (column.zh, column.en) for column in columns}
    return found

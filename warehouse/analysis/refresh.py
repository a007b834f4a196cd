"""Making a warehouse ready for analysts, before it is published: views of this program, `report_figures` of tonight.

Its cost is a look at each report's keys and the cells of the new ones; cells of a report never change.
"""

from __future__ import annotations

import duckdb

from schemas.formats import Format, Kind, load_formats
from warehouse.analysis.cells import HEAD, figures
from warehouse.analysis.install import install_analysis
from warehouse.analysis.views import template
from warehouse.store import transaction


def refresh_analysis(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the views where they are not this program's, and `report_figures` hold the current reports as judged.

    One transaction; doing it again changes nothing.
    """
    with transaction(connection):
        install_analysis(connection)
        _refresh_figures(connection)


def _refresh_figures(connection: duckdb.DuckDBPyConnection) -> None:
    _run(connection, template("wanted"))
    told = [name for name in HEAD if name not in ("report_no", "report_id", "format")]
    assigned = ", ".join(f"{name} = changed.{name}" for name in told)
    differ = " OR ".join(f"wanted.{name} IS DISTINCT FROM report_figures.{name}" for name in told)
    _run(connection, template("refresh", assigned=assigned, differ=differ))
    blocks = connection.execute("SELECT DISTINCT format, block FROM figures_to_fill ORDER BY block, format").fetchall()
    forms = {form.code: form for form in load_formats()}
    for code, block in blocks:
        if code in forms:
            values = {"block": block, "format": code, "size": len(forms[code].cells)}
            connection.execute(_fill(forms[code]), values)
    for name in ("numbers", "bodies", "above", "reports", "included", "places", "wanted", "changed", "to_fill"):
        connection.execute(f"DROP TABLE temp.figures_{name}")


def _run(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    for single in duckdb.extract_statements(text):
        connection.execute(single)


def _fill(form: Format) -> str:
    """Return the statement that adds a batch of reports of a format: its cells by position, money with its unit."""
    cells, amounts = [], []
    for one in figures():
        if form.code not in one.formats:
            continue
        place = one.positions[one.formats.index(form.code)]
        if one.kind is not Kind.AMOUNT:
            cells.append(f"counts[{place}] AS {one.column}")
            continue
        for name, of in ((one.column, "coalesce(exact, whole)"), (f"{one.column}__unit", "unit")):
            amounts.append(f"any_value({of}) FILTER (cell_no = cell_number('{form.code}', {place})) AS {name}")
            cells.append(name)
    return template("fill", cells=",\n    ".join(cells), amounts=",\n        ".join(amounts))

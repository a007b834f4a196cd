"""Reports and verdicts straight into a warehouse, past pages and readers, by the load that readings take.

Tests hand over rows in the columns of the contract; how they are packed is the warehouse's.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import duckdb

from warehouse.load import ReadingBatch, load_staged, stage_readings
from warehouse.store import run_statements

Row = dict[str, Any]


def stage_nothing(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Make the staged tables, empty: a test inserts into them what it wants to have loaded."""
    with NamedTemporaryFile() as empty:
        stage_readings(warehouse, ReadingBatch(*[Path(empty.name)] * 4))


def load(warehouse: duckdb.DuckDBPyConnection, run_id: str = "one") -> None:
    """Load what a test has put into the staged tables."""
    load_staged(warehouse, run_id)


def put_verdicts(warehouse: duckdb.DuckDBPyConnection, rows: list[Row]) -> None:
    """Store verdicts: ``report_id``, ``rule``, ``status``, and any other column of `checks` but previous_id."""
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE verdicts (report_no INTEGER, rule VARCHAR, expected DECIMAL(28, 8), "
        "actual DECIMAL(28, 8), residual DECIMAL(28, 8), status VARCHAR, assumed_zero SMALLINT, note VARCHAR)"
    )
    for row in rows:
        given = dict(row)
        number = "(SELECT report_no FROM reports WHERE report_id = $report_id)"
        names = [name for name in given if name != "report_id"]
        warehouse.execute(
            f"INSERT INTO verdicts (report_no, {', '.join(names)}) "
            f"SELECT {number}, {', '.join('$' + name for name in names)}",
            given,
        )
    run_statements(warehouse, "store_verdicts")

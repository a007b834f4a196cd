"""A warehouse with much empty room is written anew, and says the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from schemas.errors import PassingError
from tests.expectations.single import put
from warehouse import compact as room
from warehouse.analysis.refresh import refresh_analysis
from warehouse.checks import check_reports
from warehouse.store import open_warehouse


@pytest.fixture
def loose(tmp_path: Path) -> Path:
    """Return a warehouse in which something large stood once."""
    path = tmp_path / "w.duckdb"
    with open_warehouse(path) as warehouse:
        put(warehouse, "a")
        check_reports(warehouse)
        refresh_analysis(warehouse)
        warehouse.execute("CREATE TABLE large AS SELECT hash(range) AS number FROM range(500_000)")
        put(warehouse, "b", year=2023)
    with open_warehouse(path) as warehouse:
        warehouse.execute("DROP TABLE large")
        check_reports(warehouse)
    return path


def said(path: Path) -> dict[str, object]:
    """Return all that a warehouse holds: rows in their order, declarations, comments."""
    found: dict[str, object] = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        for (name,) in connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall():
            found[name] = connection.execute(f"FROM {name}").fetchall()
        # Their text is not compared: of names in EXCLUDE DuckDB keeps no order.
        for (name,) in connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall():
            found[name] = connection.execute(f"FROM {name} ORDER BY ALL").fetchall()
        for what, columns in (
            ("tables", "table_name, comment, sql"), ("views", "view_name, comment, column_count"),
            ("columns", "table_name, column_name, data_type, comment"),
            ("functions", "function_name, parameters, comment"), ("constraints", "table_name, constraint_text"),
        ):  # fmt: skip
            query = f"SELECT {columns} FROM duckdb_{what}() WHERE database_name = 'w' ORDER BY ALL"
            found[f"duckdb_{what}"] = connection.execute(query).fetchall()
    return found


def test_a_loose_warehouse_is_written_anew_and_says_the_same(loose: Path) -> None:
    before, size = said(loose), loose.stat().st_size
    assert room.compact(loose, free_bytes=1 << 20)
    assert loose.stat().st_size < size * 0.7
    assert not room.compact(loose, free_bytes=1 << 20)
    assert said(loose) == before
    with open_warehouse(loose) as warehouse:  # and is one to go on with
        put(warehouse, "c", year=2024)
        check_reports(warehouse)
        assert warehouse.execute("SELECT count(*) FROM reports WHERE is_current").fetchall() == [(3,)]


def test_what_is_hardly_loose_is_left_alone(loose: Path) -> None:
    before = loose.read_bytes()
    assert not room.compact(loose)  # 16 MB are not empty
    assert loose.read_bytes() == before


def test_killed_while_it_writes_the_old_file_stands(loose: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class KilledError(Exception):
        pass

    def killed(*_: object) -> dict[str, int]:
        raise KilledError

    before = loose.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(room, "_counts", killed)
        with pytest.raises(KilledError):
            room.compact(loose, free_bytes=1 << 20)
    assert loose.read_bytes() == before
    assert room.compact(loose, free_bytes=1 << 20)
    assert not list(loose.parent.glob(".*compacting*"))


def test_a_warehouse_that_another_process_writes_is_not_touched(loose: Path) -> None:
    hold = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(loose)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(PassingError, match="expected to be the only writer"):
            room.compact(loose, free_bytes=1 << 20)
        holder.communicate()

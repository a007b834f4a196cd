"""A warehouse of layout 3 or 4 becomes one of today's that says the same; killed anywhere, it is done again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from schemas.errors import UserError
from tests.expectations.single import figures_of_one, put
from tests.warehouse.house import House
from warehouse import migrate
from warehouse.checks import check_reports
from warehouse.store import LAYOUT_VERSION, open_warehouse

# What layout 3 stored as tables, in the words of today's views and tables.
OLD = {
    "reports": "SELECT * EXCLUDE (report_no, facts, files, held_against, figures) FROM new.reports",
    "fact_values": "SELECT * REPLACE (status::VARCHAR AS status) FROM new.fact_values",
    "checks": "SELECT * REPLACE (status::VARCHAR AS status) FROM new.checks",
    "decided_blanks": "FROM new.decided_blanks",
    "comparisons": "SELECT *, 'digest' AS neighbours FROM new.comparisons",
    "captures": "SELECT * REPLACE (sha256(url) AS capture_id) FROM new.captures",
    "documents": "SELECT * EXCLUDE (document_no) FROM new.documents",
    "fingerprints": "SELECT report_id, [clause::UINTEGER << 16 FOR clause IN clauses] AS clauses FROM new.fingerprints",
}
SAME = (
    *("runs", "sources", "readings", "agencies", "agency_names", "body_rules", "statements"),
    *("check_cells", "suspects", "explanations", "validations", "problems"),
)
TOLD = ("reports", "fact_values", "checks", "decided_blanks", "facts", "documents", "fingerprints", "captures", *SAME)
# Captures of layout 3 had longer ids.
SHOWN = {"reports": OLD["reports"].replace("new.", ""), "captures": "SELECT * EXCLUDE (capture_id) FROM captures"}


def told(connection: Any) -> dict[str, list[Any]]:
    """Everything that the relations of the contract say."""
    found = {}
    for relation in TOLD:
        shown = SHOWN.get(relation, f"FROM {relation}")
        found[relation] = connection.execute(f"SELECT * FROM ({shown}) ORDER BY ALL").fetchall()
    return found


Old = tuple[Path, dict[str, list[Any]]]


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Old:
    """Return a warehouse of today with a page, a changed page, a list, prose and blanks, and what it says."""
    house = House(tmp_path_factory.mktemp("today"))
    house.ingest("one", house.page("虚构县人民政府", 2022), url="http://x/a.html")
    house.ingest("two", house.page("虚构县人民政府", 2022, start=900), url="http://x/a.html", day=2)
    with open_warehouse(house.path) as warehouse:
        warehouse.execute(
            "INSERT INTO stored_captures BY NAME SELECT 'list' AS capture_id, 'one' AS run_id, 'http://x/' AS url, "
            "'list' AS role, now() AS fetched_at, 'found' AS outcome, repeat('a', 64) AS digest"
        )
        warehouse.execute("DELETE FROM stored_fingerprints")
        warehouse.execute("INSERT INTO stored_fingerprints SELECT report_no, [3, 40000, 65535] FROM reports")
        put(warehouse, "b", {**figures_of_one(), ("applications", "granted", "other"): "blank"})
        put(warehouse, "c", {("disclosure", "fees", "amount"): "12.50"}, year=2023)
        check_reports(warehouse)
        return house.path, told(warehouse)


def layout_3(path: Path, today: Path) -> None:
    """Write what layout 3 stored, all of it as tables."""
    with duckdb.connect(str(path)) as raw:
        raw.execute(f"ATTACH '{today}' AS new (READ_ONLY)")
        for name, query in OLD.items():
            raw.execute(f"CREATE TABLE {name} AS {query}")
        for name in SAME:
            raw.execute(f"CREATE TABLE {name} AS FROM new.{name}")
        raw.execute("CREATE TABLE layout AS SELECT 3 AS version")


def layout_4(path: Path, today: Path) -> None:
    """Write what layout 4 stored: documents without numbers, 20 bits of a hash."""
    shutil.copyfile(today, path)
    with duckdb.connect(str(path)) as raw:
        for name in ("captures", "readings", "fingerprints"):
            raw.execute(f"CREATE TABLE old AS FROM {name}")
            raw.execute(f"DROP VIEW {name}")
            raw.execute(f"DROP TABLE stored_{name}")
            raw.execute(f"ALTER TABLE old RENAME TO {name}")
        raw.execute("CREATE OR REPLACE TABLE documents AS SELECT * EXCLUDE (document_no) FROM documents")
        raw.execute("ALTER TABLE fingerprints ALTER clauses TYPE UINTEGER[]")
        raw.execute("UPDATE fingerprints SET clauses = [clause << 4 FOR clause IN clauses]")
        raw.execute("UPDATE layout SET version = 4")


@pytest.fixture(params=[3, 4])
def old(request: pytest.FixtureRequest, today: Old, tmp_path: Path) -> tuple[int, Path, dict[str, list[Any]]]:
    """Return a warehouse of an earlier layout: which, its path, and what it says."""
    path = tmp_path / "old.duckdb"
    {3: layout_3, 4: layout_4}[request.param](path, today[0])
    return request.param, path, today[1]


def test_a_warehouse_of_an_earlier_layout_says_the_same_after_it_was_opened(
    old: tuple[int, Path, dict[str, list[Any]]],
) -> None:
    layout, path, before = old
    with open_warehouse(path) as warehouse:
        after = told(warehouse)
        # What each report is held against is told anew by the next judging after layout 3.
        without = [(*row[:7], None, row[8]) if layout == 3 else row for row in before["checks"]]
        assert sorted(after.pop("checks"), key=str) == sorted(without, key=str)
        assert after == {name: rows for name, rows in before.items() if name != "checks"}
        check_reports(warehouse)
        assert told(warehouse) == before
    with duckdb.connect(str(migrate.kept_as(path, layout)), read_only=True) as kept:
        assert kept.execute("SELECT version FROM layout").fetchone() == (layout,)


@pytest.mark.parametrize(
    ("layout", "killed_in"),
    [
        *[(3, step) for step in ("migrate_3", "load_staged", "migrated_3", "store_verdicts", "replace")],
        *[(4, step) for step in ("migrate_4", "migrated_4", "replace")],
    ],
)
def test_a_migration_that_was_killed_is_done_again(
    today: Old, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: int, killed_in: str
) -> None:
    path, before = tmp_path / "old.duckdb", today[1]
    {3: layout_3, 4: layout_4}[layout](path, today[0])

    class KilledError(Exception):
        pass

    def killing(work: Any) -> Any:
        def instead(*arguments: Any, **named: Any) -> Any:
            if killed_in in arguments or work.__name__ == killed_in:
                raise KilledError
            return work(*arguments, **named)

        return instead

    with monkeypatch.context() as patched:
        for name in ("run_script", "run_statements", "load_staged"):
            patched.setattr(migrate, name, killing(getattr(migrate, name)))
        if killed_in == "replace":
            patched.setattr(Path, "replace", killing(Path.replace))
        with pytest.raises(KilledError), open_warehouse(path):
            pass
    with open_warehouse(path) as warehouse:
        assert told(warehouse)["facts"] == before["facts"]
    assert not list(path.parent.glob(".*migrating*"))


@pytest.mark.parametrize("layout", [2, LAYOUT_VERSION + 1])
def test_other_layouts_are_refused_and_left_alone(today: Old, tmp_path: Path, layout: int) -> None:
    path = tmp_path / "old.duckdb"
    shutil.copyfile(today[0], path)
    with duckdb.connect(str(path)) as raw:
        raw.execute("UPDATE layout SET version = ?", [layout])
    bytes_before = path.read_bytes()
    with (
        pytest.raises(UserError, match=rf"expected layout version {LAYOUT_VERSION}, found {layout}"),
        open_warehouse(path),
    ):
        pass
    assert path.read_bytes() == bytes_before

"""A warehouse of layout 3 becomes one of today's that says the same; killed anywhere, it is done again."""

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
from warehouse.store import open_warehouse

# What layout 3 stored as tables, in the words of today's views and tables.
OLD = {
    "reports": "SELECT * EXCLUDE (report_no, facts, files, held_against, figures) FROM new.reports",
    "fact_values": "SELECT * REPLACE (status::VARCHAR AS status) FROM new.fact_values",
    "checks": "SELECT * REPLACE (status::VARCHAR AS status) FROM new.checks",
    "decided_blanks": "FROM new.decided_blanks",
    "comparisons": "SELECT *, 'digest' AS neighbours FROM new.comparisons",
    "captures": "SELECT * REPLACE (sha256(url) AS capture_id) FROM new.captures",
}
SAME = (
    *("runs", "documents", "sources", "readings", "agencies", "agency_names", "body_rules", "statements"),
    *("fingerprints", "check_cells", "suspects", "explanations", "validations", "problems"),
)
TOLD = ("reports", "fact_values", "checks", "decided_blanks", "facts", *SAME)


def told(connection: Any) -> dict[str, list[Any]]:
    """Everything that the relations of the contract say."""
    found = {}
    for relation in TOLD:
        shown = OLD["reports"].replace("new.", "") if relation == "reports" else f"FROM {relation}"
        found[relation] = connection.execute(f"SELECT * FROM ({shown}) ORDER BY ALL").fetchall()
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[Any]]]:
    """Return the path of a warehouse of layout 3 with a page, a changed page and blanks, and what it says."""
    folder = tmp_path_factory.mktemp("old")
    house = House(folder)
    house.ingest("one", house.page("虚构县人民政府", 2022), url="http://x/a.html")
    house.ingest("two", house.page("虚构县人民政府", 2022, start=900), url="http://x/a.html", day=2)
    with open_warehouse(house.path) as warehouse:
        put(warehouse, "b", {**figures_of_one(), ("applications", "granted", "other"): "blank"})
        put(warehouse, "c", {("disclosure", "fees", "amount"): "12.50"}, year=2023)
        check_reports(warehouse)
        before = told(warehouse)
    path = folder / "old.duckdb"
    with duckdb.connect(str(path)) as raw:
        raw.execute(f"ATTACH '{house.path}' AS new (READ_ONLY)")
        for name, query in OLD.items():
            raw.execute(f"CREATE TABLE {name} AS {query}")
        for name in SAME:
            raw.execute(f"CREATE TABLE {name} AS FROM new.{name}")
        raw.execute("CREATE TABLE layout AS SELECT 3 AS version")
    return path, before


@pytest.fixture
def old(made: tuple[Path, dict[str, list[Any]]], tmp_path: Path) -> tuple[Path, dict[str, list[Any]]]:
    """Return the same in a file of the test's own."""
    path = tmp_path / "old.duckdb"
    shutil.copyfile(made[0], path)
    return path, made[1]


def test_a_warehouse_of_layout_3_says_the_same_after_it_was_opened(old: tuple[Path, dict[str, list[Any]]]) -> None:
    path, before = old
    with open_warehouse(path) as warehouse:
        after = told(warehouse)
        # What each report is held against is told anew by the next judging.
        without = [(*row[:7], None, row[8]) for row in before["checks"]]
        assert sorted(after.pop("checks"), key=str) == sorted(without, key=str)
        assert after == {name: rows for name, rows in before.items() if name != "checks"}
        check_reports(warehouse)
        assert told(warehouse) == before
    with duckdb.connect(str(migrate.kept_as(path)), read_only=True) as kept:
        assert kept.execute("SELECT version FROM layout").fetchone() == (3,)


@pytest.mark.parametrize("killed_in", ["migrate_3", "load_staged", "migrated_3", "store_verdicts", "replace"])
def test_a_migration_that_was_killed_is_done_again(
    old: tuple[Path, dict[str, list[Any]]], monkeypatch: pytest.MonkeyPatch, killed_in: str
) -> None:
    path, before = old

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


@pytest.mark.parametrize("layout", [2, 5])
def test_other_layouts_are_refused_and_left_alone(old: tuple[Path, dict[str, list[Any]]], layout: int) -> None:
    path, _ = old
    with duckdb.connect(str(path)) as raw:
        raw.execute("UPDATE layout SET version = ?", [layout])
    bytes_before = path.read_bytes()
    with pytest.raises(UserError, match=rf"expected layout version 4, found {layout}"), open_warehouse(path):
        pass
    assert path.read_bytes() == bytes_before

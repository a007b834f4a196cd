"""Suspects in the warehouse: found once, dropped when they are none any more, and corrected only in a view."""

from __future__ import annotations

from pathlib import Path

import pytest

import flows.suspects
from flows.suspects import find_suspects
from schemas.formats import format_by_code
from tests.shared import SAMPLES
from tests.warehouse.house import House
from warehouse.checks import check_reports
from warehouse.store import open_warehouse

NANTONG = SAMPLES / "site" / "nantong" / "xxgknb" / "2020.txt"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def spoil(house: House, row: str, column: str, by: int, table: str = "applications") -> None:
    """Make a figure of every report another one, as if it had been published so."""
    place = 2021000 + format_by_code("2021").cell_by_key[table, row, column].position
    with open_warehouse(house.path) as warehouse:
        warehouse.execute("UPDATE stored_facts SET whole = whole + ? WHERE cell_no = ?", [by, place])
        check_reports(warehouse, again=True)


def test_the_known_truth_of_nantong(house: House) -> None:
    house.ingest("one", NANTONG.read_bytes())
    with open_warehouse(house.path) as warehouse:
        assert find_suspects(warehouse) == 1
        found = warehouse.execute(
            "SELECT table_code, row_code, column_code, published, proposed, solutions, method FROM suspects"
        ).fetchall()
        assert found == [("applications", "refused_third_party", "other", 1, 0, 1, "one_cell")]
        assert warehouse.execute("SELECT state, len(rules), at_least FROM explanations").fetchall() == [
            ("explained", 2, False)
        ]
        before = warehouse.execute("SELECT count(*), sum(value) FROM facts").fetchone()
        corrected = warehouse.execute(
            "SELECT row_code, value, published FROM facts_corrected WHERE corrected"
        ).fetchall()
        assert corrected == [("refused_third_party", 0, 1)]
        after = warehouse.execute("SELECT count(*), sum(published) FROM facts_corrected").fetchone()
        assert after == before, "facts are as published, and every one of them is in the view"


def test_a_report_is_searched_once_and_again_when_its_figures_changed(house: House) -> None:
    house.ingest("one", house.page("虚构县人民政府", 2022))
    with open_warehouse(house.path) as warehouse:
        assert find_suspects(warehouse) == 0, "all sums hold"
    spoil(house, "granted", "other", 5)
    with open_warehouse(house.path) as warehouse:
        assert [find_suspects(warehouse) for _ in range(3)] == [1, 0, 0]
        first = warehouse.execute("SELECT * FROM suspects").fetchall()
        assert len(first) == 1
        assert find_suspects(warehouse, again=True) == 1
        assert warehouse.execute("SELECT * FROM suspects").fetchall() == first
    spoil(house, "granted", "other", 1)
    with open_warehouse(house.path) as warehouse:
        assert find_suspects(warehouse) == 1
        assert warehouse.execute("SELECT published - proposed FROM suspects").fetchall() == [(6,)]
    spoil(house, "granted", "other", -6)
    with open_warehouse(house.path) as warehouse:
        assert find_suspects(warehouse) == 0
        for table in ("suspects", "explanations", "suspects_searched"):
            assert warehouse.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_an_undecided_explanation_corrects_nothing(house: House) -> None:
    house.ingest("one", house.page("虚构县人民政府", 2022))
    spoil(house, "suit_direct", "total", 1, "litigation")
    with open_warehouse(house.path) as warehouse:
        find_suspects(warehouse)
        found = warehouse.execute("SELECT solutions, solution FROM suspects ORDER BY solution").fetchall()
        assert len(found) > 1
        assert found == [(len(found), number) for number in range(1, len(found) + 1)]
        assert warehouse.execute("SELECT count(*) FROM facts_corrected WHERE corrected").fetchone() == (0,)


def test_a_search_that_was_killed_goes_on_where_it_was(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        house.ingest(f"run-{number}", house.page(f"虚构{number}县人民政府", 2022), url=f"http://x/{number}.html")
    spoil(house, "granted", "other", 5)
    monkeypatch.setattr(flows.suspects, "_BATCH", 1)
    store, stored = flows.suspects.store_suspects, []

    def dies(*rows) -> None:
        if len(stored) == 2:
            raise KeyboardInterrupt
        stored.append(rows)
        store(*rows)

    monkeypatch.setattr(flows.suspects, "store_suspects", dies)
    with open_warehouse(house.path) as warehouse:
        with pytest.raises(KeyboardInterrupt):
            find_suspects(warehouse)
        monkeypatch.setattr(flows.suspects, "store_suspects", store)
        assert find_suspects(warehouse) == 1
        assert warehouse.execute("SELECT count(*), count(DISTINCT report_id) FROM suspects").fetchone() == (3, 3)


def test_every_relation_and_view_says_what_it_is(house: House) -> None:
    with open_warehouse(house.path) as warehouse:
        said = warehouse.execute(
            """
            SELECT table_name, comment FROM duckdb_tables() UNION ALL SELECT view_name, comment FROM duckdb_views()
            """
        ).fetchall()
    told = {
        name: comment for name, comment in said if "suspects" in name or name in ("explanations", "facts_corrected")
    }
    assert len(told) == 4
    assert all(told.values())

"""Bodies in the warehouse: one id under all names, parents that need not publish, resolved again when rules change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import warehouse.agencies
from tests.warehouse.direct import load, stage_nothing
from tests.warehouse.house import House
from warehouse.checks import check_reports
from warehouse.questions import snapshot_status
from warehouse.store import open_warehouse


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def _rows(house: House, query: str) -> list[tuple[Any, ...]]:
    with open_warehouse(house.path) as warehouse:
        return warehouse.execute(query).fetchall()


def _publish(house: House, name: str, url: str, year: int = 2022, source: str | None = None, **known: Any) -> None:
    """Put a report of a body into the warehouse as loading does, without a page to read, and judge it."""
    columns = {
        "report_id": f"{url} {year}", "agency": name, "year": year, "title": f"{name}{year}年年报", "url": url,
        "document_id": url, "grade": "no_tables", "extractor_version": "1", "evidence": "{}",
        "captured_at": "2026-01-01 00:00:00+08", "outcome": "no_tables", **known,
    }  # fmt: skip
    visit = {
        "capture_id": f"{url} {year} {source}", "run_id": "one", "url": url, "role": "report", "outcome": "found",
        "source_agency": source, "digest": url, "fetched_at": "2026-01-02 00:00:00+08",
    }  # fmt: skip
    with open_warehouse(house.path) as warehouse:
        stage_nothing(warehouse)
        for table, row in (("staged", columns), ("stored_captures", visit)):
            marks = ", ".join("?" * len(row))
            warehouse.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
        load(warehouse)
        check_reports(warehouse)


def test_a_report_that_is_read_gets_its_body(house: House) -> None:
    house.ingest("one", house.page("南谯区施集镇", 2022))
    house.ingest("two", house.page("南谯区施集镇", 2022))
    assert _rows(house, "SELECT agency, name FROM reports JOIN agencies USING (agency_id)") == [
        ("南谯区施集镇", "滁州市南谯区施集镇人民政府")
    ]
    assert _rows(house, "SELECT DISTINCT agency, agency_id IS NOT NULL FROM facts") == [("南谯区施集镇", True)]


def test_a_town_under_two_names_is_one_body_with_its_divisions(house: House) -> None:
    _publish(house, "南谯区施集镇", "http://x/a.html", 2020)
    _publish(house, "滁州市南谯区施集镇人民政府", "http://x/b.html", 2021)
    (agency,) = _rows(
        house,
        """
        SELECT DISTINCT name, kind, level, adcode, province, city, county
        FROM agencies JOIN reports USING (agency_id)
        """,
    )
    assert agency == (
        "滁州市南谯区施集镇人民政府", "township", "township", "341103107", "安徽省", "滁州市", "南谯区"
    )  # fmt: skip
    assert _rows(house, "SELECT agency FROM reports ORDER BY year") == [
        ("南谯区施集镇",), ("滁州市南谯区施集镇人民政府",)
    ]  # fmt: skip
    assert _rows(house, "SELECT name, how FROM agency_names ORDER BY name") == [
        ("南谯区施集镇", "name"), ("滁州市南谯区施集镇人民政府", "name")
    ]  # fmt: skip


def test_parents_are_rows_and_do_not_count_as_publishing(house: House) -> None:
    _publish(house, "利辛县气象局", "http://x/a.html")
    names = {name for (name,) in _rows(house, "SELECT name FROM agencies")}
    assert names == {"利辛县气象局", "亳州市气象局", "安徽省气象局", "中国气象局", "中华人民共和国国务院"}
    dangling = """
        SELECT count(*) FROM agencies AS one WHERE
            (one.parent_id IS NOT NULL AND one.parent_id NOT IN (SELECT agency_id FROM agencies))
            OR (one.successor_id IS NOT NULL AND one.successor_id NOT IN (SELECT agency_id FROM agencies))
    """
    assert _rows(house, dangling) == [(0,)]
    with open_warehouse(house.path) as warehouse:
        assert any("of 1 bodies" in line for line in snapshot_status(warehouse))


def test_a_name_of_several_bodies_is_a_problem_and_a_body_of_its_site(house: House) -> None:
    _publish(house, "鼓楼区教育局", "http://a.cn/a.html")
    _publish(house, "鼓楼区教育局", "http://b.cn/a.html")
    found = _rows(house, "SELECT agencies.name, kind, level, province FROM reports JOIN agencies USING (agency_id)")
    assert found == [("鼓楼区教育局", "department", None, None)] * 2
    assert _rows(house, "SELECT count(DISTINCT agency_id) FROM reports") == [(2,)]
    problems = _rows(house, "SELECT code, ours, place, message FROM problems WHERE stage = 'resolve' ORDER BY place")
    assert [row[:3] for row in problems] == [
        ("body_ambiguous", True, "http://a.cn/a.html"), ("body_ambiguous", True, "http://b.cn/a.html")
    ]  # fmt: skip
    assert "南京市鼓楼区教育局 (320106)" in problems[0][3]


def test_the_source_s_agency_decides_and_may_be_told_later(house: House) -> None:
    _publish(house, "市残联", "http://x/a.html")
    assert [row[0] for row in _rows(house, "SELECT code FROM problems WHERE stage = 'resolve'")] == ["body_unknown"]
    _publish(house, "市残联", "http://x/a.html", source="南通市人民政府")
    assert _rows(house, "SELECT name, city FROM agencies JOIN reports USING (agency_id)") == [
        ("南通市残疾人联合会", "南通市")
    ]
    assert _rows(house, "SELECT count(*) FROM problems WHERE stage = 'resolve'") == [(0,)]
    assert _rows(house, "SELECT count(*) FROM agencies WHERE level IS NULL") == [(0,)]


def test_made_up_bodies_have_no_division_and_are_no_problem(house: House) -> None:
    _publish(house, "虚构县示范镇人民政府", "http://x/a.html")
    assert _rows(house, "SELECT name, level FROM agencies") == [("虚构县示范镇人民政府", None)]
    assert _rows(house, "SELECT count(*) FROM problems") == [(0,)]


def test_a_body_is_called_as_its_newest_report_calls_it(house: House) -> None:
    _publish(house, "合肥市卫健委", "http://x/b.html", 2019)
    _publish(house, "合肥市卫生局", "http://x/a.html", 2012)
    assert _rows(house, "SELECT DISTINCT name FROM agencies JOIN reports USING (agency_id)") == [
        ("合肥市卫生健康委员会",)
    ]
    _publish(house, "合肥市卫生健康局", "http://x/c.html", 2024)
    assert _rows(house, "SELECT DISTINCT name FROM agencies JOIN reports USING (agency_id)") == [("合肥市卫生健康局",)]


def test_changed_rules_resolve_everything_again_and_twice_is_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _publish(house, "南谯区施集镇", "http://x/a.html")
    _publish(house, "鼓楼区教育局", "http://x/b.html")
    tables = ("agencies", "agency_names", "problems", "body_rules")

    def state() -> list[list[tuple[Any, ...]]]:
        with open_warehouse(house.path) as warehouse:
            check_reports(warehouse)
        reports = _rows(house, "SELECT report_id, agency_id, is_current FROM reports ORDER BY ALL")
        return [reports, *(_rows(house, f"FROM {table} ORDER BY ALL") for table in tables)]

    before = state()
    assert state() == before
    with monkeypatch.context() as other:
        other.setattr(warehouse.agencies, "digest", lambda: "other rules")
        other.setattr(warehouse.agencies, "resolve", lambda *_: warehouse.agencies.Resolution(None, "unknown"))
        changed = state()
        assert changed[0] != before[0]
        assert len(changed[1]) == 2
    assert state() == before


def test_own_figures_and_those_of_all_below_are_two_reports(house: House) -> None:
    for year in (2021, 2022):
        _publish(house, "海关总署(本级机关)", f"http://x/a{year}.html", year, scope="own", format="2021")
        _publish(house, "全国海关", f"http://x/b{year}.html", year, scope="aggregate", format="2021")
    assert _rows(house, "SELECT count(DISTINCT agency_id) FROM reports") == [(1,)]
    current = _rows(house, "SELECT year, scope FROM reports WHERE is_current ORDER BY ALL")
    assert current == [(2021, "aggregate"), (2021, "own"), (2022, "aggregate"), (2022, "own")]
    compared = """
        SELECT reports.year, reports.scope, previous.scope FROM comparisons
        JOIN reports USING (report_id) LEFT JOIN reports AS previous ON previous.report_id = previous_id ORDER BY ALL
    """
    assert _rows(house, compared) == [
        (2021, "aggregate", None), (2021, "own", None), (2022, "aggregate", "aggregate"), (2022, "own", "own")
    ]  # fmt: skip


def test_every_column_says_what_it_is(house: House) -> None:
    house.counts()
    silent = _rows(
        house,
        """
        SELECT table_name, column_name FROM duckdb_columns()
        WHERE table_name IN ('agencies', 'agency_names', 'body_rules') AND comment IS NULL
        """,
    )
    assert silent == []

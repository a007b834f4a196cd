"""What was believed when: versions that become current and cease to be, and figures of one year that differ."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.expectations.single import figures_of_one, put
from warehouse.checks import check_reports
from warehouse.runs import start_run
from warehouse.store import open_warehouse

RECEIVED = "table_code = 'applications' AND row_code = 'received_new' AND column_code = 'total'"


@pytest.fixture
def warehouse(tmp_path: Path) -> Any:
    with open_warehouse(tmp_path / "w.duckdb") as connection:
        yield connection


def night(warehouse: Any, day: int) -> None:
    """A run that starts on a day of March, and judges what has come."""
    start_run(warehouse, f"run-{day:02}", datetime(2026, 3, day, tzinfo=UTC), "run")
    check_reports(warehouse)


def believed(warehouse: Any, day: str) -> list[Any]:
    rows = warehouse.execute(f"SELECT value FROM facts_as_of('{day} 12:00:00+00') WHERE {RECEIVED} ORDER BY 1")
    return [int(value) for (value,) in rows.fetchall()]


def test_what_was_believed_on_a_day_is_told_after_every_change(warehouse: Any) -> None:
    """A page changed, changed back, and read again by newer readers; nothing of what was believed is written over."""
    put(warehouse, "first", figures_of_one(number=1), url="http://x/a", day=1)
    night(warehouse, 1)
    put(warehouse, "second", figures_of_one(number=2), url="http://x/a", day=5)
    night(warehouse, 5)
    # Changed back: the old bytes are met again, no new version comes.
    warehouse.execute(
        "INSERT INTO stored_captures (capture_id, run_id, url, role, fetched_at, outcome, digest) "
        "VALUES ('c', 'run-09', 'http://x/a', 'report', '2026-03-09', 'found', 'first')"
    )
    night(warehouse, 9)
    days = {day: believed(warehouse, f"2026-{day}") for day in ("02-28", "03-01", "03-04", "03-05", "03-08", "03-09")}
    assert days == {"02-28": [], "03-01": [1], "03-04": [1], "03-05": [2], "03-08": [2], "03-09": [1]}

    put(warehouse, "newer", figures_of_one(number=3), url="http://x/a", day=1)
    warehouse.execute(
        "UPDATE reports SET document_id = 'first', extractor_version = 'test 2', run_id = 'run-12' "
        "WHERE report_id = 'newer'"
    )
    night(warehouse, 12)
    before = warehouse.execute("FROM currency ORDER BY ALL").fetchall()
    check_reports(warehouse, again=True)
    night(warehouse, 13)
    assert warehouse.execute("FROM currency ORDER BY ALL").fetchall() == before
    assert {day: believed(warehouse, f"2026-{day}") for day in days} == days
    assert believed(warehouse, "2026-03-12") == [3]
    assert warehouse.execute(f"SELECT value FROM facts WHERE {RECEIVED}").fetchall() == [(3,)]
    history = f"SELECT value::INTEGER, is_current FROM facts_history WHERE {RECEIVED} ORDER BY 1"
    assert warehouse.execute(history).fetchall() == [(1, False), (2, False), (3, True)]
    versions = "SELECT report_id FROM reports_as_of('2026-03-06 00:00:00+00')"
    assert warehouse.execute(versions).fetchall() == [("second",)]


def test_a_run_that_judges_twice_believes_only_its_last_judgement(warehouse: Any) -> None:
    put(warehouse, "first", figures_of_one(number=1), url="http://x/a", day=1)
    night(warehouse, 1)
    put(warehouse, "second", figures_of_one(number=2), url="http://x/a", day=5)
    check_reports(warehouse)
    assert warehouse.execute("SELECT report_id FROM currency JOIN reports USING (report_no)").fetchall() == [
        ("second",)
    ]


def problems(warehouse: Any) -> list[tuple[str, bool, str, str]]:
    found: list[tuple[str, bool, str, str]] = warehouse.execute(
        "SELECT code, ours, place, message FROM problems WHERE code = 'figures_differ'"
    ).fetchall()
    return found


def test_different_figures_of_one_body_and_year_are_a_problem_while_they_differ(warehouse: Any) -> None:
    put(warehouse, "a", figures_of_one(number=7), url="http://x/a", day=2)
    put(warehouse, "b", figures_of_one(number=5), url="http://y/b", day=1)
    night(warehouse, 1)
    assert problems(warehouse) == [
        (
            "figures_differ",
            False,
            "http://y/b",
            "http://y/b: expected the figures of 2022 that 虚构市教育局 publishes at http://x/a, found 6 others: "
            "一、本年新收政府信息公开申请数量 × 自然人 7 / 5; 一、本年新收政府信息公开申请数量 × 总计 7 / 5; "
            "三、本年度办理结果/(一)予以公开 × 自然人 7 / 5",
        )
    ]
    check_reports(warehouse)
    assert len(problems(warehouse)) == 1
    put(warehouse, "b again", figures_of_one(number=7), url="http://y/b", day=3)
    night(warehouse, 2)
    assert problems(warehouse) == []


@pytest.mark.parametrize("state", ["missing", "blank", 0])
def test_equal_figures_are_no_problem_nor_is_what_is_not_there(warehouse: Any, state: str | int) -> None:
    figures = figures_of_one(number=7)
    put(warehouse, "a", figures, url="http://x/a", day=2)
    put(warehouse, "b", {**figures, ("litigation", "suit_direct", "upheld"): state}, url="http://y/b", day=1)
    check_reports(warehouse)
    assert problems(warehouse) == []

"""Who has published, when, and of whom we do not know: the view `coverage` over a small warehouse."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.house import House
from warehouse.load import load_sources
from warehouse.questions import coverage_by_region, coverage_by_year, coverage_gaps, prepare_coverage
from warehouse.store import open_warehouse

# Whose reports are there: (agency, year, published on, grade, source).
REPORTS = [
    ("虚构县财政局", 2022, date(2023, 1, 20), "verified", "fin"),
    ("虚构县财政局", 2024, date(2025, 2, 10), "verified", "fin"),
    ("虚构县人民政府", 2023, date(2024, 3, 31), "inconsistent", "gov"),
    ("虚构县人民政府", 2024, None, "unreadable", "gov"),
    # The registry writes its name in another way.
    ("样板镇", 2023, date(2024, 2, 1), "verified", "town"),
    ("虚构县教育局", 2024, date(2025, 1, 31), "verified", "all"),
    # Given by hand; nobody looks for it.
    ("虚构县水务局", 2022, date(2023, 1, 1), "verified", "ingest"),
]
SOURCES = [
    ("fin", "虚构县财政局", "http://fin/", None, None),
    ("gov", "虚构县人民政府", "http://gov/", 2022, 2024),
    ("town", "虚构县样板镇人民政府", "http://town/", None, None),
    ("all", None, "http://all/", None, None),
    ("walled", "虚构县公安局", "http://walled/", 2023, None),
    ("dumb", "虚构县林业局", "http://dumb/", None, None),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Return a warehouse whose last run was on 2026-03-15: departments' 2025 is due, governments' is not."""
    house = House(tmp_path_factory.mktemp("coverage"))
    captures = [list_of(house, name) for name in ("fin", "gov", "town", "all")]
    captures.append(list_of(house, "walled", outcome="blocked", message="HTTP 412"))
    captures.append(list_of(house, "dumb", outcome="timeout"))
    captures += [
        {**house.capture(f"http://{source}/{year}", digest=f"{source}-{year}", size=1, file="f", offset=0),
         "source_id": source, "outcome": "found"}
        for _, year, _, _, source in REPORTS
    ]  # fmt: skip
    dead = house.capture(
        "http://fin/2023", outcome="gone", link_text="财政局2023年政府信息公开年报", message="HTTP 404"
    )
    captures.append({**dead, "source_id": "fin"})
    house.load_captures("20260315T020000", captures)
    with open_warehouse(house.path) as warehouse:
        load_sources(warehouse, SOURCES)
        started = datetime(2026, 3, 14, 18, tzinfo=UTC)
        warehouse.execute(
            "INSERT INTO runs (run_id, started_at, trigger, status) VALUES ('r', ?, 'run', 'x')", [started]
        )
        for number, (agency, year, published_on, grade, source) in enumerate(REPORTS, start=1):
            warehouse.execute("INSERT OR IGNORE INTO agencies (agency_id, name) VALUES (?, ?)", [agency, agency])
            document = f"{source}-{year}"
            warehouse.execute(
                """
                INSERT INTO reports (report_id, agency_id, agency, year, published_on, url, document_id, grade,
                    is_current, extractor_version, run_id, captured_at, report_no, facts)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, true, 'v', 'r', now(), ?, 0)
                """,
                [document, agency, agency, year, published_on, f"http://{source}/{year}", document, grade, number],
            )
    return house


def list_of(house: House, source: str, **more: Any) -> dict[str, Any]:
    """Return a visit to the list page of a source."""
    return {**house.capture(f"http://{source}/"), "role": "list", "source_id": source, "outcome": "found", **more}


@pytest.fixture(scope="module")
def coverage(house: House) -> dict[tuple[str, int], tuple[Any, ...]]:
    """Return (state, due_on, days_late, message) by body and year."""
    with open_warehouse(house.path) as warehouse:
        rows = warehouse.execute("SELECT agency, year, state, due_on, days_late, message FROM coverage").fetchall()
    found = {(agency, year): tuple(rest) for agency, year, *rest in rows}
    assert len(found) == len(rows), "one row per body and year"
    return found


def states(coverage: dict[tuple[str, int], tuple[Any, ...]], agency: str) -> dict[int, str]:
    """Return the states of a body by year."""
    return {year: row[0] for (name, year), row in sorted(coverage.items()) if name == agency}


def test_years_go_from_the_first_published_to_the_last_due(coverage: Any) -> None:
    assert states(coverage, "虚构县财政局") == {
        2022: "published",
        2023: "not_found",
        2024: "published",
        2025: "not_found",
    }


def test_a_departments_date_is_january_and_a_governments_march(coverage: Any) -> None:
    assert coverage["虚构县财政局", 2024][1:3] == (date(2025, 1, 31), 10)
    assert coverage["虚构县财政局", 2022][1:3] == (date(2023, 1, 31), 0)
    assert coverage["虚构县人民政府", 2023][1:3] == (date(2024, 3, 31), 0)


def test_without_a_date_of_publication_nobody_knows_whether_it_was_late(coverage: Any) -> None:
    assert coverage["虚构县人民政府", 2024][2] is None
    assert coverage["虚构县财政局", 2023][2] is None


def test_the_registrys_years_bind_and_what_is_not_due_is_not_missed(coverage: Any) -> None:
    assert states(coverage, "虚构县人民政府") == {2022: "not_found", 2023: "published", 2024: "unreadable"}


def test_a_link_that_is_dead_is_named(coverage: Any) -> None:
    assert coverage["虚构县财政局", 2023][3] == "http://fin/2023: HTTP 404"


def test_a_site_that_refuses_or_is_silent_is_not_taken_for_not_published(coverage: Any) -> None:
    assert states(coverage, "虚构县公安局") == {2023: "blocked", 2024: "blocked", 2025: "blocked"}
    assert coverage["虚构县公安局", 2024][3] == "http://walled/: HTTP 412"
    assert states(coverage, "虚构县林业局") == {2025: "unreachable"}


def test_a_body_has_the_name_it_publishes_under_whatever_the_registry_writes(coverage: Any) -> None:
    assert states(coverage, "样板镇") == {2023: "published", 2024: "not_found", 2025: "not_found"}
    assert states(coverage, "虚构县样板镇人民政府") == {}


def test_a_body_of_a_list_of_many_is_looked_for_there(coverage: Any) -> None:
    assert states(coverage, "虚构县教育局") == {2024: "published", 2025: "not_found"}


def test_a_body_that_no_source_looks_for_says_so(coverage: Any) -> None:
    assert states(coverage, "虚构县水务局")[2023] == "not_sought"


def test_the_questions_count_and_list_what_the_view_says(house: House, coverage: Any) -> None:
    with open_warehouse(house.path) as warehouse:
        prepare_coverage(warehouse)
        by_year = {row["year"]: row for row in coverage_by_year(warehouse)}
        by_region = coverage_by_region(warehouse)
        gaps = {row["agency"]: row["years"] for row in coverage_gaps(warehouse)}
        (most,) = coverage_gaps(warehouse, limit=1)
    assert sum(row["expected"] for row in by_year.values()) == len(coverage)
    assert (by_year[2024]["published"], by_year[2024]["late"], by_year[2024]["unreadable"]) == (2, 1, 1)
    assert by_year[2025]["blocked"] == by_year[2025]["unreachable"] == 1
    assert sum(row["expected"] for row in by_region) == len(coverage)
    assert sum(row["bodies"] for row in by_region) == len({agency for agency, _ in coverage})
    assert not [
        year for years in gaps.values() for year in years if year["state"] == "published" and not year["days_late"]
    ]
    assert 2024 in [year["year"] for year in gaps["虚构县财政局"]]
    lacking = {agency: sum(year["state"] != "published" for year in years) for agency, years in gaps.items()}
    assert lacking[most["agency"]] == max(lacking.values())


def test_a_list_that_once_named_twelve_and_now_none_is_a_problem_until_it_is_mended(tmp_path: Path) -> None:
    house = House(tmp_path)

    def night(day: int, links: int, **more: Any) -> list[tuple[str, str]]:
        page = {
            **house.capture("http://x/list.html", day),
            "role": "list",
            "outcome": "changed",
            "links": links,
            **more,
        }
        house.load_captures(f"night-{day}", [page])
        with open_warehouse(house.path) as warehouse:
            return warehouse.execute("SELECT code, message FROM problems").fetchall()

    assert night(1, 12) == []
    expected = "http://x/list.html: expected about 12 reports, as on 2026-01-01, found"
    assert night(2, 0, message="no link looks like a report") == [
        ("list_shrank", f"{expected} 0; no link looks like a report")
    ]
    assert night(3, 5) == [("list_shrank", f"{expected} 5")]
    assert night(4, 6) == []
    assert night(5, 13) == []

"""Rules between consecutive reports of one body: which are compared, what is found, and what is judged again."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.rules import load_year_rules
from tests.corpus import load_figures
from tests.expectations.single import put
from tests.shared import SAMPLES
from warehouse.checks import check_reports

OUT = ("applications", "carried_out", "natural_person")
IN = ("applications", "carried_in", "natural_person")


def between(warehouse: Any, report_id: str) -> dict[str, tuple[Any, ...]]:
    """Return (status, expected, actual) of a report's rules between years, and why where there is but one row."""
    rows = warehouse.execute(
        """
        SELECT split_part(rule, '.', 2) || '.' || split_part(rule, '.', 3), status, expected::INTEGER, actual::INTEGER,
            note, previous_id
        FROM checks WHERE report_id = ? AND rule LIKE 'year_to_year.%'
        """,
        [report_id],
    ).fetchall()
    return {rule: tuple(rest) for rule, *rest in rows}


def test_suqian_2024_continues_2023(warehouse) -> None:
    """Known truth: 121 carried over, 规章 11 + 2 - 1 = 12, 行政规范性文件 597 + 50 - 227 = 420."""
    for year in (2023, 2024):
        figures = load_figures(SAMPLES / "figures" / f"suqian-{year}.csv")
        put(warehouse, f"r{year}", figures, agency="宿迁市人民政府", year=year, scope="aggregate")
    check_reports(warehouse)
    found = between(warehouse, "r2024")
    assert {status for status, *_ in found.values()} == {"pass"}
    assert found["carried.total"] == ("pass", 121, 121, None, "r2023")
    assert found["in_force.rules"] == ("pass", 12, 12, None, "r2023")
    assert found["in_force.normative_documents"] == ("pass", 420, 420, None, "r2023")
    assert len(found) == 9
    assert between(warehouse, "r2023") == {
        "comparable.": ("not_assessable", None, None, "no report of 2022 at hand", None)
    }


def test_what_does_not_continue_fails_and_leaves_the_grade(warehouse) -> None:
    put(warehouse, "one", {("disclosure", "rules", "in_force"): 9}, year=2021)
    changes = {("disclosure", "rules", "in_force"): 9, ("disclosure", "rules", "repealed"): 2}
    put(warehouse, "two", changes, year=2022)
    check_reports(warehouse)
    assert between(warehouse, "two")["in_force.rules"] == ("fail", 7, 9, None, "one")
    grades = warehouse.execute("SELECT DISTINCT grade FROM reports").fetchall()
    assert grades == [("verified",)], "rules between years never decide a grade"


def test_items_of_the_format_of_2019(warehouse) -> None:
    """法库县: 2915 - 2394 = 521 items start the next year."""
    place = ("disclosure", "licensing")
    put(warehouse, "one", {(*place, "items_last_year"): 2915, (*place, "change"): -2394}, year=2019, form="2019")
    put(warehouse, "two", {(*place, "items_last_year"): 520}, year=2020, form="2019")
    check_reports(warehouse)
    assert between(warehouse, "two")["items.licensing"] == ("fail", 521, 520, None, "one")


def test_applications_are_carried_across_the_change_of_format(warehouse) -> None:
    put(warehouse, "one", {OUT: 2, ("applications", "carried_out", "total"): 2}, year=2020, form="2019")
    put(warehouse, "two", {IN: 2, ("applications", "carried_in", "total"): 3}, year=2021)
    check_reports(warehouse)
    found = between(warehouse, "two")
    assert found["carried.natural_person"][:3] == ("pass", 2, 2)
    assert found["carried.total"][:3] == ("fail", 2, 3)
    assert len(found) == 7, "what the earlier format does not have cannot be compared"


def test_a_blank_is_compared_only_where_its_own_sums_decide_it(warehouse) -> None:
    received = {("applications", "received_new", column): 3 for column in ("natural_person", "total")}
    put(warehouse, "one", received | {OUT: "blank", ("applications", "carried_out", "total"): 3}, year=2021)
    decided = {("applications", "carried_in", column): "blank" for column in ("natural_person", "business")}
    put(warehouse, "two", decided, year=2022)
    check_reports(warehouse)
    found = between(warehouse, "two")
    assert found["carried.natural_person"] == ("not_assessable", None, None, "1 of its cells have no figure", "one")
    assert found["carried.business"][:3] == ("pass", 0, 0)


@pytest.mark.parametrize(
    ("earlier", "why"),
    [
        ({"year": 2020}, "no report of 2021 at hand"),
        ({"agency": "虚构市民政局"}, "no report of 2021 at hand"),
        ({"scope": "own"}, "scopes differ: own in 2021, unknown in 2022"),
    ],
)
def test_only_comparable_reports_are_compared(warehouse, earlier: dict[str, Any], why: str) -> None:
    put(warehouse, "one", **{"year": 2021, **earlier})
    put(warehouse, "two", year=2022)
    check_reports(warehouse)
    assert between(warehouse, "two") == {"comparable.": ("not_assessable", None, None, why, None)}


def test_a_report_that_comes_later_is_judged_with_its_neighbours(warehouse) -> None:
    put(warehouse, "three", {IN: 1}, year=2023)
    check_reports(warehouse)
    assert between(warehouse, "three")["comparable."][3] == "no report of 2022 at hand"
    put(warehouse, "two", {OUT: 2}, year=2022)
    check_reports(warehouse)
    assert between(warehouse, "three")["carried.natural_person"] == ("fail", 2, 1, None, "two")
    # The publisher mends the page: the new version counts, the old one's verdicts between years are gone.
    put(warehouse, "two again", {OUT: 1}, year=2022, url="two", day=2)
    check_reports(warehouse)
    assert between(warehouse, "three")["carried.natural_person"] == ("pass", 1, 1, None, "two again")
    assert between(warehouse, "two") == {}
    assert (
        warehouse.execute("SELECT count(*) FROM checks GROUP BY report_id, rule HAVING count(*) > 1").fetchall() == []
    )


def test_another_body_costs_nothing(warehouse) -> None:
    put(warehouse, "one", year=2022)
    check_reports(warehouse)
    warehouse.execute("UPDATE stored_checks SET note = 'not judged again'")
    put(warehouse, "other", agency="虚构市民政局")
    check_reports(warehouse)
    untouched = warehouse.execute("SELECT DISTINCT note FROM checks WHERE report_id = 'one'").fetchall()
    assert untouched == [("not judged again",)]


def test_every_pair_of_formats_has_the_rules_whose_cells_both_have() -> None:
    rules = load_year_rules()
    counted: dict[tuple[str, str], int] = {}
    for rule in rules:
        counted[rule.previous_format, rule.format] = counted.get((rule.previous_format, rule.format), 0) + 1
    assert counted == {("2019", "2019"): 12, ("2019", "2021"): 7, ("2021", "2021"): 9, ("2021", "2019"): 7}

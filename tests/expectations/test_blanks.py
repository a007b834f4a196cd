"""What blanks count as (FORMATS H6): 0 only where the sums leave no other number, and the check says so."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import pytest

from tests.expectations.crowd import fill
from tests.expectations.single import Key, figures_of_one, put
from warehouse.checks import check_reports

COLUMNS = ("natural_person", "business", "research", "nonprofit", "legal_service", "other")


def judged(warehouse: duckdb.DuckDBPyConnection, changes: Mapping[Key, str | int]) -> dict[str, tuple]:
    """Judge one report; return (status, residual, assumed_zero) of each sum that is not a plain pass, and its grade."""
    put(warehouse, "r", changes)
    check_reports(warehouse)
    rows = warehouse.execute(
        """
        SELECT rule, status, residual::INTEGER, assumed_zero FROM checks
        WHERE rule IN (SELECT rule FROM rule_terms) AND (status <> 'pass' OR assumed_zero > 0)
        """
    ).fetchall()
    grade = warehouse.execute("SELECT grade FROM reports").fetchone()
    return {rule: tuple(rest) for rule, *rest in rows} | {"grade": grade}


@pytest.mark.parametrize("state", ["blank", "dash"])
def test_a_row_whose_total_is_0_decides_its_blanks_and_they_decide_the_columns(warehouse, state: str) -> None:
    """统计局 2023: seven cells, six of them empty, the last 0."""
    found = judged(warehouse, {("applications", "granted", column): state for column in COLUMNS})
    assert found.pop("grade") == ("verified",)
    assert found.pop("applications.row_total.granted") == ("pass", 0, 6)
    assert found == {f"applications.outcomes.{column}": ("pass", 0, 1) for column in COLUMNS}
    # What was published stays as it was published.
    assert warehouse.execute("SELECT DISTINCT value, status FROM facts WHERE row_code = 'granted' AND value IS NULL")
    assert warehouse.execute("SELECT count(*) FROM facts WHERE status = ?", [state]).fetchone() == (6,)


def test_a_row_left_wholly_blank_is_decided_by_its_columns(warehouse) -> None:
    found = judged(warehouse, {("applications", "granted", column): "blank" for column in (*COLUMNS, "total")})
    assert found.pop("grade") == ("verified",)
    assert found.pop("applications.row_total.granted") == ("pass", 0, 7)
    assert {status for status, _, _ in found.values()} == {"pass"}


def test_a_blank_that_stands_for_a_number_leaves_its_sums_open(warehouse) -> None:
    found = judged(warehouse, figures_of_one(number=3) | {("applications", "granted", "natural_person"): "blank"})
    assert found == {
        "grade": ("incomplete",),
        "applications.row_total.granted": ("not_assessable", None, 0),
        "applications.outcomes.natural_person": ("not_assessable", None, 0),
    }
    note = warehouse.execute("SELECT DISTINCT note FROM checks WHERE status = 'not_assessable' AND rule LIKE 'app%'")
    assert note.fetchall() == [("1 blanks that the sums do not decide",)]


def test_blanks_on_both_sides_of_a_sum_are_not_decided_by_it(warehouse) -> None:
    """2 + blank = 2 + blank closes with 0, and with any other number twice."""
    changes = {("applications", row, "natural_person"): "blank" for row in ("carried_in", "carried_out")}
    changes |= {("applications", row, "total"): "blank" for row in ("carried_in", "carried_out")}
    found = judged(warehouse, changes)
    assert found["applications.balance.natural_person"] == ("not_assessable", None, 0)
    assert found["applications.row_total.carried_in"] == ("not_assessable", None, 0)
    assert found["grade"] == ("incomplete",)


def test_parts_above_their_total_fail_whatever_a_blank_stands_for(warehouse) -> None:
    changes = {
        ("litigation", "suit_direct", "upheld"): 2,
        ("litigation", "suit_direct", "pending"): "blank",
        ("litigation", "suit_direct", "total"): 1,
    }
    found = judged(warehouse, changes)
    assert found == {"grade": ("inconsistent",), "litigation.row_total.suit_direct": ("fail", -1, 0)}


@pytest.mark.parametrize("state", ["missing", "unreadable"])
def test_a_cell_that_we_did_not_read_is_never_0(warehouse, state: str) -> None:
    found = judged(warehouse, {("litigation", "suit_direct", "upheld"): state})
    assert found == {"grade": ("incomplete",), "litigation.row_total.suit_direct": ("not_assessable", None, 0)}


def test_a_negative_number_in_a_sum_decides_no_blank(warehouse) -> None:
    """2 - 2 + blank = 0: with a negative count in it the sum proves nothing."""
    changes = {
        ("litigation", "suit_direct", "upheld"): 2,
        ("litigation", "suit_direct", "corrected"): -2,
        ("litigation", "suit_direct", "pending"): "blank",
    }
    assert judged(warehouse, changes)["litigation.row_total.suit_direct"] == ("not_assessable", None, 0)


def test_blanks_anywhere_accuse_nobody_and_are_decided_rightly(warehouse) -> None:
    """Of reports that add up, any cells are emptied: no sum fails, and every decided blank was a 0."""
    fill(warehouse, 60, years=(2020, 2022), seed=5)
    warehouse.execute("CREATE TEMP TABLE truth AS SELECT report_id, position, value FROM fact_values")
    rng = np.random.default_rng(5)
    for (report,) in warehouse.execute("SELECT report_id FROM reports").fetchall():
        chosen = rng.choice(199, size=rng.integers(1, 120), replace=False) + 1
        zeros_only = bool(rng.integers(2))
        warehouse.execute(
            """
            UPDATE stored_facts SET whole = NULL, plain = true, status = 'blank'
            WHERE report_no = (SELECT report_no FROM reports WHERE report_id = $report)
                AND cell_no % 1000 IN (SELECT unnest($chosen)) AND (whole = 0 OR NOT $zeros_only)
            """,
            {"report": report, "chosen": [int(place) for place in chosen], "zeros_only": zeros_only},
        )
    check_reports(warehouse)
    assert warehouse.execute("SELECT count(*) FROM checks WHERE status = 'fail'").fetchone() == (0,)
    decided, wrong, rounds = warehouse.execute(
        """
        SELECT count(*), count(*) FILTER (value <> 0), max(round)
        FROM decided_blanks JOIN truth USING (report_id, position)
        """
    ).fetchone()
    assert (decided > 1000, wrong, rounds > 1) == (True, 0, True)


def test_judging_again_changes_nothing(warehouse) -> None:
    put(warehouse, "r", {("applications", "granted", column): "blank" for column in COLUMNS})
    check_reports(warehouse)
    tables = ("checks", "decided_blanks", "comparisons", "check_cells", "reports")
    before = [warehouse.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in tables]
    check_reports(warehouse)
    check_reports(warehouse, again=True)
    assert [warehouse.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in tables] == before

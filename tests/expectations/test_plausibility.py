"""Plausibility: each rule finds what it is for, names the cells, warns only, and leaves honest reports alone."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from extractors.values import read_value
from schemas.errors import InternalError
from schemas.formats import Kind
from schemas.rules import load_families
from schemas.rules.load import FOLDER
from tests.corpus.catalogue import load_catalogue
from tests.expectations.crowd import fill
from tests.expectations.single import put
from tests.shared import SAMPLES
from warehouse.checks import check_reports

LICENSING = ("disclosure", "licensing", "decisions")
PENALTIES = ("disclosure", "penalties", "decisions")
FEES = ("disclosure", "fees", "amount")
RULES = ("disclosure", "rules", "in_force")


def found(warehouse: Any, rule: str) -> dict[str, tuple[str, list[tuple[Any, ...]]]]:
    """Judge; return by report the rule's status and the cells that it found: (row, value, compared with)."""
    check_reports(warehouse)
    rows = warehouse.execute(
        """
        SELECT checks.report_id, checks.status, list((row_code, value, compared_with)) FILTER (row_code IS NOT NULL)
        FROM checks
        JOIN reports USING (report_id)
        LEFT JOIN check_cells ON check_cells.report_id = checks.report_id AND check_cells.rule = checks.rule
        LEFT JOIN cells ON cells.format = reports.format AND cells.position = check_cells.position
        WHERE checks.rule = ?
        GROUP BY ALL
        """,
        [f"plausibility.{rule}"],
    ).fetchall()
    return {report: (status, cells or []) for report, status, cells in rows}


def test_a_fraction_where_a_count_stands(warehouse) -> None:
    put(warehouse, "a", {LICENSING: "3.5", FEES: "2.5"})
    put(warehouse, "b", {LICENSING: "4.00", FEES: "0.37"}, agency="虚构市民政局")
    assert found(warehouse, "fraction") == {"a": ("fail", [("licensing", Decimal("3.5"), None)]), "b": ("pass", [])}


def test_a_negative_where_only_a_change_may_be(warehouse) -> None:
    place = ("disclosure", "licensing")
    put(warehouse, "a", {(*place, "decisions"): -7}, form="2019", year=2020)
    put(warehouse, "b", {(*place, "change"): -7}, agency="虚构市民政局", form="2019", year=2020)
    assert found(warehouse, "negative") == {"a": ("fail", [("licensing", Decimal(-7), None)]), "b": ("pass", [])}


@pytest.mark.parametrize(
    ("agency", "status"),
    [
        ("虚构县虚构镇人民政府", "fail"),
        ("虚构街道办事处", "fail"),
        ("虚构县人民政府", "fail"),
        ("虚构市虚构区人民政府", "fail"),
        ("虚构自治区人民政府", "pass"),
        ("虚构市人民政府", "not_assessable"),
        ("虚构新区人民政府", "not_assessable"),
    ],
)
def test_a_county_or_township_with_rules_of_its_own(warehouse, agency: str, status: str) -> None:
    put(warehouse, "a", {RULES: 3}, agency=agency)
    assert found(warehouse, "rule_making")["a"][0] == status


def test_the_level_that_the_divisions_tell_goes_before_the_name_and_is_judged_again(warehouse) -> None:
    put(warehouse, "a", {RULES: 3}, agency="虚构市人民政府")
    assert found(warehouse, "rule_making")["a"][0] == "not_assessable"
    warehouse.execute("UPDATE agencies SET level = 'county'")
    assert found(warehouse, "rule_making")["a"] == ("fail", [("rules", Decimal(3), None)])


def test_a_jump_of_a_hundredfold_up_or_down(warehouse) -> None:
    put(warehouse, "a", {LICENSING: 12, PENALTIES: 500}, year=2021)
    put(warehouse, "b", {LICENSING: 1200, PENALTIES: 6}, year=2022)
    put(warehouse, "c", {LICENSING: 11, PENALTIES: 0}, year=2023)
    rows = found(warehouse, "hundredfold")
    assert rows["a"] == ("not_assessable", [])
    assert rows["b"] == ("fail", [("licensing", Decimal(1200), Decimal(12))])
    assert rows["c"] == ("fail", [("licensing", Decimal(11), Decimal(1200))])


def test_figures_that_are_all_those_of_last_year(warehouse) -> None:
    same = {LICENSING: 152, PENALTIES: 31, RULES: 2, ("disclosure", "coercion", "decisions"): 7}
    put(warehouse, "a", same, year=2021)
    put(warehouse, "b", same, year=2022)
    put(warehouse, "c", same | {PENALTIES: 32}, year=2023)
    rows = found(warehouse, "same_as_last_year")
    assert {report: status for report, (status, _) in rows.items()} == {"a": "not_assessable", "b": "fail", "c": "pass"}
    assert len(rows["b"][1]) == 4


def test_two_quiet_years_may_well_be_the_same(warehouse) -> None:
    for year in (2021, 2022):
        put(warehouse, f"r{year}", {LICENSING: 1, PENALTIES: 1, RULES: 2}, year=year)
    assert found(warehouse, "same_as_last_year")["r2022"] == ("pass", [])


def test_yuan_written_for_wan_yuan(warehouse) -> None:
    for year, amount in ((2021, "72.5"), (2022, "70.1"), (2023, "712345.67")):
        put(warehouse, f"r{year}", {FEES: amount}, year=year)
    rows = found(warehouse, "money_unit")
    assert {report: status for report, (status, _) in rows.items()} == {
        "r2021": "pass",
        "r2022": "pass",
        "r2023": "fail",
    }
    assert found(warehouse, "hundredfold")["r2023"] == ("pass", []), "told once, by the rule that knows why"


def test_amounts_are_compared_in_one_unit(warehouse) -> None:
    place = ("disclosure", "procurement", "amount")
    put(warehouse, "a", {place: "240"}, year=2019, form="2019", unit="万元")
    put(warehouse, "b", {place: "2510000"}, year=2020, form="2019", unit="元")
    assert found(warehouse, "money_unit") == {"a": ("pass", []), "b": ("pass", [])}
    assert found(warehouse, "hundredfold")["b"] == ("pass", [])


def test_an_amount_without_a_unit_is_compared_with_its_like_only(warehouse) -> None:
    place = ("disclosure", "procurement", "amount")
    put(warehouse, "a", {place: "240"}, year=2019, form="2019", unit=None)
    put(warehouse, "b", {place: "2510000"}, year=2020, form="2019", unit="元")
    assert {status for status, _ in found(warehouse, "money_unit").values()} == {"not_assessable"}


def test_no_rule_accuses_reports_that_are_sound(warehouse) -> None:
    """Of the samples only 施集镇's 规章, as published, deserve a second look (VARIANTS section 7)."""
    for number, sample in enumerate(load_catalogue(SAMPLES).samples):
        figures = {key: _stated(raw, sample.form.cell_by_key[key].kind) for key, raw in sample.figures.items()}
        put(
            warehouse,
            f"s{number}",
            figures,
            agency=sample.report.agency,
            year=sample.report.year,
            form=sample.form.code,
        )
    fill(warehouse, 40)
    check_reports(warehouse)
    rows = warehouse.execute(
        "SELECT agency, rule FROM checks JOIN reports USING (report_id) "
        "WHERE checks.status = 'fail' AND rule NOT IN (SELECT rule FROM rule_terms)"
    ).fetchall()
    assert rows == [("南谯区施集镇人民政府", "plausibility.rule_making")]


def _stated(raw: str, kind: Kind) -> str:
    reading = read_value(raw, kind)
    return reading.status if reading.value is None else str(reading.value)


def test_rules_over_publishers_figures_never_gate(tmp_path: Path) -> None:
    assert all(family.severity != "critical" for family in load_families())
    text = (FOLDER / "families.yaml").read_text(encoding="utf-8")
    (tmp_path / "families.yaml").write_text(text.replace("severity: warning", "severity: critical", 1))
    with pytest.raises(InternalError, match="never gates publishing"):
        load_families(tmp_path)

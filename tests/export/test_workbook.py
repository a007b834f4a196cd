"""The workbook of one body: every state shown as it is, marks and notes at the right cells, no text that runs."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from schemas.formats import format_by_code
from warehouse.body_reports import BodyReport, Finding, PublishedCell, Suspect
from warehouse.workbook import workbook

FORM = format_by_code("2021")
AMOUNT = next(cell.position for cell in FORM.cells if cell.kind == "amount")


def _report(cells: dict[int, PublishedCell], **told: Any) -> BodyReport:
    known: dict[str, Any] = {
        "report_id": "r", "year": 2023, "format": "2021", "title": "题", "scope": "own",
        "published_on": date(2024, 1, 20), "url": "https://x.example/a?b=1", "grade": "verified",
        "captured_on": "2024-02-01",
    }  # fmt: skip
    return BodyReport(**{**known, **told}, cells=cells)


def _saved(*reports: BodyReport) -> Any:
    stream = io.BytesIO()
    workbook("某市人民政府", reports).save(stream)
    return load_workbook(stream)


def _figure(value: str, raw: str | None = None, unit: str | None = None) -> PublishedCell:
    return PublishedCell(Decimal(value), unit, value if raw is None else raw, "published")


@pytest.fixture(scope="module")
def places() -> dict[int, str]:
    """Where each position of the format stands, found by figures that all differ."""
    sheet = _saved(_report({cell.position: _figure(str(9000 + cell.position)) for cell in FORM.cells}))["2023"]
    found = {cell.value - 9000: cell.coordinate for row in sheet for cell in row if isinstance(cell.value, int)}
    assert sorted(found) == [cell.position for cell in FORM.cells]
    return found


def test_every_state_of_a_cell_is_shown_as_it_is(places: dict[int, str]) -> None:
    long = "12345678901234567.12345678"
    cells = {
        1: _figure("-129"),
        2: _figure("12.5", "12.50"),
        3: _figure(long),
        4: _figure("3646", "３，６４６件"),
        5: PublishedCell(None, None, "", "blank"),
        6: PublishedCell(None, None, "—", "dash"),
        7: PublishedCell(None, None, "=1+1", "unreadable"),
        8: PublishedCell(None, None, None, "missing"),
        AMOUNT: _figure("5.1", unit="元"),
    }
    sheet = _saved(_report(cells))["2023"]
    at = {position: sheet[places[position]] for position in cells}
    assert (at[1].value, at[1].number_format) == (-129, "0")
    assert (at[2].value, at[2].number_format, at[2].comment) == (12.5, "0.00", None)
    assert (at[3].value, at[3].data_type) == (long, "s")  # no spreadsheet keeps 25 digits
    assert (at[4].value, "原文：３，６４６件" in at[4].comment.text) == (3646, True)
    assert (at[5].value, at[6].value) == (None, "—")
    assert (at[7].value, at[7].data_type, at[7].quotePrefix) == ("=1+1", "s", True)
    assert at[7].fill.fill_type == at[8].fill.fill_type == "lightUp"
    assert (at[8].value, at[8].comment.text) == ("缺", "没有找到这一格。")
    assert at[AMOUNT].comment.text == "单位：元"  # the head says 万元
    assert sheet[places[9]].value == "缺"  # a cell that the warehouse does not have at all


def test_failing_sums_and_likely_cells_are_marked_and_told(places: dict[int, str]) -> None:
    rule = next(rule for rule in FORM.sums if rule.family == "row_total")
    (total,) = [term.cell.position for term in rule.terms if term.sign > 0]
    positions = [term.cell.position for term in rule.terms]
    part = next(position for position in positions if position != total)
    report = _report(
        {cell.position: _figure("1") for cell in FORM.cells},
        findings=[Finding(rule.sentence, Decimal(6), Decimal(1), None, positions, [total])],
        suspects=[Suspect(part, "某格", Decimal(1), Decimal("-4"), 1, 2, "因为。")],
    )
    sheet = _saved(report)["2023"]
    colours = {position: sheet[place].fill.fgColor.rgb for position, place in places.items()}
    assert {position for position, colour in colours.items() if colour == "00FBDAD3"} == {*positions} - {part}
    assert colours[part] == "00F7A35C"
    assert "公布 1，应为 6" in sheet[places[total]].comment.text
    assert "应为 -4（第 1 种解释，共 2 种）。因为。" in sheet[places[part]].comment.text
    told = [row[0].value for row in sheet if isinstance(row[0].value, str)]
    assert any(rule.sentence in line and "应为 6" in line for line in told)
    assert sheet["A2"].hyperlink.target == "https://x.example/a?b=1"
    assert "2024-01-20" in sheet["A3"].value
    assert "本级" in sheet["A3"].value


def test_a_report_without_tables_a_year_or_a_decent_address_has_its_sheet_too() -> None:
    book = _saved(
        _report({}, format=None, url="javascript:alert(1)", title="=cmd()\x07", grade="unreadable"),
        _report({1: _figure("1")}, year=None),
        _report({1: _figure("2")}, year=None),
    )
    assert book.sheetnames == ["2023", "年份不明", "年份不明1"]
    sheet = book["2023"]
    assert sheet["A2"].hyperlink is None
    assert "没有读出表格。" in [row[0].value for row in sheet]
    assert {cell.data_type for row in sheet for cell in row if cell.value is not None} == {"s"}

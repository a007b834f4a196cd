"""Known figures, rendered into HTML and every style of flat text: the same figures come back.

Figures are dense (every cell differs), so that a shift by one cell shows as a wrong value.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from extractors.read import ReportReading, read_report
from schemas.facts import Status
from schemas.formats import Format, Kind, load_formats
from tests.corpus import (
    Figures,
    Page,
    Report,
    TextStyle,
    page_bytes,
    report_html,
    report_sections,
    report_text,
)
from tests.warehouse.house import consistent

FORMATS = pytest.mark.parametrize("form", load_formats(), ids=lambda form: f"format-{form.code}")
STYLES = pytest.mark.parametrize("style", list(TextStyle))
PROSE = {
    "一": ["年内公开信息35条,受理申请12件,详见二、主动公开政府信息情况和三、收到和处理政府信息公开申请情况。"],
    "五": ["规章、规范性文件清理尚不及时。"],
    "六": ["无"],
}
PAGES = {
    "utf-8": Page(),
    "gbk, declared gb2312": Page(encoding="gbk", declared="gb2312"),
    "gbk, declared utf-8": Page(encoding="gbk", declared="utf-8"),
    "word clutter": Page(clutter=True),
    "layout table": Page(layout_table=True),
}


def dense(form: Format, start: int = 101) -> Figures:
    """Give every cell a figure of its own."""
    return {cell.key: str(start + 7 * cell.position) for cell in form.cells}


def report(form: Format, figures: Figures) -> Report:
    return Report(
        agency="虚构县人民政府",
        year=2022,
        format=form.code,
        published_on=date(2023, 1, 18),
        sections=report_sections(form, figures, PROSE),
        title=("虚构县人民政府2022年政府信息公开工作年度报告",),
        breadcrumb=("首页", "政府信息公开年报"),
        meta="发布时间:2023-01-18 来源:虚构县",
        intro=("本报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况等六部分组成。",),
        closing=(),
    )


def values(reading: ReportReading) -> dict[tuple[str, str, str], Decimal | None]:
    return {(f.table_code, f.row_code, f.column_code): f.value for f in reading.facts}


def as_numbers(figures: Figures) -> dict[tuple[str, str, str], Decimal]:
    return {key: Decimal(raw) for key, raw in figures.items()}


@FORMATS
@STYLES
def test_flat_text_gives_every_figure_back(form: Format, style: TextStyle) -> None:
    figures = dense(form)
    reading = read_report(report_text(report(form, figures), style).encode(), "text")
    assert reading.format == form.code
    assert values(reading) == as_numbers(figures)


@FORMATS
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_html_gives_every_figure_back(form: Format, page: Page) -> None:
    figures = dense(form)
    reading = read_report(page_bytes(report_html(report(form, figures), page), page), "page")
    assert reading.format == form.code
    assert values(reading) == as_numbers(figures)
    assert (reading.identity.agency, reading.identity.year) == ("虚构县人民政府", 2022)
    assert str(reading.identity.published_on) == "2023-01-18"


@FORMATS
@STYLES
def test_a_row_that_is_not_there_costs_its_own_cells_only(form: Format, style: TextStyle) -> None:
    figures = dense(form)
    text = report_text(report(form, figures), style)
    gone = [str(figures[cell.key]) for cell in form.cells if cell.row_code == "refused_process"]
    label = "6.属于四类过程性信息"
    lead, end = {"nl": ("", r"\s+"), "pipe_nl": ("", r" \|\s+"), "tab": (r"\t", r"\n")}[style]
    row = "".join(f"{lead}{re.escape(cell)}{end}" for cell in (label, *gone))
    damaged = re.sub(row, "", text)
    assert len(damaged) < len(text)
    reading = read_report(damaged.encode(), "text")
    lost = {(f.table_code, f.row_code, f.column_code) for f in reading.facts if f.status is Status.MISSING}
    assert lost == {cell.key for cell in form.cells if cell.row_code == "refused_process"}
    assert {k: v for k, v in values(reading).items() if k not in lost} == {
        k: v for k, v in as_numbers(figures).items() if k not in lost
    }


@FORMATS
def test_blanks_that_show_as_blank_lines_are_cells(form: Format) -> None:
    """驼峰路街道办事处 2020 has six empty lines before a row's total."""
    blank = {("applications", "granted", "business"), ("applications", "carried_in", "total")}
    blank |= {cell.key for cell in form.cells if cell.row_code == "refused_process" and cell.column_code != "total"}
    figures = {key: "" if key in blank else raw for key, raw in consistent(form).items()}
    reading = read_report(report_text(report(form, figures), TextStyle.NL).encode(), "text")
    assert {(f.table_code, f.row_code, f.column_code) for f in reading.facts if f.status is Status.BLANK} == blank
    assert {k: v for k, v in values(reading).items() if k not in blank} == {
        k: Decimal(raw) for k, raw in figures.items() if k not in blank
    }


@FORMATS
def test_blanks_that_vanished_from_flat_text_are_missing_never_shifted(form: Format) -> None:
    """Where no blank line shows the empty cell, nobody can say which of the row's figures are left."""
    figures = {**consistent(form), ("applications", "granted", "business"): ""}
    text = re.sub(r"\n{2,}", "\n\n", report_text(report(form, figures), TextStyle.NL))
    reading = read_report(text.encode(), "text")
    row = {f.column_code: f.status for f in reading.facts if f.row_code == "granted"}
    assert set(row.values()) == {Status.MISSING}
    others = {k: v for k, v in values(reading).items() if k[1] != "granted"}
    assert others == {k: Decimal(raw) for k, raw in figures.items() if k[1] != "granted"}


@FORMATS
@pytest.mark.parametrize("raw", ["", "/", "若干"])
def test_blank_dash_and_unreadable_stay_apart_in_html(form: Format, raw: str) -> None:
    key = ("applications", "granted", "business")
    page = Page()
    reading = read_report(page_bytes(report_html(report(form, {**dense(form), key: raw}), page), page), "page")
    (fact,) = [f for f in reading.facts if (f.table_code, f.row_code, f.column_code) == key]
    expected = {"": Status.BLANK, "/": Status.DASH, "若干": Status.UNREADABLE}[raw]
    assert (fact.status, fact.value, fact.raw) == (expected, None, raw)
    assert reading.count(Status.PUBLISHED) == len(form.cells) - 1


@given(st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
def test_any_figures_in_any_rendition_come_back(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(load_formats()))
    drawn = data.draw(
        st.lists(st.integers(0, 99_999), min_size=len(form.cells), max_size=len(form.cells)), label="figures"
    )
    figures = {
        cell.key: f"{number / 100:.2f}" if cell.kind is Kind.AMOUNT else str(number)
        for cell, number in zip(form.cells, drawn, strict=True)
    }
    rendition = data.draw(st.sampled_from([*TextStyle, *PAGES.values()]))
    if isinstance(rendition, Page):
        written = page_bytes(report_html(report(form, figures), rendition), rendition)
    else:
        written = report_text(report(form, figures), rendition).encode()
    assert values(read_report(written, "any")) == as_numbers(figures)


@given(st.data())
@settings(max_examples=40, phases=[Phase.generate])
def test_one_damaged_row_label_still_gives_right_figures_or_none(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(load_formats()))
    figures = dense(form)
    text = report_text(report(form, figures), TextStyle.NL)
    labels = [leaf.label for table in form.tables for block in table.blocks for leaf, _ in block.row_leaves]
    label = data.draw(st.sampled_from([label for label in labels if len(label) >= 6 and label in text]))
    place = data.draw(st.integers(0, len(label) - 1))
    reading = read_report(text.replace(label, label[:place] + label[place + 1 :], 1).encode(), "text")
    wrong = {k: v for k, v in values(reading).items() if v is not None and v != as_numbers(figures)[k]}
    assert not wrong

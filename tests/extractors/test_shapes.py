"""Tables in other shapes than the form's: table 四 as rows or small tables, rows moved, numbers of labels lost."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from extractors.read import ReportReading, read_report
from schemas.facts import Status
from schemas.formats import Format, format_by_code
from tests.corpus import Page, TextStyle, page_bytes, report_html, report_text
from tests.extractors.test_renditions import FORMATS, dense, report, values
from tests.warehouse.house import consistent

FORM = format_by_code("2021")
COLUMNS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
ROWS = ["行政复议", "未经复议直接起诉", "复议后起诉"]
FIGURES = [[1, 2, 3, 4, 10], [5, 6, 7, 8, 26], [9, 10, 11, 12, 42]]


def _table(rows: list[list[object]]) -> str:
    return "<table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) for row in rows) + "</table>"


LABELLED = _table([["", *COLUMNS], *([row, *figures] for row, figures in zip(ROWS, FIGURES, strict=True))])
EXCHANGED = _table([["", *ROWS], *([column, *(f[i] for f in FIGURES)] for i, column in enumerate(COLUMNS))])
SMALL = "".join(_table([[row], COLUMNS, list(figures)]) for row, figures in zip(ROWS, FIGURES, strict=True))


def _with_table_four(shape: str) -> ReportReading:
    page = page_bytes(report_html(report(FORM, consistent(FORM)), Page()), Page()).decode()
    start = page.index("<table", page.rindex("行政诉讼情况</"))
    end = page.index("</table>", start) + len("</table>")
    return read_report((page[:start] + shape + page[end:]).encode(), "shape")


@pytest.mark.parametrize("shape", [LABELLED, EXCHANGED, SMALL], ids=["labelled rows", "exchanged", "three tables"])
def test_table_four_is_read_in_other_shapes(shape: str) -> None:
    found = [fact.value for fact in _with_table_four(shape).facts if fact.table_code == "litigation"]
    assert found == [Decimal(figure) for row in FIGURES for figure in row]


def test_groups_of_table_four_in_another_order_are_not_mistaken() -> None:
    heads = "<tr><td colspan=10>行政诉讼<td colspan=5 rowspan=2>行政复议<tr>"
    heads += "<td colspan=5>未经复议直接起诉<td colspan=5>复议后起诉"
    shape = f"<table>{heads}<tr>{'<td>' + '<td>'.join(COLUMNS * 3)}<tr>{''.join(f'<td>{n}' for n in range(15))}</table>"
    reading = _with_table_four(shape)
    found = {(f.row_code, f.column_code): f.value for f in reading.facts if f.table_code == "litigation"}
    assert found["reconsideration", "upheld"] in (None, Decimal(10))
    assert found["suit_direct", "upheld"] in (None, Decimal(0))


def test_a_line_of_too_few_figures_is_no_table_in_another_shape() -> None:
    text = report_text(report(FORM, consistent(FORM)), TextStyle.NL)
    head, figures = text[: text.rindex("总计") + 2], text[text.rindex("总计") + 2 :]
    shortened = head + re.sub(r"\d+\s+", "", figures, count=1)
    assert len(shortened) < len(text)
    statuses = {f.status for f in read_report(shortened.encode(), "short").facts if f.table_code == "litigation"}
    assert statuses == {Status.MISSING}


NUMBERS = re.compile(
    r"(?<=[>\n])(?:[一二三四]、(?=本年|上年|结转)|[(（][一二三四五六七][)）](?![主依])|\d\.(?=[一-龥]))"
)


@FORMATS
def test_labels_that_lost_their_numbers_are_known_by_their_words(form: Format) -> None:
    """A word processor counts them by itself, and what it exports lacks them."""
    page = page_bytes(report_html(report(form, dense(form)), Page()), Page()).decode()
    bare = NUMBERS.sub("", page)
    assert len(page) - len(bare) > 60
    assert values(read_report(bare.encode(), "bare")) == {k: Decimal(raw) for k, raw in dense(form).items()}


@FORMATS
def test_rows_that_were_moved_keep_their_figures(form: Format) -> None:
    page = page_bytes(report_html(report(form, dense(form)), Page()), Page()).decode()
    rows = re.findall(r"<tr>\n(?:(?!</tr>).)*?(?:重复申请|要求提供公开出版物)(?:(?!</tr>).)*?</tr>", page, re.DOTALL)
    assert len(rows) == 2
    moved = page.replace(rows[0], "\0").replace(rows[1], rows[0]).replace("\0", rows[1])
    assert values(read_report(moved.encode(), "moved")) == {k: Decimal(raw) for k, raw in dense(form).items()}


def test_a_table_whose_merging_was_lost_is_read_by_counting() -> None:
    page = page_bytes(report_html(report(FORM, dense(FORM)), Page()), Page()).decode()
    plain = re.sub(r' (?:row|col)span="\d+"', "", page)
    assert plain != page
    assert values(read_report(plain.encode(), "plain")) == {k: Decimal(raw) for k, raw in dense(FORM).items()}

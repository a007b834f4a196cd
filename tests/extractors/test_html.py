"""HTML → blocks: spans, nesting, broken mark-up, strangers' pages; both parsers see the same grids."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from extractors.blocks import Grid, Line
from extractors.html import read_html, read_html_by_reference
from extractors.media import Medium, sniff
from extractors.read import read_report
from schemas.errors import DocumentError
from tests.shared import SAMPLES

PAGES = sorted(
    path for path in (SAMPLES / "site").rglob("*") if path.is_file() and sniff(path.read_bytes()) is Medium.HTML
)


def _texts(html: str) -> list[list[tuple[int, int, str]]]:
    """Return (row, column, text) of each grid, after both parsers agreed on everything."""
    document = read_html(html.encode())
    assert document.blocks == read_html_by_reference(html.encode()).blocks
    return [[(c.row, c.column, c.text) for c in b.cells] for b in document.blocks if isinstance(b, Grid)]


def test_the_sample_site_has_pages_to_compare() -> None:
    assert len(PAGES) >= 30


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(SAMPLES / "site")))
def test_both_parsers_give_the_same_blocks_on_every_sample_page(path) -> None:
    data = path.read_bytes()
    assert read_html(data).blocks == read_html_by_reference(data).blocks


def test_spans_put_cells_into_their_columns() -> None:
    html = "<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d<tr><td>e<td>f<td>g</table>"
    assert _texts(html) == [[(0, 0, "a"), (0, 1, "b"), (1, 1, "c"), (1, 2, "d"), (2, 0, "e"), (2, 1, "f"), (2, 2, "g")]]


def test_unclosed_cells_rows_and_paragraphs() -> None:
    assert _texts("<p>头<table><tr><td><p>一<tr><td>二</table>尾") == [[(0, 0, "一"), (1, 0, "二")]]


def test_an_article_of_wechat_is_read_though_a_script_has_yet_to_show_it() -> None:
    body = '<div id="js_content" style="visibility: hidden; opacity: 0;"><p>一、总体情况</p></div>'
    page = body + '<p style="visibility:hidden">暗'
    assert [line.text for line in read_html(page.encode()).lines()] == ["一、总体情况"]


def test_a_table_around_the_page_is_layout_and_its_text_is_lines() -> None:
    document = read_html("<table><tr><td>标题<table><tr><td>规章<td>1</table>文末</table>".encode())
    kinds = [block.text if isinstance(block, Line) else "grid" for block in document.blocks]
    assert kinds == ["标题", "grid", "文末"]


def test_a_table_of_one_cell_within_a_cell_is_that_cell() -> None:
    assert _texts("<table><tr><td>规章<td><table><tr><td>1</table><td><table><tr><td></table></table>") == [
        [(0, 0, "规章"), (0, 1, "1"), (0, 2, "")]
    ]


def test_a_cell_with_the_whole_report_is_running_text() -> None:
    document = read_html(f"<table><tr><td><p>{'总体情况' * 200}</p><p>第二段</p></table>".encode())
    assert [block.text for block in document.lines()][-1] == "第二段"


def test_a_line_break_divides_figures_and_a_span_does_not() -> None:
    assert _texts("<table><tr><td>1<br>2<td><span>1</span><span>2</span><td>5<sup>1</sup></table>") == [
        [(0, 0, "1 2"), (0, 1, "12"), (0, 2, "5 1")]
    ]


def test_scripts_styles_and_comments_are_not_text() -> None:
    html = "<style>a{}</style><script>var x='9'</script><!-- 8 --><table><tr><td>7<script>6</script></table>"
    assert _texts(html) == [[(0, 0, "7")]]


@pytest.mark.parametrize(
    "instruction", ["<?xml:namespace prefix = o />", '<?xml version="1.0"?>', "<?di ?>", "<?php 8 ?>"]
)
def test_instructions_are_not_text(instruction: str) -> None:
    assert _texts(f"<table><tr><td>7{instruction}<td>{instruction}</table>") == [[(0, 0, "7"), (0, 1, "")]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("4<span style='display:none'>9</span>", "4"),
        ("4<span STYLE='Visibility : HIDDEN'>9</span>", "4"),
        ("4<b hidden><i>9</i>8</b>", "4"),
        ("<del>38</del>39", "39"),
        ("<s>38</s><strike>7</strike>39", "39"),
        ("<span style='text-decoration: line-through'>38</span>39", "39"),
        ("<ruby>56<rp>(</rp><rt>7</rt></ruby>", "56"),
        ("<span style='display:none;display:inline'>5</span>", "5"),
        ("<span style='/* display:none */color:red'>5</span>", "5"),
    ],
)
def test_hidden_and_struck_text_is_not_read(cell: str, text: str) -> None:
    assert _texts(f"<table><tr><td>{cell}<td>x</table>") == [[(0, 0, text), (0, 1, "x")]]


def test_a_hidden_cell_takes_no_column_and_a_hidden_row_or_table_vanishes() -> None:
    html = (
        "<table><tr><td>a<td style='display:none'>9<td>b<tr hidden><td>8<td>8<tr><td>c<td>d</table>"
        "<div style='display: none'><table><tr><td>7</table></div>"
    )
    assert _texts(html) == [[(0, 0, "a"), (0, 1, "b"), (1, 0, "c"), (1, 1, "d")]]


@pytest.mark.parametrize(
    "cell",
    [
        *("<img src=5.png>", "<canvas>5</canvas>", "<object data=a>5</object>", "<svg><text>5</text></svg>"),
        *("<select><option>5<option>6</select>", "<input type=checkbox value=5>", "<textarea></textarea>"),
        *("<script>document.write(5)</script>", "<del>5</del>", "<span style='display:none'>5</span>"),
    ],
)
def test_a_cell_that_holds_something_else_than_text_is_not_blank(cell: str) -> None:
    assert _texts(f"<table><tr><td>{cell}<td></td><td>x</table>") == [[(0, 0, "\ufffc"), (0, 1, ""), (0, 2, "x")]]


def test_a_picture_beside_a_figure_may_be_a_digit() -> None:
    assert _texts("<table><tr><td>5<img src=6.png></table>") == [[(0, 0, "5\ufffc")]]


def test_a_field_that_is_empty_is_a_blank_cell() -> None:
    assert _texts("<table><tr><td><input><td><input value=''></table>") == [[(0, 0, ""), (0, 1, "")]]


def test_a_field_is_read_by_its_content() -> None:
    html = (
        "<table><tr><td><input value=45><td>4<input type=number value=5>"
        "<td><textarea>7</textarea><td><input type=hidden value=1></table>"
    )
    assert _texts(html) == [[(0, 0, "45"), (0, 1, "4 5"), (0, 2, "7"), (0, 3, "")]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("""<b a"b=1 c='x>y' =d="</td>">5</b>""", "5"),
        ("<script><!--<script>8</script>9--></script>5", "5"),
        ("5<iframe></td><td>9</iframe>", "5\ufffc"),
        ("5<xmp><b>6</b></xmp>", "5<b>6</b>"),
        ("5<xmp hidden>6</xmp>", "5"),
        ("5<svg><style>&lt;/svg>&lt;td>9</style></svg>", "5\ufffc"),
        ("5<template>9</template><style></td>8</style>", "5"),
        ("&lt;b&gt;5&amp;nbsp;&nbsp;6", "<b>5&nbsp; 6"),
    ],
)
def test_text_that_looks_like_markup_is_text_and_raw_text_never_becomes_markup(cell: str, text: str) -> None:
    assert _texts(f"<table><tr><td>{cell}<td>x</table>") == [[(0, 0, text), (0, 1, "x")]]


def test_line_ends_count_in_preformatted_text() -> None:
    html = "<p>前</p><pre>规章 | 1 | 2 |\r\n<b>行政许可</b> | 3 |<br>说明</pre><p>后</p>"
    assert _texts(html) == [[(0, 0, "规章"), (0, 1, "1"), (0, 2, "2"), (1, 0, "行政许可"), (1, 1, "3")]]
    assert [line.text for line in read_html(html.encode()).lines()] == ["前", "说明", "后"]


def test_pictures_leave_no_trace_in_running_text() -> None:
    html = f"<h1><img>标题</h1><table><tr><td><img>{'总体情况' * 200}</table>"
    assert [line.text for line in read_html(html.encode()).lines()] == ["标题", "总体情况" * 200]


@pytest.mark.parametrize(
    "html",
    [
        "<p>头<table>" + ("<tr>" + "<td>1" * 2000) * 200 + "</table>",
        "<p>头<table>" + ("<tr>" + "<td>1" * 100) * 1000 + "</table>",
        "<p>头" + "<table><tr><td>规章<td>1</table>" * 50_000,
        "<p>头" + "<p>1" * 200_000,
        "<p>头<p>" + "<b>" * 20_000 + "1" + "<i>2</i>" * 300_000,
        "<p>头<table>" + "<tr>" + "<td rowspan=200 colspan=200>1" * 20_000 + "<tr><td>1" * 20_000,
    ],
    ids=["columns", "cells", "tables", "lines", "elements", "spans"],
)
def test_a_page_too_great_is_cut_soon_and_says_so(html: str) -> None:
    started = time.monotonic()
    document = read_html(html.encode())
    assert "cut" in document.metadata
    assert next(document.lines()).text == "头"
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td colspan=100000000 rowspan=99999999>1<td>2</table>" * 50,
        "<div>" * 20_000 + "x",
        "<table><tr><td>" * 5_000 + "x",
        "<b>" * 20_000 + "<table><tr><td>1",
        "<table>" + "<tr><td rowspan=200 colspan=200>1" * 500,
    ],
    ids=["colspan", "20,000 divs", "5,000 tables", "formatting", "overlapping spans"],
)
def test_hostile_markup_ends_in_a_plain_error_and_soon(html: str) -> None:
    started = time.monotonic()
    with pytest.raises(DocumentError):
        read_report(html.encode(), "hostile")
    assert time.monotonic() - started < 30


def _zip_of_version(version: int) -> bytes:
    """Return a zip that wants to be unpacked by a program of the future (fuzzing, seed 2410)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("word/document.xml", "1")
    head = stream.getvalue().index(b"PK\x01\x02")
    return stream.getvalue()[: head + 6] + bytes([version, 0]) + stream.getvalue()[head + 8 :]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"\x00\x01\x02" * 400, "unsupported_medium"),
        (b"%PDF-1.7 ...", "damaged"),
        (b"PK\x03\x04 torn", "damaged"),
        (_zip_of_version(185), "damaged"),
        ("<html><body><p>关于做好政府信息公开工作年度报告编制工作的通知</p>".encode(), "not_a_report"),
        (b"\xff\xfe\xff", "not_a_report"),
    ],
)
def test_what_is_no_report_says_so_and_names_its_source(data: bytes, code: str) -> None:
    with pytest.raises(DocumentError, match="some/place") as caught:
        read_report(data, "some/place")
    assert caught.value.code == code


def test_a_report_without_tables_gives_no_facts() -> None:
    names = ["总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "其他需要报告的事项"]
    text = "虚构县某局2021年政府信息公开工作年度报告\n" + "\n".join(f"{name}\n行政许可5件。" for name in names)
    reading = read_report(text.encode(), "text")
    assert (reading.facts, reading.format) == ((), None)
    assert (reading.identity.agency, reading.identity.year) == ("虚构县某局", 2021)


@pytest.mark.parametrize("attribute", ["a{}=1", "a{}", "a{}='x > y'", "'{}'"])
def test_an_element_of_very_many_attributes_is_read_soon(attribute: str) -> None:
    attributes = " ".join(attribute.format(number) for number in range(60_000))
    started = time.monotonic()
    (block,) = read_html(f"<table><tr><td {attributes}>规章</td><td>3</td></tr></table>".encode()).blocks
    assert isinstance(block, Grid)
    assert [cell.text for cell in block.cells] == ["规章", "3"]
    assert time.monotonic() - started < 5

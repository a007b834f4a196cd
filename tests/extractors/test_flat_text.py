"""Flat text → blocks: rows on one line become grids, prose stays lines."""

from __future__ import annotations

import time

import pytest

from extractors.blocks import MOST_LINES, Grid, Line
from extractors.flat_text import read_flat_text
from extractors.leftover_marks import unmarked


def _blocks(text: str) -> list[str | list[list[str]]]:
    """Return lines as strings and grids as rows of cells; an aligned grid is led by `aligned`."""
    made: list[str | list[list[str]]] = []
    for block in read_flat_text(text.encode()).blocks:
        if isinstance(block, Line):
            made.append(block.text)
            continue
        rows: list[list[str]] = [["aligned"]] if block.aligned else []
        for number in dict.fromkeys(cell.row for cell in block.cells):
            rows.append([cell.text for cell in block.cells if cell.row == number])
        made.append(rows)
    return made


def test_rows_divided_by_tabs_are_rows() -> None:
    assert _blocks("二、情况\n规章\t1\t\t3\n行政许可\t5\n三、情况") == [
        "二、情况",
        [["规章", "1", "", "3"], ["行政许可", "5"]],
        "三、情况",
    ]


def test_cells_led_by_a_tab_stay_one_cell_a_line() -> None:
    assert _blocks("\t规章\n\t1\n\t\n\n\t行政许可\n\t5\n") == [[["规章", "1", ""], ["行政许可", "5"]]]


def test_rows_divided_by_wide_gaps_are_rows_with_their_heads() -> None:
    assert _blocks("信息内容  本年 制发件数\n规章  1  2\n行政许可  5") == [
        [["信息内容", "本年 制发件数"], ["规章", "1", "2"], ["行政许可", "5"]]
    ]


def test_a_row_divided_by_single_spaces_needs_two_figures() -> None:
    assert _blocks("行政许可 5 0 7") == [[["行政许可", "5", "0", "7"]]]
    assert _blocks("浏览次数 5") == ["浏览次数 5"]


def test_a_row_with_one_figure_is_believed_beside_a_row_with_more() -> None:
    assert _blocks("规章 1 2 3\n第二十条第(五)项\n行政许可 5") == [
        [["规章", "1", "2", "3"]],
        "第二十条第(五)项",
        [["行政许可", "5"]],
    ]


@pytest.mark.parametrize(
    "line",
    [
        "发布时间:2024-01-19 10:23  来源:办公室  浏览次数:  12",
        "2023年,我局主动公开 信息 12 条。",
        "电话: 1 2 3",
        "虚构县水利局 2 0 2 3 年政府信息公开工作年度报告",
    ],
)
def test_prose_and_page_furniture_with_gaps_stay_lines(line: str) -> None:
    assert _blocks(line) == [line]


def test_a_markdown_rule_is_no_cell() -> None:
    assert _blocks("| 规章 | 1 |\n|---|:--:|\n| 行政许可 | - |") == [[["规章", "1"], ["行政许可", "-"]]]


def test_padding_behind_the_last_cell_is_no_cell_and_an_empty_cell_is_one() -> None:
    assert _blocks("行政许可 | 5 | ||\n规章 | 1 |  | 3 |\n行政处罚 | 5 |  |") == [
        [["行政许可", "5"], ["规章", "1", "", "3"], ["行政处罚", "5", ""]]
    ]


def test_a_line_that_merely_holds_dividers_stays_lines() -> None:
    assert _blocks("首页 | 新闻 | 公开\n规章 |\n0 |\n|||\n0 |") == ["首页", "新闻", "公开", "规章", "0", "0"]


@pytest.mark.parametrize("divider", ["|", "\t"])
def test_slots_left_by_merged_cells_show_that_columns_line_up(divider: str) -> None:
    rows = [["项目", "", "自然人", "总计"], ["办理", "公开", "1", ""], ["", "其他", "", "4"]]
    lead, end = ("| ", " |") if divider == "|" else ("", "")
    text = "\n".join(lead + f" {divider} ".join(row) + end for row in rows)
    assert _blocks(text) == [[["aligned"], ["项目", "自然人", "总计"], *rows[1:]]]
    (grid,) = read_flat_text(text.encode()).blocks
    assert isinstance(grid, Grid)
    assert [cell.column for cell in grid.cells if cell.row == 0] == [0, 2, 3]


def test_rows_padded_to_one_width_do_not_line_up() -> None:
    made = _blocks("项目 | 申请人 | ||\n自然人 | 总计 | ||\n公开 | 甲 | 1 | 2 |")
    assert made == [[["项目", "申请人", "", ""], ["自然人", "总计", "", ""], ["公开", "甲", "1", "2"]]]


def test_labels_repeated_over_merged_cells_show_that_columns_line_up() -> None:
    rows = [["项目", "项目", "自然人"], ["公开", "公开", "1"], ["总计", "总计", "2"]]
    text = "\n".join(" | ".join(row) for row in rows)
    assert _blocks(text) == [[["aligned"], ["项目", "自然人"], ["公开", "1"], ["总计", "2"]]]
    (grid,) = read_flat_text(text.encode()).blocks
    assert isinstance(grid, Grid)
    assert [(cell.column, cell.colspan) for cell in grid.cells if cell.row == 1] == [(0, 2), (2, 1)]


def test_a_grid_of_flat_text_names_the_lines_of_its_cells() -> None:
    (grid,) = read_flat_text("\n规章\t1\n\n行政许可\t5".encode()).blocks
    assert isinstance(grid, Grid)
    assert [cell.line for cell in grid.cells] == [2, 2, 4, 4]


@pytest.mark.parametrize(
    "text",
    ["1\n" * 300_000, "规章 1 2 3\n" * 300_000, "规章 | 1 |\n\n" * 300_000, "x\t1\n\ny\n" * 200_000, "1 " * 2_000_000],
    ids=["lines", "rows by spaces", "rows by pipes", "many grids", "one line"],
)
def test_a_text_of_any_length_is_cut_soon_and_says_so(text: str) -> None:
    started = time.monotonic()
    document = read_flat_text(text.encode())
    assert "cut" in document.metadata
    assert len(document.blocks) <= MOST_LINES
    assert time.monotonic() - started < 10


def test_blank_lines_do_not_count_as_lines() -> None:
    document = read_flat_text(("规章" + "\n \t" * 200_000 + "\n1").encode())
    assert [line.text for line in document.lines()] == ["规章", "1"]
    assert "cut" not in document.metadata


def test_a_table_drawn_with_box_characters_is_read_by_its_uprights() -> None:
    text = "┌────┬──┬──┐\n│规章│ 1│  │\n├────┼──┼──┤\n│许可│ 2│ 3│\n└────┴──┴──┘"
    assert _blocks(text) == [[["规章", "1", ""], ["许可", "2", "3"]]]


def test_commas_divide_rows_of_one_length_and_not_the_thousands_of_figures() -> None:
    rows = ["规章,1,,3", "许可,4,5,6", '"处罚,强制",7,8,9']
    assert _blocks("\n".join(rows)) == [[["规章", "1", "", "3"], ["许可", "4", "5", "6"], ["处罚,强制", "7", "8", "9"]]]
    assert _blocks("规章 1,234 2,345 3,456\n许可 4,567 5,678 6,789\n处罚 7,890 8,901 9,012") == [
        [["规章", "1,234", "2,345", "3,456"], ["许可", "4,567", "5,678", "6,789"], ["处罚", "7,890", "8,901", "9,012"]]
    ]


def test_a_line_of_figures_that_the_width_does_not_divide_is_not_made_up_with_blanks() -> None:
    """Of 通海市 2020 the heads had pads for their columns only: 15, 15, 10 and 15 slots."""
    heads = "甲 |\n乙 |\n|||\n" + "".join(f"丙{n} |\n" for n in range(5)) + "".join(f"丁{n} |\n" for n in range(3))
    (first, *_) = read_flat_text((heads + "".join(f"{n} |\n" for n in range(5))).encode()).blocks
    assert isinstance(first, Line)


def _commas(*rows: str) -> list[str | list[list[str]]]:
    heads = ["第二十条第(一)项", "信息内容,本年新制作数量,本年新公开数量,对外公开总数量"]
    more = [
        "第二十条第(五)项",
        "信息内容,上一年项目数量,本年增/减,处理决定数量",
        "行政许可,4,-1,9",
        "其他对外管理服务事项,1,0,2",
    ]
    last = ["第二十条第(九)项", "信息内容,采购项目数量,采购总金额", "政府集中采购,3,20.5"]
    return _blocks("\n".join([*heads, *rows, *more, *last]))


def test_commas_divide_rows_that_begin_with_known_labels() -> None:
    blocks = _commas("规章,1,2,3", "规范性文件,4,,5")
    assert blocks[1][1:] == [["规章", "1", "2", "3"], ["规范性文件", "4", "", "5"]]


def test_commas_that_may_divide_thousands_leave_rows_as_they_are() -> None:
    """`1,113` and a blank that vanished have as many commas as three figures."""
    blocks = _commas("规章,1,2,3", "规范性文件,1,113")
    assert "规范性文件,1,113" in blocks
    assert "规章,1,2,3" in blocks


@pytest.mark.parametrize("written", ["{}\t{}", "{}: {}", "{:6d}  {}"])
def test_numbers_of_lines_are_no_figures(written: str) -> None:
    lines = [f"第{n}行" if n % 3 else "" for n in range(90)]
    assert unmarked([written.format(n, line) for n, line in enumerate(lines, 7)]) == lines


def test_figures_at_the_start_of_lines_stay() -> None:
    lines = [f"{n + (n == 50)}\t规章" for n in range(90)]
    assert unmarked(lines) == lines


def test_commas_divide_rows_whose_labels_come_after_cells_merged_with_those_above() -> None:
    rows = ['"","规章","1","113"', '"","","规范性文件","4",""', '"","其他对外管理服务事项","",""']
    heads = '"","","自然人","总计",""'
    others = ['"行政许可","5"', '"行政处罚","6"']
    blocks = _blocks("\n".join([heads, *rows, "第二十条第(六)项", *others]))
    assert blocks[0] == [
        ["自然人", "总计", ""],
        ["规章", "1", "113"],
        ["规范性文件", "4", ""],
        ["其他对外管理服务事项", "", ""],
    ]

"""Figures stay under their heads: moved, added and missing columns, pads, copies, page furniture.

Each of these once gave a wrong value on a document that the readers had not been tuned to.
"""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from extractors.read import ReportReading, read_report
from schemas.facts import Status
from schemas.formats import format_by_code
from tests.corpus import Figures, Page, TextStyle, page_bytes, report_html, report_text
from tests.extractors.test_renditions import dense, report, values
from tests.warehouse.house import consistent

FORM = format_by_code("2021")
ORGANISATIONS = ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
CODES = ["business", "research", "nonprofit", "legal_service", "other"]


def _table_three(heads: list[str], figures: dict[str, list[str]]) -> bytes:
    """A page with table 三 alone, under one row of heads."""
    rows = ["<tr><td>申请人情况</td>" + "".join(f"<td>{head}</td>" for head in heads)]
    rows += [f"<tr><td>{label}</td>" + "".join(f"<td>{raw}</td>" for raw in raws) for label, raws in figures.items()]
    title = "<p>虚构县某局2022年政府信息公开工作年度报告</p><p>三、收到和处理政府信息公开申请情况</p>"
    return f"<html><body>{title}<table>{''.join(rows)}</table>".encode()


def _rows(heads: list[str]) -> dict[str, list[str]]:
    """Rows with figures 101, 102, … under the heads; 总计 is the sum of the form's own columns."""
    rows = {}
    labels = dict.fromkeys(cell.row_label for cell in FORM.cells if cell.table_code == "applications")
    for number, label in enumerate(labels, start=1):
        figures = {head: 100 * number + place for place, head in enumerate(heads, start=1)}
        figures["总计"] = sum(figure for head, figure in figures.items() if head not in ("总计", "小计", "备注"))
        rows[label.rsplit("/", 1)[-1]] = [str(figures[head]) for head in heads]
    return rows


def _table(heads: list[str]) -> ReportReading:
    return read_report(_table_three(heads, _rows(heads)), "table")


def _under(heads: list[str]) -> dict[str, Decimal | None]:
    """What the first row says under each of the form's heads; None where the head is not printed."""
    first = dict(zip(heads, next(iter(_rows(heads).values())), strict=True))
    named = zip(["自然人", *ORGANISATIONS, "总计"], ["natural_person", *CODES, "total"], strict=True)
    return {code: Decimal(first[head]) if head in first else None for head, code in named}


def _first(reading: ReportReading) -> dict[str, Decimal | None]:
    return {f.column_code: f.value for f in reading.facts if f.row_code == "received_new"}


@pytest.mark.parametrize(
    "heads",
    [
        ["总计", "自然人", *ORGANISATIONS],
        ["自然人", *reversed(ORGANISATIONS), "总计"],
        ["自然人", *ORGANISATIONS, "小计", "总计"],
        ["自然人", "商业企业", *ORGANISATIONS[2:], "总计", "备注"],
        ["备注", "自然人", *ORGANISATIONS],
    ],
    ids=["total first", "reversed", "one more", "one gone and one more", "strange first, total gone"],
)
def test_figures_are_those_under_their_heads_wherever_these_stand(heads: list[str]) -> None:
    assert _first(_table(heads)) == _under(heads)


@pytest.mark.parametrize("head", ["科研 单位", "科研机购"])
def test_a_reworded_head_in_its_own_place_is_that_column(head: str) -> None:
    heads = ["自然人", "商业企业", head, *ORGANISATIONS[2:], "总计"]
    official = ["自然人", *ORGANISATIONS, "总计"]
    assert _first(_table(heads)) == _under(official)


def test_moved_heads_in_flat_text_give_no_figure_at_all() -> None:
    text = report_text(report(FORM, dense(FORM)), TextStyle.NL)
    moved = text.replace("自然人\n\n法人或其他组织\n\n总计\n", "总计\n\n自然人\n\n法人或其他组织\n", 1)
    assert moved != text
    reading = read_report(moved.encode(), "text")
    assert {f.status for f in reading.facts if f.table_code == "applications"} == {Status.MISSING}
    assert {f.status for f in reading.facts if f.table_code != "applications"} == {Status.PUBLISHED}


def test_a_group_row_without_its_own_label_cell_takes_no_figures() -> None:
    """The 2021 form under a 2019 head: (六)其他处理 is a group there, and its first sub-row is not its row."""
    page = page_bytes(report_html(report(FORM, dense(FORM)), Page()), Page()).decode()
    for new, old in (
        ("本年制发件数", "本年新制作数量"),
        ("本年废止件数", "本年新公开数量"),
        ("现行有效件数", "对外公开总数量"),
    ):
        page = page.replace(new, old)
    page = page.replace("本年处理决定数量", "处理决定数量").replace("行政规范性文件", "规范性文件")
    reading = read_report(page.encode(), "mixed")
    wrong = [
        f for f in reading.facts if f.row_code == "other" and f.table_code == "applications" and f.value is not None
    ]
    assert not wrong


@pytest.mark.parametrize("foot", ["第3页", "— 3 —", "虚构县人民政府"])
def test_page_furniture_after_a_vanished_blank_is_no_figure(foot: str) -> None:
    figures = consistent(FORM)
    figures["applications", "granted", "business"] = ""
    text = re.sub(r"\n{2,}", "\n\n", report_text(report(FORM, figures), TextStyle.NL))
    total = figures["applications", "granted", "total"]
    label = "(二)部分公开"
    damaged = text.replace(f"{total}\n\n{label}", f"{total}\n\n{foot}\n\n{label}", 1)
    assert damaged != text
    reading = read_report(damaged.encode(), "text")
    assert {f.status for f in reading.facts if f.row_code == "granted"} == {Status.MISSING}


def _two_copies(second: Figures) -> ReportReading:
    page = page_bytes(report_html(report(FORM, dense(FORM)), Page()), Page()).decode()
    other = page_bytes(report_html(report(FORM, second), Page()), Page()).decode()
    start = other.index("<table", other.index("收到和处理政府信息公开申请情况</"))
    copy = other[start : other.index("</table>", start) + 8]
    return read_report(page.replace("</body>", f"<p>上一年度情况</p>{copy}</body>").encode(), "copies")


def test_a_second_table_with_other_figures_makes_that_table_unknown_and_no_other() -> None:
    reading = _two_copies(dense(FORM, start=5001))
    statuses = {f.table_code: f.status for f in reading.facts}
    assert statuses == {
        "disclosure": Status.PUBLISHED,
        "applications": Status.MISSING,
        "litigation": Status.PUBLISHED,
    }


def test_a_second_table_with_the_same_figures_changes_nothing() -> None:
    assert values(_two_copies(dense(FORM))) == {key: Decimal(raw) for key, raw in dense(FORM).items()}


def test_labels_listed_in_prose_before_the_tables_change_nothing() -> None:
    labels = "\n".join(cell.row_label.rsplit("/", 1)[-1] for cell in FORM.cells if cell.column_code == "total")
    text = report_text(report(FORM, dense(FORM)), TextStyle.NL)
    reading = read_report(f"本表指标:\n{labels}\n\n{text}".encode(), "text")
    assert values(reading) == {key: Decimal(raw) for key, raw in dense(FORM).items()}


def _pipe_row(label: str, figures: list[str], pads: str) -> str:
    return f"{label} | {' | '.join(figures)} | {pads}"


@pytest.mark.parametrize("blank", [0, 3, 6])
def test_pads_of_pipe_rows_are_learnt_from_filled_rows(blank: int) -> None:
    rows = {label: list(raws) for label, raws in _rows(["自然人", *ORGANISATIONS, "总计"]).items()}
    rows["(七)总计"][blank] = ""
    heads = ["申请人情况 |", "自然人 | 法人或其他组织 | 总计 |", " | ".join(ORGANISATIONS) + " |"]
    lines = [_pipe_row(label, raws, "||") for label, raws in rows.items()]
    text = "虚构县某局2022年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n" + "\n".join(
        [*heads, *lines]
    )
    reading = read_report(text.encode(), "pipe")
    found = [f for f in reading.facts if f.row_code == "total" and f.table_code == "applications"]
    assert [f.raw for f in found] == rows["(七)总计"]
    assert found[blank].status is Status.BLANK


def test_groups_whose_columns_were_dropped_say_nothing_of_the_figures_that_are_left() -> None:
    """Deduplicated text: of fifteen heads four are left, and by chance four figures (VARIANTS section 5, dedup)."""
    heads = ["行政复议", "行政诉讼", "结果维持", "结果纠正", "其他结果", "尚未审结", "未经复议直接起诉", "复议后起诉"]
    rows = ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数", "规章", "1", "2", "3"]
    rows += ["行政规范性文件", "4", "5", "6", "本年处理决定数量", "行政许可", "7", "行政处罚", "8", "行政强制", "9"]
    title = "四、政府信息公开行政复议、行政诉讼情况"
    text = "\n".join(["虚构县财政局2022年政府信息公开工作年度报告", *rows, title, *heads, "53", "10", "60", "70"])
    facts = read_report(text.encode(), "text").facts
    assert {fact.status for fact in facts if fact.table_code == "litigation"} == {Status.MISSING}


UNMERGED = ["申请人情况", "", "", "自然人", *ORGANISATIONS, "总计"]


def _unmerged(figures: list[str], heads: list[str] = UNMERGED) -> dict[str, Decimal | None]:
    """Read the first row of table 三 whose merging was lost: heads stand in the first of their cells."""
    above = ["", "", "", "", "法人或其他组织", "", "", "", "", ""]
    lower = [""] * 4 + heads[4:9] + [""]
    upper = [*heads[:4], *above[4:9], heads[9]]
    table = [upper, lower]
    for label in list(_rows(["总计"]))[:8]:
        table.append([label, "", "", *figures])
    body = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in table)
    title = "<p>虚构县某局2022年政府信息公开工作年度报告</p><p>三、收到和处理政府信息公开申请情况</p>"
    return _first(read_report(f"<html><body>{title}<table>{body}</table>".encode(), "table"))


def test_heads_without_merging_reach_over_the_empty_cells_that_follow() -> None:
    figures = ["1", "2", "3", "4", "5", "6", "21"]
    assert list(_unmerged(figures).values()) == [Decimal(figure) for figure in figures]


def test_a_lost_head_without_merging_shifts_no_figure() -> None:
    heads = [*UNMERGED[:5], "", *UNMERGED[6:]]
    found = _unmerged(["1", "2", "3", "4", "5", "6", "21"], heads)
    assert found["research"] is None
    right = dict(zip(found, map(Decimal, (1, 2, 3, 4, 5, 6, 21)), strict=True))
    assert all(value in (None, right[code]) for code, value in found.items())


def test_two_figures_under_one_head_without_merging_are_none() -> None:
    """Which of them stands under it nobody can say."""
    rows = "<tr><td>信息内容</td><td>本年处理决定数量</td><td></td></tr><tr><td>行政许可</td><td></td><td>7</td></tr>"
    title = "<p>虚构县某局2022年政府信息公开工作年度报告</p><p>二、主动公开政府信息情况</p>"
    three = _table_three(["自然人", *ORGANISATIONS, "总计"], _rows(["自然人", *ORGANISATIONS, "总计"])).decode()
    page = f"<html><body>{title}<table><tr><td>第二十条第（五）项</td><td></td><td></td></tr>{rows}</table>{three}"
    (fact,) = [f for f in read_report(page.encode(), "table").facts if f.row_code == "licensing"]
    assert fact.status is Status.MISSING

"""Rows that a page break cut in two, in tables that nothing but their labels joins again."""

from __future__ import annotations

import re

import pytest

from extractors.read import read_report
from schemas.facts import Status
from schemas.formats import format_by_code
from tests.corpus import Page, report_html
from tests.extractors.test_renditions import dense, report

FORM = format_by_code("2021")
ROW = "unable_needs_making"
LABEL = "2.没有现成信息需要另行制作"


def cut(first: str, second: str, *, figures_first: bool) -> bytes:
    """Return a page whose tables end at a row of table 三 and begin anew with the rest of its label."""
    html = report_html(report(FORM, dense(FORM)), Page())
    (row,) = re.findall(rf"<tr>(?:(?!</tr>).)*{re.escape(LABEL)}.*?</tr>", html, re.S)
    figures = re.sub(r".*" + re.escape(LABEL) + r"\s*</td>", "", row, flags=re.S).removesuffix("</tr>")
    blanks = re.sub(r">[^<>]*</td>", "></td>", figures)
    upper, lower = (figures, blanks) if figures_first else (blanks, figures)
    halves = row.replace(LABEL, first).replace(figures, upper)
    below = f"<tr><td></td><td></td><td>{second}</td>{lower}</tr>"
    return html.replace(row, f"{halves}</table><p>- 3 -</p><table border=1>{below}").encode()


def read(data: bytes) -> dict[str, tuple[object, Status]]:
    facts = [fact for fact in read_report(data, "a.html").facts if fact.row_code == ROW]
    return {fact.column_code: (fact.value, fact.status) for fact in facts}


@pytest.mark.parametrize("figures_first", [True, False])
@pytest.mark.parametrize("at", [3, 6, 11])
def test_halves_of_a_known_label_are_one_row(at: int, *, figures_first: bool) -> None:
    whole = read(report_html(report(FORM, dense(FORM)), Page()).encode())
    assert read(cut(LABEL[:at], LABEL[at:], figures_first=figures_first)) == whole


@pytest.mark.parametrize(
    ("first", "second", "figures_first"),
    [("2.没", "有现成信自需要另行制作", True), ("2.没有现成信自需要另行", "制作", False)],
)
def test_the_half_without_figures_is_no_row_of_blanks(first: str, second: str, *, figures_first: bool) -> None:
    found = read(cut(first, second, figures_first=figures_first))  # 息 was misspelt
    assert {status for _, status in found.values()} == {Status.MISSING}


def test_a_figure_in_both_halves_is_unreadable_and_the_others_are_read() -> None:
    page = cut("2.没", "有现成信息需要另行制作", figures_first=True).decode()
    lower = page[page.index("有现成信息") :]
    page = page.replace(lower, lower.replace("></td>", ">7</td>", 1))
    found = read(page.encode())
    assert [status for _, status in found.values()] == [Status.UNREADABLE, *[Status.PUBLISHED] * 6]

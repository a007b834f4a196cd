"""Whose report, of which year: title forms of VARIANTS section 1, and evidence in its stated order."""

from __future__ import annotations

import pytest

from extractors.flat_text import read_flat_text
from extractors.identity import Hints, Identity, identify, identify_by_hints


def _identity(text: str, hints: Hints | None = None) -> Identity:
    return identify(read_flat_text(text.encode()), hints or Hints())


@pytest.mark.parametrize(
    ("title", "agency", "year"),
    [
        (
            "盐城市亭湖区人民政府毓龙街道办事处2024年政府信息公开工作年度报告",
            "盐城市亭湖区人民政府毓龙街道办事处",
            2024,
        ),
        ("2023年黄石港区医疗保障局政府信息公开工作年度报告", "黄石港区医疗保障局", 2023),
        ("民主镇人民政府2024年政府信息公开年度报告", "民主镇人民政府", 2024),
        ("某局2021年政府信息公开工作年报", "某局", 2021),
        ("某区2020年度政府信息公开工作报告", "某区", 2020),
        ("左贡县人民政府2021年度信息公开年度报告(2022年1月)", "左贡县人民政府", 2021),
        ("绵阳市机关事务管理局 2022年政府信息公开工作年度报告", "绵阳市机关事务管理局", 2022),
        ("某市财政局 关于 2022 年 政府信息公开工作 年度报告", "某市财政局", 2022),
        ("左贡县人民政府2021年度\n信息公开年度报告", "左贡县人民政府", 2021),
        (
            "德惠市米沙子镇人民政府\n[bookmark: _GoBack]2020年政府信息公开工作年度报告",
            "德惠市米沙子镇人民政府",
            2020,
        ),
        ("南谯区施集镇2020年度政府信息公开工作\n\n年度报告", "南谯区施集镇", 2020),
    ],
)
def test_a_title_gives_body_and_year(title: str, agency: str, year: int) -> None:
    identity = _identity(f"首页 > 政务公开\n{title}\n发布时间:2025-01-20\n一、总体情况\n")
    assert (identity.agency, identity.year) == (agency, year)


@pytest.mark.parametrize(
    "title",
    [
        "【文稿解读】科苑街道办事处2020年政府信息公开工作年度报告",
        "某县2020年政府网站工作年度报表",
        "关于做好2020年政府信息公开工作年度报告编制工作的通知",
    ],
)
def test_titles_of_pages_about_reports_are_not_taken(title: str) -> None:
    assert _identity(f"{title}\n一、编制背景\n").title is None


def test_a_section_named_inside_a_sentence_is_no_title() -> None:
    text = "本报告按照政府信息公开工作年度报告格式编制,现公布2019年政府信息公开工作年度报告。"
    assert _identity(text).title is None


def test_without_year_in_the_title_the_period_decides_before_the_publication_date() -> None:
    identity = _identity(
        "市残联政府信息公开工作年度报告\n2025-02-06\n数据的统计期限自2023年1月1日起至2023年12月31日止。\n一、总体情况\n"
    )
    assert identity.year == 2023
    assert identity.evidence["year"].startswith("statistics period")


def test_publication_date_is_the_last_resort_for_the_year() -> None:
    identity = _identity("市残联政府信息公开工作年度报告\n发布时间:2025-02-06 10:20\n一、总体情况\n")
    assert identity.year == 2024
    assert identity.evidence["year"].startswith("year before publication")


def test_a_damaged_period_is_no_year_and_no_date() -> None:
    identity = _identity("某镇政府信息公开工作年度报告\n统计期限自202011日起至20201231日止\n一、总体情况\n")
    assert (identity.year, identity.published_on) == (None, None)


def test_the_document_is_asked_before_the_link_and_the_registry() -> None:
    hints = Hints(link_text="某区2019年政府信息公开工作年度报告", agency="某区人民政府")
    identity = _identity("某区教育局2020年政府信息公开工作年度报告\n一、总体情况\n", hints)
    assert (identity.agency, identity.year) == ("某区教育局", 2020)
    untitled = _identity("一、总体情况\n我局认真工作。\n", hints)
    assert (untitled.agency, untitled.year) == ("某区", 2019)
    assert untitled.evidence["agency"].startswith("link text")


def test_two_bodies_named_equally_often_give_none() -> None:
    assert _identity("一、总体情况\n南通市应急管理局与南通市财政局会商。\n").agency is None


def test_an_unreadable_document_is_known_by_its_link() -> None:
    identity = identify_by_hints(Hints("样本市财政局2023年政府信息公开工作年度报告", "样本市财政局(示例)"))
    assert (identity.agency, identity.year) == ("样本市财政局", 2023)
    assert identify_by_hints(Hints("2023年", "某局")).agency == "某局"

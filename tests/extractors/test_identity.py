"""Whose report, of which year: title forms of VARIANTS section 1, and evidence in its stated order."""

from __future__ import annotations

import time

import pytest

from extractors.blocks import Document, Line
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
        ("[公开年报] 海门市水利局2022年政府信息公开工作年度报告", "海门市水利局", 2022),
        ("附件1：如皋市财政局2022年政府信息公开工作年度报告", "如皋市财政局", 2022),
        ("如皋市财政局二〇二二年政府信息公开工作年度报告", "如皋市财政局", 2022),
        ("如皋市财政局二○二一年度政府信息公开工作年度报告", "如皋市财政局", 2021),
        ("如皋市财政局 2 0 2 2 年政府信息公开工作年度报告", "如皋市财政局", 2022),
        ("如皋市财政局2020-2021年政府信息公开工作年度报告", "如皋市财政局", 2021),
        ("2022如皋市白蒲镇2022年度政府信息公开工作年度报告", "如皋市白蒲镇", 2022),
        ("如皋市财政局政府信息公开工作年度报告(2022年度)", "如皋市财政局", 2022),
        ("如皋市财政局2022年政府信息公开工作年度报告 - 如皋市人民政府", "如皋市财政局", 2022),
        (
            "如皋市财政局2022年政府信息公开年度报告如皋市财政局2022年政府信息公开工作年度报告",
            "如皋市财政局",
            2022,
        ),
        ("如皋市第38中学2022年政府信息公开工作年度报告", "如皋市第38中学", 2022),
        ("如皋市财政局\n关于报送2022年度政府信息公开年度报告的函", "如皋市财政局", 2022),
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
        "如皋市财政局2021年政府信息公开年度报告如皋市财政局2022年政府信息公开年度报告",
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


SECTIONS = "一、总体情况\n略。\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n"


@pytest.mark.parametrize(
    ("title", "agency"),
    [
        ("如皋市人民政府 如皋市水利局", "如皋市水利局"),
        ("如皋市人民政府如皋市水利局", "如皋市水利局"),
        ("政务公开 如皋市水利局", "如皋市水利局"),
        ("如皋市人民政府 白蒲镇人民政府", "白蒲镇人民政府"),
        # One name each, although a body or a place stands inside.
        ("江苏省南通市崇川区水利局", "江苏省南通市崇川区水利局"),
        ("国家税务总局如皋市税务局", "国家税务总局如皋市税务局"),
        ("重庆市公安局渝北区分局", "重庆市公安局渝北区分局"),
        ("南通市崇川区人民政府和平桥街道办事处", "南通市崇川区人民政府和平桥街道办事处"),
        ("如皋市人民政府 办公室", "如皋市人民政府办公室"),
        ("如 皋 市 水 利 局", "如皋市水利局"),
        ("如皋市文化和旅游局(如皋市文物局)", "如皋市文化和旅游局(如皋市文物局)"),
        # Names that begin with or hold what elsewhere are words for all and any.
        ("全椒县人民政府", "全椒县人民政府"),
        ("本溪市财政局", "本溪市财政局"),
        ("和县人民政府", "和县人民政府"),
        ("张家口市万全区综合行政执法局", "张家口市万全区综合行政执法局"),
        ("全市", None),
        ("我局", None),
        # Heads of columns, pronouns and damaged names are no bodies.
        ("历年", None),
        ("首页", None),
        ("乡镇街道", None),
        ("法治政府", None),
        ("\ufffd如皋市水利局", None),
        ("365bet官方网站", None),
    ],
)
def test_which_part_of_a_title_is_the_body(title: str, agency: str | None) -> None:
    assert _identity(f"{title}2022年政府信息公开工作年度报告\n{SECTIONS}").agency == agency


def test_control_characters_inside_a_name_are_dropped() -> None:
    identity = _identity(f"如皋\x00市水\x07利局2022年政府信息公开工作年度报告\n{SECTIONS}")
    assert (identity.agency, identity.year) == ("如皋市水利局", 2022)


LINKS = "如皋市白蒲镇2024年政府信息公开工作年度报告\n如皋市搬经镇2023年政府信息公开工作年度报告\n"


def test_of_several_full_titles_the_last_before_the_first_section_needs_a_date_or_a_word_more() -> None:
    own = f"{LINKS}如皋市丁堰镇2022年政府信息公开工作年度报告\n"
    assert _identity(f"{own}{SECTIONS}").agency is None
    for more in (f"2023-01-12 来源:本站\n{SECTIONS}", f"{SECTIONS}如皋市丁堰镇公开信息20条。"):
        identity = _identity(own + more)
        assert (identity.agency, identity.year) == ("如皋市丁堰镇", 2022)


def test_of_several_full_titles_the_pages_own_title_field_decides() -> None:
    lines = ("如皋市丁堰镇2022年政府信息公开工作年度报告", *LINKS.split(), "一、总体情况")
    blocks = tuple(Line(text, number) for number, text in enumerate(lines, 1))
    field = {"page_title": "如皋市丁堰镇2022年政府信息公开工作年度报告_如皋市人民政府"}
    identity = identify(Document("html", blocks, field))
    assert (identity.agency, identity.year) == ("如皋市丁堰镇", 2022)


def test_several_full_titles_with_nothing_to_speak_for_one_give_none() -> None:
    identity = _identity(LINKS + "共12页\n下一页")
    assert (identity.agency, identity.year, identity.is_report) == (None, None, False)


def test_the_full_name_is_taken_where_the_page_says_the_short_one_first() -> None:
    title = "2022年政府信息公开工作年度报告\n"
    assert _identity(f"区水利局{title}南通市崇川区水利局{title}{SECTIONS}").agency == "南通市崇川区水利局"


def test_a_step_of_the_way_to_the_page_gives_neither_body_nor_year() -> None:
    text = f"首页 > 2024年政府信息公开年报\n如皋市水利局政府信息公开工作年度报告\n2023-01-10\n{SECTIONS}"
    identity = _identity(text)
    assert (identity.agency, identity.year) == ("如皋市水利局", 2022)


def test_the_sites_name_above_a_bare_title_is_not_the_body_that_signs_or_speaks() -> None:
    head = "如皋市人民政府\n2022年政府信息公开工作年度报告\n"
    assert _identity(f"{head}{SECTIONS}六、其他需要报告的事项\n无\n如皋市水利局\n2023年1月9日").agency == "如皋市水利局"
    assert _identity(f"{head}{SECTIONS}2022年,我局认真公开。").agency is None
    assert _identity(f"{head}{SECTIONS}2022年,我市认真公开。").agency == "如皋市人民政府"


@pytest.mark.parametrize(
    ("prose", "agency"),
    [
        ("2020年,我局做好公开。科学设置如皋市水利局网站栏目。", "如皋市水利局"),
        ("2020年,我局在如皋市人民政府的领导下,通过如皋市人民政府门户网站公开。", None),
        ("2020年,我局与如皋市公安局联合做好公开。", None),
        ("2020年,我局与如皋市公安局联合公开,设置如皋市水利局网站栏目。", None),
        ("2020年,我镇通过如皋市人民政府网站公开。如皋市人民政府网站更新。如皋市人民政府网站改版。", None),
        ("如皋市水利局网站更新。如皋市水利局召开会议,如皋市水利局设专栏。如皋市水利局做好公开。", "如皋市水利局"),
        ("如皋市水利局网站更新。", None),
    ],
)
def test_a_body_named_in_passing_proves_nothing(prose: str, agency: str | None) -> None:
    assert _identity(f"一、总体情况\n{prose}\n").agency == agency


@pytest.mark.parametrize(
    ("sentence", "agency"),
    [
        ("本报告由如皋市白蒲镇人民政府编制。", "如皋市白蒲镇人民政府"),
        ("县级汇总报告由如皋市人民政府办公室编制,本报告由如皋市白蒲镇人民政府编制。", "如皋市白蒲镇人民政府"),
        ("上级报告由如皋市人民政府办公室编制。", None),
        ("本报告由如皋市人民政府办公室综合全市各镇报告汇总编制。", None),
        ("现公布如皋市白蒲镇人民政府2022年政府信息公开工作年度报告。", "如皋市白蒲镇人民政府"),
        ("如有疑问,请与如皋市白蒲镇人民政府党政办联系。", "如皋市白蒲镇人民政府"),
        ("如有疑问,请与如皋市人民政府办公室联系。", None),
        ("如有疑问,请与我镇党政办联系。", None),
    ],
)
def test_sentences_that_say_whose_report_it_is(sentence: str, agency: str | None) -> None:
    assert _identity(f"{sentence}\n一、总体情况\n2022年,我镇做好公开。\n").agency == agency


def test_the_period_of_this_report_is_preferred_to_that_of_the_one_before() -> None:
    text = (
        "如皋市水利局政府信息公开工作年度报告\n上一年度报告的统计期限为2021年1月1日至2021年12月31日。\n"
        "本报告所列数据的统计期限自2022年1月1日起至2022年12月31日止。\n一、总体情况\n"
    )
    assert _identity(text).year == 2022


@pytest.mark.parametrize(
    ("prose", "published", "year"),
    [
        ("2021年以来,2021年、2021年、2021年获奖;2022年做好公开。", "2023-01-09", 2022),
        ("2021年、2021年、2021年获奖。", "2023-01-09", None),
        ("2022年、2022年做好公开。", "2022-12-27", 2022),
        ("2022年做好公开。", "", 2022),
    ],
)
def test_prose_and_publication_must_not_disagree_about_the_year(prose: str, published: str, year: int | None) -> None:
    text = f"如皋市水利局政府信息公开工作年度报告\n发布时间:{published}\n一、总体情况\n{prose}\n"
    assert _identity(text).year == year


def test_a_year_after_the_publication_is_none() -> None:
    text = f"如皋市水利局2025年政府信息公开工作年度报告\n发布时间:2023-01-09\n{SECTIONS}"
    assert _identity(text).year is None


def test_dates_in_numerals_are_read() -> None:
    closing = "六、其他需要报告的事项\n无\n如皋市水利局\n二〇二三年一月二十三日"
    text = f"如皋市水利局政府信息公开工作年度报告\n{SECTIONS}{closing}"
    identity = _identity(text)
    assert (str(identity.published_on), identity.year) == ("2023-01-23", 2022)


def test_a_notice_that_names_or_lists_the_sections_is_no_report() -> None:
    notice = "关于做好2022年政府信息公开工作年度报告编制工作的通知\n各镇人民政府:\n"
    named = "应包括总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况等六部分。\n"
    assert not _identity(f"{notice}{named}市政府办公室\n2023年1月3日").is_report
    assert not _identity(f"{notice}请按提纲编制。\n{SECTIONS}").is_report


@pytest.mark.parametrize(
    "text",
    [
        SECTIONS,
        "(一)总体情况\n2.主动公开政府信息的情况\n三、行政机关收到和处理政府信息公开申请情况\n",
        "电话:0714-8766001)。一、总体情况 略。二、主动公开政府信息情况 略。四、政府信息公开行政复议、行政诉讼情况 无。",
    ],
)
def test_a_report_whose_tables_are_missing_is_known_by_its_headings(text: str) -> None:
    assert _identity(text).is_report


def test_huge_text_is_read_in_bounded_time_and_still_has_its_signature() -> None:
    filler = "南通市应急管理局2022年1月1日至信息公开" * 20_000
    text = f"2022年政府信息公开工作年度报告\n{SECTIONS}{filler}\n六、其他需要报告的事项\n无\n如皋市水利局\n2023年1月9日"
    started = time.process_time()
    identity = _identity(text)
    assert (identity.agency, identity.year) == ("如皋市水利局", 2022)
    assert time.process_time() - started < 2

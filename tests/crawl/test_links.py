"""Which links of a list page are reports: the title forms of real publishers."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flows.crawl.addresses import page_key
from flows.crawl.links import Link, find_links, is_report_title

LIST = "http://www.town.gov.cn/zwgk/gknb/index.html"


@pytest.mark.parametrize(
    "title",
    [
        "盐城市亭湖区人民政府毓龙街道办事处2024年政府信息公开工作年度报告",
        "2022年上海市政府信息公开工作年度报告",
        "2020年度龙游县湖镇镇政府信息公开工作报告",
        "2021年政府信息公开工作年报",
        "民主镇人民政府2024年政府信息公开年度报告",
        "舒兰市政务信息公开年度报告",
        "2023年度政务公开年度报告",
        "信息公开工作年度报告",
        "七都镇2019年度政府信息公开年度报告",
        "施集镇2020年度政府信息公开工作\n\n年度报告",
        "左贡县人民政府2021年度\n信息公开年度报告\n(2022年1月)",
        "蘭州新區經濟合作局關于2023年政府信息公開工作年度報告",
        "2012年上海市政府信息公開工作年度報告",
        "驼峰路街道办事处政府信息公开工作年度报告",
        "渭南市水务局 关于2014年度政府信息公开年度报告的函",
        "某局政府信息公开2023年度报告",
        "某县教师培训中心2023年政府信息公开工作年度报告",
        "唐村镇2010年政府信息公开工作年度报告.pdf",
        "区退役军人事务局2022年政府信息公开工作…",
    ],
)
def test_a_report_by_its_title(title: str) -> None:
    assert is_report_title(title)


@pytest.mark.parametrize(
    "title",
    [
        "【文稿解读】科苑街道办事处2020年政府信息公开工作年度报告",
        "一图读懂2023年政府信息公开工作年度报告",
        "图解:2023年政府信息公开年报",
        "关于做好2020年政府信息公开工作年度报告编制发布工作的通知",
        "2023年政府网站工作年度报表",
        "政府信息公开指南",
        "政府信息公开年报编制工作培训会召开",
        "政府信息公开工作年度报告制度",
        "2024年政务公开工作要点",
        "2023年法治政府建设年度报告",
        "2023年度部门决算公开",
    ],
)
def test_not_a_report_by_its_title(title: str) -> None:
    assert not is_report_title(title)


def test_links_are_absolute_each_once_with_their_fullest_text() -> None:
    page = find_links(
        """<a href="../a/t1.html#top" title="施集镇2020年政府信息公开工作年度报告">施集镇2020年政府信息公…</a>
        <a href="/zwgk/a/t1.html"><img alt="2020年政府信息公开年报"></a>
        <a href="2019.pdf">2019年政府信息公开 工作年度报告</a><a href="x.html">要闻</a>""",
        LIST,
    )
    assert page.reports == (
        Link("http://www.town.gov.cn/zwgk/a/t1.html", "施集镇2020年政府信息公开工作年度报告"),
        Link("http://www.town.gov.cn/zwgk/gknb/2019.pdf", "2019年政府信息公开 工作年度报告"),
    )


def test_a_column_is_no_report_but_a_bare_title_at_an_article_is() -> None:
    page = find_links(
        """<a href="/zwgk/gknb/">政府信息公开年报</a><a href="/col/col123/index.html">政府信息公开年报</a>
        <a href="/zwgk/bmnb/index_1.html">各部门政府信息公开工作年度报告</a><a href="">政府信息公开年报</a>
        <a href="/art/2020/1/1/art_1_2.html">政府信息公开工作年度报告</a>
        <a href="/zfxxgknb_5743066/2023n/">关岭县2023年政府信息公开工作年度报告</a>""",
        LIST,
    )
    assert [link.url.removeprefix("http://www.town.gov.cn") for link in page.reports] == [
        "/art/2020/1/1/art_1_2.html",
        "/zfxxgknb_5743066/2023n/",
    ]
    assert page.unfollowed == ()


@pytest.mark.parametrize(
    "link",
    [
        '<a href="index_2.html">下一页</a>',
        '<a href="index_2.html">下一页 ></a>',
        '<a href="index_2.html">下页</a>',
        '<a href="index_2.html" rel="next">2</a>',
        '<link rel="next" href="index_2.html">',
        '<base href="/zwgk/gknb/"><a href="./index_2.html"> 下一頁 </a>',
    ],
)
def test_the_next_page_is_found(link: str) -> None:
    assert find_links(link, LIST).next_pages == ("http://www.town.gov.cn/zwgk/gknb/index_2.html",)


def test_scripts_and_this_page_are_no_next_page() -> None:
    html = '<a href="javascript:next()">下一页</a><a href="#">下一页</a><a href="index.html">下一页</a>'
    assert find_links(html, LIST).next_pages == ()


def test_a_report_behind_a_script_is_told_and_not_lost() -> None:
    page = find_links('<a href="javascript:open(1)">某镇2020年政府信息公开工作年度报告</a>', LIST)
    assert page.reports == ()
    assert page.unfollowed == (Link("javascript:open(1)", "某镇2020年政府信息公开工作年度报告"),)


@given(st.text(), st.text())
def test_whatever_a_page_holds_only_web_addresses_are_followed(html: str, href: str) -> None:
    for page in (find_links(html, LIST), find_links(f'<a href="{href}">2020年政府信息公开年报</a>', LIST)):
        assert all(
            url.startswith(("http://", "https://")) for url in (*(r.url for r in page.reports), *page.next_pages)
        )


TITLES = yaml.safe_load(Path(__file__).with_name("titles.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("kind", "is_report"), [("reports", True), ("not_reports", False)])
def test_titles_in_the_forms_of_real_lists(kind: str, is_report: bool) -> None:
    assert [title for title in TITLES[kind] if is_report_title(title) is not is_report] == []


@pytest.mark.parametrize(
    "others",
    [
        ["https://www.town.gov.cn/jz/t1.html", "http://town.gov.cn/jz/t1.html", "http://m.town.gov.cn/jz/t1.html"],
        ["http://www.town.gov.cn/jz/t1_wap.html", "http://www.town.gov.cn/jz/t1_app.html"],
        ["http://www.town.gov.cn//jz//t1.html", "http://www.town.gov.cn:80/jz/t1.html#top"],
        ["http://big5.www.gov.cn/gate/big5/www.town.gov.cn/jz/t1.html"],
    ],
)
def test_one_page_under_several_addresses_is_one(others: list[str]) -> None:
    plain = "http://www.town.gov.cn/jz/t1.html"
    links = "".join(f'<a href="{url}">甲镇2020年政府信息公开年报</a>' for url in [*others, plain])
    (link,) = find_links(links, LIST).reports
    assert link.url == plain


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("http://a.gov.cn/x.jsp?area=1&fbtime=2", "https://a.gov.cn/x.jsp?fbtime=2&area=1"),
        ("http://a.gov.cn/list/", "http://www.a.gov.cn//list/index.html"),
        ("http://a.gov.cn/%E5%B9%B4.html", "http://a.gov.cn/年.html"),
    ],
)
def test_addresses_of_one_page(url: str, other: str) -> None:
    assert page_key(url) == page_key(other)


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("http://a.gov.cn/t1.html", "http://b.gov.cn/t1.html"),
        ("http://zwgk.a.gov.cn/t1.html", "http://a.gov.cn/t1.html"),
        ("http://a.gov.cn/t1.html", "http://a.gov.cn/t1.shtml"),
        ("http://a.gov.cn/x?id=1", "http://a.gov.cn/x?id=2"),
        ("http://a.gov.cn:8080/t1.html", "http://a.gov.cn/t1.html"),
        ("http://a.gov.cn/T1.html", "http://a.gov.cn/t1.html"),
    ],
)
def test_addresses_of_two_pages(url: str, other: str) -> None:
    assert page_key(url) != page_key(other)


def test_a_link_whose_script_names_an_address_is_followed() -> None:
    html = """<a href="javascript:void(0)" onclick="window.open('../t1.html')">甲镇2020年政府信息公开年报</a>"""
    page = find_links(html, LIST)
    assert page.reports == (Link("http://www.town.gov.cn/zwgk/t1.html", "甲镇2020年政府信息公开年报"),)
    assert page.unfollowed == ()

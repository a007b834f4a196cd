"""Whole heads of reports as VARIANTS section 1 tells of them, in flat text and HTML: body, year, scope.

They were written before the code was tried on them: of 29 at first 24 bodies, 28 years and 28 scopes were
right. None means that nobody can say: a wrong body or year would be far worse.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from extractors.flat_text import read_flat_text
from extractors.html import read_html
from extractors.identity import Identity, identify
from schemas.facts import Scope

OWN, AGGREGATE = Scope.OWN, Scope.AGGREGATE
SECTIONS = (
    "一、总体情况\n{}\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n"
    "四、政府信息公开行政复议、行政诉讼情况\n五、存在的主要问题及改进情况\n六、其他需要报告的事项\n{}\n"
)


def text(head: str, prose: str = "按时完成公开工作。", end: str = "无其他事项。") -> str:
    return f"{head}\n{SECTIONS.format(prose, end)}"


def page(head: str, prose: str = "按时完成公开工作。", *, title: str = "", end: str = "无其他事项。") -> str:
    lines = "".join(f"<p>{line}</p>" for line in text("", prose, end).split("\n"))
    return f"<html><head><title>{title}</title></head><body>{head}{lines}</body></html>"


class Head(NamedTuple):
    """A head with what it says; ``agency`` and ``year`` None where nobody can say."""

    name: str
    document: str
    agency: str | None
    year: int | None
    scope: Scope | None = None


HEADS = [
    Head(
        "issuer is the county, the town speaks",
        text(
            "[索引号] | 01526/2024-3 |\n发布机构: 镇安县政府 | 发布日期: 2024-01-22 |\n"
            "茅坪回族镇2023年政府信息公开工作年度报告",
            "我镇全年更新栏目12次。",
        ),
        "茅坪回族镇",
        2023,
        OWN,
    ),
    Head(
        "title in traditional characters",
        text("蘭州新區經濟合作局關于2023年政府信息公開工作年度報告", "我局公开信息40条。"),
        "蘭州新區經濟合作局",
        2023,
        OWN,
    ),
    Head(
        "traditional page, html",
        page(
            "<div>首頁 &gt; 政務公開 &gt; 年報</div>"
            "<h1>寧陝縣民政局2021年度政府信息公開工作年度報告</h1><p>發布時間:2022-01-18</p>",
        ),
        "寧陝縣民政局",
        2021,
    ),
    Head(
        "one paragraph, flat",
        "安定区符家川镇人民政府2018年政府信息公开工作年度报告 根据条例要求编制本报告。"
        "一、总体情况 我镇公开信息20条。二、主动公开政府信息情况 全年发布通知5条。"
        "三、收到和处理政府信息公开申请情况 未收到申请。四、政府信息公开行政复议、行政诉讼情况 无。\n",
        "安定区符家川镇人民政府",
        2018,
        OWN,
    ),
    Head(
        "one paragraph, html",
        "<body><div>2020年开平市马冈镇人民政府政府信息公开工作年度报告。本年度报告按规定编制。"
        "一、总体情况。我镇认真落实要求。二、主动公开政府信息情况。公开35条。"
        "三、收到和处理政府信息公开申请情况。收到0件。</div></body>",
        "开平市马冈镇人民政府",
        2020,
        OWN,
    ),
    Head(
        "navigation cut the title, the page's own field has it whole",
        page(
            "<div>政府信息公开年报</div><div>五常市民意乡人民政府2021年政府信息公开工作年...</div>",
            title="五常市民意乡人民政府2021年政府信息公开工作年度报告-五常市人民政府",
        ),
        "五常市民意乡人民政府",
        2021,
    ),
    Head(
        "cut title in the navigation, whole one below",
        text("当前位置 > 南谯区乌衣镇2020年度政府信息公...\n南谯区乌衣镇2020年度政府信息公开工作年度报告"),
        "南谯区乌衣镇",
        2020,
    ),
    Head(
        "the office's report gathers townships and departments",
        text(
            "乌恰县人民政府办公室2025年政府信息公开工作年度报告",
            "本报告由县政府办公室综合全县11个乡镇和各部门的报告编制。",
        ),
        "乌恰县人民政府办公室",
        2025,
        AGGREGATE,
    ),
    Head(
        "own body of a ministry",
        text("海关总署(本级机关)2022年政府信息公开工作年度报告"),
        "海关总署(本级机关)",
        2022,
        OWN,
    ),
    Head(
        "customs district",
        text("2022年南京海关关区政府信息公开工作年度报告", "本报告数据涵盖南京海关及各隶属海关。"),
        "南京海关",
        2022,
        AGGREGATE,
    ),
    Head(
        "a town copied the county's text",
        text("望疃镇2019年政府信息公开工作年度报告", "2019年,全县共主动公开信息数529条。"),
        "望疃镇",
        2019,
        None,
    ),
    Head(
        "a town says it gathers the district's towns",
        text(
            "浉河区水东镇2019年政府信息公开工作年度报告",
            "本报告根据条例,综合全区各镇(街办)、各部门报告编制。",
        ),
        "浉河区水东镇",
        2019,
        None,
    ),
    Head(
        "a city for all its organs",
        text("白城市2021年政府信息公开工作年度报告", "2021年,全市各级行政机关共受理政府信息公开申请449件。"),
        "白城市",
        2021,
        AGGREGATE,
    ),
    Head(
        "a county with numbers of departments and townships",
        text("鄯善县2020年政府信息公开工作年度报告", "报告中的数据包含29个部门及11个乡镇的统计数据。"),
        "鄯善县",
        2020,
        AGGREGATE,
    ),
    Head(
        "nickname and neighbour's office in the source",
        page(
            "<h2>榆阳区岔河则乡2022年政府信息公开工作年度报告</h2>"
            "<div>来源:榆阳区人民政府办公室 2023-02-06 打印 字体:大 中 小</div>",
            "本机关按要求公开。",
        ),
        "榆阳区岔河则乡",
        2022,
        OWN,
    ),
    Head(
        "typo: the year twice",
        text("2025湖口县大垅乡2025年度政府信息公开工作年度报告\n2026-01-20"),
        "湖口县大垅乡",
        2025,
    ),
    Head(
        "neither agency nor year in the opening",
        text("本报告根据条例编制,由六个部分组成。", "一年来,我局落实公开要求。"),
        None,
        None,
        OWN,
    ),
    Head(
        "published in the data year",
        text("湖口县武山镇2024年政府信息公开工作年度报告\n发布日期:2024-12-25 来源:湖口县人民政府"),
        "湖口县武山镇",
        2024,
    ),
    Head(
        "copied-forward year in the prose",
        text("2022年金台区民政局政府信息公开工作年度报告\n2023-01-30", "2021年我局公开信息60条。2021年我局培训2次。"),
        "金台区民政局",
        2022,
        OWN,
    ),
    Head(
        "late report of an early year",
        text("国资委2020年政府信息公开工作年度报告\n2022-01-29"),
        "国资委",
        2020,
    ),
    Head(
        "explainer",
        page("<h1>【文稿解读】科苑街道办事处2020年政府信息公开工作年度报告</h1><p>一、编制背景</p>"),
        None,
        2020,
    ),
    Head(
        "cover letter, then title",
        text(
            "福州市防震减灾中心:现予报送。专此函达。\n2023年1月11日\n福州市防震减灾中心2022年政府信息公开工作年度报告",
        ),
        "福州市防震减灾中心",
        2022,
    ),
    Head(
        "letter as title, body above",
        text("渭南市水务局\n关于2014年度政府信息公开年度报告的函\n2015-03-20"),
        "渭南市水务局",
        2014,
    ),
    Head(
        "bureau names its parent's portal only",
        text("政府信息公开工作年度报告\n2023-01-17", "2022年,我局通过渭南市人民政府门户网站公开信息。"),
        None,
        2022,
        OWN,
    ),
    Head(
        "list of links beside the title",
        page(
            "<ul><li>如东县栟茶镇2019年政府信息公开工作年度报告</li><li>如东县洋口镇2020年政府信息公开工作年度报告</li></ul>"
            "<h1>如东县曹埠镇2021年政府信息公开工作年度报告</h1>",
            title="如东县曹埠镇2021年政府信息公开工作年度报告",
        ),
        "如东县曹埠镇",
        2021,
    ),
    Head(
        "city report that says it leaves the departments out",
        text("上海市人民政府办公厅2020年政府信息公开工作年度报告", "本报告数据仅反映本机关情况,不含各区、各部门。"),
        "上海市人民政府办公厅",
        2020,
        OWN,
    ),
    Head(
        "a government whose office speaks says nothing of its scope",
        text("法库县人民政府2020年政府信息公开工作年度报告", "我办将加强对各部门的督导,本机关加强培训。"),
        "法库县人民政府",
        2020,
    ),
    Head(
        "title in two lines of html with a break",
        page("<h1>硚口区司法局2024年政府<br>信息公开工作年度报告</h1>", "我局公开信息30条。"),
        "硚口区司法局",
        2024,
        OWN,
    ),
    Head(
        "clone: the name is machine-made",
        text("365bet(中国)官方网站2024年政府信息公开工作年度报告", "我局公开信息30条。"),
        None,
        2024,
        OWN,
    ),
    Head(
        "whole report in one paragraph after navigation, issuer before",
        "首页 政务公开 年报 发布机构:开远市人民政府办公室 开远市林业和草原局2022年政府信息公开工作年度报告 "
        "一、总体情况 我局公开信息。二、主动公开政府信息情况 略。三、收到和处理政府信息公开申请情况 略。\n",
        "开远市林业和草原局",
        2022,
        OWN,
    ),
]


def identity_of(head: Head) -> Identity:
    read = read_html if head.document.startswith("<") else read_flat_text
    return identify(read(head.document.encode()))


@pytest.mark.parametrize("head", HEADS, ids=lambda head: head.name)
def test_a_head_gives_body_year_and_scope(head: Head) -> None:
    identity = identity_of(head)
    assert (identity.agency, identity.year, identity.scope) == (head.agency, head.year, head.scope)

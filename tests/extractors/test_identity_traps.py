"""Heads of reports among the names of other bodies and the titles of other reports: body and year.

The first 21 were written before the code was tried on them: at first 18 bodies and 20 years came out as
expected, two bodies were wrong ones (of links after the title, of a sentence copied from the county). The
others are of documents that broke. None means that nobody can say.
"""

from __future__ import annotations

import pytest

from extractors.flat_text import read_flat_text
from extractors.html import read_html
from extractors.identity import identify
from tests.extractors.test_identity_heads import page, text

TITLE = "政府信息公开工作年度报告"
Trap = tuple[str, str, str | None, int | None]

TRAPS: list[Trap] = [
    (
        "links after the title, in a column at the side",
        page(
            f"<h1>龙游县审计局2021年{TITLE}</h1><div>2022-01-14</div>"
            f"<ul><li>龙游县统计局2021年{TITLE}</li><li>龙游县民政局2021年{TITLE}</li></ul>",
            "我局公开审计结果12条。",
            title=f"龙游县审计局2021年{TITLE}",
        ),
        "龙游县审计局",
        2021,
    ),
    (
        "links after the title, nothing speaks for one",
        page(
            f"<h1>龙游县审计局2021年{TITLE}</h1>"
            f"<ul><li>龙游县统计局2021年{TITLE}</li><li>龙游县民政局2021年{TITLE}</li></ul>",
            "一年来公开信息12条。",
        ),
        None,
        2021,
    ),
    (
        "one link before a title in three lines",
        page(
            f"<a>潜山市水利局2020年{TITLE}</a>"
            "<p>潜 山 市</p><p>槎 水 镇 人 民 政 府</p><p>2020年政府信息公开工作年度报告</p>",
            "我镇全年公开信息88条。",
        ),
        "潜山市槎水镇人民政府",
        2020,
    ),
    (
        "the field is last year's",
        page(
            f"<h2>宁陕县江口镇2023年{TITLE}</h2><p>2024年1月11日</p>", title=f"宁陕县江口镇2022年{TITLE}-宁陕县人民政府"
        ),
        "宁陕县江口镇",
        2023,
    ),
    (
        "links to own earlier years, the field is last year's",
        page(
            f"<li>旌德县版书镇2020年{TITLE}</li><li>旌德县版书镇2021年{TITLE}</li><h1>旌德县版书镇2022年{TITLE}</h1>"
            "<p>本报告所列数据的统计期限自2022年1月1日起,至2022年12月31日止。</p>",
            title=f"旌德县版书镇2021年{TITLE}",
        ),
        "旌德县版书镇",
        2022,
    ),
    (
        "the path goes through a sibling's column",
        page(
            "<div>首页 &gt; 部门信息公开 &gt; 县发展改革局 &gt; 年度报告</div>"
            f"<h1>抚松县东岗镇2019年{TITLE}</h1><div>发布机构:抚松县安全生产监督管理局</div>",
            "我镇公开信息。",
        ),
        "抚松县东岗镇",
        2019,
    ),
    (
        "the parent's portal publishes a branch's report",
        page(
            "<div>中华人民共和国水利部 &gt; 政府信息公开年报</div>"
            "<h1>水利部黄河水利委员会山东黄河河务局<br>2021年政府信息公开工作年度报告</h1><div>来源:水利部</div>",
            "山东黄河河务局全年公开信息310条。",
            title="中华人民共和国水利部",
        ),
        "水利部黄河水利委员会山东黄河河务局",
        2021,
    ),
    (
        "only the issuer's field and 本机关",
        text("索引号:01234/2023-2 | 发布机构:开远市人民政府办公室\n发布日期:2023-01-20", "本机关2022年公开信息30条。"),
        None,
        2022,
    ),
    (
        "a letter to the superior above the title",
        text(
            f"三明市人民政府办公室:\n根据要求,现将我局报告随文报送,请审阅。\n2020年1月15日\n三明市林业局2019年{TITLE}",
            "我局公开信息55条。",
        ),
        "三明市林业局",
        2019,
    ),
    (
        "cover with the body in one line, the year in the next, the words in the third",
        text("临夏州司法局\n2021年度\n政府信息公开工作年度报告\n二〇二二年一月", "我局按时公开。"),
        "临夏州司法局",
        2021,
    ),
    (
        "nickname in the navigation, whole name as title",
        text(
            f"蚌山区城管局2022年政府信息公开年报\n蚌山区城市管理行政执法局2022年{TITLE}\n2023-01-19", "我局公开信息。"
        ),
        "蚌山区城市管理行政执法局",
        2022,
    ),
    (
        "government's title, its office is to be asked",
        text(f"左贡县人民政府2021年{TITLE}", "本机关公开信息。如对本报告有疑问,请与左贡县人民政府办公室联系。"),
        "左贡县人民政府",
        2021,
    ),
    (
        "no title; a government sends its readers to a bureau",
        text(
            "本报告所列数据的统计期限自2022年1月1日起至2022年12月31日止。如对报告有疑问,请与泽库县政务服务局联系。",
            "本机关公开信息。",
        ),
        None,
        2022,
    ),
    (
        "no title; the superior's office is to be asked, the town speaks",
        text("2021年度报告如下。如有疑问,请与宜宾市翠屏区人民政府办公室联系。", "2021年,我镇公开信息19条。"),
        None,
        2021,
    ),
    (
        "no title; the bureau's own office is to be asked",
        text(
            "统计期限为2023年1月至12月。如有疑问,请与什邡市教育和体育局办公室联系(0838-1234567)。",
            "本机关公开信息19条。",
        ),
        "什邡市教育和体育局",
        2023,
    ),
    (
        "copied sentence of the county under the town's title",
        text(
            f"余江区春涛镇2022年{TITLE}",
            "根据条例,现公布余江区2022年政府信息公开工作年度报告。全区共公开信息900条。",
        ),
        None,  # the title says one, the announcement the other
        2022,
    ),
    (
        "whole page in traditional characters",
        page(
            "<div>您所在的位置:首頁 &gt; 法定主動公開內容 &gt; 年報</div>"
            "<h1>雲和縣赤石鄉人民政府2020年度<br>政府信息公開工作年度報告</h1><p>發布時間:2021-01-22</p>",
            "我鄉公開信息。",
        ),
        "雲和縣赤石鄉人民政府",
        2020,
    ),
    (
        "masked place",
        text(f"XX县水利局2021年{TITLE}\n2022-01-12", "我局公开信息40条。"),
        None,
        2021,
    ),
    (
        "put out years late, on a page with its clock",
        page(
            "<div>今天是2024年5月6日 星期一</div>"
            f"<h1>灵台县什字镇政府信息公开2018年工作年度报告</h1><h1>灵台县什字镇2018年{TITLE}</h1>"
            "<div>发布时间:2020-09-03 浏览次数:77</div>",
            "2018年,我镇公开信息。2019年将改进。",
        ),
        "灵台县什字镇",
        2018,
    ),
    (
        "notice of the county above the town's report, both dated",
        text(
            "关于做好2023年政府信息公开工作年度报告编制发布工作的通知 2023-12-20\n"
            f"河口区孤岛镇2023年{TITLE}\n2024-01-16 来源:河口区人民政府",
            "我镇公开信息。",
        ),
        "河口区孤岛镇",
        2023,
    ),
    (
        "the body's name in gaps over the title, the superior's site in its field",
        page(
            "<p>延 长 县 财 政 局</p><p>2 0 2 2 年</p><p>政 府 信 息 公 开 工 作 年 度 报 告</p>",
            "我局公开预算。",
            title="延长县人民政府-政府信息公开年报",
        ),
        "延长县财政局",
        2022,
    ),
    (
        "the copied sentence where the town speaks",
        text(f"余江区春涛镇2022年{TITLE}", "根据条例,现公布余江区2022年政府信息公开工作年度报告。我镇公开信息9条。"),
        "余江区春涛镇",
        2022,
    ),
    (
        "whole titles of others before one in three lines (兴国县 2022)",
        page(
            f"<h3>兴国县人民政府2023年{TITLE}</h3><li>兴国县统计局2022年{TITLE}</li><li>兴国县2021年{TITLE}</li>"
            "<h1>兴国县退役军人事务局<br>2022年度政府信息公开<br>工作年度报告</h1>"
            "<p>现公布兴国县退役军人事务局2022年政府信息公开工作年度报告。统计期限自2022年1月1日起至2022年12月31日止。</p>",
            title=f"兴国县退役军人事务局2022年度{TITLE}-兴国县人民政府",
        ),
        "兴国县退役军人事务局",
        2022,
    ),
    (
        "compiled by, according to; a comma in the period (岳西县 2022)",
        page(
            "<p>本年度报告由岳西县店前镇人民政府按照《中华人民共和国政府信息公开条例》编制。"
            "所列数据的统计期限自2022年1月1日起,至2022年12月31日止。</p>",
            "2021年我镇公开30条;2021年还培训2次。",
            title="政府信息公开",
        ),
        "岳西县店前镇人民政府",
        2022,
    ),
    (
        "pronunciation in the title (海伦市 2022)",
        text("海伦市永富镇人民政府2022年政府信息公開(kāi)工作年度报告"),
        "海伦市永富镇人民政府",
        2022,
    ),
    (
        "title and sections in tables of one cell (惠安县 2021)",
        "<table><tr><td colspan=15>惠安县民政局2021年政府信息公开工作年度报告</td></tr></table>"
        "<table><tr><td>二、主动公开政府信息情况</td></tr></table><table><tr><td>规章</td><td>3</td></tr></table>",
        "惠安县民政局",
        2021,
    ),
    (
        "no title; the one body named is to be asked",
        text(
            "统计期限自2022年1月1日起至2022年12月31日止。对本报告有疑问,请与蚌埠市供销合作社联合社联系。",
            "本机关公开9条。",
        ),
        "蚌埠市供销合作社联合社",
        2022,
    ),
    (
        "no title; 我办 is the government's office",
        text("2022年1月1日至12月31日。对本报告有疑问,请与市中区人民政府办公室联系。", "我办公开信息9条。"),
        "市中区人民政府办公室",
        2022,
    ),
    (
        "no title; 我办 speaks for the whole county",
        text(
            "2022年1月1日至12月31日。对本报告有疑问,请与蓝山县人民政府办公室联系。", "我办指导各部门,全县公开信息9条。"
        ),
        None,
        2022,
    ),
]


@pytest.mark.parametrize(("name", "document", "agency", "year"), TRAPS, ids=[trap[0] for trap in TRAPS])
def test_neither_body_nor_year_is_another_reports(
    name: str, document: str, agency: str | None, year: int | None
) -> None:
    del name
    read = read_html if document.startswith("<") else read_flat_text
    identity = identify(read(document.encode()))
    assert (identity.agency, identity.year) == (agency, year), identity.evidence

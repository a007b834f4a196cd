"""Whose report a document of the corpus is, and in which words it says so (VARIANTS section 1).

Bodies take their places from `data/divisions.csv`; their figures and sentences are made up.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from tests.shared import REPOSITORY

TOWNS = ("清泉镇", "新桥乡", "双河镇", "石门镇", "龙王乡", "太平镇", "白沙镇", "永安乡")
STREETS = ("解放路", "东风", "朝阳", "文昌", "新华", "毓秀")
BUREAUS = (
    "财政局",
    "教育局",
    "应急管理局",
    "医疗保障局",
    "卫生健康局",
    "农业农村局",
    "市场监督管理局",
    "水务局",
    "统计局",
)
OTHERS = ("残疾人联合会", "机关事务服务中心", "退役军人事务局", "投资促进局", "档案馆", "供销合作社联合社")


@dataclass(frozen=True)
class Identity:
    """The words around a report; ``told_agency`` and ``told_year`` are what the document tells."""

    agency: str
    year: int
    published_on: date
    title: tuple[str, ...] = ()
    breadcrumb: tuple[str, ...] = ("首页", "政府信息公开", "政府信息公开年报")
    meta: str = ""
    intro: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    told_agency: str | None = ""  # "" is `agency`
    only_asked: bool = False  # the body is named only as the one to ask

    @property
    def expected_agency(self) -> str | None:
        """The body as the document names it; None where it does not."""
        return self.agency if self.told_agency == "" else self.told_agency


@cache
def _places() -> tuple[tuple[str, str, str], ...]:
    """Return (province, city, county) of every county-level place whose names are all real names."""
    with (REPOSITORY / "data" / "divisions.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    found = []
    for row in rows.values():
        if row["level"] != "county" or row["parent"] not in rows:
            continue
        city = rows[row["parent"]]
        province = rows.get(city["parent"], city)
        names = (province["name"], city["name"], row["name"])
        # 市辖区 and 直辖县级行政单位 stand in the list of divisions, but are no places.
        if city["level"] == "city" and all(3 <= len(name) <= 9 and "辖" not in name for name in names):
            found.append(names)
    return tuple(found)


def body(rng: random.Random) -> str:
    """Return the full name of a public body somewhere in China."""
    province, city, county = rng.choice(_places())
    return rng.choice(
        [
            f"{county}人民政府",
            f"{county}{rng.choice(BUREAUS)}",
            f"{city}{rng.choice(BUREAUS)}",
            f"{city}{county}人民政府",
            f"{county}{rng.choice(TOWNS)}人民政府",
            f"{city}{county}{rng.choice(STREETS)}街道办事处",
            f"{county}人民政府办公室",
            f"{county}{rng.choice(OTHERS)}",
            f"{province}司法厅",
            f"{city}{rng.choice(OTHERS)}",
        ]
    )


def _period(year: int) -> str:
    return f"本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。"


def _contact(agency: str) -> str:
    return f"如对本报告有疑问，请与{agency}联系（电话：0000-1234567）。"


Form = Callable[[str, int, random.Random], Identity]


def _normal(agency: str, year: int, rng: random.Random) -> Identity:
    words = rng.choice(["政府信息公开工作年度报告", "政府信息公开年度报告", "政府信息公开工作年报"])
    return _of(agency, year, (f"{agency}{year}年{words}",), intro=(_period(year),))


def _year_unit(agency: str, year: int, rng: random.Random) -> Identity:
    words = rng.choice(["政府信息公开工作报告", "政府信息公开年度报告", "政务公开年度报告"])
    return _of(agency, year, (f"{agency}{year}年度{words}",), intro=(_period(year), _contact(agency)))


def _year_first(agency: str, year: int, rng: random.Random) -> Identity:
    gap = rng.choice(["", "关于"])
    return _of(agency, year, (f"{year}年{agency}{gap}政府信息公开工作年度报告",), intro=(_period(year),))


def _split(agency: str, year: int, rng: random.Random) -> Identity:
    lines = rng.choice(
        [
            (f"{agency}{year}年政府信息公开", "工作年度报告"),
            (f"{agency}{year}年政府", "信息公开工作年度报告"),
            (f"{agency}", f"{year}年政府信息公开工作年度报告"),
            (f"{agency}{year}年度", "信息公开年度报告", f"（{year + 1}年1月）"),
        ]
    )
    return _of(agency, year, lines, intro=(_period(year),))


def _no_year(agency: str, year: int, _: random.Random) -> Identity:
    return _of(agency, year, (f"{agency}政府信息公开工作年度报告",), intro=(_period(year),))


def _no_title_contact(agency: str, year: int, _: random.Random) -> Identity:
    return replace(_of(agency, year, (), intro=(_period(year), _contact(agency)), breadcrumb=()), only_asked=True)


def _no_title_announced(agency: str, year: int, _: random.Random) -> Identity:
    line = f"根据《中华人民共和国政府信息公开条例》规定，现公布{agency}{year}年度政府信息公开工作年度报告。"
    return _of(agency, year, (), intro=(line,), breadcrumb=())


def _no_title_compiled(agency: str, year: int, _: random.Random) -> Identity:
    line = f"按照《中华人民共和国政府信息公开条例》要求，本报告由{agency}编制。"
    return _of(agency, year, (), intro=(line, _period(year)), breadcrumb=())


def _no_agency(agency: str, year: int, _: random.Random) -> Identity:
    title = f"{year}年政府信息公开工作年度报告"
    return replace(_of(agency, year, (title,), intro=(_period(year), _contact(agency))), only_asked=True)


def _doubled(agency: str, year: int, rng: random.Random) -> Identity:
    title = rng.choice(
        [
            (f"{agency}{year}年政府信息公开年度报告", f"{agency}{year}年政府信息公开工作年度报告"),
            (f"{year}{agency}{year}年度政府信息公开工作报告",),
        ]
    )
    return _of(agency, year, title, intro=(_period(year),))


def _late(agency: str, year: int, rng: random.Random) -> Identity:
    """The day of publication is no guide: in the data year itself, or years after it."""
    day = rng.choice([date(year, 12, 25), date(year + 2, 8, 3), date(year + 3, 9, 14)])
    return _of(agency, year, (f"{agency}{year}年政府信息公开工作年度报告",), day=day, intro=(_period(year),))


def _copied_year(agency: str, year: int, _: random.Random) -> Identity:
    intro = (f"{year - 1}年，本机关认真贯彻落实《中华人民共和国政府信息公开条例》，各项工作有序推进。",)
    return _of(agency, year, (f"{agency}{year}年政府信息公开工作年度报告",), intro=intro)


def _other_issuer(agency: str, year: int, rng: random.Random) -> Identity:
    issuer = rng.choice(_places())[2]
    meta = f"发布时间：{year + 1}-01-20 17:11 发布机构：{issuer}人民政府办公室 浏览次数：312 字体：大 中 小"
    return _of(agency, year, (f"{agency}{year}年政府信息公开工作年度报告",), meta=meta, intro=(_period(year),))


def _lost_words(agency: str, year: int, _: random.Random) -> Identity:
    """年, 月 and the brackets of the notice's number are lost from the running text."""
    intro = (
        "本报告根据国办公开办函2021" + "30号编制，由总体情况等六部分组成。",
        f"所列数据的统计期限自{year}11日起至{year}1231日止。",
    )
    return _of(agency, year, (f"{agency}{year}年政府信息公开工作年度报告",), intro=intro)


def _six_names(agency: str, year: int, _: random.Random) -> Identity:
    intro = (
        "本报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议、行政诉讼情况、"
        "存在的主要问题及改进情况、其他需要报告的事项六部分组成。",
        _period(year),
    )
    closing = (agency, f"{year + 1}年1月18日")
    return _of(agency, year, (f"{agency}{year}年度政府信息公开工作年度报告",), intro=intro, closing=closing)


FORMS: dict[str, Form] = {
    "normal": _normal,
    "year and unit": _year_unit,
    "year first": _year_first,
    "split": _split,
    "no year": _no_year,
    "contact line": _no_title_contact,
    "announced": _no_title_announced,
    "compiled by": _no_title_compiled,
    "no agency": _no_agency,
    "doubled": _doubled,
    "late": _late,
    "copied year": _copied_year,
    "other issuer": _other_issuer,
    "lost words": _lost_words,
    "six names": _six_names,
}


def identity(number: int, year: int, rng: random.Random) -> Identity:
    """Return the identity of the ``number``-th document: the forms take turns."""
    return FORMS[form_name(number)](body(rng), year, rng)


def form_name(number: int) -> str:
    """Return the name of the ``number``-th document's form of identity."""
    return list(FORMS)[number % len(FORMS)]


def _of(
    agency: str,
    year: int,
    title: tuple[str, ...],
    *,
    day: date | None = None,
    meta: str | None = None,
    intro: tuple[str, ...] = (),
    closing: tuple[str, ...] = (),
    breadcrumb: tuple[str, ...] = ("首页", "政府信息公开", "政府信息公开年报"),
) -> Identity:
    day = day or date(year + 1, 1, 20)
    said = f"发布时间：{day:%Y-%m-%d} 来源：本站 浏览次数：87" if meta is None and title else meta or ""
    return Identity(agency, year, day, title, breadcrumb, said, intro, closing)

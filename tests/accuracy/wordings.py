"""How publishers word the form's labels in the corpus: variants that were met (VARIANTS 2 and 6), and damage.

Each function draws a `Wording` for a format. The figures below the labels are never touched.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from schemas.formats import Format, Node
from tests.corpus import Wording, damage

Words = Callable[[Format, random.Random], Wording]

# Wordings that stand on published pages, or that careless copies make of them.
_MET = {
    "本年处理决定数量": ("本年处理绝对数量",),
    "现行有效件数": ("现行有效件",),
    "本年增/减": ("本年增/", "本年增／减", "本年增减"),
    "二、上年结转政府信息公开申请数量": ("二、上年结转政府信息公开数量",),
    "5.属于三类内部事务信息": ("5.属于三类内容事务信息",),
    "(二)部分公开(区分处理的,只计这一情形,不计其他情形)": (
        "(二)部分公开",
        "(二)部分公开(区分处理的,只计这一情况,不计其他情形)",
    ),
    "3.危及“三安全一稳定”": ('3.危及"三安全一稳定"', "3.危及三安全一稳定"),
    "总计": ("合计",),
    "(七)总计": ("(七)合计",),
    "规范性文件": ("规范性文件", "规 范 性文件"),
    "规章": ("规 章",),
    "其他结果": ("其它结果",),
    "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请": (
        "1.申请人无正当理由逾期不补正,行政机关不再处理其政府信息公开申请",
    ),
    "第二十条第(一)项": ("第二十条 第(一)项", "《条例》第二十条第(一)项"),
}
_BREAKS = {
    "自然人": "自\n然\n人",
    "总计": "总\n计",
    "商业企业": "商业\n企业",
    "科研机构": "科研\n机构",
    "社会公益组织": "社会\n公益\n组织",
    "法律服务机构": "法律\n服务\n机构",
    "结果维持": "结果\n维持",
    "结果纠正": "结果\n纠正",
    "其他结果": "其他\n结果",
    "尚未审结": "尚未\n审结",
    "(三)不予公开": "(三)\n不予公开",
    "本年新制作数量": "本年新\n制作数量",
    "本年新公开数量": "本年新\n公开数量",
    "本年制发件数": "本年\n制发件数",
}
_GAPS = {label: text.replace("\n", " ") for label, text in _BREAKS.items()}


def labels(form: Format) -> list[str]:
    """Return every label of rows and columns, groups included, once each."""

    def walk(node: Node) -> Iterator[str]:
        yield node.label
        for child in node.children:
            yield from walk(child)

    nodes = [n for table in form.tables for block in table.blocks for n in (*block.columns, *block.rows)]
    return list(dict.fromkeys(label for node in nodes for label in walk(node)))


def official(form: Format, rng: random.Random) -> Wording:
    """The form's own words in full-width or ASCII punctuation."""
    del form
    return Wording(full_width=rng.random() < 0.5)


def met(form: Format, rng: random.Random) -> Wording:
    """Wordings that were met, about every second one of them."""
    chosen = {label: rng.choice(texts) for label, texts in _MET.items() if label in _all(form) and rng.random() < 0.6}
    return Wording(labels=chosen, full_width=rng.random() < 0.5)


def broken(form: Format, rng: random.Random) -> Wording:
    """Heads broken over lines within their cells."""
    del form
    return Wording(labels=_BREAKS, full_width=rng.random() < 0.5)


def gapped(form: Format, rng: random.Random) -> Wording:
    """Spaces within labels, where line breaks were."""
    del form
    return Wording(labels=_GAPS, full_width=rng.random() < 0.5)


def lost_after_break(form: Format, rng: random.Random) -> Wording:
    """The text after a line break is lost: two heads read 本年新 (南通 2020)."""
    del rng
    chosen = (
        {"本年新制作数量": "本年新", "本年新公开数量": "本年新"}
        if form.code == "2019"
        else {"现行有效件数": "现行有效"}
    )
    return Wording(labels=chosen)


def damaged_labels(form: Format, rng: random.Random) -> Wording:
    """A character or two of six row labels are lost or wrong."""
    long = [label for label in labels(form) if len(label) >= 7]
    chosen = {}
    for label in rng.sample(long, 6):
        chosen[label] = (
            damage.replace_one(label, rng) if rng.random() < 0.5 else damage.lose(label, rng, rng.choice((1, 1, 2)))
        )
    return Wording(labels=chosen, full_width=rng.random() < 0.5)


def traditional(form: Format, rng: random.Random) -> Wording:
    """Labels in machine-made traditional characters."""
    return Wording(labels={label: damage.traditional(label) for label in _all(form)}, full_width=rng.random() < 0.5)


def glossed(form: Format, rng: random.Random) -> Wording:
    """Labels in traditional characters with their pronunciation in brackets."""
    del rng
    return Wording(labels={label: damage.glossed(label) for label in _all(form)})


def money_head(form: Format, rng: random.Random) -> Wording:
    """The head of the amount names its unit in another way, or (2021) names none."""
    ways = {
        "2019": ("采购总金额", ["采购总金额(万元)", "采购总金额(元)", "采购总金额(单位:万元)", "采购总金额\n(亿元)"]),
        "2021": (
            "本年收费金额(单位:万元)",
            ["本年收费金额(元)", "本年收费金额", "本年收费金额(单位:元)", "本年收费金额\n(单位:万元)"],
        ),
    }
    label, texts = ways[form.code]
    return Wording(labels={label: rng.choice(texts)}, full_width=rng.random() < 0.5)


def extra_row(form: Format, rng: random.Random) -> Wording:
    """The row that Jilin adds to its first table."""
    del form
    text = f"2020年本行政区域(或本部门)政府信息公开发布总数量(非新闻类、消息类):{rng.randint(20, 900)}"
    return Wording(notes={"disclosure": (text,)}, full_width=True)


def spare_columns(form: Format, rng: random.Random) -> Wording:
    """Last cells of the first table stretched over further grid columns."""
    del form
    return Wording(spare=rng.choice((1, 2, 3)), full_width=rng.random() < 0.5)


def _all(form: Format) -> list[str]:
    titles = [b.title for table in form.tables for b in table.blocks if b.title]
    corners = [text for table in form.tables for block in table.blocks for text in block.corner]
    return [*labels(form), *titles, *dict.fromkeys(corners)]

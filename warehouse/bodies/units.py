"""What stands behind the place in a body's name: its function, kind and canonical wording.

A unit is recognised by the functions and short names of `data/`; any other is a unit by how its name ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from warehouse.bodies.divisions import Division
from warehouse.bodies.places import places
from warehouse.bodies.words import kind_of, words

GOVERNMENT = "人民政府"
OFFICE = "人民政府办公室"
COMMITTEE = "管理委员会"
_ENDS = (("委员会", "委员会"), ("办公室", "办公室"), ("局", "局"), ("厅", "厅"), ("委", "委员会"), ("办", "办公室"))
_SHORTEST = 3  # 市局 says which only to those who know
_STREET = ("街道办事处", "办事处")
_TOWN_GOVERNMENT = ("镇人民政府", "乡人民政府", "镇政府", "乡政府")
# Where a place's name would end inside another word: 朝阳区域…, 南京市场….
_NO_UNIT = re.compile("[域场级]")
_PARENT = re.compile("(?P<parent>[一-龥]{2,14}?(?:局|厅|委员会|委))(?P<rest>[一-龥]{2,20})$")


@dataclass(frozen=True, slots=True)
class Unit:
    """A body without its place. ``key`` is the same for all wordings of one unit, ``name`` is shown.

    ``below`` is the unit of the same division that it is a part of, ``successor`` the one that took it in;
    both are keys of functions. ``by_rule`` units are known by nothing but how their name ends.
    """

    key: str
    name: str
    kind: str
    how: str = "name"
    reason: str = ""
    below: str = ""
    successor: str = ""
    by_rule: bool = False


@lru_cache(65536)
def function_unit(text: str) -> Unit | None:
    """Return the unit of a known function or a known short name."""
    known = words()
    how, reason = "name", ""
    if text in known.unit_aliases:
        means, why = known.unit_aliases[text]
        if means != text:
            text, how, reason = means, "alias", f"{text}: {why}"
    for written, full in _ENDS:
        wording = known.wordings.get(text.removesuffix(written)) if text.endswith(written) else None
        if wording:
            if wording.how != "name":
                how, reason = wording.how, f"{text}: {wording.function.reason}"
            function = wording.function
            return Unit(function.name, wording.full + full, "department", how, reason, successor=function.merged_into)
    if how == "alias" or text in known.unit_aliases:
        kind = kind_of(text)
        return Unit(text, text, kind, how, reason, below=_parent_of(text)) if kind else None
    return None


@lru_cache(65536)
def _parent_of(text: str) -> str:
    """Return the function of the department that a unit's name begins with: 公安 of 公安局交通警察支队."""
    parent = _PARENT.match(text)
    above = function_unit(parent["parent"]) if parent else None
    return above.key if above and above.key in words().functions else ""


def unit_of(text: str, division: Division) -> Unit | None:
    """Read what stands behind a place; None where nothing says that this is a unit.

    Raises nothing; an empty text is the place's government.
    """
    if not text:
        return government(division)
    if text.startswith(GOVERNMENT) and function_unit(text) is None:
        text = text[len(GOVERNMENT) :]  # 人民政府国有资产监督管理委员会
    known = function_unit(text)
    if known is not None:
        if known.key in _STREET and division.level != "township":
            return None  # 南湖街道办事处 is no office of 南湖区
        return _of_government(known, division) or known
    if division.level == "township" and text in _TOWN_GOVERNMENT:
        return government(division)
    kind = kind_of(text)
    if (
        kind in (None, "government", "street")
        or len(text) < _SHORTEST
        or _NO_UNIT.match(text)
        or (places(text) and kind != "department_branch")
    ):
        return None  # 巢湖市庐江县财政局 is no unit of the present 巢湖市
    return Unit(text, text, kind, below=_parent_of(text), by_rule=True)


def _of_government(known: Unit, division: Division) -> Unit | None:
    """Return the government or its office where a known unit is one of them."""
    if known.key in (OFFICE, f"{COMMITTEE}办公室"):
        return office(division, known)
    is_town = division.level == "township" and known.key in (*_STREET, COMMITTEE)
    if known.key == GOVERNMENT or is_town or (known.key == COMMITTEE and division.is_zone):
        return government(division)
    return None


def government(division: Division) -> Unit:
    """Return the unit that governs a division."""
    if division.level == "township":
        return _town_government(division.name)
    if division.is_zone:
        return Unit(GOVERNMENT, COMMITTEE, "zone")
    if division.name.endswith(("地区", "盟")):
        return Unit(GOVERNMENT, "行政公署", "government")
    return Unit(GOVERNMENT, GOVERNMENT, "government")


def _town_government(name: str) -> Unit:
    if name.endswith(("街道", "地区")):
        return Unit(GOVERNMENT, "办事处", "street")
    if name.endswith("办事处"):
        return Unit(GOVERNMENT, "", "street")
    if name.endswith(("镇", "乡", "苏木")):
        return Unit(GOVERNMENT, GOVERNMENT, "township")
    if words().zone_names.search(name):
        return Unit(GOVERNMENT, COMMITTEE, "zone")
    return Unit(GOVERNMENT, "", "township")


def office(division: Division, known: Unit) -> Unit:
    """Return the office of a division's government as it is called there."""
    if division.is_zone:
        name = f"{COMMITTEE}办公室"
    elif division.level == "province" or division.code in words().main_office:
        name = "人民政府办公厅"
    else:
        name = "办公室" if division.level == "township" and not division.name.endswith(("镇", "乡")) else OFFICE
    return Unit(OFFICE, name, "office", known.how, known.reason)


def branch(text: str) -> tuple[str, str] | None:
    """Take the name of a department's branch apart: 公安局渝北区分局 → (渝北区, 公安), else None.

    The place is empty where it stands before (渝北区 + 公安分局).
    """
    parent = _PARENT.match(text)
    if parent and parent["rest"].endswith(("分局", "支局")):
        above = function_unit(parent["parent"])
        if above:
            return parent["rest"][:-2], above.key
    if text.endswith(("分局", "支局")):
        above = function_unit(text[:-2] + "局")
        if above:
            return "", above.key
    return None

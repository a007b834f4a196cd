"""Reading the places that open a name: province, city, county, town, as far as they go.

Which of several places is meant is not decided here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from warehouse.bodies.divisions import Division, Named, town, tree

_TOWN = re.compile("(?P<name>[一-龥]{1,8}?(?:镇|乡|苏木))(?P<rest>$|人民政府|政府|镇政府|乡政府)")
_STREET = re.compile("(?P<stem>[一-龥]{1,9}?)(?:街道办事处|街道办|街道|街办)(?P<rest>$|办公室)")


class Reading(NamedTuple):
    """Places read from the opening of a name, and what follows them."""

    division: Division
    rest: str
    why: str = ""


def places(text: str) -> list[Reading]:
    """Read the places that open a text, each chain as far as it goes; several where the name is of several."""
    known = tree()
    for size, found in known.names.opening(text):
        return [longer for named in found for longer in _extend(named, text[size:])]
    # 重庆渝北区: a short name is one only where a place of that province or city follows.
    for size, found in known.shorts.opening(text):
        readings = [
            longer
            for named in found
            if named.division.level in ("province", "city")
            for longer in _extend(named, text[size:])
            if longer.division is not named.division and longer.division.code is not None
        ]
        if readings:
            return readings
    return []


def places_in_short(text: str) -> list[Reading]:
    """Read a short name that opens a text, of whatever level: 银川 + 经济技术开发区管理委员会."""
    for size, found in tree().shorts.opening(text):
        return [Reading(named.division, text[size:], named.why) for named in found]
    return []


def _extend(named: Named, rest: str) -> list[Reading]:
    """Read on below a division."""
    known = tree()
    division, why = named
    if division.level in ("province", "city"):
        for size, found in known.names.opening(rest):
            below = [
                Named(one.division, one.why or why)
                for one in found
                if one.division is not division and one.division.within(division)
            ]
            if not below and (division.code, rest[:size]) in known.moved:
                below = [Named(known.moved[f"{division.code}", rest[:size]], "moved to another city since")]
            if below:
                return [longer for one in below for longer in _extend(one, rest[size:])]
    # 亭湖区人民政府毓龙街道办事处: a government may stand between a place and its town.
    after = rest[4:] if rest.startswith("人民政府") else rest
    if division.level in ("city", "county") and after:
        towns = _towns_below(division, after)
        if towns:
            return [Reading(one, left, why) for one, left in towns]
    return [Reading(division, rest, why)]


def _towns_below(division: Division, rest: str) -> list[tuple[Division, str]]:
    """Read a town below a city or county: one of the list, else one that only its kind makes known."""
    for size, _ in tree().towns.opening(rest):
        found = listed_towns(rest[:size], division)
        if found:
            return [(one, rest[size:]) for one in found]
    named = town_named(rest)
    if named is None:
        return []
    name, left = named
    listed = listed_towns(name, division)
    if listed:
        return [(one, left) for one in listed]
    return [(Division(None, name, "township", division), left)] if division.level == "county" else []


def town_named(text: str) -> tuple[str, str] | None:
    """Take a name that is one of a town by its kind alone apart: (施集镇, 人民政府), (毓龙街道, 办事处)."""
    street = _STREET.fullmatch(text)
    if street:
        return f"{street['stem']}街道", street["rest"]
    found = _TOWN.fullmatch(text)
    if found:
        rest = found["rest"]
        return found["name"], rest if rest in ("", "人民政府", "政府") else "政府"
    return None


def listed_towns(name: str, within: Division | None = None) -> list[Division]:
    """Return the listed townships of a name, those below a division where one is given."""
    codes = tree().towns.get(name)
    if codes is None:
        return []
    if within is not None and within.code is not None:
        start = within.code[:2] if within.level == "province" else within.code[: 4 if within.level == "city" else 6]
        codes = tuple(code for code in codes if code.startswith(start))
    return [one for one in map(town, codes) if within is None or one.within(within)]


def by_short_name(text: str, levels: frozenset[str]) -> list[Named]:
    """Return the divisions that a short name may mean at some levels."""
    return [named for named in tree().shorts.get(text, ()) if named.division.level in levels]

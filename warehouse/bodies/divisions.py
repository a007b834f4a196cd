"""The tree of administrative divisions, its names (short, former) and the reading of places that open a name.

Divisions are those of `data/divisions.csv`; those of before (`data/division_changes.csv`) lead to what they
became or, where several became one, are divisions of their own that have ended. Loaded at the first question.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from warehouse.bodies.words import DATA, words

# Rows of the list that are headings and no places; what stands below them belongs to the province.
_HEADINGS = re.compile("^(?:市辖区|县|省直辖县级行政区划|自治区直辖县级行政区划)$")
_PROVINCE_ENDS = re.compile("(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)$")
_SHORT_ENDS = re.compile("(?:自治州|自治县|自治旗|地区|林区|特区|市|县|区|旗|盟|州)$")
_LONGEST = 20
_TOWN = re.compile("(?P<name>[一-龥]{1,8}?(?:镇|乡|苏木))(?P<rest>$|人民政府|政府|镇政府|乡政府)")
_STREET = re.compile("(?P<stem>[一-龥]{1,9}?)(?:街道办事处|街道办|街道|街办)(?P<rest>$|办公室)")


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """A place with an administration. ``ended`` ones were merged into their ``successor`` (None: into several)."""

    code: str | None  # None: a township that the list does not have
    name: str
    level: str  # province, city, county, township
    parent: Division | None = None
    ended: bool = False
    successor: Division | None = None

    @property
    def key(self) -> str:
        """What tells it from every other division, whatever its township's code is or was."""
        if self.level == "township":
            return f"{self.parent.key if self.parent else ''}/{self.name}"
        return f"{self.code}/{self.name}" if self.ended else f"{self.code}"

    @property
    def is_zone(self) -> bool:
        """Whether a committee governs it (开发区管理委员会); such have codes from 71 on in the list."""
        return self.level == "county" and bool(words().zone_names.search(self.name)) and f"{self.code}"[4:6] >= "71"

    def at(self, level: str) -> Division | None:
        """Return itself or the one above it at a level."""
        found: Division | None = self
        while found is not None and found.level != level:
            found = found.parent
        return found

    def name_at(self, level: str) -> str | None:
        """Return the name of the division of a level that this one is, or is below."""
        found = self.at(level)
        return found.name if found else None

    def within(self, other: Division) -> bool:
        """Whether this one is the other or below it."""
        found: Division | None = self
        while found is not None and found is not other:
            found = found.parent
        return found is not None

    @property
    def short(self) -> str:
        """Its name in speech: 安徽, 滁州, 恩施, 长阳."""
        return _short(self.name, self.level)

    @property
    def prefix(self) -> str:
        """How names of its bodies begin: a county stands alone, a district after its city, a town after its county."""
        if self.level == "township":
            return (self.parent.prefix if self.parent else "") + self.name
        above = self.parent
        if self.level == "county" and self.name.endswith("区") and above and not self.name.startswith(above.short):
            return above.name + self.name
        return self.name


class Named(NamedTuple):
    """A name of a division; ``why`` says how it differs from the present one, or is empty."""

    division: Division
    why: str = ""


class Reading(NamedTuple):
    """Places read from the opening of a name, and what follows them."""

    division: Division
    rest: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """Divisions by code and by their names; townships by name as codes, made divisions when asked for."""

    by_code: dict[str, Division]
    names: dict[str, tuple[Named, ...]]
    shorts: dict[str, tuple[Named, ...]]
    towns: dict[str, list[str]]
    listed: dict[str, tuple[str, str]]  # a township's code → its name and parent's code
    moved: dict[tuple[str, str], Division]  # (former parent's code, name) → the division


@cache
def tree() -> Tree:
    """Load the divisions; some 0.3 s, once."""
    by_code: dict[str, Division] = {}
    headings: dict[str, str] = {}  # a row that is no place → the code that its children hang on
    towns: dict[str, list[str]] = {}
    listed: dict[str, tuple[str, str]] = {}
    may_stand = words().township_names
    with (DATA / "divisions.csv").open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        for code, name, level, parent in rows:
            above = headings.get(parent, parent)
            if level == "township":
                if not may_stand.search(name):
                    continue
                listed[code] = (name, above)
                towns.setdefault(name, []).append(code)
                if "族" in name and (plain := _without_nationality(name)) != name:
                    towns.setdefault(plain, []).append(code)
            elif _HEADINGS.match(name) or (above in by_code and by_code[above].name == name):
                headings[code] = above  # 东莞市 is listed below itself too
            else:
                by_code[code] = Division(code, name, level, by_code.get(above))
    names: dict[str, tuple[Named, ...]] = {}
    shorts: dict[str, tuple[Named, ...]] = {}
    for division in by_code.values():
        _add(names, division.name, Named(division))
        _add(shorts, division.short, Named(division, f"{division.short}: {division.name}"))
        plain = _without_nationality(division.name)
        if plain != division.name and division.level != "province":
            _add(names, plain, Named(division, f"{plain}: {division.name}"))
    moved = _add_changes(by_code, names)
    return Tree(by_code, names, shorts, towns, listed, moved)


def _add(index: dict[str, tuple[Named, ...]], name: str, found: Named) -> None:
    index[name] = (*index.get(name, ()), found)


def _add_changes(by_code: dict[str, Division], names: dict[str, tuple[Named, ...]]) -> dict[tuple[str, str], Division]:
    moved: dict[tuple[str, str], Division] = {}
    with (DATA / "division_changes.csv").open(encoding="utf-8", newline="") as lines:
        changes = list(csv.DictReader(lines))
    became = {row["old_code"]: row["new_code"] for row in changes if row["how"] == "renamed"}
    for row in changes:
        old_code, old, new = row["old_code"], row["old_name"], by_code.get(row["new_code"])
        above = f"{old_code[:4]}00"
        if row["how"] == "moved" and new is not None:
            moved[above, old] = new
        elif row["how"] == "renamed" and new is not None:
            known = names.get(old, ())
            if all(named.division is not new for named in known):
                _add(names, old, Named(new, f"{old} was renamed to {new.name} ({row['year']})"))
            if (above_now := by_code.get(became.get(above, above))) is None or not new.within(above_now):
                moved[above, old] = new
        elif row["how"] == "merged":
            level = "city" if old_code.endswith("00") else "county"
            parent = by_code.get(became.get(above, above)) if level == "county" else None
            parent = parent or by_code.get(f"{old_code[:2]}0000")
            ended = Division(old_code, old, level, parent, ended=True, successor=new)
            _add(names, old, Named(ended, f"{old} ended in {row['year']}"))
    return moved


def _short(name: str, level: str) -> str:
    if level == "province":
        return _PROVINCE_ENDS.sub("", name)
    plain = _without_nationality(name)
    short = _SHORT_ENDS.sub("", plain)
    return short if len(short) >= 2 else plain


def _without_nationality(name: str) -> str:
    """Return 恩施州 for 恩施土家族苗族自治州 and 茅坪镇 for 茅坪回族镇; other names as they are."""
    if "族" not in name and "自治" not in name:
        return name
    ends = re.search("(?:自治(?P<end>[州县旗区])|(?P<town>民族乡|镇|乡))$", name)
    if ends is None:
        return name
    stem = name[: ends.start()]
    # 大通回族土族自治县: nationalities stand last. 东乡族自治县 is named for nothing else: 东乡县.
    plain = words().nationalities.sub("", stem) or stem.removesuffix("族")
    if plain == stem:
        return name
    return plain + (ends["end"] or ends["town"].removeprefix("民族"))


@cache
def town(code: str) -> Division:
    """Return the township of a code."""
    name, parent = tree().listed[code]
    return Division(code, name, "township", tree().by_code[parent])


def places(text: str) -> list[Reading]:
    """Read the places that open a text, each chain as far as it goes; several where the name is of several."""
    known = tree()
    for size in range(min(len(text), _LONGEST), 1, -1):
        found = known.names.get(text[:size])
        if found:
            return [longer for named in found for longer in _extend(named, text[size:])]
    # 重庆渝北区: a short name is one only where a place of that province or city follows.
    for size in range(min(len(text), _LONGEST), 1, -1):
        readings = [
            longer
            for named in known.shorts.get(text[:size], ())
            if named.division.level in ("province", "city")
            for longer in _extend(named, text[size:])
            if longer.division is not named.division and longer.division.code is not None
        ]
        if readings:
            return readings
    return []


def places_in_short(text: str) -> list[Reading]:
    """Read a short name that opens a text, of whatever level: 银川 + 经济技术开发区管理委员会."""
    for size in range(min(len(text), _LONGEST), 1, -1):
        found = tree().shorts.get(text[:size])
        if found:
            return [Reading(named.division, text[size:], named.why) for named in found]
    return []


def _extend(named: Named, rest: str) -> list[Reading]:
    """Read on below a division."""
    known = tree()
    division, why = named
    if division.level in ("province", "city"):
        for size in range(min(len(rest), _LONGEST), 1, -1):
            below = [
                Named(found.division, found.why or why)
                for found in known.names.get(rest[:size], ())
                if found.division is not division and found.division.within(division)
            ]
            if not below and (division.code, rest[:size]) in known.moved:
                below = [Named(known.moved[f"{division.code}", rest[:size]], "moved to another city since")]
            if below:
                return [longer for found in below for longer in _extend(found, rest[size:])]
    # 亭湖区人民政府毓龙街道办事处: a government may stand between a place and its town.
    after = rest[4:] if rest.startswith("人民政府") else rest
    if division.level in ("city", "county") and after:
        towns = _towns_below(division, after)
        if towns:
            return [Reading(found, left, why) for found, left in towns]
    return [Reading(division, rest, why)]


def _towns_below(division: Division, rest: str) -> list[tuple[Division, str]]:
    """Read a town below a city or county: one of the list, else one that only its kind makes known."""
    for size in range(min(len(rest), _LONGEST), 1, -1):
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
    codes = tree().towns.get(name, ())
    if within is not None and within.code is not None:
        start = within.code[:2] if within.level == "province" else within.code[: 4 if within.level == "city" else 6]
        codes = [code for code in codes if code.startswith(start)]
    return [one for one in map(town, codes) if within is None or one.within(within)]


def by_short_name(text: str, levels: frozenset[str]) -> list[Named]:
    """Return the divisions that a short name may mean at some levels."""
    return [named for named in tree().shorts.get(text, ()) if named.division.level in levels]

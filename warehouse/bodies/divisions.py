"""The tree of administrative divisions and its names: whole, short and former.

Divisions are those of `data/divisions.csv`; those of before (`data/division_changes.csv`) lead to what they
became or, where several became one, are divisions of their own that have ended. Loaded at the first question.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, TypeVar

from warehouse.bodies.words import DATA, words

# Rows of the list that are headings and no places; what stands below them belongs to the province.
_HEADINGS = re.compile("^(?:市辖区|县|省直辖县级行政区划|自治区直辖县级行政区划)$")
_PROVINCE_ENDS = re.compile("(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)$")
_SHORT_ENDS = re.compile("(?:新区|自治州|自治县|自治旗|地区|林区|特区|市|县|区|旗|盟|州)$")


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


Found = TypeVar("Found")


class Index(dict[str, tuple[Found, ...]]):
    """What each name stands for, and which lengths names have that open with two characters."""

    def __init__(self) -> None:
        super().__init__()
        self._sizes: dict[str, list[int]] = {}

    def add(self, name: str, found: Found) -> None:
        """Add one of the things that a name stands for."""
        self[name] = (*self.get(name, ()), found)
        sizes = self._sizes.setdefault(name[:2], [])
        if len(name) not in sizes:
            sizes.append(len(name))
            sizes.sort(reverse=True)

    def opening(self, text: str) -> Iterator[tuple[int, tuple[Found, ...]]]:
        """Yield the names that open a text as their length and what they stand for, the longest first."""
        for size in self._sizes.get(text[:2], ()):
            found = self.get(text[:size])
            if found:
                yield size, found


@dataclass(frozen=True, slots=True)
class Tree:
    """Divisions by code and by their names; townships by name as codes, made divisions when asked for."""

    by_code: dict[str, Division]
    names: Index[Named]
    shorts: Index[Named]
    towns: Index[str]
    listed: dict[str, tuple[str, str]]  # a township's code → its name and parent's code
    moved: dict[tuple[str, str], Division]  # (former parent's code, name) → the division


@cache
def tree() -> Tree:
    """Load the divisions; some 0.3 s, once."""
    by_code: dict[str, Division] = {}
    headings: dict[str, str] = {}  # a row that is no place → the code that its children hang on
    towns: Index[str] = Index()
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
                own = _own_town_name(name, by_code.get(above))
                listed[code] = (own, above)
                towns.add(own, code)
                if "族" in own and (plain := _without_nationality(own)) != own:
                    towns.add(plain, code)
            elif _HEADINGS.match(name) or (above in by_code and by_code[above].name == name):
                headings[code] = above  # 东莞市 is listed below itself too
            else:
                by_code[code] = Division(code, name, level, by_code.get(above))
    names: Index[Named] = Index()
    shorts: Index[Named] = Index()
    for division in by_code.values():
        names.add(division.name, Named(division))
        shorts.add(division.short, Named(division, f"{division.short}: {division.name}"))
        plain = _without_nationality(division.name)
        if plain != division.name and division.level != "province":
            names.add(plain, Named(division, f"{plain}: {division.name}"))
    moved = _add_changes(by_code, names)
    return Tree(by_code, names, shorts, towns, listed, moved)


def _own_town_name(name: str, above: Division | None) -> str:
    """Return 解放街道 for 四平市铁东区解放街道: some towns are listed with the places above them."""
    if above is None or above.name not in name[:-2]:
        return name
    own = name.removeprefix(above.parent.name) if above.parent else name
    own = own.removeprefix(above.name).removeprefix("人民政府")
    return own if len(own) >= 3 and not own.startswith(above.name) else name


def _add_changes(by_code: dict[str, Division], names: Index[Named]) -> dict[tuple[str, str], Division]:
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
                names.add(old, Named(new, f"{old} was renamed to {new.name} ({row['year']})"))
            if (above_now := by_code.get(became.get(above, above))) is None or not new.within(above_now):
                moved[above, old] = new
        elif row["how"] == "merged":
            level = "city" if old_code.endswith("00") else "county"
            parent = by_code.get(became.get(above, above)) if level == "county" else None
            parent = parent or by_code.get(f"{old_code[:2]}0000")
            ended = Division(old_code, old, level, parent, ended=True, successor=new)
            names.add(old, Named(ended, f"{old} ended in {row['year']}"))
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
    if plain == stem and not ends["end"]:
        return name
    return plain + (ends["end"] or ends["town"].removeprefix("民族"))


@cache
def town(code: str) -> Division:
    """Return the township of a code."""
    name, parent = tree().listed[code]
    return Division(code, name, "township", tree().by_code[parent])

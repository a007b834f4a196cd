"""The words of statements: `statements.yaml` compiled, and which kind the words around a figure are of.

Knows phrases only. Whose and which year's figure it is, is asked by `statements`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from extractors.numerals import NUMERALS
from schemas.statements import statement_kinds

# Characters before a figure, and behind it, in which its kind is told.
LONGEST_BEFORE = 60
LONGEST_AFTER = 24
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CLAUSE = re.compile("[，。；、(]")


class Said(NamedTuple):
    """A kind that a figure's words fit; ``start`` is where its own words begin in the text before the figure.

    ``needs`` is what the sentence must say as well. ``last`` and ``next`` are years named in a carry-over.
    """

    kind: str
    start: int
    needs: re.Pattern[str] | None
    last: int | None
    next: int | None


@dataclass(frozen=True, slots=True)
class Pattern:
    """What stands before the figure and, in some, behind it."""

    before: re.Pattern[str]
    after: re.Pattern[str] | None
    needs: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class KindWords:
    """How one kind is said."""

    kind: str
    money: bool
    unless: re.Pattern[str] | None
    said: tuple[Pattern, ...]
    none: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class ListWords:
    """Heads and items of which lists say one once; see `statements.yaml`."""

    head: re.Pattern[str]
    item: re.Pattern[str]
    only_head: re.Pattern[str]
    only_item: re.Pattern[str]
    head_last: bool


@dataclass(frozen=True, slots=True)
class Words:
    """All of `statements.yaml`. ``doubts`` are patterns by name."""

    about: re.Pattern[str]
    states: re.Pattern[str]
    denies: re.Pattern[str]
    figure: re.Pattern[str]
    rounded_before: re.Pattern[str]
    vague_before: re.Pattern[str]
    rounded_after: re.Pattern[str]
    kinds: tuple[KindWords, ...]
    lists: tuple[ListWords, ...]
    doubts: dict[str, re.Pattern[str]]
    weak: frozenset[str]


@cache
def words() -> Words:
    """Load and compile the wording.

    Raises:
        KeyError, ValueError: it words a kind that is not declared, or uses a part that it does not have.
    """
    given: dict[str, Any] = yaml.load(
        Path(__file__).with_name("statements.yaml").read_text(encoding="utf-8"), Loader=_Loader
    )
    parts: dict[str, str] = {}
    for name, pattern in given["parts"].items():
        parts[name] = _filled(pattern, parts)

    def compiled(pattern: str | None) -> re.Pattern[str] | None:
        return re.compile(_filled(pattern, parts)) if pattern else None

    kinds = tuple(_kind(entry, parts) for entry in given["kinds"])
    if strangers := {kind.kind for kind in kinds} - {kind.code for kind in statement_kinds()}:
        raise ValueError(f"statements.yaml: expected kinds of schemas/statements.yaml, found {sorted(strangers)}")
    doubts = {
        name: found for name, text in given["doubts"].items() if isinstance(text, str) and (found := compiled(text))
    }
    return Words(
        **{
            name: re.compile(given[name])
            for name in ("about", "states", "denies", "rounded_before", "vague_before", "rounded_after")
        },
        figure=re.compile(
            rf"(?<![\d.,/A-Za-z第\-])(?:(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)|"
            rf"(?<![{NUMERALS}])(?P<numeral>[{NUMERALS}]+?))(?P<more>余|多)?(?P<scale>[万亿])?(?P<more_behind>余|多)?"
            rf"(?:(?P<counter>{given['counters']}|(?:{given['loose_counters']})(?={given['loose_after']}))|(?P<money>元))"
            r"|(?<=[为:])(?P<bare>0|零|无)(?=[，。；、)]|$)"
        ),
        kinds=kinds,
        lists=tuple(_list(entry, parts) for entry in given["lists"]),
        doubts=doubts,
        weak=frozenset(given["doubts"]["weak"]),
    )


def _filled(pattern: str, parts: dict[str, str]) -> str:
    """Put the parts in their places; the braces of counts (`{0,8}`) stay."""
    return re.sub(r"\{([a-z]+)\}", lambda found: parts[found[1]], pattern)


def _kind(entry: dict[str, Any], parts: dict[str, str]) -> KindWords:
    said = tuple(
        Pattern(
            re.compile(_filled(way["before"], parts) + "$"),
            re.compile(_filled(way["after"], parts)) if "after" in way else None,
            re.compile(way["needs"]) if "needs" in way else None,
        )
        for way in entry["said"]
    )
    unless = re.compile(_filled(entry["unless"], parts)) if "unless" in entry else None
    # Behind words that say that there was none, the clause ends: 未发生行政诉讼败诉案件 says something else.
    ends = (
        r"(?:的?(?:情况|情形|事项|案件|现象|问题|件|请求|诉求)|等)*(?:$|[，。；、!)]|和|及|与|以及|或者?|也|且|的发生)"
    )
    none = tuple(re.compile(_filled(pattern, parts) + ends) for pattern in entry.get("none", ()))
    return KindWords(entry["kind"], entry.get("money", False), unless, said, none)


def _list(entry: dict[str, Any], parts: dict[str, str]) -> ListWords:
    head, item, filler = (_filled(pattern, parts) for pattern in (entry["heads"], entry["items"], "{f}"))
    lead = "(?:项目)?(?:[，、和及与以并且同时其中:(]|经清理|清理后|集中|依法|年末|年底|目前|全年|共|累计|作出|做出)*"
    return ListWords(
        re.compile(head),
        re.compile(item),
        re.compile(f"{lead}(?P<own>(?:{head})(?:的)?{filler})"),
        re.compile(f"{lead}(?P<own>(?:{item})(?:案件|项目)?{filler})"),
        entry.get("head_last", False),
    )


def kinds_of(before: str, after: str, money: bool) -> tuple[Said, ...]:
    """Return the kinds that the words before and behind a figure fit, the first one first."""
    cut = max(0, len(before) - LONGEST_BEFORE)
    found = _kinds_of(before[cut:], after[:LONGEST_AFTER], money)
    return tuple(said._replace(start=said.start + cut) for said in found) if cut else found


@lru_cache(8192)  # the same phrases come in all reports
def _kinds_of(before: str, after: str, money: bool) -> tuple[Said, ...]:
    found = []
    for kind in words().kinds:
        if kind.money is not money:
            continue
        for pattern in kind.said:
            match = pattern.before.search(before)
            behind = pattern.after.match(after) if match and pattern.after else None
            if match is None or (pattern.after and behind is None):
                continue
            clause = max(before.rfind("，", 0, match.start()), before.rfind("；", 0, match.start())) + 1
            if kind.unless and kind.unless.search(f"{before[clause:]}0{_CLAUSE.split(after)[0]}"):
                continue
            years = match.groupdict() | (behind.groupdict() if behind else {})
            last, following = (int(years[name]) if years.get(name) else None for name in ("last", "next"))
            found.append(Said(kind.kind, match.start(), pattern.needs, last, following))
            break
    return tuple(found)

"""From a published name and what is known around it to the body it means, and how that was found.

A name decides by itself where it can; hints (the source's division, the title) only choose between what the
name may mean. Where several bodies remain, or none, that is the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from warehouse.bodies.body import Body, body_of, central_body, division_of_code, government_body
from warehouse.bodies.candidates import Found, bodies_of, candidates
from warehouse.bodies.divisions import Division
from warehouse.bodies.places import Reading, listed_towns, places, town_named
from warehouse.bodies.units import OFFICE, function_unit, unit_of
from warehouse.bodies.words import kind_of, normal, words

_PARENTHESES = re.compile(r"\([^()]*\)")
_SOME_PLACE = re.compile("[一-龥]{2,9}?[省市县州盟旗区](?=[一-龥]{2})")
_PROVINCES_DEPARTMENT = re.compile("厅$")
AMBIGUOUS, UNKNOWN, MADE_UP = "ambiguous", "unknown", "made_up"


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known around a name: the source's agency and division code, the titles and paths it stood in."""

    agency: str | None = None
    adcode: str | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """The body a name means, or why there is none.

    ``how``: name, alias, renamed (by the name alone); only_one (the one town of that name); hint, title (chosen
    by them); ambiguous, unknown, made_up (no body). ``reason`` says more; ``places_itself`` is false of a name
    that means another body elsewhere (市残联, 鼓楼区财政局): without a body, only its site tells it from others.
    """

    body: Body | None
    how: str
    reason: str = ""
    kind: str | None = None
    places_itself: bool = True


def resolve(name: str, hints: Hints = Hints()) -> Resolution:
    """Return the body that a published name means.

    Never raises for a name, whatever it is: what is not understood is `unknown`.
    """
    alone = _alone(name)
    if hints == Hints() or alone.how == MADE_UP:
        return alone
    if alone.body is None:
        return _with_hints(name, alone, hints)
    return _unless_elsewhere(name, alone, hints) if alone.how == "only_one" else alone


def _unless_elsewhere(name: str, alone: Resolution, hints: Hints) -> Resolution:
    """Take the one listed town of a name only where its source is not of another place: towns move and end."""
    source = _source_body(hints)
    area = source.division if source else None
    if area is None or _related(alone.body.division if alone.body else None, area):
        return alone
    reason = f"{alone.reason}, but the source is in {area.prefix}"
    return _with_hints(name, Resolution(None, UNKNOWN, reason, _kind(_plain(name)), places_itself=False), hints)


@lru_cache(65536)
def _alone(name: str) -> Resolution:
    """Resolve a name by itself."""
    text = _plain(name)
    if words().made_up.search(text):
        return Resolution(None, MADE_UP, "a made-up body of the samples", _kind(text))
    if text in words().central:
        body = central_body(text)
        how = "renamed" if text in words().central_renamed else "alias" if text != body.name else "name"
        return Resolution(body, how, kind=body.kind)
    found = candidates(text)
    if len(found) == 1:
        return _resolution(found[0])
    listed = [one for one in found if one.body.adcode or one.body.level != "township"]
    if len(listed) == 1:  # 西湖区西湖街道: a town that is listed in one 西湖区 only
        return _resolution(listed[0], "only_one", "the only one of that name that is listed")
    if found:
        return Resolution(None, AMBIGUOUS, "may be " + _listed(found), _kind(text), places_itself=False)
    return _only_town(text) or _unknown(text)


def _unknown(text: str) -> Resolution:
    """Say that nothing is known, and whether the name begins with a place, be it one that nobody knows."""
    if words().pronoun.fullmatch(text):
        return Resolution(None, UNKNOWN, f"{text} names no body", places_itself=False)
    placed = bool(places(text)) or bool(_SOME_PLACE.match(text))
    placed = placed and not words().level_word.match(text) and function_unit(text) is None
    return Resolution(None, UNKNOWN, "no division and unit of that name are known", _kind(text), places_itself=placed)


def _kind(text: str) -> str | None:
    """Return the kind of a unit whose place is not known."""
    unit = function_unit(text) or (function_unit(text[1:]) if words().level_word.match(text) else None)
    if unit is not None:
        return "office" if unit.key == OFFICE else unit.kind
    return kind_of(text)


def _plain(name: str) -> str:
    text = words().decoration.sub("", normal(name))
    text = words().name_aliases.get(text, (text, ""))[0]
    outside = _PARENTHESES.sub("", text)
    return outside or text


def _resolution(found: Found, how: str | None = None, reason: str = "") -> Resolution:
    return Resolution(found.body, how or found.how, reason or found.reason, found.body.kind)


def _listed(found: Sequence[Found]) -> str:
    names = [f"{one.body.name} ({one.body.adcode})" for one in found[:5]]
    return ", ".join(names) + (f" or one of {len(found) - 5} more" if len(found) > 5 else "")


def _only_town(text: str) -> Resolution | None:
    """Resolve a town's name without its county: when there is one of that name, or several."""
    named = town_named(text)
    if named is None:
        return None
    towns = listed_towns(named[0])
    found = [Found(government_body(town), "only_one") for town in towns]
    if named[1].endswith("办公室") or not found:
        return Resolution(None, UNKNOWN, f"no town {named[0]} is listed", kind_of(text), places_itself=False)
    if len(found) > 1:
        return Resolution(None, AMBIGUOUS, "may be " + _listed(found), kind_of(text), places_itself=False)
    return _resolution(found[0], reason=f"the only {named[0]} that is listed")


def _with_hints(name: str, alone: Resolution, hints: Hints) -> Resolution:
    """Choose between what a name may mean by its source's division, then by the titles around it."""
    text = _plain(name)
    source = _source_body(hints)
    area = source.division if source else None
    if words().pronoun.fullmatch(text) or (source and hints.agency and _plain(hints.agency) == text):
        return Resolution(source, "hint", f"the source is {source.name}'s", source.kind) if source else alone
    found = candidates(text) or _town_candidates(text, area)
    if len(found) > 1:
        return _chosen(found, area, hints, text) or alone
    if found:
        return _resolution(found[0], "hint", f"the source is in {area.prefix}" if area else "")
    places_around = [area] if area else _divisions_in(hints.texts)
    how = "hint" if area else "title"
    read = [one for around in places_around for one in _below(text, around, source)]
    distinct = {one.body.agency_id: one for one in read}
    if len(distinct) == 1:
        (one,) = distinct.values()
        return _resolution(one, how, f"of {one.body.division.prefix if one.body.division else ''}")
    return alone


def _source_body(hints: Hints) -> Body | None:
    if hints.adcode:
        division = division_of_code(hints.adcode)
        if division is not None:
            own = _alone(hints.agency).body if hints.agency else None
            return own if own and own.division is division else government_body(division)
    return _alone(hints.agency).body if hints.agency else None


def _town_candidates(text: str, area: Division | None) -> list[Found]:
    named = town_named(text)
    if named is None or area is None:
        return []
    return [Found(government_body(town), "hint") for town in listed_towns(named[0], area.at("county") or area)]


def _chosen(found: Sequence[Found], area: Division | None, hints: Hints, text: str) -> Resolution | None:
    """Return the one candidate that the source's division allows, or that the titles' places name."""
    left = list(found)
    if area is not None:
        left = [one for one in found if _related(one.body.division, area)]
        if len(left) == 1:
            return _resolution(left[0], "hint", f"the source is in {area.prefix}")
        if not left:
            return None
    # The name itself says nothing of what is above it: 海南区 is no district of 海南省.
    said = " ".join(normal(one).replace(text, "") for one in hints.texts)
    supported = [one for one in left if _is_named_above(one.body.division, said)]
    if len(supported) == 1:
        division = supported[0].body.division
        return _resolution(supported[0], "title", f"the title names {division.prefix if division else ''}")
    return None


def _related(division: Division | None, area: Division) -> bool:
    return division is not None and (division.within(area) or area.within(division))


def _is_named_above(division: Division | None, said: str) -> bool:
    """Whether a text names what is above a division: its city or its province, whole or in short."""
    above = division.parent if division else None
    while above is not None:
        if above.name in said or (above.level == "province" and above.short in said):
            return True
        above = above.parent
    return False


def _divisions_in(texts: Iterable[str]) -> list[Division]:
    """Return the places that texts name, the deepest of each chain."""
    found: dict[int, Division] = {}
    for text in map(normal, texts):
        at = 0
        while at < len(text) - 1:
            readings = places(text[at:])
            if len(readings) == 1 and len(readings[0].division.name) > 2:
                division = readings[0].division
                found[id(division)] = division
                at = len(text) - len(readings[0].rest)
            else:
                at += 1
    return list(found.values())


def _below(text: str, around: Division, source: Body | None) -> Iterable[Found]:
    """Read a name without its place as one of a division: 市残联, 县政府办, 省司法厅, 财政局."""
    word, rest = text[0], text[1:]
    if words().level_word.match(text) and function_unit(text) is None and rest:
        division = _level_named(word, rest, around)
        if division is not None:
            yield from bodies_of(Reading(division, rest, f"{word} is {division.name}"))
        return
    if source is None:
        return  # 财政局 in a text that names a county is not yet that county's
    unit = unit_of(text, around)
    if unit is None or unit.by_rule:
        return
    own = body_of(around, unit)
    if source.kind in ("government", "office", "zone") or own.agency_id == source.agency_id:
        yield Found(own, "hint")


def _level_named(word: str, rest: str, around: Division) -> Division | None:
    """Return the division that 省, 市, 县 … means in a place: the nearest, from it upwards, that is one."""
    province = around.at("province")
    if word == "省" or (word == "区" and _PROVINCES_DEPARTMENT.search(rest)):
        return province if province and (word == "省") == province.name.endswith("省") else None
    found: Division | None = around
    while found is not None:
        if found.name.endswith(word) and (word != "区" or found.level in ("county", "city")):
            return found
        found = found.parent
    return None

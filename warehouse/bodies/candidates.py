"""The bodies that a name may mean by its own words: of a place, of a national system, of a short name.

Choosing between several is `resolve`'s business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from warehouse.bodies.body import Body, body_of, branch_of, customs_house, division_of_code, system_branch
from warehouse.bodies.divisions import Division
from warehouse.bodies.places import Reading, by_short_name, places, places_in_short
from warehouse.bodies.units import branch, function_unit, unit_of
from warehouse.bodies.words import System, words


@dataclass(frozen=True, slots=True)
class Found:
    """A body that a name may mean, and by what its wording differs from the full name."""

    body: Body
    how: str
    reason: str = ""


def candidates(text: str) -> list[Found]:
    """Return the distinct bodies that a name may mean."""
    found = [one for reading in places(text) for one in bodies_of(reading)]
    found = found or list(_system_bodies(text)) or list(_in_short(text))
    distinct: dict[str, Found] = {}
    for one in found:
        distinct.setdefault(one.body.agency_id, one)
    return list(distinct.values())


def _in_short(text: str) -> Iterable[Found]:
    """Read 银川经济技术开发区管理委员会, 南通财政局: a short name counts before a unit that is known for sure."""
    for reading in places_in_short(text):
        zone = reading.rest.removesuffix("管理委员会").removesuffix("管委会")
        is_zone = zone != reading.rest and bool(words().zone_names.search(zone))
        if is_zone or (len(reading.rest) > 2 and function_unit(reading.rest) is not None):
            yield from bodies_of(reading)


def bodies_of(reading: Reading) -> Iterable[Found]:
    """Return the bodies that a place and what follows it mean: none or one, but for branches of two towns' names."""
    division, rest, why = reading
    how = (
        "renamed"
        if " was renamed " in why
        else "alias"
        if why and not why.startswith(f"{division.name} ended")
        else "name"
    )
    system = _system_of(rest, division)
    if system is not None:
        return [Found(_branch_in(system, division), how, why or system.reason)]
    apart = branch(rest)
    if apart is not None:
        found = _department_branch(division, *apart)
        if found is not None:
            return [Found(found, how, why)]
    unit = unit_of(rest, division)
    if unit is None:
        return []
    if unit.how != "name" and how != "renamed":
        how = unit.how
    return [Found(body_of(division, unit), how, "; ".join(filter(None, (why, unit.reason))))]


def _department_branch(division: Division, place: str, function: str) -> Body | None:
    """Return 滁州市生态环境局南谯区分局, whose name may also be 滁州市南谯区生态环境分局."""
    if not place:
        above = division.parent
        return branch_of(above, division, function) if above and division.level == "county" else None
    below = {id(one.division): one.division for one in places(division.prefix + place) if not one.rest}
    short = {id(one.division): one.division for one in by_short_name(place, frozenset({"county"}))}
    inside = [d for d in (below or short).values() if d is not division and d.within(division) and d.level == "county"]
    return branch_of(division, inside[0], function) if len(inside) == 1 else None


def _system_of(rest: str, division: Division) -> System | None:
    """Return the national system whose branches' names end so without anything before the place."""
    for before, system in words().by_suffix.get(rest, ()):
        if not before and division.level in system.levels:
            return system
    return None


def _branch_in(system: System, division: Division) -> Body:
    if system.code == "海关":
        return customs_house(system, division.short, division)
    return system_branch(system, division)


def _system_bodies(text: str) -> Iterable[Found]:
    """Return the branches of national systems that a name may mean: 国家税务总局桐乡市税务局, 黄埔海关."""
    for after, known in words().by_suffix.items():
        if not text.endswith(after):
            continue
        for before, system in sorted(known, key=lambda one: -len(one[0])):
            place = text[len(before) : len(text) - len(after)]
            if not place or not text.startswith(before):
                continue
            found = list(_branches_at(system, place, before))
            if found:
                yield from found
                return


def _branches_at(system: System, place: str, before: str) -> Iterable[Found]:
    seat = division_of_code(system.seats[place]) if place in system.seats else None
    if seat is not None:
        yield Found(customs_house(system, place, seat), "name", system.reason)
        return
    readings = places(place)
    whole = [one for one in readings if not one.rest and one.division.level in system.levels]
    for one in whole:
        yield Found(_branch_in(system, one.division), "renamed" if "renamed" in one.why else "name", system.reason)
    if whole:
        return
    for named in by_short_name(place, system.levels):
        yield Found(_branch_in(system, named.division), "name", system.reason)
    for one in readings if before else ():
        # 国家税务总局合肥高新技术产业开发区税务局: a zone that is in no list of divisions.
        if words().zone_names.search(one.rest) and one.division.level in system.levels:
            yield Found(system_branch(system, one.division, one.rest), "name", system.reason)

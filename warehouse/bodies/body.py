"""A public body: division and unit made one, with an id that stays, its parent and its successor.

The id is the hash of the division's code and the unit's key, so neither wording nor a renamed bureau changes it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from warehouse.bodies.divisions import Division, tree
from warehouse.bodies.units import GOVERNMENT, Unit, government
from warehouse.bodies.words import System, words

_STATE_COUNCIL = "中华人民共和国国务院"


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A body as the warehouse keeps it. ``level``: national, province, city, county or township.

    ``parent`` and ``successor`` are None where they do not exist or are not known.
    """

    agency_id: str
    name: str
    kind: str
    level: str | None
    division: Division | None = None
    parent: Body | None = None
    successor: Body | None = None

    @property
    def adcode(self) -> str | None:
        """Code of its division: six digits, nine of a township; None of a township that is not listed."""
        return self.division.code if self.division else None

    def place(self, level: str) -> str | None:
        """Return the province, city or county it is in."""
        return self.division.name_at(level) if self.division else None


def body_id(*parts: str) -> str:
    """Return the id that follows from what tells a body from every other."""
    return hashlib.sha256("\x1f".join(("body", *parts)).encode()).hexdigest()[:16]


def central_body(name: str) -> Body:
    """Return the national body of a name that `bodies.yaml` has."""
    entry = words().central[name]
    full = entry["name"]
    above = entry.get("parent", _STATE_COUNCIL)
    parent = central_body(above) if full != _STATE_COUNCIL else None
    return Body(body_id("", full), full, entry.get("kind", "central_body"), "national", parent=parent)


def body_of(division: Division, unit: Unit) -> Body:
    """Return the body of a unit in a division."""
    if unit.key == GOVERNMENT:
        parent = _above(division)
    elif unit.below:
        function = words().functions[unit.below]
        parent = _department(division, function.name)
    else:
        parent = government_body(division)
    return Body(
        body_id(division.key, unit.key),
        division.prefix + unit.name,
        unit.kind,
        division.level,
        division,
        parent,
        _successor(division, unit),
    )


def _above(division: Division) -> Body | None:
    above = division.parent
    if above is None:
        return central_body(_STATE_COUNCIL)
    if division.level == "township" and above.level == "city" and division.code is None:
        return None  # which county it is in is not known
    return government_body(above)


@lru_cache(8192)  # every body of a division has it above
def government_body(division: Division) -> Body:
    """Return the body that governs a division."""
    return body_of(division, government(division))


def _department(division: Division, function: str) -> Body:
    ending = "厅" if division.level == "province" and division.name[-1] != "市" else "局"
    return body_of(division, Unit(function, function + ending, "department"))


def _successor(division: Division, unit: Unit) -> Body | None:
    if division.ended:
        followed = division.successor is not None and division.level != "township"
        return body_of(division.successor, unit) if followed and division.successor else None
    return _department(division, unit.successor) if unit.successor else None


def branch_of(above: Division, place: Division, function: str) -> Body:
    """Return the branch, in a county, of a department of the city (or province) above."""
    parent = _department(above, function)
    name = f"{parent.name}{place.name}分局"
    return Body(body_id(place.key, f"{function}分局"), name, "department_branch", place.level, place, parent)


def system_branch(system: System, division: Division, area: str = "") -> Body:
    """Return a national system's branch in a division; ``area`` is a zone there that the list does not have."""
    shown = system.shown(division.level)
    if area:
        shown, place = system.name, division.prefix + area
    else:
        place = division.prefix
    name = shown.replace("{place}", place).replace("{short}", division.short + area)
    head = central_body(system.head)
    parent: Body | None = head
    if area:
        parent = system_branch(system, division)
    elif system.chain and division.parent is not None and division.code not in system.direct:
        parent = system_branch(system, division.parent)
    successor = system_branch(words().systems[system.successor], division, area) if system.successor else None
    key = f"{system.code}/{area}" if area else system.code
    return Body(body_id(division.key, key), name, "central_branch", division.level, division, parent, successor)


def customs_house(system: System, seat: str, division: Division) -> Body:
    """Return a customs house, known by its name and not by its division: 广州 and 黄埔 are both in 广州市.

    Those of the table stand below the national body; in which district others are is not known.
    """
    parent = central_body(system.head) if seat in system.seats else None
    name = system.name.replace("{short}", seat)
    return Body(body_id("", system.code, seat), name, "central_branch", division.level, division, parent)


def division_of_code(code: str) -> Division | None:
    """Return the division of a code down to counties."""
    return tree().by_code.get(code)

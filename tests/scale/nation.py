"""Who publishes in the made-up nation: real divisions, each with its government, an office and departments.

What they publish is `figures`; how it gets into a warehouse is `staging`. Names are spelled as real bodies spell
them, so that resolving them costs what it costs in truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from warehouse.bodies.divisions import Division, town, tree
from warehouse.bodies.units import COMMITTEE, government
from warehouse.bodies.words import words

YEARS = (2019, 2020, 2021, 2022, 2023, 2024)
NIGHT_YEAR = 2025
# Departments of a division, by its level: with these the nation has a million reports in six years.
_DEPARTMENTS = {"province": 44, "city": 44, "county": 37}
# Median of a body's applications in a year, and their spread (of a lognormal), by level and kind.
_APPLICATIONS = {
    ("province", "government"): (6000, 0.8), ("city", "government"): (900, 1.0), ("county", "government"): (120, 1.0),
    ("township", "government"): (0.3, 1.2), ("province", "department"): (120, 1.2), ("city", "department"): (15, 1.3),
    ("county", "department"): (1.5, 1.5),
}  # fmt: skip
_LARGEST = 60_000


class Publisher(NamedTuple):
    """A body: its name, whose site it publishes on (host and that agency's name), level and kind."""

    name: str
    host: str
    site: str
    level: str
    kind: str  # government or department


def publishers(count: int) -> list[Publisher]:
    """Return so many bodies, taken evenly from the whole nation in the order of its divisions.

    Raises:
        ValueError: the nation has fewer.
    """
    everyone = list(_everyone())
    if count > len(everyone):
        raise ValueError(f"expected at most {len(everyone)} bodies, found {count} asked for")
    return [everyone[int(place)] for place in np.linspace(0, len(everyone), count, endpoint=False)]


def applications(bodies: list[Publisher], rng: np.random.Generator) -> np.ndarray:
    """Draw how many applications each body may expect in a year."""
    medians, spreads = np.array([_APPLICATIONS[body.level, body.kind] for body in bodies]).T
    return np.minimum(medians * np.exp(rng.normal(size=len(bodies)) * spreads), _LARGEST)


def _everyone() -> Iterator[Publisher]:
    towns: dict[str, list[Division]] = {}
    for code, (_, parent) in tree().listed.items():
        towns.setdefault(parent, []).append(town(code))
    for division in sorted(tree().by_code.values(), key=lambda one: one.code or ""):
        yield from _of(division)
        yield from (_governing(place, division) for place in towns.get(f"{division.code}", ()))


def _of(division: Division) -> Iterator[Publisher]:
    own = _governing(division, division)
    yield own
    if division.is_zone:
        return
    ending = "厅" if division.level == "province" and division.name[-1] != "市" else "局"
    functions = [name for name, function in words().functions.items() if not function.merged_into]
    yield own._replace(name=own.name + ("办公厅" if ending == "厅" else "办公室"), kind="department")
    for function in functions[: _DEPARTMENTS[division.level]]:
        yield own._replace(name=division.prefix + function + ending, kind="department")


def _governing(division: Division, site: Division) -> Publisher:
    unit = government(division)
    host = f"www.d{site.code}.gov.cn"
    site_name = site.prefix + (COMMITTEE if site.is_zone else government(site).name)
    return Publisher(division.prefix + unit.name, host, site_name, division.level, "government")

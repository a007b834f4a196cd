"""Names of provinces, cities and counties, to find where the name of a body begins in running text.

Chinese has no spaces: in 科学设置南通市应急管理局网站 only a list of places shows that the name starts at
南通市. Resolving a body to its division is the warehouse's work, not done here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from pathlib import Path

DIVISIONS = Path(__file__).parents[1] / "data" / "divisions.csv"
_SHORTEST = 3  # 城区, 市辖区's like and two-character counties also stand inside other words


@cache
def place_names() -> tuple[str, ...]:
    """Return the names of divisions down to counties, longest first; about 3,000."""
    with DIVISIONS.open(encoding="utf-8", newline="") as lines:
        # Townships stand last in the file, are fourteen times as many, and wait for nobody here.
        named = takewhile(lambda row: row["level"] != "township", csv.DictReader(lines))
        names = {row["name"] for row in named}
    names -= {"市辖区", "省直辖县级行政区划", "自治区直辖县级行政区划"}
    return tuple(sorted((name for name in names if len(name) >= _SHORTEST), key=lambda n: (-len(n), n)))


@cache
def _by_opening() -> dict[str, tuple[str, ...]]:
    """Return the names by their first two characters: a page is searched in one pass, not 3,000."""
    openings: dict[str, tuple[str, ...]] = {}
    for name in place_names():
        openings[name[:2]] = (*openings.get(name[:2], ()), name)
    return openings


def find_places(text: str) -> Iterator[tuple[int, str]]:
    """Yield where a place stands and its name, the longest at each position."""
    openings = _by_opening()
    for start in range(len(text) - 1):
        for name in openings.get(text[start : start + 2], ()):
            if text.startswith(name, start):
                yield start, name
                break

"""Names of provinces, cities and counties, to find where the name of a body begins in running text.

Chinese has no spaces: in 科学设置南通市应急管理局网站 only a list of places shows that the name starts at
南通市. Resolving a body to its division is the warehouse's work, not done here.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

DIVISIONS = Path(__file__).parents[1] / "data" / "divisions.csv"
_SHORTEST = 3  # 城区, 市辖区's like and two-character counties also stand inside other words


@cache
def place_names() -> tuple[str, ...]:
    """Return the names of divisions down to counties, longest first; about 3,000."""
    with DIVISIONS.open(encoding="utf-8", newline="") as lines:
        names = {row["name"] for row in csv.DictReader(lines)}
    names -= {"市辖区", "省直辖县级行政区划", "自治区直辖县级行政区划"}
    return tuple(sorted((name for name in names if len(name) >= _SHORTEST), key=lambda n: (-len(n), n)))

"""One source of reports, and what each of its fields may say.

The fields are a table: a new one is a field of `Source` and a line of `RULES`. The file they stand in is
`sources`' business, asking the source the spider's.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

DIVISIONS = Path(__file__).parents[2] / "data" / "divisions.csv"
SITE = "{site}"
PACE_S = 2.0
AUTO = "auto"
# What stands for "nobody has said": the body is found from the pages; nobody has looked at the address yet.
DISCOVER = "discover"
NEVER = "never"
# The first data year of the 条例 of 2007, in force since 2008-05-01.
FIRST_YEAR = 2008
_ID = re.compile(r"[\w.-]+")
_YEARS = re.compile(r"((?:19|20)\d\d)(?:(-)((?:19|20)\d\d)?)?")
_HOST = re.compile(r"(?!-)[\w-]+(?:\.[\w-]+)*", re.ASCII)
_ADCODE = re.compile(r"\d{6}")
_FAMILY = re.compile(r"[a-z]+")


@cache
def divisions() -> dict[str, str]:
    """Return the names of the administrative divisions by their code."""
    with DIVISIONS.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


class Years(NamedTuple):
    """Data years, both ends included; without a last one they go on."""

    first: int
    last: int | None

    def upto(self, this_year: int) -> Iterator[int]:
        """Yield the years, the newest first: some bodies publish in December of the very year."""
        yield from range(min(self.last or this_year, this_year), self.first - 1, -1)


@dataclass(frozen=True)
class Source:
    """One list of reports: where it stands, whose it is, and how gently it is asked.

    ``agency`` is None where the bodies are found from the pages. ``max_bytes`` counts bytes of one answer's body,
    ``max_seconds`` the time that the source may take in all; a None is the crawler's own limit.
    """

    id: str
    list: str
    agency: str | None = None
    family: str = AUTO
    hosts: tuple[str, ...] = ()
    adcode: str | None = None
    years: Years | None = None
    pace: float | None = None
    local: bool = False
    max_pages: int | None = None
    max_depth: int | None = None
    max_bytes: int | None = None
    max_seconds: float | None = None
    notes: str | None = None
    checked: date | None = None

    @property
    def interval_s(self) -> float:
        """Seconds between two requests to a host of this source."""
        if self.pace is not None:
            return self.pace
        return 0.0 if self.local else PACE_S

    def allows(self, host: str) -> bool:
        """Whether this source may lead to a host: one of its hosts or a subdomain of one."""
        return any(host == known or host.endswith("." + known) for known in self.hosts)


class Rule(NamedTuple):
    """What a field may say: words for the message, and its value from what the file says (or ValueError)."""

    expected: str
    read: Callable[[Any], Any]


def _when(is_so: Callable[[Any], bool], read: Callable[[Any], Any] = lambda value: value) -> Callable[[Any], Any]:
    def checked(value: Any) -> Any:
        if not is_so(value):
            raise ValueError(value)
        return read(value)

    return checked


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _years(value: Any) -> Years:
    found = _YEARS.fullmatch(str(value).replace(" ", ""))
    if found is None or isinstance(value, float):
        raise ValueError(value)
    first, is_range, last = int(found[1]), found[2], found[3]
    years = Years(first, int(last) if last else None if is_range else first)
    if years.last is not None and years.last < years.first:
        raise ValueError(value)
    return years


def _date(value: Any) -> date | None:
    if value == NEVER:
        return None
    if type(value) is not date:
        raise ValueError(value)
    return value


def _is_hosts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_matches(_HOST), value))


_COUNT = Rule("a whole number from 1 on", _when(_is_count))
_TEXT = Rule("text", _when(_is_text))
_TEXT_OR_NONE = Rule("text", _when(lambda value: value is None or _is_text(value)))
RULES: dict[str, Rule] = {
    "id": Rule("letters, digits, '-', '_' or '.' (quoted when only digits)", _when(_matches(_ID))),
    "list": _TEXT,
    "agency": Rule(f"text, or {DISCOVER}", lambda value: None if value == DISCOVER else _TEXT_OR_NONE.read(value)),
    "family": Rule(f"{AUTO} or a family's name", _when(_matches(_FAMILY))),
    "hosts": Rule("a list of host names", _when(_is_hosts, lambda hosts: tuple(host.lower() for host in hosts))),
    "adcode": Rule(
        f"a code of {DIVISIONS.name}, six digits in quotes",
        _when(lambda value: _matches(_ADCODE)(value) and value in divisions()),
    ),
    "years": Rule("data years such as 2024, 2019-2024 or 2008-", _years),
    "pace": Rule("seconds, a number from 0 on", _when(lambda value: _is_number(value) and value >= 0)),
    "local": Rule("true or false", _when(lambda value: isinstance(value, bool))),
    "max_pages": _COUNT,
    "max_depth": _COUNT,
    "max_bytes": _COUNT,
    "max_seconds": Rule("seconds, a number above 0", _when(lambda value: _is_number(value) and value > 0)),
    "notes": _TEXT_OR_NONE,
    "checked": Rule(f"{NEVER}, or the day somebody looked (2026-01-31)", _date),
}


def province_of(adcode: str | None) -> str | None:
    """Return the name of the province that a code lies in."""
    return divisions().get(f"{adcode[:2]}0000") if adcode else None

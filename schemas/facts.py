"""The long-format row (one per cell of a format), the states it can be in, and a report's grades.

No reading and no judging happens here: extractors fill facts, expectations judge them.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

# A number as published is kept exactly; these bounds are those of the warehouse's column. Text
# that does not fit (longer than any real figure: the nation's budget has 14 digits) is unreadable.
VALUE_DIGITS = 24
VALUE_DECIMALS = 8


class Status(StrEnum):
    """What is known of a cell. Unknown is not zero: only ``published`` carries a value."""

    PUBLISHED = "published"
    BLANK = "blank"
    DASH = "dash"
    UNREADABLE = "unreadable"
    MISSING = "missing"


class Grade(StrEnum):
    """How far a report as a whole can be trusted; decided after the checks."""

    VERIFIED = "verified"
    INCONSISTENT = "inconsistent"
    INCOMPLETE = "incomplete"
    NO_TABLES = "no_tables"
    UNREADABLE = "unreadable"


class Scope(StrEnum):
    """Whose figures a report gives: of the body alone (本级), or of others with it (汇总)."""

    OWN = "own"
    AGGREGATE = "aggregate"


class Unit(StrEnum):
    """Units of money as published."""

    YUAN = "元"
    WAN = "万元"
    YI = "亿元"


YUAN_PER_UNIT = {Unit.YUAN: 1, Unit.WAN: 10_000, Unit.YI: 100_000_000}


class Fact(NamedTuple):
    """One cell of one report. See the contract in the README for the meaning of each column."""

    source: str
    agency: str | None
    year: int | None
    format: str
    table_code: str
    row_code: str
    column_code: str
    value: Decimal | None
    unit: Unit | None
    raw: str | None
    status: Status
    locator: str | None


FACT_COLUMNS: tuple[str, ...] = Fact._fields

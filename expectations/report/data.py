"""What the data-quality report says, as plain frozen values; filled by `flows`, rendered here.

Our own faults (`reading`, problems with ``ours=True``) and the publishers' (failing sums) stay in
separate fields, because they never share a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CellInSum:
    """A cell that takes part in a failing sum."""

    row_label: str  # path, groups joined by "/": 三、本年度办理结果/(三)不予公开/4.保护第三方合法权益
    column_label: str
    raw: str | None  # as published
    sign: int  # +1: on the side of the published total, -1: one of the parts
    locator: str | None


@dataclass(frozen=True, slots=True)
class FailingSum:
    """A sum that a publisher's figures do not keep: ``actual`` was published, the parts give ``expected``."""

    report_id: str
    agency: str | None
    year: int | None
    url: str
    rule: str
    sentence: str
    table_label: str  # 三、收到和处理政府信息公开申请情况
    expected: Decimal
    actual: Decimal
    residual: Decimal
    cells: tuple[CellInSum, ...]
    is_new: bool  # came after the last night that was told
    family: str = ""
    seen_on: date | None = None  # the day that first saw it
    again: bool = False  # it was gone in between


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule beyond the sums of one report found: text against table, year to year, plausibility."""

    report_id: str
    agency: str | None
    year: int | None
    url: str
    rule: str
    family: str
    sentence: str
    sentence_en: str
    expected: Decimal | None  # of the text: what the prose states
    actual: Decimal | None  # what stands in the table
    note: str | None  # of the text: place and sentence as published
    is_new: bool
    seen_on: date | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class LikelyCell:
    """A cell that is likely wrong, and why, in both languages."""

    table_label: str
    row_label: str
    column_label: str
    proposed: Decimal | None
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class LikelyWrong:
    """The one explanation of failing sums of a report that stands alone; its cells go together."""

    report_id: str
    agency: str | None
    year: int | None
    url: str
    cells: tuple[LikelyCell, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class GoneFinding:
    """A finding that was told once and is no longer there; ``why``: republished, read_again or withdrawn."""

    report_id: str
    agency: str | None
    year: int | None
    rule: str
    sentence: str
    sentence_en: str
    expected: Decimal | None
    actual: Decimal | None
    seen_on: date | None
    why: str


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A row of `problems`."""

    ours: bool
    code: str
    message: str
    place: str  # URL or path
    agency: str | None
    is_new: bool
    report_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReadingRule:
    """A result of the suite over our own reading."""

    rule: str
    sentence: str
    severity: str  # critical | warning
    success: bool
    unexpected: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A current report: for coverage by body, year and region. ``facts``, ``sums``, ``undecided`` are counts."""

    report_id: str
    agency: str | None
    year: int | None
    format: str | None
    grade: str
    url: str
    title: str | None
    is_new: bool
    agency_id: str | None = None
    level: str | None = None
    province: str | None = None
    city: str | None = None
    county: str | None = None
    adcode: str | None = None
    sums: int = 0
    undecided: int = 0
    facts: int = 0


@dataclass(frozen=True, slots=True)
class YearCoverage:
    """How many bodies a year's reports are expected of, and what became of them; ``late`` ones are published."""

    year: int
    expected: int
    published: int
    late: int
    unreadable: int
    not_found: int
    blocked: int
    unreachable: int
    not_sought: int


@dataclass(frozen=True, slots=True)
class RegionCoverage:
    """The same of a province, all years together; ``lacking`` of its ``bodies`` have a year without a report."""

    region: str
    bodies: int
    lacking: int
    expected: int
    published: int
    late: int
    unreadable: int
    not_found: int
    blocked: int
    unreachable: int
    not_sought: int


@dataclass(frozen=True, slots=True)
class GapYear:
    """A year of which a body has no readable report, or a late one; ``state`` as in the view `coverage`."""

    year: int
    state: str
    published_on: date | None = None
    days_late: int | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class BodyGaps:
    """A body with its gaps, the newest year first."""

    agency: str | None
    region: str
    years: tuple[GapYear, ...]
    agency_id: str | None = None
    city: str | None = None


@dataclass(frozen=True, slots=True)
class NightLine:
    """An earlier night, oldest first, for the trend."""

    started_at: datetime
    status: str
    reports: int
    facts: int
    failed_sums: int
    new_findings: int = 0
    gone_findings: int = 0


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Everything one page and one mail say."""

    run_id: str
    started_at: datetime  # Asia/Shanghai
    published: bool  # False: a reading rule stopped publication; the old snapshot stands
    facts: int
    new_facts: int
    reports: tuple[ReportLine, ...]
    sums_checked: int
    sums_not_assessable: int
    failing: tuple[FailingSum, ...]
    reading: tuple[ReadingRule, ...]
    problems: tuple[ProblemLine, ...]
    nights: tuple[NightLine, ...]
    snapshot: str
    findings: tuple[Finding, ...] = ()
    likely: tuple[LikelyWrong, ...] = ()
    years: tuple[YearCoverage, ...] = ()
    gaps: tuple[BodyGaps, ...] = ()  # those that lack most; the site lists all
    gap_regions: tuple[RegionCoverage, ...] = ()
    gone: tuple[GoneFinding, ...] = ()
    told_before: str = ""  # the last run that was told: what came after it is new
    region: str | None = None  # set when it tells of the bodies of one region only

    def grades(self) -> dict[str, int]:
        """Count current reports by grade, best grade first, zeros included."""
        order = ("verified", "inconsistent", "incomplete", "no_tables", "unreadable")
        return {grade: sum(line.grade == grade for line in self.reports) for grade in order}

"""Readings against the truth: each cell is right, wrong, missing or invented.

- right: the same state, and of a figure the same value, unit and text. Of a cell that the document
  does not hold any more: "missing" or "unreadable", or the very figure that was lost (sums may tell it).
- wrong: another value, unit, text or state than printed.
- missing: the document says it (a figure, a blank, a dash), the reading does not.
- invented: a figure where none is printed, or where none can be known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from extractors.read import ReportReading, read_reports
from schemas.errors import DocumentError
from schemas.facts import Fact, Status

from .truth import Case, Expected, Key, ReportTruth

_UNKNOWN = (Status.MISSING, Status.UNREADABLE)
_SPACE = re.compile(r"[\s\u200b-\u200f\ufeff\u2060]+")


class Verdict(StrEnum):
    """What a cell's reading is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"
    INVENTED = "invented"


@dataclass(frozen=True, slots=True)
class Slip:
    """A cell or field that is not right."""

    verdict: Verdict
    key: tuple[str, ...]
    told: str
    read: str


@dataclass
class Score:
    """The score of a document, or the sum over several."""

    documents: int = 0
    reports: int = 0
    whole: int = 0
    cells: Counter[Verdict] = field(default_factory=Counter)
    agencies: Counter[Verdict] = field(default_factory=Counter)
    years: Counter[Verdict] = field(default_factory=Counter)
    slips: list[Slip] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Add another score to this one."""
        self.documents += other.documents
        self.reports += other.reports
        self.whole += other.whole
        self.cells += other.cells
        self.agencies += other.agencies
        self.years += other.years
        self.slips += other.slips
        self.errors += other.errors


def readings(data: bytes, source: str) -> Sequence[ReportReading]:
    """Read a document: the one place that knows the readers' entry."""
    return read_reports(data, source)


def score(case: Case) -> Score:
    """Read a document and judge every cell of it. A document that cannot be read has all cells missing."""
    result = Score(documents=1)
    found: list[ReportReading] = []
    try:
        found = list(readings(case.data, case.name))
    except DocumentError as error:
        result.errors.append(f"{error.code}: {error}")
    except Exception as error:  # a crash is a finding, and must not end the run
        result.errors.append(f"CRASH {type(error).__name__}: {error}")
    for truth in case.truths:
        facts, reading = _closest(truth, found)
        # A reading without figures is that of the report whose body it names.
        if reading is not None and not facts and any(t.agency == reading.identity.agency for t in case.truths):
            reading = reading if truth.agency == reading.identity.agency else None
        if reading is not None:
            found.remove(reading)
        _judge(truth, facts, reading, result)
    for reading in found:  # reports that are not there
        for fact in reading.facts:
            if fact.status is Status.PUBLISHED:
                result.cells[Verdict.INVENTED] += 1
                result.slips.append(Slip(Verdict.INVENTED, _key(fact), "no such report", str(fact.value)))
    return result


def _closest(truth: ReportTruth, found: Sequence[ReportReading]) -> tuple[Mapping[Key, Fact], ReportReading | None]:
    """Return the reading that fits a report best: most cells right, then its body and year."""
    fit: tuple[int, ...] = ()
    best: tuple[Mapping[Key, Fact], ReportReading | None] = ({}, None)
    for reading in found:
        facts = {_key(fact): fact for fact in reading.facts}
        right = sum(verdict(told, facts.get(key)) is Verdict.RIGHT for key, told in truth.cells.items())
        here = (right, reading.identity.agency == truth.agency, reading.identity.year == truth.year)
        if here > fit:
            fit, best = here, (facts, reading)
    return best


def _judge(truth: ReportTruth, facts: Mapping[Key, Fact], reading: ReportReading | None, result: Score) -> None:
    counted: Counter[Verdict] = Counter()
    for key, told in truth.cells.items():
        fact = facts.get(key)
        worth = verdict(told, fact)
        counted[worth] += 1
        if worth is not Verdict.RIGHT:
            result.slips.append(Slip(worth, key, _say_told(told), _say_read(fact)))
    for key, fact in facts.items():
        if key not in truth.cells and fact.status is Status.PUBLISHED:  # the cell of another format
            counted[Verdict.INVENTED] += 1
            result.slips.append(Slip(Verdict.INVENTED, key, "no such cell", _say_read(fact)))
    result.reports += 1
    result.whole += set(counted) == {Verdict.RIGHT}
    result.cells += counted
    agency = reading.identity.agency if reading else None
    year = reading.identity.year if reading else None
    for name, told_value, read_value, counter in (
        ("agency", truth.agency, agency, result.agencies),
        ("year", truth.year, year, result.years),
    ):
        if told_value is None:
            worth = Verdict.RIGHT if read_value is None else Verdict.INVENTED
        elif read_value is None:
            worth = Verdict.MISSING
        else:
            worth = Verdict.RIGHT if read_value == told_value else Verdict.WRONG
        counter[worth] += 1
        if worth is not Verdict.RIGHT:
            result.slips.append(Slip(worth, (name,), str(told_value), str(read_value)))


def verdict(told: Expected, fact: Fact | None) -> Verdict:
    """Judge the reading of one cell (None: the reading has no such cell)."""
    if not told.known or told.status is Status.UNREADABLE:
        return _verdict_of_unknown(told, fact)
    if fact is None or fact.status in _UNKNOWN:
        return Verdict.MISSING
    if fact.status is not told.status:
        return Verdict.INVENTED if fact.status is Status.PUBLISHED else Verdict.WRONG
    same = (fact.value, fact.unit) == (told.value, told.unit) and _same_text(told.raw, fact.raw)
    return Verdict.RIGHT if same else Verdict.WRONG


def _verdict_of_unknown(told: Expected, fact: Fact | None) -> Verdict:
    if fact is None or fact.status in _UNKNOWN:
        return Verdict.RIGHT
    if fact.status is Status.PUBLISHED:
        return Verdict.RIGHT if told.status is Status.PUBLISHED and fact.value == told.value else Verdict.INVENTED
    return Verdict.RIGHT if fact.status is told.status else Verdict.WRONG


def _same_text(told: str | None, read: str | None) -> bool:
    """Compare a cell's text but for white space, which media set as they like."""
    return told is None or _SPACE.sub("", told) == _SPACE.sub("", read or "")


def _key(fact: Fact) -> Key:
    return (fact.table_code, fact.row_code, fact.column_code)


def _say_told(told: Expected) -> str:
    said = f"{told.status} {told.value if told.value is not None else ''}{told.unit or ''}".strip()
    return said if told.known else f"{said} (lost)"


def _say_read(fact: Fact | None) -> str:
    if fact is None:
        return "nothing"
    return (
        f"{fact.status} {fact.value if fact.value is not None else ''}{fact.unit or ''} {fact.raw!r} at {fact.locator}"
    )

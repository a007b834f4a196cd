"""A report cut down to a region, and the matrix of regions and years.

What a region is called and numbered is data of the bodies; no list of regions stands here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from expectations.report.coverage import years_shown
from expectations.report.data import QualityReport, ReportLine
from schemas.facts import Grade

NATIONAL = "中央"


@dataclass(frozen=True, slots=True)
class Tally:
    """Reports of one region and year: how many are held, contradict themselves, could not be read whole."""

    held: int = 0
    inconsistent: int = 0
    lacking: int = 0


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A province (or 中央, or "" where the place is not known) with a `Tally` per year of the matrix."""

    region: str
    bodies: int
    tallies: tuple[Tally, ...]


def regions(reports: Sequence[ReportLine]) -> tuple[tuple[int | None, ...], tuple[RegionRow, ...]]:
    """Return the years as columns and a row per province, by code."""
    years, _ = years_shown({line.year for line in reports})
    by_region: dict[tuple[str, str], list[ReportLine]] = defaultdict(list)
    for line in reports:
        by_region[region_of(line)].append(line)
    rows = []
    for (_, name), lines in sorted(by_region.items()):
        by_year: dict[int | None, list[ReportLine]] = defaultdict(list)
        for line in lines:
            by_year[line.year].append(line)
        bodies = len({line.agency_id or line.agency or line.report_id for line in lines})
        rows.append(RegionRow(name, bodies, tuple(_tally(by_year[year]) for year in years)))
    return years, tuple(rows)


def region_of(line: ReportLine) -> tuple[str, str]:
    """Return a key to sort by (the province's code, where it is known) and the region's name."""
    if line.province:
        return (line.adcode or "99")[:2], line.province
    return ("00", NATIONAL) if line.level == "national" else ("~", "")


def of_region(report: QualityReport, name: str, places: Iterable[str]) -> QualityReport:
    """Cut a report down to the bodies of ``places`` (names, or codes of divisions: 32, 3206, 320600).

    Rules over our own reading and the trend speak of the whole house and are left out.
    """
    wanted = frozenset(places)
    codes = tuple(_stem(place) for place in wanted if place.isascii() and place.isdigit())
    lines = tuple(line for line in report.reports if _is_in(line, wanted, codes))
    ids = {line.report_id for line in lines}
    return replace(
        report,
        region=name,
        reports=lines,
        facts=sum(line.facts for line in lines),
        new_facts=sum(line.facts for line in lines if line.is_new),
        sums_checked=sum(line.sums for line in lines),
        sums_not_assessable=sum(line.undecided for line in lines),
        failing=tuple(one for one in report.failing if one.report_id in ids),
        findings=tuple(one for one in report.findings if one.report_id in ids),
        likely=tuple(one for one in report.likely if one.report_id in ids),
        problems=tuple(one for one in report.problems if one.report_id in ids),
        reading=(),
        nights=(),
        years=(),
        gaps=(),
        gap_regions=(),
        gone=tuple(one for one in report.gone if one.report_id in ids),
    )


def _is_in(line: ReportLine, wanted: frozenset[str], codes: tuple[str, ...]) -> bool:
    named = {line.province, line.city, line.county}
    return not wanted.isdisjoint(named - {None}) or bool(codes and line.adcode and line.adcode.startswith(codes))


def _stem(code: str) -> str:
    """Return the part of a code that those below it begin with: 320600 → 3206, 320000 → 32."""
    pairs = code[:6]
    while len(pairs) > 2 and pairs.endswith("00"):  # two digits are a province
        pairs = pairs[:-2]
    return pairs + code[6:]


def _tally(lines: Sequence[ReportLine]) -> Tally:
    bad = sum(line.grade == Grade.INCONSISTENT for line in lines)
    return Tally(len(lines), bad, sum(line.grade not in (Grade.VERIFIED, Grade.INCONSISTENT) for line in lines))

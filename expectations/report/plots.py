"""Geometry of the report's small plots: the bars of the grades, the lines over nights.

Numbers in, coordinates out; the SVG itself is written by the templates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from expectations.report.data import FailingSum, Finding, NightLine, QualityReport
from expectations.report.words import Words, night, number

NIGHTS_SHOWN = 60
WIDTH, HEIGHT = 340, 96  # user units of a trend plot
_LEFT, _RIGHT, _TOP = 6, 60, 12
BASELINE = HEIGHT - 6


@dataclass(frozen=True, slots=True)
class Bar:
    """A grade, its count, and its share of the longest bar in percent."""

    grade: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Dot:
    """A night in a trend plot; a night that was not published is drawn hollow."""

    x: float
    y: float
    title: str
    solid: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """One line over nights."""

    title: Words
    dots: tuple[Dot, ...]
    low: str
    high: str
    last: str

    @property
    def points(self) -> str:
        """The line as an SVG ``points`` attribute."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


def bars(grades: dict[str, int]) -> tuple[Bar, ...]:
    """Scale the grade counts to the largest; a count that is not 0 stays visible."""
    most = max(grades.values(), default=0)
    return tuple(
        Bar(grade, count, max(1.0, round(100 * count / most, 1)) if count else 0.0) for grade, count in grades.items()
    )


def nights(report: QualityReport) -> tuple[NightLine, ...]:
    """Return the nights to plot, oldest first, this one last whether or not it is listed yet."""
    found: tuple[FailingSum | Finding, ...] = (*report.failing, *report.findings)
    earlier = [line for line in report.nights if line.started_at != report.started_at]
    this = NightLine(
        report.started_at,
        "published" if report.published else "held",
        len(report.reports),
        report.facts,
        len(report.failing),
        sum(one.is_new for one in found),
        len(report.gone),
    )
    return (*earlier, this)[-NIGHTS_SHOWN:]


def trends(lines: Sequence[NightLine]) -> tuple[Trend, ...]:
    """Draw failing sums and reports over nights; nothing when there are fewer than two."""
    if len(lines) < 2:
        return ()
    return (
        _trend(Words("勾稽不符", "failing sums"), lines, [line.failed_sums for line in lines]),
        _trend(Words("现有报告", "reports held"), lines, [line.reports for line in lines]),
    )


def _trend(title: Words, lines: Sequence[NightLine], values: list[int]) -> Trend:
    low, high = min(values), max(values)
    across = (WIDTH - _LEFT - _RIGHT) / (len(values) - 1)
    down = BASELINE - _TOP
    dots = tuple(
        Dot(
            round(_LEFT + index * across, 1),
            round(BASELINE - (down * value / high if high else 0), 1),  # counts: the axis begins at 0
            f"{night(line.started_at)} · {number(value)} · {line.status}",
            line.status == "published",
        )
        for index, (line, value) in enumerate(zip(lines, values, strict=True))
    )
    return Trend(title, dots, number(low), number(high), number(values[-1]))

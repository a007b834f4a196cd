"""Years without a readable report, folded: a body's gaps in a line, consecutive years as one span.

It arranges the values of `data`; the states' names stand in `words`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from expectations.report.data import BodyGaps
from expectations.report.words import GAPS, Words, number


@dataclass(frozen=True, slots=True)
class FoldedGap:
    """What became of some years of a body, and why where a message says so."""

    words: Words
    years: str
    message: str | None


def folded(body: BodyGaps) -> tuple[FoldedGap, ...]:
    """Fold a body's gaps by what became of the years, in the order of `GAPS`; late reports one by one, last."""
    by_state: dict[str, list[int]] = defaultdict(list)
    why: dict[str, str] = {}
    late = []
    for gap in body.years:
        if gap.state == "published":
            days = number(gap.days_late or 0)
            late.append(
                FoldedGap(Words(f"迟 {days} 日", f"{days} days late"), str(gap.year), str(gap.published_on or ""))
            )
            continue
        by_state[gap.state].append(gap.year)
        if gap.message:
            why.setdefault(gap.state, gap.message)
    known = [*GAPS, *sorted(set(by_state) - set(GAPS))]
    return (
        *(
            FoldedGap(GAPS.get(state) or Words(state, state), spans(by_state[state]), why.get(state))
            for state in known
            if by_state[state]
        ),
        *late,
    )


def spans(years: Iterable[int]) -> str:
    """Write years as spans: 2019–2021、2023."""
    told: list[list[int]] = []
    for year in sorted(set(years)):
        if told and year == told[-1][1] + 1:
            told[-1][1] = year
        else:
            told.append([year, year])
    return "、".join(str(first) if first == last else f"{first}–{last}" for first, last in told)

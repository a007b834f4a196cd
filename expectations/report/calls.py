"""Whom to ring first and what to say: failing sums gathered by report, each with a question to read out.

New ones come first, and among them those where one cell explains everything. Only what is in `data`; the wording of a
sum is `words`'s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from expectations.report.data import FailingSum, LikelyWrong, QualityReport
from expectations.report.words import Words, fixed_label, in_words, leaf, number

SUMS_TOLD = 2


@dataclass(frozen=True, slots=True)
class Call:
    """A report to ask its publisher about: what was found, what to ask, and how many more sums of it fail."""

    report_id: str
    agency: str | None
    year: int | None
    url: str
    is_new: bool
    again: bool
    has_suspect: bool
    found: tuple[Words, ...]
    ask: str
    more: int


def calls(report: QualityReport) -> list[Call]:
    """Gather failing sums and likely wrong cells by report, the ones to ask about first at the head."""
    sums: dict[str, list[FailingSum]] = defaultdict(list)
    for one in report.failing:
        sums[one.report_id].append(one)
    likely: dict[str, list[LikelyWrong]] = defaultdict(list)
    for explained in report.likely:
        likely[explained.report_id].append(explained)
    made = [_call(sums[report_id], likely.get(report_id, ())) for report_id in sums]
    return sorted(made, key=_order)


def _order(call: Call) -> tuple[bool, bool, bool, str, int, str]:
    name = call.agency or ""
    return not call.is_new, not call.has_suspect, not name, name, -(call.year or 0), call.report_id


def _call(failing: Sequence[FailingSum], likely: Sequence[LikelyWrong]) -> Call:
    failing = sorted(failing, key=lambda one: (not one.is_new, one.rule))
    first = failing[0]
    found: list[Words] = [Words(one.cells[0].zh, one.cells[0].en) for one in likely[:SUMS_TOLD]]
    told = 0
    if not found:
        found = [_located(one) for one in failing[:SUMS_TOLD]]
        told = len(found)
    return Call(
        first.report_id,
        first.agency,
        first.year,
        first.url,
        any(one.is_new for one in failing),
        any(one.again and one.is_new for one in failing),
        bool(likely),
        tuple(found),
        asked(likely[0]) if likely else _asked_of_sum(first),
        len(failing) - told if told else 0,
    )


def asked(one: LikelyWrong) -> str:
    """Put a likely wrong cell into a question that can be read out over the phone."""
    cell = one.cells[0]
    figure = "所公布的数是否有误" if cell.proposed is None else f"是否应为 {number(cell.proposed)}"
    also = f"（同一处另有 {len(one.cells) - 1} 格）" if len(one.cells) > 1 else ""
    return (
        f"贵单位{_year(one.year)}报告表{cell.table_label.partition('、')[0]}"
        f"“{leaf(cell.row_label)}”行“{leaf(cell.column_label)}”列一格，{figure}？{also}"
    )


def _asked_of_sum(one: FailingSum) -> str:
    return f"贵单位{_year(one.year)}报告表{one.table_label.partition('、')[0]}中，{in_words(one).zh}请问哪个数有误？"


def _located(one: FailingSum) -> Words:
    fixed, said = fixed_label(one), in_words(one)
    place = f"表{one.table_label.partition('、')[0]}{f' › {leaf(fixed)}' if fixed else ''}："
    return Words(f"{place}{said.zh}", said.en)


def _year(year: int | None) -> str:
    return f" {year} 年度" if year else "的"

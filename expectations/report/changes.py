"""What changed since the team was last told: counts of what is new, and of what is no longer there and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from expectations.report.data import FailingSum, Finding, QualityReport
from expectations.report.words import Words, number

# Why a finding is no longer there (warehouse/sql/gone_findings.sql).
WHY: dict[str, Words] = {
    "republished": Words("发布方已改", "the publisher changed the page"),
    "read_again": Words("我方重读或改判", "read or judged otherwise by us"),
    "withdrawn": Words("报告已撤下", "the report is no longer there"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that may have changed, and how often."""

    count: int
    words: Words
    detail: Words


def changes(report: QualityReport) -> tuple[Change, ...]:
    """Count what is new and what is gone, zeros included: nothing new is an answer too."""
    found: tuple[FailingSum | Finding, ...] = (*report.failing, *report.findings)
    new = [one for one in found if one.is_new]
    again = sum(one.again for one in new)
    why = Counter(one.why for one in report.gone)
    known = [*WHY, *sorted(set(why) - set(WHY))]
    told = [(WHY.get(code) or Words(code, code), why[code]) for code in known if why[code]]
    return (
        Change(sum(line.is_new for line in report.reports), Words("新报告", "new reports"), Words("", "")),
        Change(
            len(new),
            Words("新见不符", "new findings"),
            Words(f"其中 {number(again)} 处曾消失又见", f"{number(again)} of them came back")
            if again
            else Words("", ""),
        ),
        Change(
            len(report.gone),
            Words("已不再见", "no longer found"),
            Words(
                "、".join(f"{words.zh} {number(count)}" for words, count in told),
                ", ".join(f"{words.en} {number(count)}" for words, count in told),
            ),
        ),
        Change(
            sum(line.is_new for line in report.problems),
            Words("新问题", "new problems"),
            Words("", ""),
        ),
    )

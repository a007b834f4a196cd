"""Findings of the report by family of rules: how many, how many new, in how many reports.

It counts the values of `data`; the families' names stand in `words`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from expectations.report.data import FailingSum, Finding, QualityReport
from expectations.report.words import FAMILIES, Words, family_words


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """One family of rules over the publishers' figures."""

    family: str
    words: Words
    failing: int
    new: int
    reports: int


def families(report: QualityReport) -> tuple[FamilyRow, ...]:
    """Count by family, in the order of `FAMILIES`, zeros included; families unknown to this version last."""
    found: dict[str, list[FailingSum | Finding]] = defaultdict(list)
    every: tuple[FailingSum | Finding, ...] = (*report.failing, *report.findings)
    for one in every:
        found[family_of(one)].append(one)
    known = [*FAMILIES, *sorted(set(found) - set(FAMILIES))]
    return tuple(
        FamilyRow(
            family,
            family_words(family),
            len(found[family]),
            sum(one.is_new for one in found[family]),
            len({one.report_id for one in found[family]}),
        )
        for family in known
    )


def family_of(one: FailingSum | Finding) -> str:
    """Return the family; of a sum without one, the part of its code that names it: applications.balance.total."""
    return one.family or [*one.rule.split("."), ""][1]

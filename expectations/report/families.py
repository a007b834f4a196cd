"""Findings of the report by family of rules: how many, how many new, in how many reports.

It counts the values of `data`; the families' names stand in `words`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from expectations.report.data import FailingSum, Finding, QualityReport
from expectations.report.words import FAMILIES, Words, family_words, number


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


def said(one: Finding) -> Words:
    """Say the figures of a finding: of plausibility how many cells it is about, else both figures."""
    if one.actual is None or one.expected is None:
        return Words("", "")
    if one.family == "plausibility":
        # No figure of the report: `actual` counts the cells that the rule found, or is the share of prose alike.
        is_share = one.rule == "plausibility.copied_text"
        zh, en = ("相同部分", "share alike") if is_share else ("涉及格数", "cells")
        return Words(f"{zh} {number(one.actual)}", f"{en}: {number(one.actual)}")
    if one.family == "text":
        return Words(
            f"正文 {number(one.expected)}，表格 {number(one.actual)}",
            f"text {number(one.expected)}, table {number(one.actual)}",
        )
    return Words(
        f"应为 {number(one.expected)}，公布 {number(one.actual)}",
        f"expected {number(one.expected)}, published {number(one.actual)}",
    )

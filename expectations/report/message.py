"""The night in a mail: a subject that is the verdict, one screen of text, the same as simple HTML.

Building, attaching and sending belong to `flows`; the full page is `page`'s.
"""

from __future__ import annotations

from dataclasses import dataclass

from expectations.report.calls import calls
from expectations.report.cell_table import ROWS_LIMIT, rows_wanted
from expectations.report.changes import WHY, changes
from expectations.report.data import ProblemLine, QualityReport
from expectations.report.families import said
from expectations.report.picture import described, drawn, trend_png
from expectations.report.plots import bars
from expectations.report.render import environment
from expectations.report.words import night, number, one_line, own_faults, own_words, verdict

CALLS_TOLD = 6
FINDINGS_TOLD = 4
GONE_TOLD = 4
PROBLEMS_TOLD = 4
SUBJECT_LIMIT = 150
PICTURE = "trend.png"  # by which the HTML names the picture that travels with it
# As on the page: told apart by lightness too, and named beside.
COLOURS = {"verified": "#3c9c83", "inconsistent": "#ad3e08", "incomplete": "#c79a24", "no_tables": "#a5a9ad"}


@dataclass(frozen=True, slots=True)
class MailText:
    """What a mail says; nothing of how it travels. ``picture`` is a PNG, where there are nights enough for one."""

    subject: str
    text: str
    html: str
    picture: bytes | None = None


def render_mail(report: QualityReport) -> MailText:
    """Render subject, plain text, HTML and picture of the night's mail."""
    asked = calls(report)
    faults = own_faults(report)
    title = subject(report)
    shown = drawn(report)
    values = {
        "report": report,
        "night": night,
        "subject": title,
        "verdict": verdict(report),
        "changed": changes(report),
        "why": WHY,
        "said": said,
        "calls": asked[:CALLS_TOLD],
        "calls_left": max(0, len(asked) - CALLS_TOLD),
        "findings": sorted(report.findings, key=lambda one: not one.is_new)[:FINDINGS_TOLD],
        "gone": report.gone[:GONE_TOLD],
        "bars": bars(report.grades()),
        "colours": COLOURS,
        "picture": PICTURE if shown else None,
        "described": described(shown) if shown else None,
        "faults": faults,
        "own": own_words(faults),
        "failed_rules": [rule for rule in report.reading if not rule.success],
        "ours": _told(report, ours=True),
        "theirs": _told(report, ours=False),
        "cells_cut": ROWS_LIMIT if rows_wanted(report) > ROWS_LIMIT else 0,
        "theirs_total": sum(not line.ours for line in report.problems),
    }
    templates = environment()
    return MailText(
        title,
        templates.get_template("mail.txt.j2").render(values),
        templates.get_template("mail.html.j2").render(values),
        trend_png(shown) if shown else None,
    )


def subject(report: QualityReport) -> str:
    """Say the verdict in one line that is safe in a header."""
    new = sum(line.is_new for line in report.failing)
    sums = f"{number(len(report.failing))} 处勾稽不符 (新 {number(new)})" if report.failing else "勾稽全部相符"
    if not report.failing and not report.sums_checked:
        sums = "没有可核的勾稽"
    if report.findings:
        new_findings = sum(line.is_new for line in report.findings)
        sums += f", 正文等 {number(len(report.findings))} 处 (新 {number(new_findings)})"
    own = own_faults(report).total
    said = [f"{number(len(report.reports))} 份报告", sums]
    if own:
        said.append(f"我方差错 {number(own)}")
    region = f" {report.region}" if report.region else ""
    said.insert(0 if not report.published else len(said), "已发布" if report.published else "未发布")
    return one_line(f"年报 {night(report.started_at)}{region}: {', '.join(said)}", SUBJECT_LIMIT)


def _told(report: QualityReport, *, ours: bool) -> list[ProblemLine]:
    own = [line for line in report.problems if line.ours is ours]
    return sorted(own, key=lambda line: not line.is_new)[:PROBLEMS_TOLD]

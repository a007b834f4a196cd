"""Telling people: the report page on disk, the mail on its way, the summary on the terminal.

What is told comes from `quality`; a mail server that fails costs a note, never the night.
"""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.report.data import QualityReport
from expectations.report.words import SHANGHAI
from flows.settings import Settings
from schemas.errors import NianbaoError
from warehouse.findings import note_told
from warehouse.store import open_warehouse

if TYPE_CHECKING:
    from flows.mail import MailSettings

TRY_NEXT = (
    "SELECT agency, year, rule, expected, actual FROM checks JOIN reports USING (report_id) "
    "WHERE is_current AND checks.status = 'fail'"
)
_GRADES = {
    "verified": "all cells found, all sums hold",
    "inconsistent": "all cells found, some published sum does not hold",
    "incomplete": "cells missing or sums that blanks leave undecided",
    "no_tables": "a report's text without its tables",
    "unreadable": "a medium that no reader knows yet",
}


@dataclass(frozen=True, slots=True)
class Told:
    """Where the page is, and what became of the mail in words."""

    page: Path
    mail: str


def tell(settings: Settings, report: QualityReport, *, send: bool = True) -> Told:
    """Write the report's site; with ``send``, mail it (and what waits from earlier nights)."""
    from expectations.report.page import render_page
    from expectations.report.regions import of_region
    from flows.mail import deliver_waiting, for_group
    from flows.site import write_site

    write_site(settings, report)
    page = render_page(report)
    if not send:
        return Told(settings.report, "not sent")
    mail = settings.mail_settings()
    waited = [delivery for delivery in deliver_waiting(mail) if delivery.sent]
    told = [_mailed(report, page, mail)] if mail.recipients or not mail.groups else []
    for group in mail.groups:
        cut = of_region(report, group.name, group.places)
        became, is_handed_over = _mailed(cut, render_page(cut), for_group(mail, group))
        told.append((f"{group.name}: {became}", is_handed_over))
    if any(is_handed_over for _, is_handed_over in told):
        _remember_told(settings, report)
    earlier = f" (and {len(waited)} from earlier nights)" if waited else ""
    return Told(settings.report, "; ".join(became for became, _ in told) + earlier)


def _remember_told(settings: Settings, report: QualityReport) -> None:
    """Note that what this report calls new has been told: by a mail that was sent, or that waits for its server.

    Whoever is killed before this line tells the same once more, which is better than never.
    """
    with open_warehouse(settings.warehouse) as warehouse:
        note_told(warehouse, report.run_id, datetime.now(SHANGHAI))


def _mailed(report: QualityReport, page: str, mail: MailSettings) -> tuple[str, bool]:
    """Mail one report; return what became of it in words, and whether it was sent or waits in the outbox."""
    from flows.mail import build_message, deliver

    try:
        message = build_message(report, page, mail)
    except NianbaoError as error:  # an address that can stand in no head; the night is none the worse
        return f"not sent: {error}", False
    delivery = deliver(message, mail)
    if delivery.sent:
        return f"sent to {', '.join(mail.recipients)}", True
    return f"{delivery.path}{f': {delivery.reason}' if delivery.reason else ''}", delivery.path is not None


def summary(settings: Settings, report: QualityReport, told: Told | None) -> str:
    """Put a run into a dozen lines for the terminal."""
    lines = [f"Night {report.run_id}: {'published' if report.published else 'NOT PUBLISHED'}", ""]
    for grade, count in report.grades().items():
        if count:
            lines.append(f"  {count:>6}  {grade:<13} {_GRADES[grade]}")
    new = sum(line.is_new for line in report.reports)
    lines += [
        "",
        f"  {len(report.reports)} reports ({new} new), {report.facts:,} facts ({report.new_facts:,} new)",
        f"  {report.sums_checked:,} sums checked: {len(report.failing)} fail in the publishers' figures, "
        f"{report.sums_not_assessable} cannot be assessed",
        *_told_findings(report),
        f"  {len(report.problems)} problem{'' if len(report.problems) == 1 else 's'}: "
        f"{sum(p.ours for p in report.problems)} ours, {sum(not p.ours for p in report.problems)} of the sites",
        "",
    ]
    for failed in (rule for rule in report.reading if not rule.success and rule.severity == "critical"):
        lines.append(f"  KEPT BACK by {failed.rule}: {failed.sentence} ({failed.unexpected} offending)")
    lines.append(f"  snapshot  {_shown(settings.snapshot)}")
    if told:
        lines += [
            f"  report    {_shown(told.page)}",
            f"  mail      {told.mail.replace(str(Path.cwd()) + '/', '')}",
        ]
    lines += ["", f'Try next:  {_command()} sql{_home(settings)} "{TRY_NEXT}"']
    return "\n".join(lines)


def _told_findings(report: QualityReport) -> list[str]:
    """Tell likely wrong cells and what rules beyond the sums found, a line each, where there are any."""
    lines = []
    if report.likely:
        many, first = len(report.likely), report.likely[0]
        lines.append(
            f"  {many} likely wrong cell{'' if many == 1 else 's'}: {first.agency or '?'} {first.year or '?'} "
            f"{first.cells[0].row_label.rsplit('/', 1)[-1]} × {first.cells[0].column_label.rsplit('/', 1)[-1]}"
            f"{' …' if many > 1 else ''}"
        )
    if report.findings:
        counted = Counter(one.family for one in report.findings)
        lines.append("  beyond the sums: " + ", ".join(f"{count} {family}" for family, count in counted.items()))
    return lines


def _command() -> str:
    """Name this program as a person has to type it here: it is on the PATH only in an active venv."""
    return "nianbao" if shutil.which("nianbao") else _shown(Path(sys.argv[0]).absolute())


def _home(settings: Settings) -> str:
    """Name the home unless it is the one that a command finds by itself."""
    return "" if settings.root == Path("var").resolve() else f" --home {_shown(settings.root)}"


def _shown(path: Path) -> str:
    """Show a path as a person would type it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)

"""The cells of all failing sums as CSV, for a reader who opens it in a spreadsheet.

Text that a spreadsheet would run as a formula gets a leading apostrophe; the warehouse's own exports,
which promise the bytes as published, are made elsewhere.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping

from expectations.report.data import FailingSum, Finding, LikelyCell, QualityReport
from expectations.report.families import family_of
from expectations.report.page import ordered
from expectations.report.words import visible

ROWS_LIMIT = 10_000  # about 3 MB, which every mail server takes
HEAD = (
    "report_id", "agency", "year", "new", "rule", "sentence", "expected", "actual", "difference",
    "table", "row", "column", "side", "raw", "locator", "url", "family", "suspect", "proposed", "note", "seen_on",
)  # fmt: skip
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
# Spreadsheets in Chinese and Japanese take the full-width signs for the same.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def failing_cells_csv(report: QualityReport) -> tuple[bytes, bool]:
    """Return the table (UTF-8 with BOM) and whether it is whole; a sum is never cut in half."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEAD)
    rows, whole = 0, True
    likely = {
        (one.report_id, cell.table_label, cell.row_label, cell.column_label): cell
        for one in report.likely
        for cell in one.cells
    }
    for one in ordered(report.failing):
        if rows + max(1, len(one.cells)) > ROWS_LIMIT:
            whole = False
            break
        rows += max(1, len(one.cells))
        writer.writerows([guarded(value) for value in row] for row in _rows(one, likely))
    for finding in sorted(report.findings, key=lambda one: not one.is_new):
        if rows >= ROWS_LIMIT:
            whole = False
            break
        rows += 1
        writer.writerow([guarded(value) for value in _finding_row(finding)])
    return out.getvalue().encode("utf-8-sig"), whole


def rows_wanted(report: QualityReport) -> int:
    """Return how many rows the whole table has."""
    return sum(max(1, len(one.cells)) for one in report.failing) + len(report.findings)


def guarded(text: str) -> str:
    """Return ``text`` so that a spreadsheet shows it and never runs it."""
    if _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + visible(text)
    return visible(text)


_Likely = Mapping[tuple[str, str, str, str], LikelyCell]


def _finding_row(one: Finding) -> list[str]:
    """A finding beyond the sums is one row that names no cell; its note quotes the text."""
    gap = "" if one.actual is None or one.expected is None else format(one.actual - one.expected, "f")
    year, new = "" if one.year is None else str(one.year), "1" if one.is_new else "0"
    figures = ["" if value is None else format(value, "f") for value in (one.expected, one.actual)]
    told = [one.report_id, one.agency or "", year, new, one.rule, one.sentence, *figures, gap]
    return [*told, *[""] * 6, one.url, one.family, "", "", one.note or "", _day(one)]


def _rows(one: FailingSum, likely: _Likely) -> list[list[str]]:
    same = [
        one.report_id,
        one.agency or "",
        "" if one.year is None else str(one.year),
        "1" if one.is_new else "0",
        one.rule,
        one.sentence,
        format(one.expected, "f"),
        format(one.actual, "f"),
        format(one.actual - one.expected, "f"),
        one.table_label,
    ]
    if not one.cells:  # beyond those whose cells were asked for: a sum is never left out
        return [[*same, "", "", "", "", "", one.url, family_of(one), "", "", "", _day(one)]]
    found = [likely.get((one.report_id, one.table_label, cell.row_label, cell.column_label)) for cell in one.cells]
    return [
        [
            *same,
            cell.row_label,
            cell.column_label,
            "total" if cell.sign > 0 else "part",
            cell.raw or "",
            cell.locator or "",
            one.url,
            family_of(one),
            "1" if suspect else "0",
            "" if suspect is None or suspect.proposed is None else format(suspect.proposed, "f"),
            "",
            _day(one),
        ]
        for cell, suspect in zip(one.cells, found, strict=True)
    ]


def _day(one: FailingSum | Finding) -> str:
    return "" if one.seen_on is None else one.seen_on.isoformat()

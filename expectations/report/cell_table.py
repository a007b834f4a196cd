"""The cells of all failing sums as CSV, for a reader who opens it in a spreadsheet.

Text that a spreadsheet would run as a formula gets a leading apostrophe; the warehouse's own exports,
which promise the bytes as published, are made elsewhere.
"""

from __future__ import annotations

import csv
import io
import re

from expectations.report.data import FailingSum, QualityReport
from expectations.report.page import ordered
from expectations.report.words import visible

ROWS_LIMIT = 10_000  # about 3 MB, which every mail server takes
HEAD = (
    "report_id", "agency", "year", "new", "rule", "sentence", "expected", "actual", "difference",
    "table", "row", "column", "side", "raw", "locator", "url",
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
    for one in ordered(report.failing):
        if rows + len(one.cells) > ROWS_LIMIT:
            whole = False
            break
        rows += len(one.cells)
        writer.writerows([guarded(value) for value in row] for row in _rows(one))
    return out.getvalue().encode("utf-8-sig"), whole


def guarded(text: str) -> str:
    """Return ``text`` so that a spreadsheet shows it and never runs it."""
    if _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + visible(text)
    return visible(text)


def _rows(one: FailingSum) -> list[list[str]]:
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
    return [
        [
            *same,
            cell.row_label,
            cell.column_label,
            "total" if cell.sign > 0 else "part",
            cell.raw or "",
            cell.locator or "",
            one.url,
        ]
        for cell in one.cells
    ]

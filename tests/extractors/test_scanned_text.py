"""A scan in which no table is found is still a report whose body and year it names."""

from __future__ import annotations

import pytest

from extractors import reports
from extractors.blocks import Document, Line
from extractors.media import Medium
from extractors.read import read_report


def test_a_scan_without_tables_keeps_its_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Recognition is stood in for: it read the text of a page without ruling lines, and found no table."""
    unread = Document(Medium.PDF, (), {"pages_without_text": "1"})
    lines = (Line("虚构县民政局2022年政府信息公开工作年度报告", 1), Line("一、总体情况", 2))
    recognised = Document(Medium.PDF, lines, {"recognised": "yes"})
    monkeypatch.setitem(reports.READERS, Medium.PDF, (lambda _: unread,))
    monkeypatch.setattr(reports, "read_scanned_pdf", lambda _: recognised)
    reading = read_report(b"%PDF-1.4 scan", "scan.pdf")
    assert (reading.identity.agency, reading.identity.year, reading.facts) == ("虚构县民政局", 2022, ())

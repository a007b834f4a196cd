"""Bytes of one medium → the reports in them: the readers in their order, and the document cut into reports.

What a page embeds or an archive holds is not looked into here (`read`).
"""

from __future__ import annotations

from dataclasses import dataclass

from extractors.blocks import Document
from extractors.copies import cuts_of
from extractors.cut_rows import with_whole_rows
from extractors.marks import mark_index
from extractors.media import Medium
from extractors.ocr import read_scanned_pdf
from extractors.readers import READERS
from extractors.several import reports_of
from extractors.tables import Tables, find_tables, format_of
from extractors.tokens import tokens_of


@dataclass(frozen=True, slots=True)
class Report:
    """One report of a document: its own blocks, and its tables if it has any."""

    document: Document
    tables: Tables | None

    @property
    def found(self) -> int:
        """Count the cells that were found."""
        return self.tables.found if self.tables else 0

    @property
    def complete(self) -> bool:
        """Tell whether it has its tables, with every cell."""
        return self.tables is not None and self.tables.complete


def reports_in(data: bytes, medium: Medium) -> tuple[Report, ...]:
    """Try the medium's readers in order until one finds every cell; return the best.

    A further reader costs many times as much: it is asked only where the first one met rows of ours, or
    pages that are pictures.

    Raises:
        DocumentError: what a reader raises.
    """
    first, *others = READERS[medium]
    document = first(data)
    best = cut(document)
    if all(report.complete for report in best):
        return best
    if medium is Medium.PDF and "pages_without_text" in document.metadata:
        others = [read_scanned_pdf]
    elif not any(report.tables for report in best) or "cut" in document.metadata:
        others = []
    for reader in others:
        again = cut(reader(data))
        if _worth(again) > _worth(best):
            best = again
    return best


def _worth(reports: tuple[Report, ...]) -> tuple[int, bool]:
    """Rank a reading by the cells found; without any, a text still says whose report it is (scans without rulings)."""
    return sum(report.found for report in reports), any(report.document.blocks for report in reports)


def cut(document: Document) -> tuple[Report, ...]:
    """Cut a document into its reports and find the tables of each."""
    tokens = with_whole_rows(tokens_of(document))
    form = format_of(tokens)
    if form is None:
        return (Report(document, None),)
    cuts = cuts_of(tokens, mark_index(form.format.code))
    parts = reports_of(document, tokens, cuts) if cuts else (document,)
    if len(parts) > 1:
        reports = tuple(report for part in parts for report in cut(part))
        if all(report.found for report in reports):
            return reports
    tables = find_tables(tokens, form, cuts)
    return (Report(document, tables if tables.found else None),)

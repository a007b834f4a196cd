"""The room's one entry: bytes → the facts and identity of the reports in them, as a pure function.

It chooses the reader by medium and cuts the document into its reports; everything else is the work of the
modules it calls.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from extractors.blocks import Document
from extractors.cells import CellReading
from extractors.copies import cuts_of
from extractors.identity import Hints, Identity, identify
from extractors.marks import mark_index
from extractors.media import Medium, sniff
from extractors.readers import READERS
from extractors.several import reports_of
from extractors.tables import Tables, find_tables, format_of
from extractors.tokens import tokens_of
from schemas.errors import DocumentError
from schemas.facts import Fact, Status

# Goes into `reports.extractor_version`; raise it whenever a reader may read something differently.
EXTRACTOR_VERSION = "2"

# Nesting of elements in real pages stays below 60.
DEEPEST = 300


@dataclass(frozen=True, slots=True)
class ReportReading:
    """What one report says. ``facts`` is empty and ``format`` None where it has no tables.

    ``part`` counts the reports of one document from 1. ``remarks`` tell what stood beside it and could not
    be read, each naming the source.
    """

    source: str
    medium: Medium
    format: str | None
    identity: Identity
    facts: tuple[Fact, ...]
    part: int = 1
    remarks: tuple[str, ...] = ()

    def count(self, status: Status) -> int:
        """Count the cells in a state."""
        return sum(fact.status is status for fact in self.facts)


@dataclass(frozen=True, slots=True)
class _Report:
    """One report of a document: its own blocks, and its tables if it has any."""

    document: Document
    tables: Tables | None

    @property
    def found(self) -> int:
        return self.tables.found if self.tables else 0


def read_report(data: bytes, source: str, hints: Hints = Hints()) -> ReportReading:  # noqa: B008 - frozen
    """Read one document that holds one report; of several the first. See `read_reports`."""
    return read_reports(data, source, hints)[0]


def read_reports(data: bytes, source: str, hints: Hints = Hints()) -> tuple[ReportReading, ...]:  # noqa: B008
    """Read the reports of one document; nearly always there is just one.

    ``source`` is the path or URL that facts will name. A report whose tables are missing is returned
    without facts.

    Raises:
        DocumentError: the bytes are empty (``empty``), of a medium that no reader knows
            (``unsupported_medium``), or no report (``not_a_report``); or what a reader raises: ``damaged``,
            ``encrypted``, ``too_large``, ``needs_libreoffice``, ``needs_ocr``. The message names ``source``.
    """
    try:
        medium = sniff(data)
        if medium not in READERS:
            raise DocumentError("unsupported_medium", f"expected a report, found {medium}: no reader for it")
        reports = _reports(data, medium)
    except DocumentError as error:
        raise DocumentError(error.code, f"{source}: {error}") from error
    # What led to the document says whose it is only where it holds one report.
    known = hints if len(reports) == 1 else Hints()
    identities = [identify(report.document, known) for report in reports]
    readings = [
        _reading(report, identity, source, medium)
        for report, identity in zip(reports, identities, strict=True)
        if report.tables is not None or identity.is_report
    ]
    if not readings:
        raise DocumentError(
            "not_a_report",
            f"{source}: expected a report's title, sections or tables, found none of them in {medium}",
        )
    return tuple(replace(reading, part=part) for part, reading in enumerate(readings, 1))


def _reading(report: _Report, identity: Identity, source: str, medium: Medium) -> ReportReading:
    if report.tables is None:
        return ReportReading(source, medium, None, identity, ())
    facts = tuple([_fact(cell, source, identity) for cell in report.tables.cells])
    return ReportReading(source, medium, report.tables.format.code, identity, facts)


def _reports(data: bytes, medium: Medium) -> tuple[_Report, ...]:
    """Try the medium's readers in order until one finds every cell; return the best.

    A further reader costs some fifty times as much: it is asked only where the first one met rows of
    ours, and never for nesting that no publisher writes (html5lib needs its square in time).
    """
    first, *others = READERS[medium]
    document = first(data)
    best = _cut(document)
    complete = all(report.tables is not None and report.tables.complete for report in best)
    met = any(report.tables is not None for report in best)
    if complete or not met or "cut" in document.metadata or int(document.metadata.get("depth", 0)) > DEEPEST:
        others = []
    for reader in others:
        again = _cut(reader(data))
        if sum(report.found for report in again) > sum(report.found for report in best):
            best = again
    return best


def _cut(document: Document) -> tuple[_Report, ...]:
    """Cut a document into its reports and find the tables of each."""
    tokens = tokens_of(document)
    form = format_of(tokens)
    if form is None:
        return (_Report(document, None),)
    cuts = cuts_of(tokens, mark_index(form.format.code))
    parts = reports_of(document, tokens, cuts) if cuts else (document,)
    if len(parts) > 1:
        reports = tuple(report for part in parts for report in _cut(part))
        if all(report.found for report in reports):
            return reports
    tables = find_tables(tokens, form, cuts)
    return (_Report(document, tables if tables.found else None),)


def _fact(found: CellReading, source: str, identity: Identity) -> Fact:
    cell, reading = found.cell, found.reading
    return Fact(
        source,
        identity.agency,
        identity.year,
        cell.format,
        cell.table_code,
        cell.row_code,
        cell.column_code,
        reading.value,
        reading.unit,
        found.raw,
        reading.status,
        found.locator,
    )

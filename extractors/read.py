"""The room's one entry: bytes → the facts and identity of the reports in them, as a pure function.

It opens archives and looks into what a page embeds; everything else is the work of the modules it calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from extractors.archives import members
from extractors.identity import Hints, Identity, identify
from extractors.media import Medium, sniff
from extractors.parts import Fetch, files, nothing_at_hand, with_pictures
from extractors.prose import Passage, prose_of
from extractors.readers import READERS
from extractors.reports import Report, cut, reports_in
from schemas.errors import DocumentError
from schemas.facts import Fact, Status

# Goes into `reports.extractor_version`; raise it whenever a reader may read something differently.
EXTRACTOR_VERSION = "5"
_new = tuple.__new__


@dataclass(frozen=True, slots=True)
class ReportReading:
    """What one report says. ``facts`` is empty and ``format`` None where it has no tables.

    ``part`` counts the reports of one document from 1. ``remarks`` tell what stood beside it and could not
    be read, each naming the source. ``prose`` is its running text, from which `statements` are read.
    """

    source: str
    medium: Medium
    format: str | None
    identity: Identity
    facts: tuple[Fact, ...]
    part: int = 1
    remarks: tuple[str, ...] = ()
    prose: tuple[Passage, ...] = ()

    def count(self, status: Status) -> int:
        """Count the cells in a state."""
        return sum(fact.status is status for fact in self.facts)


def read_report(data: bytes, source: str, hints: Hints = Hints()) -> ReportReading:  # noqa: B008 - frozen
    """Read one document that holds one report; of several the first. See `read_reports`."""
    return read_reports(data, source, hints)[0]


def read_reports(
    data: bytes,
    source: str,
    hints: Hints = Hints(),  # noqa: B008 - frozen
    fetch: Fetch = nothing_at_hand,
) -> tuple[ReportReading, ...]:
    """Read the reports of one document; nearly always there is just one.

    ``source`` is the path or URL that facts will name. ``fetch`` gives the bytes of pictures and attached
    files by the address that a page writes, as far as they are at hand. A report whose tables are missing
    is returned without facts.

    Raises:
        DocumentError: the bytes are empty (``empty``), of a medium that no reader knows
            (``unsupported_medium``), or no report (``not_a_report``); or what a reader raises: ``damaged``,
            ``encrypted``, ``too_large``, ``needs_libreoffice``, ``needs_ocr``. The message names ``source``.
    """
    try:
        medium = sniff(data)
        if medium is Medium.ARCHIVE:
            readings = _read_archive(data, source, hints)
        elif medium in READERS:
            readings = _read_document(data, medium, source, hints, fetch)
        else:
            raise DocumentError("unsupported_medium", f"expected a report, found {medium}: no reader for it")
    except DocumentError as error:
        raise DocumentError(error.code, f"{source}: {error}") from error
    return tuple(replace(reading, part=part) for part, reading in enumerate(readings, 1))


def _read_document(data: bytes, medium: Medium, source: str, hints: Hints, fetch: Fetch) -> list[ReportReading]:
    reports = reports_in(data, medium)
    remarks: list[str] = []
    parts = reports[0].document.parts if len(reports) == 1 else ()
    if parts and not reports[0].complete:
        pictured, remarks = with_pictures(reports[0].document, fetch)
        again = cut(pictured) if pictured is not reports[0].document else ()
        if sum(report.found for report in again) > reports[0].found:
            reports = again
    # What led to the document says whose it is only where it holds one report.
    known = hints if len(reports) == 1 else Hints()
    readings = []
    for report in reports:
        identity = identify(report.document, known)
        if report.tables is not None or identity.is_report:
            readings.append(_reading(report, identity, source, medium))
    if parts and not any(reading.facts for reading in readings):
        attached, others = _attached(reports[0], readings, source, fetch)
        readings, remarks = attached or readings, remarks + others
    if not readings:
        raise DocumentError(
            "not_a_report", f"expected a report's title, sections or tables, found none of them in {medium}"
        )
    return [replace(readings[0], remarks=tuple(f"{source}: {remark}" for remark in remarks)), *readings[1:]]


def _attached(
    page: Report, own: list[ReportReading], source: str, fetch: Fetch
) -> tuple[list[ReportReading], list[str]]:
    """Read the files that a page without tables links to; what they do not say of themselves, the page says."""
    torn: list[str] = []
    found, remarks = _read_files(_unpacked(files(page.document, fetch), torn), source)
    return _with_identity_of(own, found), torn + remarks


def _unpacked(given: Iterable[tuple[str, bytes]], torn: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield files, of archives those inside; archives that cannot be opened are noted in ``torn``."""
    for name, data in given:
        if not data.strip() or sniff(data) is not Medium.ARCHIVE:
            yield name, data
            continue
        try:
            yield from ((f"{name}/{inner}", content) for inner, content in members(data))
        except DocumentError as error:
            torn.append(f"{name}: {error}")


def _read_archive(data: bytes, source: str, hints: Hints) -> list[ReportReading]:
    """Read the reports among an archive's files."""
    found, remarks = _read_files(members(data), source, hints)
    if not found:
        reasons = f" ({remarks[0]})" if remarks else ""
        raise DocumentError("not_a_report", f"expected a report among the files of the archive, found none{reasons}")
    return [replace(found[0], remarks=tuple(f"{source}: {remark}" for remark in remarks)), *found[1:]]


def _read_files(
    given: Iterable[tuple[str, bytes]],
    source: str,
    hints: Hints = Hints(),  # noqa: B008 - frozen
) -> tuple[list[ReportReading], list[str]]:
    """Read files that came along; return the reports with tables (without, if none has any) and what failed."""
    readings: list[ReportReading] = []
    remarks: list[str] = []
    for name, data in given:
        try:
            medium = sniff(data)
            if medium not in READERS:
                continue
            for reading in _read_document(data, medium, source, hints, nothing_at_hand):
                facts = tuple(fact._replace(locator=_within(name, fact.locator)) for fact in reading.facts)
                prose = tuple(Passage(text, f"{name}: {locator}") for text, locator in reading.prose)
                readings.append(replace(reading, facts=facts, prose=prose))
        except DocumentError as error:
            if error.code not in ("not_a_report", "empty"):
                remarks.append(f"{name}: {error}")
    found = [reading for reading in readings if reading.facts]
    pages = [reading for reading in readings if not reading.facts]
    return _with_identity_of(pages, found) or pages, remarks


def _with_identity_of(pages: list[ReportReading], found: list[ReportReading]) -> list[ReportReading]:
    """Complete the identity of a report from the one page that came with it; the page's own date is the report's."""
    if len(pages) != 1 or len(found) != 1:
        return found
    (reading,) = found
    mine, theirs = pages[0].identity, reading.identity
    if mine.year and theirs.year and mine.year != theirs.year:
        return found  # another year's report than the page speaks of
    agency, year = mine.agency or theirs.agency, mine.year or theirs.year
    identity = replace(
        theirs,
        agency=agency,
        year=year,
        title=mine.title or theirs.title,
        published_on=mine.published_on or theirs.published_on,
        is_report=True,
        evidence=theirs.evidence | mine.evidence,
    )
    facts = tuple(fact._replace(agency=agency, year=year) for fact in reading.facts)
    return [replace(reading, identity=identity, facts=facts, prose=pages[0].prose + reading.prose)]


def _within(name: str, locator: str | None) -> str | None:
    return f"{name}: {locator}" if locator else None


def _reading(report: Report, identity: Identity, source: str, medium: Medium) -> ReportReading:
    prose = prose_of(report.document.blocks)
    if report.tables is None:
        return ReportReading(source, medium, None, identity, (), prose=prose)
    agency, year, code = identity.agency, identity.year, report.tables.format.code
    facts = []
    for found in report.tables.cells:
        table, row, column = found.cell.key
        told = found.reading
        values = (source, agency, year, code, table, row, column, told.value, told.unit, found.raw, told.status)
        # As `Fact(…)`, which takes three times as long: there are some 200 of a report.
        facts.append(_new(Fact, (*values, found.locator)))
    return ReportReading(source, medium, code, identity, tuple(facts), prose=prose)

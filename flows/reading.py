"""Reading a batch of archived documents into staged files (JSON lines) that the warehouse loads.

Documents are read and their rows written in worker processes: whatever one does, it costs a row that says
why and nobody else's figures.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extractors.fingerprint import fingerprint_of
from extractors.identity import Hints, identify_by_hints
from extractors.read import EXTRACTOR_VERSION, ReportReading
from extractors.statement_doubts import Speaker
from extractors.statement_words import words
from extractors.statements import statements_of
from flows.attached import FromArchive
from flows.crawl.replay import read_payload
from flows.documents import read_document
from flows.limits import Limits
from flows.workers import Failure, shared_pool
from schemas.errors import DocumentError, NianbaoError
from schemas.facts import Grade, Status
from schemas.formats import format_by_code
from warehouse.load import DocumentToRead, ReadingBatch

# Reasons that lie with the page, not with our readers.
_THEIRS = frozenset({"empty", "not_a_report", "no_tables", "encrypted", "damaged"})
# Documents that are no report at all; one that fails for any other reason is a report that we cannot read.
_NO_REPORT = frozenset({"empty", "not_a_report"})
_PARTS = ("reports", "facts", "problems", "statements")


@dataclass(slots=True)
class _Staged:
    reports: list[dict[str, Any]] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    statements: list[dict[str, Any]] = field(default_factory=list)

    def lines(self) -> tuple[str, ...]:
        """Return each part as JSON lines."""
        parts = (self.reports, self.facts, self.problems, self.statements)
        return tuple("".join(json.dumps(r, ensure_ascii=False, default=str) + "\n" for r in part) for part in parts)


def read_batch(
    documents: Iterable[DocumentToRead],
    archive: Path,
    stem: Path,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> ReadingBatch:
    """Read documents from the archive; write ``<stem>.reports.jsonl`` and so on, and return their paths."""
    given = tuple(documents)
    pool = shared_pool(_read_one, limits)
    batch = ReadingBatch(*(stem.with_name(f"{stem.name}.{part}.jsonl") for part in _PARTS))
    stem.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as files:
        streams = [files.enter_context(getattr(batch, part).open("w", encoding="utf-8")) for part in _PARTS]
        answers = pool.map((document, archive) for document in given)
        for document, answer in zip(given, answers, strict=True):
            texts = _failed(document, answer) if isinstance(answer, Failure) else answer
            for stream, text in zip(streams, texts, strict=True):
                stream.write(text)
    return batch


def prepare() -> None:
    """Load what a report's prose is read by; the nursery of workers does so once for all of them."""
    words()


def _read_one(place: tuple[DocumentToRead, Path]) -> tuple[str, ...]:
    """Read one document, in a worker process; return its lines for each of the batch's files."""
    document, archive = place
    staged = _Staged()
    hints = Hints(document.link_text, document.source_agency)
    attached = FromArchive(document.attachments, archive)
    try:
        data = read_payload(archive, document.archive_file, document.archive_offset)
        readings = read_document(data, document.url, hints, attached)
    except DocumentError as error:
        _stage_unread(document, hints, error.code, str(error), staged)
    except NianbaoError as error:
        # No reading is noted: the document is tried again each night, and mended when it is archived anew.
        _stage_problem(document, "archive_damaged", f"{document.url}: {error}", staged)
    else:
        version = _figures_of(readings) if attached.given else ""
        for reading in readings:
            _stage_reading(document, reading, attached, version, staged)
    return staged.lines()


def _figures_of(readings: Sequence[ReportReading]) -> str:
    """Tell readings of the same bytes with other attachments apart: empty without figures.

    By what they say and not by the attachments' bytes, for a banner that changes daily changes no report.
    """
    facts = [fact for reading in readings for fact in reading.facts]
    return _id(*(repr(tuple(map(str, fact[1:]))) for fact in facts)) if facts else ""


def _failed(document: DocumentToRead, failure: Failure) -> tuple[str, ...]:
    staged = _Staged()
    hints = Hints(document.link_text, document.source_agency)
    _stage_unread(document, hints, failure.code, f"{document.url}: {failure.message}", staged)
    return staged.lines()


def _stage_reading(
    document: DocumentToRead, reading: ReportReading, attached: FromArchive, version: str, staged: _Staged
) -> None:
    identity = reading.identity
    grade = None if reading.facts else Grade.NO_TABLES
    report_id = _stage_report(
        document,
        staged,
        outcome="report" if reading.facts else "no_tables",
        agency=identity.agency,
        year=identity.year,
        format=reading.format,
        title=identity.title,
        scope=identity.scope,
        published_on=identity.published_on,
        medium=reading.medium,
        grade=grade,
        evidence=identity.evidence,
        part=reading.part,
        version=version,
        fingerprint=fingerprint_of(reading.prose),
    )
    _stage_statements(report_id, reading, staged)
    not_at_hand = f"; not to be had: {attached.absent}" if attached.absent else ""
    for number, remark in enumerate(reading.remarks):
        _stage_problem(document, "part_not_read", remark, staged, number)
    if not reading.facts:
        message = f"{document.url}: expected the three tables, found a report's text without them{not_at_hand}"
        _stage_problem(document, "no_tables", message, staged, reading.part)
        return
    _stage_facts(report_id, reading, staged)
    missing, unreadable = reading.count(Status.MISSING), reading.count(Status.UNREADABLE)
    if missing or unreadable:
        found = f"{missing} missing and {unreadable} unreadable"
        message = f"{document.url}: expected {len(reading.facts)} cells, found {found}{not_at_hand}"
        _stage_problem(document, "cells_not_read", message, staged, reading.part)
    for name, value in (("agency", identity.agency), ("year", identity.year)):
        if value is None:
            message = f"{document.url}: expected the report to say its {name}, found no evidence of it"
            _stage_problem(document, f"{name}_unknown", message, staged, reading.part)


def _stage_facts(report_id: str, reading: ReportReading, staged: _Staged) -> None:
    assert reading.format is not None
    cells = format_by_code(reading.format).cells
    staged.facts += [
        {
            "report_id": report_id,
            "position": cell.position,
            "value": None if fact.value is None else format(fact.value, "f"),
            "unit": fact.unit,
            "raw": fact.raw,
            "status": fact.status,
            "locator": fact.locator,
        }
        for cell, fact in zip(cells, reading.facts, strict=True)
    ]


def _stage_statements(report_id: str, reading: ReportReading, staged: _Staged) -> None:
    identity = reading.identity
    found = statements_of(reading.prose, Speaker(identity.agency, identity.year, identity.scope))
    staged.statements += [
        {"report_id": report_id, "number": number, **statement._asdict()} for number, statement in enumerate(found, 1)
    ]


def _stage_unread(document: DocumentToRead, hints: Hints, code: str, message: str, staged: _Staged) -> None:
    """Stage a document that gave nothing; who it is from is told by the link that led to it."""
    _stage_problem(document, code, message, staged)
    if code not in _NO_REPORT:
        identity = identify_by_hints(hints)
        _stage_report(
            document,
            staged,
            outcome=code,
            agency=identity.agency,
            year=identity.year,
            title=identity.title,
            grade=Grade.UNREADABLE,
            evidence=identity.evidence,
        )
    else:
        _stage_report(document, staged, report_id=None, outcome=code)


def _stage_report(document: DocumentToRead, staged: _Staged, part: int = 1, version: str = "", **known: Any) -> str:
    further = [version] if version else []
    report_id = _id(document.document_id, EXTRACTOR_VERSION, *further, *_further(part))
    staged.reports.append(
        {
            "report_id": report_id,
            "document_id": document.document_id,
            "extractor_version": EXTRACTOR_VERSION,
            "url": document.url,
            "captured_at": document.captured_at.isoformat(),
            **known,
        }
    )
    return report_id


def _stage_problem(document: DocumentToRead, code: str, message: str, staged: _Staged, part: int = 1) -> None:
    staged.problems.append(
        {
            "problem_id": _id("read", code, document.document_id, *_further(part)),
            "ours": code not in _THEIRS,
            "code": code,
            "message": message,
            "place": document.url,
            "document_id": document.document_id,
        }
    )


def _further(part: int) -> list[str]:
    """Tell the further reports of a document from its first, whose id is that of the document alone."""
    return [str(part)] if part > 1 else []


def _id(*parts: str) -> str:
    """Return a short id that follows from its parts alone, so that loading twice is loading once."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

"""Reading a batch of archived documents into staged files (JSON lines) that the warehouse loads.

Whatever a document does, it costs a row that says why and nobody else's figures.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extractors.identity import Hints, identify_by_hints
from extractors.read import EXTRACTOR_VERSION, ReportReading, read_report
from flows.crawl.replay import read_payload
from schemas.errors import DocumentError, NianbaoError
from schemas.facts import Grade, Status
from schemas.formats import format_by_code
from warehouse.load import DocumentToRead, ReadingBatch

# Reasons that lie with the page, not with our readers.
_THEIRS = frozenset({"empty", "not_a_report", "no_tables", "encrypted", "damaged"})
# A document of these reasons is a report that we cannot read; of others it is none at all.
_UNREAD = frozenset({"unsupported_medium", "reader_failed", "encrypted", "damaged"})


@dataclass(slots=True)
class _Staged:
    reports: list[dict[str, Any]] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)


def read_batch(documents: Iterable[DocumentToRead], archive: Path, stem: Path) -> ReadingBatch:
    """Read documents from the archive; write ``<stem>.reports.jsonl`` and so on, and return their paths."""
    staged = _Staged()
    for document in documents:
        _read_one(document, archive, staged)
    batch = ReadingBatch(*(stem.with_name(f"{stem.name}.{part}.jsonl") for part in ("reports", "facts", "problems")))
    stem.parent.mkdir(parents=True, exist_ok=True)
    for path, rows in (
        (batch.reports, staged.reports),
        (batch.facts, staged.facts),
        (batch.problems, staged.problems),
    ):
        with path.open("w", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows)
    return batch


def _read_one(document: DocumentToRead, archive: Path, staged: _Staged) -> None:
    hints = Hints(document.link_text, document.source_agency)
    try:
        data = read_payload(archive, document.archive_file, document.archive_offset)
    except NianbaoError as error:
        # No reading is noted: the document is tried again each night, and mended when it is archived anew.
        _stage_problem(document, "archive_damaged", f"{document.url}: {error}", staged)
        return
    try:
        reading = read_report(data, document.url, hints)
    except DocumentError as error:
        _stage_unread(document, hints, error.code, str(error), staged)
    except Exception as error:  # one document must never cost another
        _stage_unread(document, hints, "reader_failed", f"{document.url}: the reader failed: {error!r}", staged)
    else:
        _stage_reading(document, reading, staged)


def _stage_reading(document: DocumentToRead, reading: ReportReading, staged: _Staged) -> None:
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
        published_on=identity.published_on,
        medium=reading.medium,
        grade=grade,
        evidence=identity.evidence,
    )
    if not reading.facts:
        message = f"{document.url}: expected the three tables, found a report's text without them"
        _stage_problem(document, "no_tables", message, staged)
        return
    _stage_facts(report_id, reading, staged)
    missing, unreadable = reading.count(Status.MISSING), reading.count(Status.UNREADABLE)
    if missing or unreadable:
        found = f"{missing} missing and {unreadable} unreadable"
        message = f"{document.url}: expected {len(reading.facts)} cells, found {found}"
        _stage_problem(document, "cells_not_read", message, staged)
    for name, value in (("agency", identity.agency), ("year", identity.year)):
        if value is None:
            message = f"{document.url}: expected the report to say its {name}, found no evidence of it"
            _stage_problem(document, f"{name}_unknown", message, staged)


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


def _stage_unread(document: DocumentToRead, hints: Hints, code: str, message: str, staged: _Staged) -> None:
    """Stage a document that gave nothing; who it is from is told by the link that led to it."""
    _stage_problem(document, code, message, staged)
    if code in _UNREAD:
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


def _stage_report(document: DocumentToRead, staged: _Staged, **known: Any) -> str:
    report_id = _id(document.document_id, EXTRACTOR_VERSION)
    agency = known.get("agency")
    staged.reports.append(
        {
            "report_id": report_id,
            "document_id": document.document_id,
            "extractor_version": EXTRACTOR_VERSION,
            "agency_id": _id(agency) if agency else None,
            "url": document.url,
            "captured_at": document.captured_at.isoformat(),
            **known,
        }
    )
    return report_id


def _stage_problem(document: DocumentToRead, code: str, message: str, staged: _Staged) -> None:
    staged.problems.append(
        {
            "problem_id": _id("read", code, document.document_id),
            "ours": code not in _THEIRS,
            "code": code,
            "message": message,
            "place": document.url,
            "document_id": document.document_id,
        }
    )


def _id(*parts: str) -> str:
    """Return a short id that follows from its parts alone, so that loading twice is loading once."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

"""Captures: one line for every visit to a URL, whatever came of it.

Here live the visit that is asked for, the capture that is written of it, the outcomes there are, and
the JSON lines that carry them between the crawler's process and the night. No network, no archive.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from flows.crawl.sources import Source
from schemas.errors import InternalError


class Outcome(StrEnum):
    """What came of a visit. Only `found` means that there is a document to read."""

    FOUND = "found"
    GONE = "gone"  # 404, 410
    BLOCKED = "blocked"  # a refusal of crawlers: 403, 412, 429, 521, a WZWS page
    ROBOTS_FORBIDDEN = "robots_forbidden"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    TOO_LARGE = "too_large"
    ERROR = "error"


class Role(StrEnum):
    """What a page was visited for."""

    LIST = "list"
    REPORT = "report"
    ATTACHMENT = "attachment"  # a file that a report page shows or links to


@dataclass(frozen=True)
class Visit:
    """A page to be visited, and how we came to know of it. Of an attachment, `link_text` is its address as written."""

    source: Source
    role: Role
    url: str
    link_text: str | None = None
    parent_url: str | None = None
    page: int = 1


@dataclass(frozen=True)
class Capture:
    """One visit to a URL. `digest`, `file` and `offset` say where the bytes are, of errors too."""

    url: str
    source_id: str
    role: Role
    fetched_at: str
    outcome: Outcome
    status: int | None = None
    content_type: str | None = None
    digest: str | None = None
    size: int | None = None
    file: str | None = None
    offset: int | None = None
    link_text: str | None = None
    parent_url: str | None = None
    message: str | None = None
    redirected_to: str | None = None

    @classmethod
    def of(cls, visit: Visit, outcome: Outcome, fetched_at: datetime, **found: Any) -> Self:
        """Return the capture of a visit."""
        return cls(
            url=visit.url,
            source_id=visit.source.id,
            role=visit.role,
            fetched_at=iso_utc(fetched_at),
            outcome=outcome,
            link_text=visit.link_text,
            parent_url=visit.parent_url,
            **found,
        )


@dataclass(frozen=True)
class KnownDocument:
    """Bytes that are in the archive already: met again, they are referred to and not stored twice."""

    digest: str
    file: str
    offset: int
    url: str | None = None
    fetched_at: str | None = None


def iso_utc(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class CaptureWriter:
    """Appends captures to a JSON-lines file; every line is on disk before the next visit."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")

    def write(self, capture: Capture) -> None:
        """Append one capture."""
        self._file.write(json.dumps(asdict(capture), ensure_ascii=False) + "\n")
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def read_captures(path: Path) -> tuple[Capture, ...]:
    """Read captures back. A last line that a killed crawler left half written is not a capture.

    Raises:
        InternalError: a line other than the last is not a capture.
    """
    return tuple(_capture(path, number, line) for number, line in _whole_lines(path))


def write_known(path: Path, known: list[KnownDocument]) -> None:
    """Write the documents that a crawl need not store again."""
    lines = (json.dumps(asdict(document), ensure_ascii=False) + "\n" for document in known)
    path.write_text("".join(lines), encoding="utf-8")


def read_known(path: Path) -> dict[str, KnownDocument]:
    """Read the documents of `write_known`, by digest."""
    known: dict[str, KnownDocument] = {}
    names = {field.name for field in fields(KnownDocument)}
    for number, line in _whole_lines(path):
        try:
            entry = json.loads(line)
            document = KnownDocument(**{name: entry[name] for name in names & set(entry)})
        except (ValueError, TypeError) as error:
            raise InternalError(f"{path}:{number}: expected a known document, found {line[:80]!r}") from error
        known[document.digest] = document
    return known


def _capture(path: Path, number: int, line: str) -> Capture:
    try:
        entry = json.loads(line)
        return Capture(**{**entry, "role": Role(entry["role"]), "outcome": Outcome(entry["outcome"])})
    except (ValueError, TypeError, KeyError) as error:
        raise InternalError(f"{path}:{number}: expected a capture, found {line[:80]!r}") from error


def _whole_lines(path: Path) -> Iterator[tuple[int, str]]:
    if not path.exists():
        return
    # Bytes, because a line may be torn within a character; and only a line feed ends a line.
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):
        if line.strip():
            yield number, line.decode("utf-8")

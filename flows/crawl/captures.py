"""Captures: one line for every visit to a URL, whatever came of it.

Here live the visit that is asked for, the capture that is written of it, the outcomes there are, and the JSON
lines that carry them out of the crawler's process. What it is told of earlier nights is in `known`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from flows.crawl.addresses import page_key
from flows.crawl.source import Source
from schemas.errors import InternalError


class Outcome(StrEnum):
    """What came of a visit. The first three mean that there is a document."""

    FOUND = "found"  # at an address that had given none before
    UNCHANGED = "unchanged"  # the bytes of the last visit, whether the host sent them or said so (304)
    CHANGED = "changed"  # other bytes than at the last visit
    GONE = "gone"  # 404, 410
    NOT_A_REPORT = "not_a_report"  # the site shows its front page instead
    BLOCKED = "blocked"  # a refusal of crawlers, see `refusals.yaml`
    ROBOTS_FORBIDDEN = "robots_forbidden"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    TOO_LARGE = "too_large"
    OVER_LIMIT = "over_limit"  # not asked: a cap of ours on pages, depth or time
    ERROR = "error"

    @property
    def has_document(self) -> bool:
        """Whether bytes came that are worth reading."""
        return self in _WITH_DOCUMENT

    @property
    def is_final(self) -> bool:
        """Whether a crawl that goes on after a kill need not ask again. The others may pass by themselves."""
        return self not in _PASSING


_WITH_DOCUMENT = frozenset({Outcome.FOUND, Outcome.UNCHANGED, Outcome.CHANGED})
_PASSING = frozenset({Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.OVER_LIMIT, Outcome.ERROR})


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
    depth: int = 0  # links from the source's own list page


@dataclass(frozen=True)
class Capture:
    """One visit to a URL. `digest`, `file` and `offset` say where the bytes are, of errors too.

    `links` counts the reports that a list page names; `etag` and `last_modified` are what the next night asks by;
    `file_name` is what the answer calls itself, where the address does not say.
    """

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
    links: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    file_name: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What a crawl records once: of two captures with one key, the later counts."""
        asked = visit_key(self.source_id, self.role, self.url)
        return (*asked, self.parent_url or "", self.link_text or "") if self.role is Role.ATTACHMENT else asked

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


def visit_key(source_id: str, role: Role, url: str) -> tuple[str, ...]:
    """Return what a crawl asks once: a page has several addresses, a file the one that is written.

    A report is asked once whichever source leads to it, a list page and an attachment once a source.
    """
    if role is Role.ATTACHMENT:
        return role, url, source_id
    return role, page_key(url), "" if role is Role.REPORT else source_id


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
    return tuple(_capture(path, number, line) for number, line in whole_lines(path))


def merge_captures(parts: Iterable[Iterable[Capture]]) -> tuple[Capture, ...]:
    """Return the captures of a crawl that was killed and went on, in order: of a page asked again, the last."""
    merged: dict[tuple[str, ...], Capture] = {}
    for part in parts:
        for capture in part:
            merged.pop(capture.key, None)
            merged[capture.key] = capture
    return tuple(merged.values())


def _capture(path: Path, number: int, line: str) -> Capture:
    try:
        entry = json.loads(line)
        return Capture(**{**entry, "role": Role(entry["role"]), "outcome": Outcome(entry["outcome"])})
    except (ValueError, TypeError, KeyError) as error:
        raise InternalError(f"{path}:{number}: expected a capture, found {line[:80]!r}") from error


def whole_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (number, line) of a file of lines; one that a kill left half written is none."""
    if not path.exists():
        return
    # Bytes, because a line may be torn within a character; and only a line feed ends a line.
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):
        if line.strip():
            yield number, line.decode("utf-8")

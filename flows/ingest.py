"""Files and WARC files given by hand, brought to the same point as a crawl: archived, with captures.

What is read later is the archive's copy, so that a file that is moved or edited afterwards is still
accounted for. The files that a page is read with are archived with it.
"""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TextIO
from urllib.parse import unquote, urlsplit

from flows.attached import file_below
from flows.crawl.archive import ArchiveWriter, digest_of
from flows.crawl.attachments import Attachment, look_at
from flows.crawl.captures import Outcome, Role, iso_utc
from flows.crawl.replay import Payload, iter_payloads
from flows.files import files_of

_WARC = (".warc", ".warc.gz", ".arc", ".arc.gz")
# Other crawlers also archive what pages are dressed with.
_PAGE_PARTS = re.compile(r"(?:text/(?:css|javascript)|application/(?:x-)?javascript|font/|audio/|video/)")
# Stands for the folder of a page on disk, whose attachments are found by the way the page writes them.
_BESIDE = "http://beside/"


class _Document(NamedTuple):
    url: str
    content_type: str
    body: bytes
    fetched_at: datetime


def ingest_files(
    paths: Sequence[Path],
    archive: Path,
    name: str,
    captures: Path,
    *,
    known: dict[str, tuple[str, int]],
    on_file: Callable[[Path], None],
) -> int:
    """Archive every document of ``paths`` as ``<name>.warc.gz`` and write its captures; return how many.

    ``known`` maps the digests of bytes that are archived already to (file, offset): they are referred
    to, not stored again. A file that a page of the same folder is read with is no report of its own.

    Raises:
        UserError: a path is missing or empty; nothing has been archived then.
    """
    files = [(file, path.is_dir()) for path in paths for file in files_of(path)]
    captures.parent.mkdir(parents=True, exist_ok=True)
    # Line by line under another name until it is whole: a run that is killed leaves what it archived.
    partial = captures.with_name(f"{name}.{captures.name}")
    with ArchiveWriter(archive, name) as writer, partial.open("w", encoding="utf-8", buffering=1) as lines:
        ingest = _Ingest(writer, lines, known)
        for file, is_of_folder in files:
            if file.name.endswith(_WARC):
                ingest.warc(file)
            elif not (is_of_folder and file.resolve() in ingest.used):
                ingest.file(file)
            on_file(file)
    partial.replace(captures)
    return ingest.count


@dataclass
class _Ingest:
    """What has been archived so far, and what it is for."""

    writer: ArchiveWriter
    lines: TextIO
    known: dict[str, tuple[str, int]]
    used: set[Path] = field(default_factory=set)
    count: int = 0
    # Of WARC files, by address: what pages are to be read with, and what came before the page that names it.
    _wanted: dict[str, list[tuple[str, Attachment]]] = field(default_factory=dict)
    _rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    # What revisits refer to: by digest as another archive writes it, and by address.
    _by_digest: dict[str, dict[str, Any]] = field(default_factory=dict)

    def file(self, file: Path) -> None:
        """Archive a file, and those below its folder that it is read with."""
        page = _document(file)
        self._add(page, Role.REPORT)
        for attachment in _attachments(page.body, _BESIDE):
            beside = file_below(file.parent, attachment.written)
            if beside is not None:
                with suppress(OSError):
                    self._add(_document(beside), Role.ATTACHMENT, page.url, attachment.written)
                    self.used.add(beside)

    def warc(self, file: Path) -> None:
        """Archive what a WARC file holds; what a page is read with is known by the addresses that pages name.

        A torn end, a body that another crawler cut off and a revisit of bytes that are not here are told.
        """
        payloads = iter_payloads(file, revisits=True)
        for payload in payloads:
            if payload.revisit_of is not None:
                self._revisit(payload, file)
            elif payload.truncated and _is_wanted(payload._replace(body=payload.body or b"-")):
                why = f"{file}: expected a whole body, found one that is cut off ({payload.truncated})"
                self._write(_failed(payload.url, _moment(payload), why))
            elif _is_wanted(payload):
                row = self._document_of_warc(_of_payload(payload), file)
                if payload.digest:
                    self._by_digest.setdefault(payload.digest, row)
        if payloads.torn:
            self._write(_failed(file.resolve().as_uri(), datetime.now(UTC), payloads.torn))

    def _document_of_warc(self, document: _Document, file: Path) -> dict[str, Any]:
        address = unquote(document.url)
        if wanted := self._wanted.get(address, ()):
            return [self._add(document, Role.ATTACHMENT, parent, a.written) for parent, a in wanted][-1]
        row = self._add(document, Role.REPORT, file.resolve().as_uri())
        self._rows[address] = row
        for attachment in _attachments(document.body, document.url):
            target = unquote(attachment.url)
            self._wanted.setdefault(target, []).append((document.url, attachment))
            if target in self._rows:
                found = {"role": Role.ATTACHMENT, "parent_url": document.url, "link_text": attachment.written}
                self._write({**self._rows[target], **found})
        return row

    def _revisit(self, payload: Payload, file: Path) -> None:
        """Write the capture of a visit that met bytes again which stand elsewhere in what is ingested."""
        first = self._by_digest.get(payload.digest or "") or self._rows.get(unquote(payload.revisit_of or ""))
        at = _moment(payload)
        ours = (payload.digest or "").removeprefix("sha256:")
        if first is None and ours in self.known:
            place = {"digest": ours, **dict(zip(("file", "offset"), self.known[ours], strict=True))}
            self._write({**_visit(payload.url, at), "outcome": Outcome.FOUND, **place})
        elif first is not None:
            outcome = Outcome.UNCHANGED if first["url"] == payload.url else Outcome.FOUND
            self._write({**first, "url": payload.url, "fetched_at": iso_utc(at), "outcome": outcome})
        elif urlsplit(payload.url).path != "/robots.txt":
            why = f"{file}: expected the bytes that this visit met again, found them in none of the files given"
            self._write(_failed(payload.url, at, why))

    def _add(
        self, document: _Document, role: Role, parent: str | None = None, written: str | None = None
    ) -> dict[str, Any]:
        """Archive a document unless it is, and write its capture."""
        digest = digest_of(document.body)
        if digest not in self.known:
            at = self.writer.write_resource(document.url, document.content_type, document.body, document.fetched_at)
            self.known[digest] = (at.file, at.offset)
        file, offset = self.known[digest]
        row = {
            "url": document.url,
            "source_id": "ingest",
            "role": role,
            "fetched_at": iso_utc(document.fetched_at),
            "outcome": Outcome.FOUND,
            "content_type": document.content_type,
            "digest": digest,
            "size": len(document.body),
            "file": file,
            "offset": offset,
            "link_text": written,
            "parent_url": parent,
        }
        self._write(row)
        return row

    def _write(self, row: dict[str, Any]) -> None:
        self.lines.write(json.dumps(row, ensure_ascii=False) + "\n")
        self.count += 1


def _attachments(body: bytes, url: str) -> tuple[Attachment, ...]:
    """Return what a page is to be read with; what a list of reports links to are reports of their own."""
    page = look_at(body, url)
    return page.attachments if page is not None and not page.is_list else ()


def _document(file: Path) -> _Document:
    guessed = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return _Document(file.resolve().as_uri(), guessed, file.read_bytes(), datetime.now(UTC))


def _is_wanted(payload: Payload) -> bool:
    if not payload.body or (payload.status or 200) != 200 or urlsplit(payload.url).path == "/robots.txt":
        return False
    return not _PAGE_PARTS.match(payload.content_type or "")


def _of_payload(payload: Payload) -> _Document:
    return _Document(payload.url, payload.content_type or "", payload.body, _moment(payload))


def _moment(payload: Payload) -> datetime:
    return datetime.fromisoformat(payload.fetched_at) if payload.fetched_at else datetime.now(UTC)


def _visit(url: str, at: datetime) -> dict[str, Any]:
    return {"url": url, "source_id": "ingest", "role": Role.REPORT, "fetched_at": iso_utc(at)}


def _failed(url: str, at: datetime, message: str) -> dict[str, Any]:
    """Return the capture of what a WARC file should hold and does not."""
    return {**_visit(url, at), "outcome": Outcome.ERROR, "message": message}

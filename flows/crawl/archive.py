"""Writing the archive: every response as WARC records, before anything else looks at it.

A body is stored as it is after transfer and content coding, so that its digest (sha256) is of the bytes
that readers get. Reading archives back, ours or others', is in `replay`; deciding what to fetch is not here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http.client import responses
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self
from urllib.parse import quote, urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.crawl.captures import iso_utc
from flows.crawl.known import KnownDocument

Headers = Iterable[tuple[str, str]]
SOFTWARE = "Nianbao/0.1 warcio"
# Of the transfer, not of the stored body: kept under another name, or a replay would decode twice.
_OF_THE_TRANSFER = {"content-encoding", "transfer-encoding", "content-length"}
_ORIGINAL = "X-Archive-Orig-"
_REVISIT = "http://netpreserve.org/warc/1.1/revisit/"


@dataclass(frozen=True)
class Sent:
    """A request as it was sent."""

    headers: Headers = ()
    method: str = "GET"
    body: bytes = b""


@dataclass(frozen=True)
class ArchivedAt:
    """Where a body stands: the file in the archive folder, the offset of its record."""

    file: str
    offset: int


class _HexDigester:
    """A sha256 in hex, where warcio would write base32: one spelling of a digest in the whole house."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()

    def update(self, chunk: bytes) -> None:
        self._sha.update(chunk)

    def __str__(self) -> str:
        return f"sha256:{self._sha.hexdigest()}"


class _Writer(WARCWriter):  # type: ignore[misc]
    @staticmethod
    def _create_digester() -> _HexDigester:
        return _HexDigester()


class ArchiveWriter:
    """One WARC file of a crawl, open for writing; each record is with the system when a call returns.

    A file that is there already, whole or torn, is never touched: the next free name is taken.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._out, self.file = _new_file(folder, name)
        self._writer = _Writer(self._out, gzip=True, warc_version="1.1")
        record = self._writer.create_warcinfo_record(
            self.file, {"software": SOFTWARE, "format": "WARC File Format 1.1", "isPartOf": name}
        )
        self._writer.write_record(record)

    def write_response(
        self,
        url: str,
        status: int,
        headers: Headers,
        body: bytes,
        fetched_at: datetime,
        *,
        request: Sent | None = None,
        refers_to: KnownDocument | None = None,
        truncated: str | None = None,
    ) -> ArchivedAt:
        """Archive a response and its request; return where its body stands.

        With `refers_to` the body is in the archive already: a revisit record is written, and the place returned
        is that of the first copy. A 304 refers to the body that the host has not sent again. `truncated` says
        why a body is not whole (`disconnect`).
        """
        is_not_modified = status == 304 and refers_to is not None
        http = StatusAndHeaders(
            f"{status} {responses.get(status, 'Unknown')}", _stored_headers(headers, len(body)), "HTTP/1.1"
        )
        digest = refers_to.digest if is_not_modified and refers_to else digest_of(body)
        about = {"WARC-Date": iso_utc(fetched_at), "WARC-Payload-Digest": f"sha256:{digest}"}
        if truncated:
            about["WARC-Truncated"] = truncated
        if refers_to is None:
            kind, payload = "response", BytesIO(body)
            at = ArchivedAt(self.file, self._out.tell())
        else:
            kind, payload = "revisit", BytesIO()
            at = ArchivedAt(refers_to.file, refers_to.offset)
            about |= _reference(refers_to, "server-not-modified" if is_not_modified else "identical-payload-digest")
        record = self._writer.create_warc_record(
            url,
            kind,
            payload=payload,
            length=len(payload.getbuffer()),
            warc_headers_dict=about,
            http_headers=http,
        )
        self._writer.write_record(record)
        if request is not None:
            self._write_request(url, request, fetched_at, record)
        return at

    def write_resource(self, uri: str, content_type: str, body: bytes, fetched_at: datetime) -> ArchivedAt:
        """Archive bytes that came from no request, a local file for one; return where they stand."""
        at = ArchivedAt(self.file, self._out.tell())
        about = {"WARC-Date": iso_utc(fetched_at), "WARC-Payload-Digest": f"sha256:{digest_of(body)}"}
        record = self._writer.create_warc_record(
            uri,
            "resource",
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=content_type,
            warc_headers_dict=about,
        )
        self._writer.write_record(record)
        return at

    def _write_request(self, url: str, sent: Sent, fetched_at: datetime, answer: Any) -> None:
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        named = [(name, value) for name, value in _clean(sent.headers) if name.lower() != "host"]
        http = StatusAndHeaders(
            f"{sent.method} {quote(target, safe=_URL_SAFE)} HTTP/1.1",
            [("Host", parts.netloc), *named],
            is_http_request=True,
        )
        about = {
            "WARC-Date": iso_utc(fetched_at),
            "WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID"),
        }
        record = self._writer.create_warc_record(
            url,
            "request",
            payload=BytesIO(sent.body),
            length=len(sent.body),
            http_headers=http,
            warc_headers_dict=about,
        )
        self._writer.write_record(record)

    def close(self) -> None:
        """Finish the file."""
        self._out.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


_URL_SAFE = "%/?:@!$&'()*+,;=-._~[]"


def digest_of(body: bytes) -> str:
    """Return the digest of a body, as it is written everywhere: sha256, hex."""
    return hashlib.sha256(body).hexdigest()


def _new_file(folder: Path, name: str) -> tuple[BinaryIO, str]:
    number = 1
    while True:
        file = f"{name}.warc.gz" if number == 1 else f"{name}-{number}.warc.gz"
        try:
            return (folder / file).open("xb"), file
        except FileExistsError:
            number += 1


def _reference(known: KnownDocument, profile: str) -> dict[str, str]:
    about = {"WARC-Profile": _REVISIT + profile}
    if known.url:
        about["WARC-Refers-To-Target-URI"] = known.url
    if known.fetched_at:
        about["WARC-Refers-To-Date"] = known.fetched_at
    return about


def _stored_headers(headers: Headers, size: int) -> list[tuple[str, str]]:
    kept = [(_ORIGINAL + name if name.lower() in _OF_THE_TRANSFER else name, value) for name, value in _clean(headers)]
    return [*kept, ("Content-Length", str(size))]


def _clean(headers: Headers) -> list[tuple[str, str]]:
    """Return headers that fit the lines of a record, whatever a server sent."""
    return [
        (quote(name.strip(), safe="!#$&'*+^`|~"), " ".join(value.split())) for name, value in headers if name.strip()
    ]

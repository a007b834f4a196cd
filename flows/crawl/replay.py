"""Reading archives back: one body by its place, or every body of a WARC file, ours or made by others.

Files may be gzipped by record, gzipped as a whole, or plain. A torn end is skipped and reported, never a
traceback. Nothing here knows what the bytes say.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import BufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParser

from flows.crawl.archive import digest_of
from schemas.errors import InternalError, UserError

_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 16
_BROKEN = (ArchiveLoadFailed, zlib.error, ValueError, AttributeError, TypeError, LookupError, EOFError)


class Payload(NamedTuple):
    """A body in an archive and what was said of it when it was fetched.

    ``digest`` is as the archive writes it, in whatever algorithm. ``truncated`` says why the body is not whole. Of a
    revisit the body is elsewhere: with that digest, or at the address ``revisit_of``.
    """

    url: str
    content_type: str | None
    status: int | None
    fetched_at: str | None
    body: bytes
    digest: str | None = None
    truncated: str | None = None
    revisit_of: str | None = None


class Payloads(Iterator[Payload]):
    """The bodies of a WARC file, in order; after the last, `torn` says what was cut off, if anything."""

    def __init__(self, path: Path, *, revisits: bool = False) -> None:
        self.path = path
        self._revisits = revisits
        self.torn: str | None = None
        self._payloads = self._read()

    def __next__(self) -> Payload:
        return next(self._payloads)

    def _read(self) -> Iterator[Payload]:
        try:
            file = self.path.open("rb")
        except OSError as error:
            raise UserError(f"{self.path}: expected a WARC file, found {error.strerror or error}") from error
        with file:
            stream = _Plain(file)
            records = 0
            try:
                for record in _Records(stream):
                    block = _block(record)
                    if block is None and record.rec_type == "warcinfo":
                        continue  # of an ARC file; warcio has read some of its lines already
                    if block is None:
                        self.torn = f"{self.path}: record {records + 1} is cut off"
                        return
                    records += 1
                    payload = _payload_or_why_not(record, block)
                    if payload is not None and (payload.revisit_of is None or self._revisits):
                        yield payload
            except _BROKEN as error:
                self.torn = f"{self.path}: unreadable after record {records}: {_one_line(error)}"
            if not records and (self.torn or stream.fed):
                raise UserError(f"{self.path}: expected a WARC file, found no record in it")
            if stream.is_torn and self.torn is None:
                self.torn = f"{self.path}: cut off after record {records}"


def iter_payloads(path: Path, *, revisits: bool = False) -> Payloads:
    """Return the bodies of the response and resource records of a WARC or ARC file; with ``revisits`` those too.

    Raises (while iterating):
        UserError: the file cannot be opened or is no WARC file.
    """
    return Payloads(path, revisits=revisits)


def read_payload(folder: Path, file: str, offset: int) -> bytes:
    """Return the body archived at a place, exactly as it was stored.

    Raises:
        InternalError: the archive has no whole body there, or another one than its digest says.
    """
    place = f"{folder / file} at {offset}"
    try:
        with (folder / file).open("rb") as opened:
            opened.seek(offset)
            record = next(iter(_Records(_Plain(opened))))
            block = _block(record)
            payload = _payload(record, block) if block is not None else None
    except OSError as error:
        raise InternalError(f"{place}: expected an archive file, found {error.strerror or error}") from error
    except (*_BROKEN, StopIteration) as error:
        raise InternalError(f"{place}: expected a record, found {_one_line(error)}") from error
    if payload is None or payload.revisit_of is not None:
        raise InternalError(f"{place}: expected a whole response or resource record, found another or a torn one")
    stated = record.rec_headers.get_header("WARC-Payload-Digest") or ""
    if len(stated) == len("sha256:") + 64 and stated != f"sha256:{digest_of(payload.body)}":
        raise InternalError(f"{place}: expected the body of {stated}, found sha256:{digest_of(payload.body)}")
    return payload.body


class _Brotli:
    """A decompressor as warcio wants it: its own fails with brotli 1.2."""

    unused_data = b""

    def __init__(self) -> None:
        import brotli  # type: ignore[import-untyped]

        self._decompressor = brotli.Decompressor()

    def decompress(self, data: bytes) -> bytes:
        """Return what a piece unzips to."""
        plain: bytes = self._decompressor.process(data)
        return plain


BufferedReader.DECOMPRESSORS["br"] = _Brotli


class _Plain:
    """The bytes of a file, unzipped when they are gzip, however many members it has."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._unzip: Any = None
        self._rest = b""
        self._is_gzip: bool | None = None
        self.fed = False

    @property
    def is_torn(self) -> bool:
        """Whether the file ended within a gzip member."""
        return bool(self._is_gzip and self._unzip is not None and not self._unzip.eof)

    def read(self, size: int = -1) -> bytes:
        """Return some of the bytes, none at the end; `size` is a wish."""
        while True:
            chunk = self._rest or self._file.read(_CHUNK if size < 0 else max(size, 1024))
            if not chunk:
                return b""
            self.fed = True
            if self._is_gzip is None:
                self._is_gzip = chunk.startswith(_GZIP)
            if not self._is_gzip:
                return chunk
            if self._unzip is None or self._unzip.eof:
                self._unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
            plain: bytes = self._unzip.decompress(chunk)
            self._rest = self._unzip.unused_data
            if plain:
                return plain


class _Records(ArchiveIterator):  # type: ignore[misc]
    """The records of a plain stream, their HTTP heads unread; complaints go nowhere but into `torn`."""

    INC_RECORD = ""

    def __init__(self, stream: _Plain) -> None:
        super().__init__(stream, no_record_parse=True, arc2warc=True)


def _block(record: Any) -> bytes | None:
    """Return a record's whole block, None when the file ends within it."""
    length = int(record.rec_headers.get_header("Content-Length") or -1)
    chunks = []
    while chunk := record.raw_stream.read(_CHUNK):
        chunks.append(chunk)
    block = b"".join(chunks)
    return block if len(block) == length else None


def _payload_or_why_not(record: Any, block: bytes) -> Payload | None:
    """Return the body of a record; of one that cannot be decoded an empty one that says why: others are behind it."""
    try:
        return _payload(record, block)
    except _BROKEN as error:
        said = record.rec_headers.get_header
        return Payload(
            said("WARC-Target-URI") or "",
            None,
            None,
            said("WARC-Date"),
            b"",
            truncated=f"unreadable: {_one_line(error)}",
        )


def _payload(record: Any, block: bytes) -> Payload | None:
    """Return the body of a response, resource or revisit record; other records have none."""
    said = record.rec_headers.get_header
    url, content_type, fetched_at = said("WARC-Target-URI"), said("Content-Type"), said("WARC-Date")
    truncated = said("WARC-Truncated") or ("segmented" if said("WARC-Segment-Number") else None)
    more = {"digest": said("WARC-Payload-Digest"), "truncated": truncated}
    if not url or record.rec_type not in {"response", "resource", "revisit"}:
        return None
    if record.rec_type == "revisit":
        # wget writes addresses in the angle brackets of the standard's grammar; of the other one warcio knows.
        first = (said("WARC-Refers-To-Target-URI") or url).removeprefix("<").removesuffix(">")
        return Payload(url, None, None, fetched_at, b"", **more, revisit_of=first)
    if record.rec_type == "resource" or not url.startswith(ArcWarcRecordLoader.HTTP_SCHEMES):
        return Payload(url, content_type, None, fetched_at, block, **more)
    stream = BytesIO(block)
    http = StatusAndHeadersParser(ArcWarcRecordLoader.HTTP_TYPES, verify=False).parse(stream)
    rest = BytesIO(block[stream.tell() :])
    answer = ArcWarcRecord("warc", "response", record.rec_headers, rest, http, content_type, None)
    body = b"".join(iter(_reads(answer.content_stream()), b""))
    code = http.get_statuscode()
    status = int(code) if code.isdigit() else None
    return Payload(url, http.get_header("Content-Type"), status, fetched_at, body, **more)


def _reads(stream: Any) -> Any:
    return lambda: stream.read(_CHUNK)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__

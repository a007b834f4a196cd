"""Archives that others made (crawlers, wget, web archives), read: every style of record, and what is missing told."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.crawl.archive import ArchiveWriter, Sent, digest_of
from flows.crawl.known import KnownDocument
from flows.crawl.replay import read_payload
from flows.ingest import ingest_files

URL = "http://www.town.gov.cn/xxgk/2020.html"
TITLE = "施集镇2020年政府信息公开工作年度报告"
PAGE = f"<meta charset=utf-8><h1>{TITLE}</h1>现行有效件数 三安全一稳定 未经复议直接起诉".encode()
HTML = ("Content-Type", "text/html; charset=utf-8")


def ingested(folder: Path, *files: Path, known: dict[str, tuple[str, int]] | None = None) -> list[dict[str, Any]]:
    """Ingest files; return their captures."""
    captures = folder / "captures.jsonl"
    ingest_files(files, folder / "archive", "run", captures, known=known or {}, on_file=lambda _: None)
    return [json.loads(line) for line in captures.read_text(encoding="utf-8").splitlines()]


def body_of(folder: Path, capture: dict[str, Any]) -> bytes:
    """Return the archived bytes of a capture."""
    return read_payload(folder / "archive", capture["file"], capture["offset"])


class Foreign:
    """A WARC file in the making, as another program would write it."""

    def __init__(self, path: Path, *, zipped: bool = True, version: str = "1.0") -> None:
        self.path, self._out = path, BytesIO()
        self.writer = WARCWriter(self._out, gzip=zipped, warc_version=version)
        self.writer.write_record(self.writer.create_warcinfo_record(path.name, {"software": "another"}))

    def add(
        self, kind: str, url: str, body: bytes, *http: tuple[str, str], status: str = "200 OK", **about: str
    ) -> Any:
        """Add a record; names of its own headers have underscores."""
        head = StatusAndHeaders(status, list(http), "HTTP/1.1") if kind in {"response", "revisit"} else None
        record = self.writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(body),
            length=len(body),
            http_headers=head,
            warc_headers_dict={name.replace("_", "-"): value for name, value in about.items()},
            **({} if head else {"warc_content_type": "text/html"}),
        )
        self.writer.write_record(record)
        return record

    def done(self) -> Path:
        """Write the file."""
        self.path.write_bytes(self._out.getvalue())
        return self.path


def chunked(body: bytes) -> bytes:
    """Return a body as HTTP sends it in chunks."""
    half = len(body) // 2
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:])) + b"0\r\n\r\n"


def brotli(body: bytes) -> bytes:
    """Return a body as brotli."""
    return bytes(pytest.importorskip("brotli").compress(body))


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("style", ["plain", "chunked", "gzip", "chunked gzip", "deflate", "br"])
def test_a_body_is_read_however_it_was_sent(tmp_path: Path, style: str, zipped: bool) -> None:
    body, headers = PAGE, [HTML]
    if coding := {"gzip": gzip.compress, "br": brotli}.get(style.rsplit(maxsplit=1)[-1]):
        body = coding(body)
        headers.append(("Content-Encoding", style.rsplit(maxsplit=1)[-1]))
    if style == "deflate":
        import zlib

        body = zlib.compress(body)
        headers.append(("Content-Encoding", "deflate"))
    if "chunked" in style:
        body = chunked(body)
        headers.append(("Transfer-Encoding", "chunked"))
    archive = Foreign(tmp_path / "theirs.warc.gz", zipped=zipped, version="1.1")
    archive.add("request", URL, b"GET / HTTP/1.1\r\n\r\n")
    archive.add("response", URL, body, *headers, WARC_Date="2021-02-03T04:05:06Z")
    archive.add("metadata", URL, b"fetchTimeMs: 3")
    (capture,) = ingested(tmp_path, archive.done())
    assert body_of(tmp_path, capture) == PAGE
    assert (capture["url"], capture["content_type"]) == (URL, HTML[1])
    assert capture["fetched_at"] == "2021-02-03T04:05:06.000000Z"


def test_wget_writes_addresses_in_angle_brackets(tmp_path: Path) -> None:
    archive = Foreign(tmp_path / "wget.warc.gz")
    archive.add("response", f"<{URL}>", PAGE, HTML)
    archive.add("resource", "<metadata://gnu.org/software/wget/warc/wget.log>", b"log")
    captures = ingested(tmp_path, archive.done())
    assert captures[0]["url"] == URL


def test_a_resource_record_is_a_document(tmp_path: Path) -> None:
    archive = Foreign(tmp_path / "files.warc")
    archive.add("resource", "file:///disk/2020.html", PAGE)
    (capture,) = ingested(tmp_path, archive.done())
    assert (capture["url"], body_of(tmp_path, capture)) == ("file:///disk/2020.html", PAGE)


def test_a_revisit_is_a_visit_to_the_bytes_it_refers_to(tmp_path: Path) -> None:
    archive = Foreign(tmp_path / "web.warc.gz")
    first = archive.add("response", URL, PAGE, HTML, WARC_Date="2021-01-01T00:00:00Z")
    digest = first.rec_headers.get_header("WARC-Payload-Digest")
    again = {"WARC_Date": "2022-01-01T00:00:00Z", "WARC_Payload_Digest": digest}
    archive.add("revisit", URL, b"", HTML, **again)
    archive.add("revisit", URL + "?wap", b"", HTML, **again)
    archive.add("revisit", URL, b"", status="304 Not Modified", WARC_Date="2023-01-01T00:00:00Z")
    captures = ingested(tmp_path, archive.done())
    assert [(c["url"].removeprefix(URL), c["outcome"], c["fetched_at"][:4]) for c in captures] == [
        ("", "found", "2021"),
        ("", "unchanged", "2022"),
        ("?wap", "found", "2022"),
        ("", "unchanged", "2023"),
    ]
    assert {c["digest"] for c in captures} == {digest_of(PAGE)}


def test_a_revisit_of_bytes_that_are_not_there_is_told(tmp_path: Path) -> None:
    archive = Foreign(tmp_path / "half.warc.gz")
    archive.add("revisit", URL, b"", HTML, WARC_Payload_Digest="sha1:ABC")
    archive.add("revisit", "http://www.town.gov.cn/robots.txt", b"", HTML, WARC_Payload_Digest="sha1:ABC")
    (capture,) = ingested(tmp_path, archive.done())
    assert capture["outcome"] == "error"
    assert "half.warc.gz: expected the bytes that this visit met again" in capture["message"]


def test_our_own_revisits_find_their_bytes_in_the_archive_they_are_ingested_into(tmp_path: Path) -> None:
    then = datetime(2026, 1, 1, tzinfo=UTC)
    known = KnownDocument(digest_of(PAGE), "first.warc.gz", 0)
    with ArchiveWriter(tmp_path / "archive", "first") as writer:
        at = writer.write_response(URL, 200, [HTML], PAGE, then)
    with ArchiveWriter(tmp_path, "second") as writer:
        writer.write_response(URL, 304, [], b"", then, request=Sent(), refers_to=known)
    (capture,) = ingested(tmp_path, tmp_path / "second.warc.gz", known={digest_of(PAGE): (at.file, at.offset)})
    assert (capture["outcome"], body_of(tmp_path, capture)) == ("found", PAGE)


def test_a_body_that_another_crawler_cut_off_is_no_document(tmp_path: Path) -> None:
    archive = Foreign(tmp_path / "short.warc.gz")
    archive.add("response", URL, PAGE[:50], HTML, WARC_Truncated="length")
    (capture,) = ingested(tmp_path, archive.done())
    assert capture["outcome"] == "error"
    assert "cut off (length)" in capture["message"]


def test_a_body_that_cannot_be_decoded_costs_no_other(tmp_path: Path) -> None:
    archive = Foreign(tmp_path / "odd.warc.gz")
    archive.add("response", URL + "1", b"no brotli", HTML, ("Content-Encoding", "br"))
    archive.add("response", URL + "2", b"zz\r\nno chunk", HTML, ("Transfer-Encoding", "chunked"))
    archive.add("response", URL, PAGE, HTML)
    captures = ingested(tmp_path, archive.done())
    assert [c["url"].removeprefix(URL) for c in captures] == ["1", "2", ""], "the first two as they came"
    assert body_of(tmp_path, captures[0]) == b"no brotli"
    assert body_of(tmp_path, captures[2]) == PAGE


def test_a_torn_archive_gives_what_is_whole_and_says_so(tmp_path: Path) -> None:
    archive = Foreign(tmp_path / "torn.warc.gz")
    archive.add("response", URL, PAGE, HTML)
    archive.add("response", URL + "2", PAGE + b"2", HTML)
    path = archive.done()
    path.write_bytes(path.read_bytes()[:-40])
    found, torn = ingested(tmp_path, path)
    assert (found["url"], found["outcome"]) == (URL, "found")
    assert torn["outcome"] == "error"
    assert "torn.warc.gz" in torn["message"]


@pytest.mark.parametrize("zipped", [True, False])
def test_an_arc_file_of_old_web_archives_is_read(tmp_path: Path, zipped: bool) -> None:
    fields = b"1 0 Another\nURL IP-address Archive-date Content-type Archive-length\n"
    head = b"filedesc://old.arc 0.0.0.0 20090101000000 text/plain %d\n%s\n" % (len(fields), fields)
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
    record = f"{URL} 10.1.1.1 20090203040506 text/html {len(http)}\n".encode() + http + b"\n"
    path = tmp_path / ("old.arc.gz" if zipped else "old.arc")
    path.write_bytes(gzip.compress(head) + gzip.compress(record) if zipped else head + record)
    (capture,) = ingested(tmp_path, path)
    assert (capture["url"], body_of(tmp_path, capture)) == (URL, PAGE)
    assert capture["fetched_at"].startswith("2009-02-03T04:05:06")


def test_what_a_crawler_fetches_besides_is_no_report(tmp_path: Path) -> None:
    archive = Foreign(tmp_path / "all.warc.gz")
    archive.add("response", "http://a.cn/robots.txt", b"User-agent: *", ("Content-Type", "text/plain"))
    archive.add("response", "http://a.cn/a.css", b"a{}", ("Content-Type", "text/css"))
    archive.add("response", "http://a.cn/gone", b"gone", HTML, status="404 Not Found")
    assert ingested(tmp_path, archive.done()) == []

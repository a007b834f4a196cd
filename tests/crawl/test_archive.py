"""The archive: what goes in comes out, once, also from archives that are torn or not ours."""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.crawl.archive import ArchiveWriter, Sent, digest_of
from flows.crawl.known import KnownDocument
from flows.crawl.replay import Payload, iter_payloads, read_payload
from schemas.errors import InternalError, UserError

URL = "http://www.town.gov.cn/施集镇/t1.html?a=1"
THEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HTML = [("Content-Type", "text/html")]
header_text = st.text(st.characters(blacklist_categories=("Cs",)), max_size=30)


@settings(max_examples=150)
@given(
    bodies=st.lists(st.binary(max_size=3000), min_size=1, max_size=4),
    headers=st.lists(st.tuples(header_text, header_text), max_size=4),
    coding=st.sampled_from(["gzip", "br", "deflate", "nonsense"]),
)
def test_any_bytes_come_back_exactly(bodies: list[bytes], headers: list[tuple[str, str]], coding: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        coded = [*HTML, *headers, ("Content-Encoding", coding), ("Transfer-Encoding", "chunked")]
        with ArchiveWriter(folder, "run") as archive:
            places = [
                archive.write_response(URL, 200, coded, body, THEN, request=Sent([*headers, ("Host", "x")]))
                for body in bodies
            ]
            places.append(archive.write_resource("file:///附件.pdf", "application/pdf", bodies[0], THEN))
        for place, body in zip(places, [*bodies, bodies[0]], strict=True):
            assert read_payload(folder, place.file, place.offset) == body
        payloads = iter_payloads(folder / "run.warc.gz")
        assert [payload.body for payload in payloads] == [*bodies, bodies[0]]
        assert payloads.torn is None


def test_a_payload_says_where_it_came_from(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "run") as archive:
        archive.write_response(URL, 404, HTML, b"gone", THEN)
    expected = Payload(URL, "text/html", 404, "2026-01-02T03:04:05.000000Z", b"gone")
    assert list(iter_payloads(tmp_path / "run.warc.gz")) == [
        expected._replace(digest=f"sha256:{hashlib.sha256(b'gone').hexdigest()}")
    ]


def test_warcio_itself_finds_no_fault_with_the_digests(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "run") as archive:
        archive.write_response(URL, 200, HTML, b"body", THEN, request=Sent([("Accept", "*/*")]))
    path = tmp_path / "run.warc.gz"
    check = [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)]
    assert subprocess.run(check, capture_output=True, check=False).returncode == 0
    assert hashlib.sha256(b"body").hexdigest().encode() in gzip.decompress(path.read_bytes())


def test_a_revisit_points_at_the_first_copy_and_stores_no_body(tmp_path: Path) -> None:
    body = b"unchanged " * 1000
    with ArchiveWriter(tmp_path, "first") as archive:
        place = archive.write_response(URL, 200, HTML, body, THEN)
    known = KnownDocument(digest_of(body), place.file, place.offset, URL, "2026-01-02T03:04:05Z")
    with ArchiveWriter(tmp_path, "second") as archive:
        assert archive.write_response(URL, 200, HTML, body, THEN, refers_to=known) == place
    assert list(iter_payloads(tmp_path / "second.warc.gz")) == []
    (revisit,) = iter_payloads(tmp_path / "second.warc.gz", revisits=True)
    assert (revisit.revisit_of, revisit.digest) == (URL, f"sha256:{known.digest}")
    text = gzip.decompress((tmp_path / "second.warc.gz").read_bytes())
    assert b"WARC-Type: revisit" in text
    assert b"unchanged" not in text


def test_an_archive_that_is_there_is_never_written_to(tmp_path: Path) -> None:
    (tmp_path / "run.warc.gz").write_bytes(b"torn")
    with ArchiveWriter(tmp_path, "run") as archive:
        assert archive.write_response(URL, 200, HTML, b"x", THEN).file == "run-2.warc.gz"
    assert (tmp_path / "run.warc.gz").read_bytes() == b"torn"


@pytest.mark.parametrize("is_zipped", [True, False])
def test_an_archive_torn_anywhere_gives_what_is_whole(tmp_path: Path, is_zipped: bool) -> None:
    bodies = [bytes([number]) * 50 for number in range(3)]
    with ArchiveWriter(tmp_path, "run") as archive:
        ends = [archive.write_response(URL, 200, HTML, body, THEN).offset for body in bodies]
    data = (tmp_path / "run.warc.gz").read_bytes()
    if not is_zipped:
        ends = [len(gzip.decompress(data[:end])) for end in ends]
        data = gzip.decompress(data)
    torn_file = tmp_path / "torn.warc"
    for length in range(ends[1] + 1, len(data) - 4):
        torn_file.write_bytes(data[:length])
        payloads = iter_payloads(torn_file)
        found = [payload.body for payload in payloads]
        assert found == bodies[: len(found)]
        assert len(found) >= (2 if length >= ends[2] else 1)
        # Without the blank lines after a plain record nothing is missing.
        assert payloads.torn or len(found) == 3 or ends[2] - 4 <= length <= ends[2], length


def foreign(path: Path, *, by_record: bool, whole: bool) -> None:
    """Write a WARC as another crawler does: chunked and zipped bodies, other digests, other records."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=by_record)
    writer.write_record(writer.create_warcinfo_record("x", {"software": "another"}))
    zipped = gzip.compress(b"zipped page")
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(zipped), zipped)
    for body, headers in (
        (b"plain page", [("Content-Type", "text/html; charset=gbk")]),
        (chunked, [("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]),
    ):
        http = StatusAndHeaders("200 OK", headers, "HTTP/1.0")
        writer.write_record(
            writer.create_warc_record(URL, "response", payload=BytesIO(body), http_headers=http, length=len(body))
        )
    writer.write_record(writer.create_warc_record(URL, "metadata", payload=BytesIO(b"a: b"), length=4))
    path.write_bytes(gzip.compress(out.getvalue()) if whole else out.getvalue())


@pytest.mark.parametrize(("by_record", "whole"), [(False, False), (True, False), (False, True)])
def test_an_archive_of_another_crawler_is_read(tmp_path: Path, by_record: bool, whole: bool) -> None:
    path = tmp_path / "foreign.warc"
    foreign(path, by_record=by_record, whole=whole)
    payloads = iter_payloads(path)
    found = list(payloads)
    assert [payload.body for payload in found] == [b"plain page", b"zipped page"]
    assert (found[0].content_type, found[0].status, found[0].url) == ("text/html; charset=gbk", 200, URL)
    assert payloads.torn is None


@pytest.mark.parametrize("data", [b"<html>no archive</html>\n" * 20, b"\x1f\x8bnot gzip", b"WARC", b"\x00" * 99])
def test_what_is_no_archive_is_told(tmp_path: Path, data: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.warc"
    path.write_bytes(data)
    with pytest.raises(UserError, match=r"page\.warc: expected a WARC file"):
        list(iter_payloads(path))
    with pytest.raises(UserError, match="expected a WARC file"):
        list(iter_payloads(tmp_path / "none.warc"))
    assert capsys.readouterr().err == ""


def test_a_place_without_its_body_is_our_fault(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "run") as archive:
        place = archive.write_response(URL, 200, HTML, b"x", THEN, request=Sent())
    for file, offset in (("none.warc.gz", 0), (place.file, 0), (place.file, place.offset + 3)):
        with pytest.raises(InternalError, match=f"{file} at {offset}"):
            read_payload(tmp_path, file, offset)

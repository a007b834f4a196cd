"""Captures as JSON lines: they come back as they were, and a torn last line costs only itself."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.crawl.captures import (
    Capture,
    CaptureWriter,
    Outcome,
    Role,
    Visit,
    merge_captures,
    read_captures,
)
from flows.crawl.known import Known, KnownDocument, KnownPage
from flows.crawl.sources import Source
from schemas.errors import InternalError

VISIT = Visit(Source("a", "http://a.cn/"), Role.REPORT, "http://a.cn/1", "年报", "http://a.cn/")
CAPTURE = Capture.of(VISIT, Outcome.FOUND, datetime(2026, 1, 2, tzinfo=UTC), status=200, size=3)


def test_captures_come_back_as_they_were_without_a_torn_last_line(tmp_path: Path) -> None:
    path = tmp_path / "captures.jsonl"
    with CaptureWriter(path) as writer:
        writer.write(CAPTURE)
        writer.write(CAPTURE)
    data = path.read_bytes()
    assert read_captures(path) == (CAPTURE, CAPTURE)
    for length in range(len(data) // 2, len(data)):
        path.write_bytes(data[:length])
        assert read_captures(path) == (CAPTURE,)
    assert read_captures(tmp_path / "none.jsonl") == ()


@given(st.text(st.characters(blacklist_categories=("Cs",))))
def test_any_link_text_survives(text: str) -> None:
    visit = Visit(VISIT.source, Role.LIST, "http://a.cn/", text)
    capture = Capture.of(visit, Outcome.GONE, datetime(2026, 1, 2, tzinfo=UTC))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "captures.jsonl"
        with CaptureWriter(path) as writer:
            writer.write(capture)
        assert read_captures(path) == (capture,)


def test_a_line_that_is_no_capture_is_told(tmp_path: Path) -> None:
    path = tmp_path / "captures.jsonl"
    path.write_text('{"url": 1}\n')
    with pytest.raises(InternalError, match=r"captures\.jsonl:1: expected a capture"):
        read_captures(path)


def test_what_is_known_comes_back_and_bytes_of_a_page_are_known_bytes(tmp_path: Path) -> None:
    page = KnownPage("http://a.cn/", "d2", "b.warc.gz", 0, "text/html", '"v1"', None)
    known = Known.of([KnownDocument("d1", "a.warc.gz", 5, "http://a.cn/1")], [page])
    known.write(tmp_path / "known.jsonl")
    read = Known.read(tmp_path / "known.jsonl")
    assert read == known
    assert set(read.documents) == {"d1", "d2"}
    assert read.pages == {"http://a.cn/": page}
    (tmp_path / "b.warc.gz").touch()
    assert set(read.in_archive(tmp_path).documents) == {"d2"}
    (tmp_path / "bad.jsonl").write_text('{"page": {"url": "http://a.cn/"}}\n')
    with pytest.raises(InternalError, match=r"bad\.jsonl:1: expected a known document or page"):
        Known.read(tmp_path / "bad.jsonl")


def test_a_page_asked_again_after_a_kill_counts_once_with_what_came_last() -> None:
    late = Capture.of(VISIT, Outcome.TIMEOUT, datetime(2026, 1, 2, tzinfo=UTC))
    file = replace(VISIT, role=Role.ATTACHMENT)
    shared = [
        Capture.of(replace(file, parent_url=f"http://a.cn/{n}"), Outcome.FOUND, datetime(2026, 1, 2, tzinfo=UTC))
        for n in range(2)
    ]
    assert merge_captures([[late, *shared], [CAPTURE]]) == (*shared, CAPTURE)


def test_a_capture_has_the_fields_that_the_warehouse_loads() -> None:
    expected = "url source_id role fetched_at outcome status content_type digest size file offset"
    more = "links etag last_modified file_name"
    names = [field.name for field in fields(Capture)]
    assert names == [*expected.split(), "link_text", "parent_url", "message", "redirected_to", *more.split()]

"""Captures as JSON lines: they come back as they were, and a torn last line costs only itself."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.crawl.captures import (
    Capture,
    CaptureWriter,
    KnownDocument,
    Outcome,
    Role,
    Visit,
    read_captures,
    read_known,
    write_known,
)
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


def test_known_documents_need_only_a_place_and_may_say_more(tmp_path: Path) -> None:
    path = tmp_path / "known.jsonl"
    write_known(path, [KnownDocument("d1", "a.warc.gz", 5, "http://a.cn/")])
    with path.open("a") as file:
        file.write('{"digest": "d2", "file": "b.warc.gz", "offset": 0, "more": 1}\n')
    assert read_known(path) == {
        "d1": KnownDocument("d1", "a.warc.gz", 5, "http://a.cn/"),
        "d2": KnownDocument("d2", "b.warc.gz", 0),
    }


def test_a_capture_has_the_fields_that_the_warehouse_loads() -> None:
    expected = "url source_id role fetched_at outcome status content_type digest size file offset"
    names = [field.name for field in fields(Capture)]
    assert names == [*expected.split(), "link_text", "parent_url", "message", "redirected_to"]

"""`nianbao ingest`: files, folders and WARC files into the warehouse, archived first."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import duckdb
import pytest

from tests.flows.command import NIANBAO, environment, nianbao
from tests.shared import SAMPLES, SEEDS, SHARED, needs_shared

FAKU = SAMPLES / "site" / "faku" / "zfxxgknb" / "202102" / "t20210208_3301.html"
NOTICE = SAMPLES / "site" / "shifan" / "bb.html"
TORN_PDF = b"%PDF-1.7\n..."


def _ask(home: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "nianbao.duckdb"), read_only=True) as snapshot:
        return snapshot.execute(query).fetchall()


@needs_shared
def test_the_five_seeds_land_with_their_bodies_and_years(tmp_path: Path) -> None:
    done = nianbao("ingest", SHARED / "seeds", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = _ask(tmp_path / "var", "SELECT agency, year, format FROM reports ORDER BY 1")
    assert rows == sorted((agency, year, code) for _, agency, year, code in SEEDS.values())
    assert _ask(tmp_path / "var", "SELECT count(*) FROM facts WHERE status = 'published'") == [(992,)]
    failing = "SELECT rule FROM checks WHERE status = 'fail' ORDER BY 1"
    assert _ask(tmp_path / "var", failing) == [
        ("applications.outcomes.other",),
        ("applications.row_total.refused_third_party",),
        ("plausibility.rule_making",),  # 施集镇 publishes three 规章, which no town can make
    ]


def test_ingesting_twice_changes_nothing_and_a_bad_file_is_a_row(tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "torn.pdf").write_bytes(TORN_PDF)
    for _ in range(2):
        done = nianbao("ingest", FAKU, "torn.pdf", "empty.html", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert _ask(tmp_path / "var", "SELECT count(*) FROM facts") == [(198,)]
        assert _ask(tmp_path / "var", "SELECT code, ours FROM problems ORDER BY 1") == [
            ("damaged", False),
            ("empty", False),
        ]


def test_a_warc_file_is_read_page_by_page(tmp_path: Path) -> None:
    assert nianbao("ingest", FAKU, "--home", "first", cwd=tmp_path).returncode == 0
    (warc,) = (tmp_path / "first" / "archive").glob("*.warc.gz")
    done = nianbao("ingest", warc, "--home", "second", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    query = "SELECT agency, year, source, count(*) FROM facts GROUP BY ALL"
    assert _ask(tmp_path / "second", query) == _ask(tmp_path / "first", query)


def test_show_gives_the_original_bytes_back_by_the_beginning_of_an_id(tmp_path: Path) -> None:
    pages = [FAKU, NOTICE]
    assert nianbao("ingest", *pages, cwd=tmp_path).returncode == 0
    digest = hashlib.sha256(FAKU.read_bytes()).hexdigest()
    shown = subprocess.run(
        [NIANBAO, "show", digest[:12]], cwd=tmp_path, env=environment(), capture_output=True, check=True
    )
    assert shown.stdout == FAKU.read_bytes()
    done = nianbao("show", digest, "-o", "copy.html", cwd=tmp_path)
    assert (tmp_path / "copy.html").read_bytes() == FAKU.read_bytes()
    assert FAKU.as_uri() in done.stderr
    for document, found in (("0" * 64, "found none"), ("", "found 2 of them")):
        refused = nianbao("show", document, cwd=tmp_path)
        assert refused.returncode == 1
        assert found in refused.stderr


@pytest.mark.parametrize("path", ["nowhere", "hollow"])
def test_a_path_without_files_is_one_line_and_no_run(tmp_path: Path, path: str) -> None:
    (tmp_path / "hollow").mkdir()
    done = nianbao("ingest", path, cwd=tmp_path)
    assert done.returncode != 0
    assert done.stderr.splitlines()[-1].startswith(f"nianbao: {path}: expected ")


def test_a_mistyped_path_is_no_failed_night(tmp_path: Path) -> None:
    assert nianbao("ingest", FAKU, cwd=tmp_path).returncode == 0
    assert nianbao("ingest", FAKU, "typo.html", cwd=tmp_path).returncode != 0
    assert "published" in nianbao("status", cwd=tmp_path).stdout
    with duckdb.connect(str(tmp_path / "var" / "work" / "warehouse.duckdb"), read_only=True) as warehouse:
        assert warehouse.execute("SELECT status FROM runs").fetchall() == [("published",)]


@pytest.mark.parametrize("command", [["ingest", NOTICE], ["rebuild"]], ids=["ingest", "rebuild"])
def test_what_a_killed_run_archived_is_read_by_the_next(tmp_path: Path, command: list[str | Path]) -> None:
    """Captures torn by a kill: their whole lines count, and the torn one stops nobody."""
    assert nianbao("ingest", FAKU, "--home", "var", cwd=tmp_path).returncode == 0
    home = tmp_path / "var"
    with duckdb.connect(str(home / "work" / "warehouse.duckdb")) as warehouse:
        row = warehouse.execute("SELECT url, document_id, bytes, archive_file, archive_offset FROM captures").fetchone()
        assert row is not None
        for table in ("stored_captures", "documents", "stored_readings", "reports", "stored_facts", "stored_checks"):
            warehouse.execute(f"DELETE FROM {table}")
    url, digest, size, file, offset = row
    capture = {
        "url": url, "source_id": "faku", "role": "report", "fetched_at": "2026-01-01T00:00:00Z",
        "outcome": "found", "digest": digest, "size": size, "file": file, "offset": offset,
    }  # fmt: skip
    killed = home / "work" / "20260101T000000"
    killed.mkdir()
    (killed / "20260101T000000.captures.jsonl").write_text(json.dumps(capture) + '\n{"url": "http://to')
    assert nianbao(*command, cwd=tmp_path).returncode == 0
    assert _ask(home, "SELECT agency, count(*) FROM facts GROUP BY ALL") == [("法库县人民政府", 198)]
    assert not killed.exists()

"""`nianbao ingest`: files, folders and WARC files into the warehouse, archived first."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.flows.command import nianbao
from tests.shared import SAMPLES, SEEDS, SHARED, needs_shared

FAKU = SAMPLES / "site" / "faku" / "zfxxgknb" / "202102" / "t20210208_3301.html"
PDF = SAMPLES / "site" / "yangben-czj" / "files" / "P020240126.pdf"


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
    assert _ask(tmp_path / "var", "SELECT count(*) FROM checks WHERE status = 'fail'") == [(2,)]


def test_ingesting_twice_changes_nothing_and_a_bad_file_is_a_row(tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_bytes(b"")
    for _ in range(2):
        done = nianbao("ingest", FAKU, PDF, "empty.html", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert _ask(tmp_path / "var", "SELECT count(*) FROM facts") == [(198,)]
        assert _ask(tmp_path / "var", "SELECT code, ours FROM problems ORDER BY 1") == [
            ("empty", False),
            ("unsupported_medium", True),
        ]


def test_a_warc_file_is_read_page_by_page(tmp_path: Path) -> None:
    assert nianbao("ingest", FAKU, "--home", "first", cwd=tmp_path).returncode == 0
    (warc,) = (tmp_path / "first" / "archive").glob("*.warc.gz")
    done = nianbao("ingest", warc, "--home", "second", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    query = "SELECT agency, year, source, count(*) FROM facts GROUP BY ALL"
    assert _ask(tmp_path / "second", query) == _ask(tmp_path / "first", query)


@pytest.mark.parametrize("path", ["nowhere", "hollow"])
def test_a_path_without_files_is_one_line_and_no_run(tmp_path: Path, path: str) -> None:
    (tmp_path / "hollow").mkdir()
    done = nianbao("ingest", path, cwd=tmp_path)
    assert done.returncode != 0
    assert done.stderr.splitlines()[-1].startswith(f"nianbao: {path}: expected ")

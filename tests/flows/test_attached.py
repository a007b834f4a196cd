"""Pages whose tables are only in files that they link to or show: read with them, and told where that fails."""

from __future__ import annotations

import csv
import io
import os
import shutil
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest

from flows.attached import MOST_BYTES, file_below
from tests.attached import YEAR, page, pictures, report_docx, zipped
from tests.extractors.scans import needs_chromium
from tests.extractors.test_ocr import needs_recognition
from tests.flows.command import nianbao
from tests.shared import SAMPLES

PDF = SAMPLES / "site" / "yangben-czj" / "files" / "P020240126.pdf"
FAKU = SAMPLES / "site" / "faku" / "zfxxgknb" / "202102" / "t20210208_3301.html"


def extracted(path: str | Path, folder: Path) -> tuple[list[dict[str, str]], str]:
    done = nianbao("extract", path, cwd=folder)
    return list(csv.DictReader(io.StringIO(done.stdout))), done.stderr


def asked(home: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "nianbao.duckdb"), read_only=True) as snapshot:
        return snapshot.execute(query).fetchall()


def test_only_files_below_the_page_are_taken(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    (folder / "files").mkdir(parents=True)
    inside, outside = folder / "files" / "年报 1.pdf", tmp_path / "secret.pdf"
    for file in (inside, outside):
        file.write_bytes(b"x")
    (folder / "link.pdf").symlink_to(outside)
    (folder / "loop.pdf").symlink_to(folder / "loop.pdf")
    with (folder / "huge.pdf").open("wb") as huge:
        huge.truncate(MOST_BYTES + 1)
    os.mkfifo(folder / "pipe.pdf")
    names = ["files/年报 1.pdf", quote("files/年报 1.pdf"), quote("files/年报 1.pdf", encoding="gb18030")]
    names += ["./files/年报 1.pdf?v=2#page=3", "files\\年报 1.pdf", "viewer.html?file=files/" + quote("年报 1.pdf")]
    assert [file_below(folder, name) for name in names] == [inside] * len(names)
    names = [
        "../secret.pdf",
        "files/../../secret.pdf",
        "%2e%2e/secret.pdf",
        "..%2fsecret.pdf",
        str(outside),
        "link.pdf",
    ]
    names += [str(outside), outside.as_uri()]
    names += ["loop.pdf", "huge.pdf", "pipe.pdf", "files", "", "a\0.pdf", "http://[x/a.pdf", "no.pdf"]
    assert [file_below(folder, name) for name in names] == [None] * len(names)


@pytest.mark.parametrize("kind", ["docx", "pdf", "zip"])
def test_a_page_is_read_with_the_file_that_it_links_to(tmp_path: Path, kind: str) -> None:
    (tmp_path / "files").mkdir()
    file = tmp_path / "files" / f"附件.{kind}"
    contents = {"docx": report_docx, "pdf": PDF.read_bytes, "zip": lambda: zipped({"表.docx": report_docx()})}
    file.write_bytes(contents[kind]())
    (tmp_path / "page.html").write_bytes(page(f'<a href="files/{quote(file.name)}">附件</a>'))
    rows, said = extracted("page.html", tmp_path)
    assert said == "" or kind == "pdf"  # that report has cells of its own kind
    assert len(rows) in (198, 200)
    assert {row["source"] for row in rows} == {"page.html"}
    assert all(quote(file.name) in row["locator"] for row in rows if row["status"] == "published")
    # The page's folder: the file is not read a second time.
    assert len(extracted(tmp_path, tmp_path)[0]) == len(rows)


@needs_recognition
@needs_chromium
def test_tables_shown_as_pictures_are_read_from_the_folder_that_a_browser_saved(tmp_path: Path) -> None:
    (tmp_path / "page_files").mkdir()
    shown = []
    for number, picture in enumerate(pictures(), 1):
        (tmp_path / "page_files" / f"t{number}.png").write_bytes(picture)
        shown.append(f'<p><img src="./page_files/t{number}.png"></p>')
    (tmp_path / "page_files" / "logo.png").write_bytes(b"\x89PNG torn")
    (tmp_path / "page_files" / "site.css").write_text("p {}")
    (tmp_path / "page.html").write_bytes(page("".join(shown)))
    rows, said = extracted(tmp_path, tmp_path)
    assert len(rows) == 200
    assert sum(row["status"] == "published" for row in rows) > 180
    assert "logo" not in said
    assert "site.css" not in said


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(page('<a href="files/gone.pdf">附件</a>'))
    rows, said = extracted("page.html", tmp_path)
    assert rows == []
    assert said.count("\n") == 1
    assert said.endswith("found a report's text without them; not beside it: files/gone.pdf\n")


def test_a_report_beside_a_page_that_has_its_own_tables_is_read_for_itself(tmp_path: Path) -> None:
    own = FAKU.read_bytes().replace(b"</body>", b'<a href="b.docx">2022</a></body>')
    (tmp_path / "a.html").write_bytes(own)
    (tmp_path / "b.docx").write_bytes(report_docx())
    rows, _ = extracted(tmp_path, tmp_path)
    assert [row["source"].rsplit("/", 1)[1] for row in rows] == ["a.html"] * 198 + ["b.docx"] * 200


def test_what_a_list_links_to_are_reports_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<meta charset=utf-8><ul><li><a href="b.docx">下载</a></ul>')
    (tmp_path / "b.docx").write_bytes(report_docx())
    rows, said = extracted(tmp_path, tmp_path)
    assert {row["source"].rsplit("/", 1)[1] for row in rows} == {"b.docx"}
    assert said.count("\n") == 1


def test_ingest_archives_the_file_with_the_page_and_rebuild_reads_it_there(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "附件 1.docx").write_bytes(report_docx())
    (folder / "page.html").write_bytes(page('<a href="附件 1.docx">附件</a>'))
    done = nianbao("ingest", folder, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(folder)
    home = tmp_path / "var"
    query = "SELECT agency, year, count(*), sum(value) FROM facts GROUP BY ALL"
    before = asked(home, query)
    assert [(row[1], row[2]) for row in before] == [(YEAR, 200)]
    assert asked(home, "SELECT role, count(*) FROM captures GROUP BY ALL ORDER BY ALL") == [
        ("attachment", 1),
        ("report", 1),
    ]
    assert asked(home, "SELECT count(*) FROM problems") == [(0,)]
    with duckdb.connect(str(home / "work" / "warehouse.duckdb")) as warehouse:
        for table in ("stored_readings", "reports", "stored_facts", "stored_checks"):
            warehouse.execute(f"DELETE FROM {table}")
    assert nianbao("rebuild", cwd=tmp_path).returncode == 0
    assert asked(home, query) == before
    # The archive alone is enough.
    (warc,) = (home / "archive").glob("*.warc.gz")
    assert nianbao("ingest", warc, "--home", "again", cwd=tmp_path).returncode == 0
    assert asked(tmp_path / "again", query) == before

"""Report pages whose tables are in files: what is asked for, once, and that the page is read with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from extractors.html import read_html
from extractors.read import EXTRACTOR_VERSION
from flows.crawl.attachments import Page, look_at, meant, name_said
from flows.crawl.captures import Capture
from flows.crawl.known import Known, KnownDocument
from flows.crawl.replay import iter_payloads
from flows.reading import read_batch
from tests.attached import AGENCY, YEAR, page, pictures, report_docx, zipped
from tests.crawl.publisher import Publisher, publishing
from tests.crawl.test_process import free_port, run
from tests.extractors.scans import needs_chromium
from tests.extractors.test_ocr import needs_recognition
from tests.shared import SAMPLES
from warehouse.checks import check_reports
from warehouse.load import documents_to_read, known_documents, load_captures, load_readings
from warehouse.store import open_warehouse

PDF = (SAMPLES / "site" / "yangben-czj" / "files" / "P020240126.pdf").read_bytes()
FAKU = (SAMPLES / "site" / "faku" / "zfxxgknb" / "202102" / "t20210208_3301.html").read_bytes()
ORNAMENT = b"\x89PNG" + bytes(4000)


class Nights:
    """A house that visits one publisher night after night: crawl, load, read, check."""

    def __init__(self, site: Publisher, folder: Path) -> None:
        self.site, self.folder = site, folder
        self.captures: tuple[Capture, ...] = ()

    def night(self, name: str, *paths: str) -> dict[str, int]:
        """Crawl and read; return how often each path was asked."""
        links = {path: f"{AGENCY}{YEAR - n}年政府信息公开工作年度报告" for n, path in enumerate(paths)}
        self.site.publish_list("/list.html", links)
        self.site.asked.clear()
        with open_warehouse(self.folder / "w.duckdb") as warehouse:
            known = Known.of(KnownDocument(*row) for row in known_documents(warehouse))
        source = {"id": "town", "list": f"{self.site.address}/list.html", "local": True}
        self.captures = run(self.folder, source, name=name, known=known)
        lines = self.folder / f"{name}.jsonl"
        lines.write_text("".join(json.dumps(asdict(capture)) + "\n" for capture in self.captures))
        with open_warehouse(self.folder / "w.duckdb") as warehouse:
            load_captures(warehouse, name, lines)
            load_captures(warehouse, name, lines)
        self.read(name)
        return {path: self.site.asked.count(path) for path in self.site.asked if path != "/robots.txt"}

    def read(self, name: str, *, again: bool = False) -> int:
        """Read what is still to do, as a night does; return how many documents."""
        with open_warehouse(self.folder / "w.duckdb") as warehouse:
            waiting = documents_to_read(warehouse, EXTRACTOR_VERSION, again=again)
            batch = read_batch(waiting, self.folder / "archive", self.folder / f"{name}-batch")
            load_readings(warehouse, name, batch)
            load_readings(warehouse, name, batch)
            check_reports(warehouse)
        return len(waiting)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with open_warehouse(self.folder / "w.duckdb") as warehouse:
            return warehouse.execute(query).fetchall()

    @property
    def figures(self) -> list[tuple[Any, ...]]:
        """The current figures, and which version of the report they are of."""
        return self.ask(
            "SELECT report_id, agency, year, position, value FROM fact_values JOIN reports USING (report_id) "
            "WHERE is_current ORDER BY ALL"
        )


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Nights]:
    with publishing() as site:
        yield Nights(site, tmp_path)


def figures_by_page(nights: Nights) -> dict[str, list[tuple[Any, ...]]]:
    """Return the figures of every report by the page that it came from, current or not."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for url, *row in nights.ask(
        "SELECT url, report_id, agency, position, value "
        "FROM reports LEFT JOIN fact_values USING (report_id) ORDER BY ALL"
    ):
        found.setdefault(url.removeprefix(nights.site.address), []).append(tuple(row))
    return found


def test_pages_are_read_with_their_files_and_an_unchanged_night_does_nothing_twice(nights: Nights) -> None:
    site = nights.site
    files = {"docx": report_docx(), "pdf": PDF, "zip": zipped({"表.docx": report_docx()})}
    for kind, body in files.items():
        site.publish(f"/files/%E8%A1%A8%201.{kind}", body, Content_Type="application/octet-stream")
        site.publish(f"/r/{kind}.html", page(f'<a href="../files/表 1.{kind}">附件</a>'))
    site.publish("/p.png", ORNAMENT)
    other = f"http://localhost:{free_port()}/a.pdf"
    site.publish("/far.html", page(f'<a href="{other}">附件</a><img src="p.png">'))
    site.publish("/near.html", page('<img src="p.png">'))
    site.publish("/own.html", FAKU.replace(b"</body>", b'<a href="a.docx">x</a><img src="b.png"></body>'))
    paths = [*(f"/r/{kind}.html" for kind in files), "/far.html", "/near.html", "/own.html"]

    asked = nights.night("1", *paths)
    expected = dict.fromkeys(["/list.html", "/p.png", *paths, *(p for p in site.pages if p.startswith("/files"))], 1)
    assert asked == expected  # nothing for the page that has its tables, nothing twice
    before = figures_by_page(nights)
    sizes = {path: len(rows) for path, rows in before.items()}
    assert sizes == {"/r/docx.html": 200, "/r/zip.html": 200, "/r/pdf.html": sizes["/r/pdf.html"], "/far.html": 1,
                     "/near.html": 1, "/own.html": 198}  # fmt: skip
    assert sizes["/r/pdf.html"] in (198, 200)
    assert {row[1] for row in before["/r/docx.html"]} == {AGENCY}
    query = "SELECT message FROM problems WHERE code = 'no_tables' AND place LIKE '%far.html'"
    ((message,),) = nights.ask(query)
    assert f"not to be had: {other} (not asked: localhost is not among the hosts of the source)" in message
    attached = {(c.parent_url, c.link_text) for c in nights.captures if c.role == "attachment"}
    assert (site.address + "/r/zip.html", "../files/表 1.zip") in attached
    # The picture was asked for once and is a capture of both pages.
    query = "SELECT count(DISTINCT parent_url), count(*) FROM captures WHERE role = 'attachment' AND url LIKE '%.png'"
    assert nights.ask(query) == [(2, 2)]

    assert nights.night("2", *paths) == expected
    assert len(list(iter_payloads(nights.folder / "archive" / "2.warc.gz"))) <= 2  # the list and robots.txt
    assert nights.ask("SELECT DISTINCT run_id FROM readings") == [("1",)]
    assert figures_by_page(nights) == before

    # All figures follow from the archive.
    for table in ("stored_readings", "reports", "stored_facts", "statements", "stored_fingerprints", "stored_checks"):
        nights.ask(f"DELETE FROM {table}")
    assert nights.read("3", again=True) == len(paths)
    assert figures_by_page(nights) == before


def test_a_file_that_comes_changes_goes_and_comes_back(nights: Nights) -> None:
    nights.site.publish("/r.html", page('<a href="a.docx">附件</a>'))
    nights.night("1", "/r.html")
    ((code, ours, message),) = nights.ask("SELECT code, ours, message FROM problems")
    assert (code, ours) == ("no_tables", False)
    assert message.endswith(f"without them; not to be had: {nights.site.address}/a.docx (HTTP 404)")

    nights.site.publish("/a.docx", report_docx(1))
    nights.night("2", "/r.html")
    first = nights.figures
    assert len(first) == 200
    assert nights.ask("SELECT count(*) FROM problems") == [(0,)]

    nights.site.publish("/a.docx", report_docx(2))
    nights.night("3", "/r.html")
    second = nights.figures
    assert [row[4] for row in second] != [row[4] for row in first]

    del nights.site.pages["/a.docx"]  # what was published stays known
    nights.night("4", "/r.html")
    assert nights.figures == second
    assert nights.ask("SELECT count(*) FROM problems") == [(0,)]

    nights.site.publish("/a.docx", report_docx(1))
    nights.night("5", "/r.html")
    assert nights.figures == first
    assert nights.read("6") == nights.read("7", again=True) == 0


def test_a_banner_that_changes_daily_is_no_new_version(nights: Nights) -> None:
    nights.site.publish("/r.html", page('<img src="today.png"><a href="a.docx">附件</a>'))
    nights.site.publish("/a.docx", report_docx())
    for name in ("1", "2"):
        nights.site.publish("/today.png", ORNAMENT + name.encode())
        nights.night(name, "/r.html")
    assert nights.ask("SELECT run_id FROM readings") == [("2",)]
    assert nights.ask("SELECT count(*) FROM reports") == [(1,)]


@needs_recognition
@needs_chromium
def test_tables_that_a_page_shows_as_pictures_are_read(nights: Nights) -> None:
    shown = ""
    for number, picture in enumerate(pictures()):
        nights.site.publish(f"/t{number}.png", picture)
        shown += f'<p><img src="/t{number}.png"></p>'
    nights.site.publish("/r.html", page(shown))
    nights.night("1", "/r.html")
    assert len([row for row in nights.figures if row[4] is not None]) > 180


def test_what_is_asked_for_is_bounded_and_no_dress() -> None:
    body = "".join(f'<a href="{n}.pdf">x</a><img src="{n}.jpg">' for n in range(99))
    found = look_at(page(body), "http://a.cn/r/")
    assert found is not None
    assert [file.is_picture for file in found.attachments].count(True) == 20
    assert len(found.attachments) == 30
    dress = '<img src="/images/logo.png"><img src="x.png" width="16"><img src="/icon/pdf.gif"><a href="next.html">'
    dress += '<a href="javascript:f(1)">x</a><a href="mailto:a@b.pdf">x</a><img src="data:image/png;base64,a">'
    assert look_at(page(dress), "http://a.cn/") == (type(found))(0, ())


def test_files_behind_parameters_and_viewers_are_meant() -> None:
    shown = '<base href="/up/"><iframe src="/pdfjs/web/viewer.html?file=%2Ff%2Fa.pdf#page=1"></iframe>'
    shown += '<a href="down.jsp?file=b.docx&amp;id=1">x</a><object data="c.pdf"></object><embed src="d.xlsx">'
    found = look_at(page(shown), "http://a.cn/r/1.html")
    assert found is not None
    assert [file.url for file in found.attachments] == [
        "http://a.cn/f/a.pdf",
        "http://a.cn/up/down.jsp?file=b.docx&id=1",
        "http://a.cn/up/c.pdf",
        "http://a.cn/up/d.xlsx",
    ]
    assert meant("http://[x/viewer.html?file=a.pdf") == "http://[x/viewer.html?file=a.pdf"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ('attachment; filename="年报.docx"', "年报.docx"),
        ("attachment;filename=年报.docx", "年报.docx"),
        ("attachment; filename=%E5%B9%B4%E6%8A%A5.pdf", "年报.pdf"),
        ("attachment; filename=%C4%EA%B1%A8.pdf", "年报.pdf"),
        ("inline; filename=\"x.pdf\"; filename*=UTF-8''%E5%B9%B4%E6%8A%A5.pdf", "年报.pdf"),
        ("attachment; filename*=gbk''%C4%EA%B1%A8.xls", "年报.xls"),
        (r'attachment; filename="C:\\temp\\a.doc"', "a.doc"),
        ("inline", None),
        ('attachment; filename=""', None),
        (None, None),
    ],
)
def test_a_file_is_called_what_its_answer_says(said: str | None, name: str | None) -> None:
    assert name_said(said) == name


@pytest.mark.parametrize(
    ("element", "written"),
    [
        ('<a href="javascript:void(0)" onclick="window.open(\'/f/a.pdf\')">附件</a>', "/f/a.pdf"),
        ("<a href=\"#\" onclick='location.href=\"b.doc\"'>附件</a>", "b.doc"),
        ("<a href=\"javascript:openFile('c.xls')\">附件</a>", "c.xls"),
        ('<a href="/system/_content/download.jsp?urltype=news.DownloadAttachUrl&amp;owner=1&amp;wbfileid=2">附件</a>',
         "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=2"),
        ('<a href="/module/download/down.jsp?i_ID=4&amp;colID=1">附件</a>', "/module/download/down.jsp?i_ID=4&colID=1"),
        ('<a href="/module/download/downfile.jsp?classid=0&amp;filename=0a1b.doc">附件</a>',
         "/module/download/downfile.jsp?classid=0&filename=0a1b.doc"),
        ('<iframe src="/pdfjs/viewer.html?file=/f/d.pdf"></iframe>', "/pdfjs/viewer.html?file=/f/d.pdf"),
        ('<object data="e.wps"></object>', "e.wps"),
        ('<embed src="f.ofd">', "f.ofd"),
    ],
)  # fmt: skip
def test_the_crawler_asks_for_the_files_that_readers_ask_for(element: str, written: str) -> None:
    body = page(element)
    found = look_at(body, "http://a.cn/r/1.html")
    assert found is not None
    assert [file.written for file in found.attachments] == [written]
    assert [part.address for part in read_html(body).parts if not part.is_picture] == [written]


@pytest.mark.parametrize("link", ['<a href="#" onclick="share(\'weixin\')">', "<a onclick=\"go('/a/b.html')\">", "<a>"])
def test_other_scripts_name_no_file(link: str) -> None:
    assert look_at(page(link + "x</a>"), "http://a.cn/") == (Page(0, ()))


@pytest.mark.parametrize(
    "data",
    [b"", b" ", PDF, b"%PDF", bytes(1000), b"<html>" + b"<div>" * 5_000, b"<p " + b"a=1 " * 200_000, b"<p>\xff\xfe\0"],
)
def test_anything_may_be_looked_at(data: bytes) -> None:
    found = look_at(data, "http://a.cn/")
    assert found is None or found.attachments == ()

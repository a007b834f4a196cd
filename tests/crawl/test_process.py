"""A crawl from the registry to the captures, over real HTTP."""

from __future__ import annotations

import gzip
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.crawl.captures import Capture, Outcome, Role, read_captures
from flows.crawl.known import Known, KnownDocument
from flows.crawl.manners import Manners
from flows.crawl.process import CrawlerDiedError, crawl
from flows.crawl.replay import iter_payloads, read_payload
from schemas.errors import UserError

from .publisher import Publisher, publishing

REPORT = "<meta charset=gb18030><h1>施集镇2020年政府信息公开工作年度报告</h1>".encode("gb18030")
PDF = b"%PDF-1.4 \x00\xff\r\n"


@dataclass
class Night:
    """What a crawl was and what came of it."""

    publisher: Publisher
    folder: Path
    captures: tuple[Capture, ...]

    def at(self, path: str) -> Capture:
        """Return the one capture of a path."""
        (capture,) = [c for c in self.captures if c.url == self.publisher.address + path]
        return capture

    def body_at(self, path: str) -> bytes:
        """Return the archived bytes of a path."""
        capture = self.at(path)
        assert capture.file is not None
        assert capture.offset is not None
        return read_payload(self.folder / "archive", capture.file, capture.offset)


def run(folder: Path, *sources: dict[str, Any], serve: str | None = None, **options: Any) -> tuple[Capture, ...]:
    """Crawl sources; every file goes under the folder."""
    registry = folder / "sources.yaml"
    served = {"serve": serve} if serve else {}
    registry.write_text(yaml.safe_dump({**served, "sources": list(sources)}, allow_unicode=True))
    places = {"archive": folder / "archive", "work": folder / "work", "name": "run"}
    options = {"contact": "crawl@example.org", "timeout_s": 60, "manners": Manners(back_off_s=0.2), **options}
    return crawl(registry, **{**places, **options})


def titled(*paths: str) -> dict[str, str]:
    """Return links with report titles."""
    return {path: f"施集镇{2000 + number}年政府信息公开工作年度报告" for number, path in enumerate(paths)}


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def publish_everything(site: Publisher) -> None:
    """Put up a site with all that a crawler meets."""
    site.publish("/robots.txt", "User-agent: Nianbao\nDisallow: /hidden/\n", Content_Type="text/plain")
    for path in ("/r1.html", "/hidden/r.html", "/moved.html"):
        site.publish(path, REPORT)
    site.publish("/r2.pdf", PDF, Content_Type="application/pdf")
    site.publish("/403.html", "no", status=403)
    site.publish("/521.html", "<script>", status=521)
    site.publish("/wzws.html", "<script src=/wzws-waf-cgi/></script>")
    site.publish("/302.html", status=302, Location="/moved.html")
    site.publish("/away.html", status=302, Location="http://www.example.org/r.html")
    site.publish("/zip.html", gzip.compress(REPORT + b"zip"), Content_Encoding="gzip")
    site.publish("/lie.html", REPORT + b"lie", Content_Encoding="gzip")
    site.publish("/cut.html", REPORT + b"cut", Content_Length="1000")
    site.publish("/large.html", b"x", Content_Length=str(65 << 20))
    site.publish("/bomb.html", gzip.compress(bytes(65 << 20)), Content_Encoding="gzip")
    first = titled("/r1.html", "/r2.pdf", "/404.html", "/403.html", "/521.html", "/wzws.html", "/302.html")
    notices = {
        "/jd.html": "《2020年政府信息公开工作年度报告》解读",
        "/tz.html": "关于做好2020年政府信息公开工作年度报告编制工作的通知",
        "/news.html": "要闻",
        "http://www.example.org/x.html": "2020年政府信息公开年报",
    }
    site.publish_list("/list.html", {**first, **notices}, after='<a href="list_2.html">下一页</a>')
    rest = (
        "/away.html",
        "/zip.html",
        "/lie.html",
        "/cut.html",
        "/large.html",
        "/bomb.html",
        "/hidden/r.html",
    )
    site.publish_list("/list_2.html", titled("/r1.html", *rest), after='<a href="list.html">下一页</a>')


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """Return a crawl of a site with everything, beside a dead host and one in a private network."""
    folder = tmp_path_factory.mktemp("night")
    with publishing() as site:
        publish_everything(site)
        captures = run(
            folder,
            {"id": "dead", "list": f"http://127.0.0.1:{free_port()}/", "local": True},
            {"id": "town", "list": f"{site.address}/list.html", "local": True},
            {"id": "private", "list": "http://10.0.0.1/list.html", "pace": 0},
        )
        yield Night(site, folder, captures)


def test_a_list_is_followed_to_its_last_page_and_each_report_asked_once(night: Night) -> None:
    asked = night.publisher.asked
    assert night.at("/list_2.html").role is Role.LIST
    assert [asked.count(path) for path in ("/list.html", "/list_2.html", "/r1.html", "/r2.pdf")] == [1] * 4


def test_a_report_is_archived_byte_by_byte_with_the_text_of_its_link(night: Night) -> None:
    assert night.body_at("/r1.html") == REPORT
    assert night.body_at("/r2.pdf") == PDF
    capture = night.at("/r2.pdf")
    assert (capture.outcome, capture.content_type, capture.size) == ("found", "application/pdf", len(PDF))
    assert capture.link_text == "施集镇2001年政府信息公开工作年度报告"
    assert capture.parent_url == night.publisher.address + "/list.html"


def test_a_page_that_is_not_a_report_is_not_asked_for(night: Night) -> None:
    assert not {"/jd.html", "/tz.html", "/news.html"} & set(night.publisher.asked)


def test_the_crawler_says_who_it_is(night: Night) -> None:
    assert night.publisher.agents == {"Nianbao/0.1 (+crawl@example.org)"}


def test_what_robots_txt_forbids_is_not_asked_for(night: Night) -> None:
    assert night.at("/hidden/r.html").outcome is Outcome.ROBOTS_FORBIDDEN
    assert "/hidden/r.html" not in night.publisher.asked


def test_a_dead_link_is_gone_and_its_error_page_archived(night: Night) -> None:
    assert (night.at("/404.html").outcome, night.at("/404.html").status) == ("gone", 404)
    assert night.body_at("/404.html") == b"no such page"


@pytest.mark.parametrize("path", ["/403.html", "/521.html", "/wzws.html"])
def test_a_refusal_is_blocked_and_asked_once(night: Night, path: str) -> None:
    assert night.at(path).outcome is Outcome.BLOCKED
    assert night.publisher.asked.count(path) == 1


def test_a_dead_host_is_unreachable(night: Night) -> None:
    (capture,) = [c for c in night.captures if c.source_id == "dead"]
    assert capture.outcome is Outcome.UNREACHABLE


def test_a_remote_source_in_a_private_network_is_not_asked(night: Night) -> None:
    (capture,) = [c for c in night.captures if c.source_id == "private"]
    assert capture.outcome is Outcome.ERROR
    assert "10.0.0.1, which is no public address" in str(capture.message)


def test_a_redirect_is_followed_within_the_hosts_of_the_source_only(night: Night) -> None:
    assert night.at("/302.html").redirected_to == night.publisher.address + "/moved.html"
    assert night.body_at("/302.html") == REPORT
    assert night.at("/away.html").outcome is Outcome.ERROR
    (link,) = [c for c in night.captures if c.url == "http://www.example.org/x.html"]
    for capture in (night.at("/away.html"), link):
        assert "www.example.org is not among the hosts" in str(capture.message)


@pytest.mark.parametrize("path", ["/large.html", "/bomb.html"])
def test_a_body_too_large_is_not_taken(night: Night, path: str) -> None:
    assert night.at(path).outcome is Outcome.TOO_LARGE


def test_a_body_that_ends_early_is_kept_and_never_called_found(night: Night) -> None:
    assert night.at("/cut.html").outcome is Outcome.ERROR
    assert "before the body was whole" in str(night.at("/cut.html").message)
    assert night.body_at("/cut.html") == REPORT + b"cut"
    assert night.publisher.asked.count("/cut.html") == 3


def test_a_zipped_body_is_archived_unzipped_and_a_lying_one_as_it_came(night: Night) -> None:
    assert night.body_at("/zip.html") == REPORT + b"zip"
    assert night.body_at("/lie.html") == REPORT + b"lie"


def test_the_same_bytes_at_two_addresses_are_stored_once(night: Night) -> None:
    first, second = night.at("/r1.html"), night.at("/302.html")
    assert (first.file, first.offset) == (second.file, second.offset)


def test_unchanged_bytes_are_not_stored_again_while_their_archive_is_there(night: Night) -> None:
    known = [
        KnownDocument(str(c.digest), "lost.warc.gz" if c.url.endswith(".pdf") else str(c.file), int(c.offset or 0))
        for c in night.captures
        if c.digest
    ]
    night.publisher.publish("/zip.html", REPORT + b"changed")
    town = {"id": "town", "list": f"{night.publisher.address}/list.html", "local": True}
    again = Night(night.publisher, night.folder, run(night.folder, town, name="again", known=Known.of(known)))

    urls = [payload.url for payload in iter_payloads(night.folder / "archive" / "again.warc.gz")]
    stored = {url.removeprefix(night.publisher.address) for url in urls}
    assert stored - {"/robots.txt", "/302.html", "/away.html"} == {"/zip.html", "/r2.pdf"}
    assert again.at("/r1.html").file == night.at("/r1.html").file == "run.warc.gz"
    assert again.body_at("/r1.html") == REPORT
    assert again.at("/r2.pdf").file == "again.warc.gz"


def test_a_served_folder_is_crawled_file_by_file(tmp_path: Path) -> None:
    site = tmp_path / "site" / "镇"
    site.mkdir(parents=True)
    bodies = {f"{year}.html": REPORT + str(year).encode() for year in range(2001, 2020)}
    bodies["附件 2024.pdf"] = PDF
    for name, body in bodies.items():
        (site / name).write_bytes(body)
    links = "".join(f'<a href="{name}">某镇2020年政府信息公开工作年报 {name}</a>' for name in bodies)
    (site / "index.html").write_bytes(f'<meta charset="gb2312">{links}'.encode("gb18030"))
    events: list[dict[str, Any]] = []
    source = {"id": "town", "list": "{site}/镇/index.html", "local": True}

    captures = run(tmp_path, source, serve="site", on_event=events.append)

    reports = [c for c in captures if c.role is Role.REPORT]
    stored = {read_payload(tmp_path / "archive", str(c.file), int(c.offset or 0)) for c in reports}
    assert stored == set(bodies.values())
    assert {c.outcome for c in captures} == {Outcome.FOUND}
    assert [event["event"] for event in events] == ["fetched"] * 21 + ["finished"]
    assert events[-2]["queued"] == 0


def test_a_crawl_past_its_time_names_what_it_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.crawl.process.GRACE_S", 1.0)
    events: list[dict[str, Any]] = []
    with publishing() as site:
        slow = {"id": "slow", "list": f"{site.address}/list.html", "local": True, "pace": 600}
        (capture,) = run(tmp_path, slow, timeout_s=12, on_event=events.append)
    assert "/list.html" not in site.asked
    assert capture.outcome is Outcome.TIMEOUT
    assert events[-1]["event"] == "timeout"


def test_a_crawler_that_dies_is_our_fault_and_names_its_log(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file where the folder should be")
    with pytest.raises(CrawlerDiedError, match=r"run\.log") as died:
        run(tmp_path, {"id": "town", "list": "http://127.0.0.1:9/", "local": True})
    assert died.value.captures == ()
    assert "FileExistsError" in (tmp_path / "work" / "run.log").read_text()


def test_a_fault_of_ours_in_one_page_costs_no_other_and_fails_the_process(tmp_path: Path) -> None:
    (tmp_path / "patched.py").write_text(
        "import sys, flows.crawl.__main__ as main, flows.crawl.spider as spider\n"
        "whole = spider.read_list\n"
        "spider.read_list = lambda url, *rest: whole(url, *rest) if 'good' in url else {}['a fault']\n"
        "sys.exit(main.main(sys.argv[1:]))\n"
    )
    with publishing() as site:
        site.publish_list("/good.html", titled("/r1.html"))
        site.publish_list("/bad.html", titled("/r2.html"))
        lists = [{"id": name, "list": f"{site.address}/{name}.html", "local": True} for name in ("bad", "good")]
        (tmp_path / "sources.yaml").write_text(yaml.safe_dump({"sources": lists}))
        options = {"registry": "sources.yaml", "archive": "archive", "name": "run", "captures": "c.jsonl"}
        options |= {"log": "run.log", "contact": "crawl@example.org"}
        command = [
            sys.executable,
            "patched.py",
            *(part for k, v in options.items() for part in (f"--{k}", v)),
        ]
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "KeyError" in ended.stderr
    outcomes = {c.url.removeprefix(site.address): c.outcome for c in read_captures(tmp_path / "c.jsonl")}
    assert outcomes == {"/good.html": "found", "/r1.html": "gone", "/bad.html": "error"}


def test_a_mistake_in_the_registry_is_told_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="expected a registry file"):
        crawl(tmp_path / "no.yaml", archive=tmp_path, name="x", work=tmp_path / "work", contact="c")
    assert not (tmp_path / "work").exists()


def test_the_night_never_imports_scrapy() -> None:
    code = "import sys, flows.crawl.process; sys.exit('scrapy' in sys.modules or 'twisted' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

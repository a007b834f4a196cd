"""A night killed whole in its crawl: the next one takes over what it has, asks for the rest, and mends its archive."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from flows import stages
from flows.crawl.captures import read_captures
from flows.crawl.replay import iter_payloads
from flows.settings import Settings
from tests.crawl.hosts import hosting, report_page, reports, source, visit
from warehouse.store import open_warehouse


def test_the_next_night_goes_on_with_the_crawl_of_one_that_was_killed(tmp_path: Path) -> None:
    with hosting() as hosts:
        town = hosts["town.gov.cn"]
        town.publish_list("/list.html", reports(*(f"/{n}.html" for n in range(6))))
        for n in range(6):
            town.publish(f"/{n}.html", report_page(2009 + n))
        sources = [source(town, pace=0)]
        registry = tmp_path / "sources.yaml"
        registry.write_text(yaml.safe_dump({"sources": sources}))
        home = tmp_path / "var"
        crawl = {"resolve": {"town.gov.cn": "127.0.0.1"}}
        settings = Settings.model_validate({"home": home, "sources": registry, "contact": "x", "crawl": crawl})
        died, run_id = "20260101T020000", "20260101T030000"
        # What the dead night left: a whole crawl, cut off after four captures and within the fifth.
        visit(hosts, tmp_path, died, sources, archive=settings.archive, work=settings.work / died)
        left = settings.work / died / f"{died}.captures.jsonl"
        lines = left.read_bytes().splitlines(keepends=True)
        left.write_bytes(b"".join(lines[:4]) + lines[4][:30])
        had = {capture.url for capture in read_captures(left)}
        archive = settings.archive / f"{died}.warc.gz"
        archive.write_bytes(archive.read_bytes()[:-20])
        (settings.work / run_id).mkdir()
        before = len(hosts.asked)

        stages.crawl_sources(settings, run_id)

        asked = {town.address + a.path for a in hosts.asked[before:] if a.path != "/robots.txt"}
    everything = {f"{town.address}/{name}" for name in ("list.html", *(f"{n}.html" for n in range(6)))}
    assert had | asked == everything
    assert not had & asked
    assert not (settings.work / died).exists()
    payloads = iter_payloads(archive)
    assert list(payloads)
    assert payloads.torn is None
    stages.load_all_captures(settings)
    with open_warehouse(settings.warehouse) as warehouse:
        assert warehouse.execute("SELECT DISTINCT run_id, outcome FROM captures").fetchall() == [(run_id, "found")]
        assert warehouse.execute("SELECT count(*) FROM captures").fetchone() == (7,)
        assert warehouse.execute("SELECT source_id, list FROM sources").fetchall() == [
            ("town.gov.cn", f"{town.address}/list.html")
        ]


@pytest.mark.parametrize(
    ("folder", "is_taken"),
    [("20260101T020000", True), ("20251231T020000", False), ("20260101T040000", False), ("ingested", False)],
)
def test_only_a_crawl_of_the_last_hours_is_gone_on_with(tmp_path: Path, folder: str, is_taken: bool) -> None:
    settings = Settings(home=tmp_path)
    (settings.work / folder).mkdir(parents=True)
    (settings.work / folder / f"{folder}.captures.jsonl").touch()
    (settings.work / "20260101T030000").mkdir()
    assert stages._first_parts(settings, "20260101T030000") == [], "no crawl, but an ingest"
    (settings.work / folder / f"{folder}.known.jsonl").touch()
    parts = stages._first_parts(settings, "20260101T030000")
    assert [part.name for part in parts] == ([f"{folder}.captures.jsonl"] if is_taken else [])
    assert (settings.work / folder).exists() is not is_taken

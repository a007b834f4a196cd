"""What the crawler itself costs, against hosts on the loopback without any politeness: ``python -m tests.bench crawl``.

Pages a second, memory while ten thousand pages wait, bytes archived for each fetched on a first and a second night,
and the time that a killed crawl needs until it asks for something new.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from flows.crawl.known import Known, KnownPage
from tests.crawl.hosts import Hosts, hosting, report_page, source, visit
from tests.crawl.test_resume import crawler_of
from tests.shared import SAMPLES

QUEUED = 10_000


def bench_crawl(pages: int) -> list[tuple[str, ...]]:
    """Measure; return the rows of the table."""
    with tempfile.TemporaryDirectory() as name, hosting() as hosts:
        folder = Path(name)
        sizes = _publish(hosts, pages)
        sources = [source(hosts["big.gov.cn"], pace=0)]
        at: dict[str, float] = {}
        captures = visit(hosts, folder, "one", sources, on_event=lambda _: at.setdefault("first", time.monotonic()))
        seconds = time.monotonic() - at["first"]
        known = Known.of(
            (),
            [
                KnownPage(
                    c.url, str(c.digest), str(c.file), int(c.offset or 0), c.content_type, c.etag, c.last_modified
                )
                for c in captures
            ],
        )
        visit(hosts, folder, "two", sources, known=known)
        archive = {file: (folder / "archive" / f"{file}.warc.gz").stat().st_size for file in ("one", "two")}
        resume = _time_to_resume(hosts, folder, sources)
        peak, waiting = _memory(hosts, folder)
    return [
        (f"{pages:,} reports of {sizes // pages // 1000} KB", f"{len(captures) / seconds:.0f} pages/s"),
        (f"bytes archived per byte fetched, first night ({sizes / 1e6:.1f} MB)", f"{archive['one'] / sizes:.2f}"),
        ("the same, second night (nothing changed)", f"{archive['two'] / sizes:.3f}"),
        (f"from start to the first new page, {pages:,} pages known from before a kill", f"{resume:.1f} s"),
        (f"peak memory of the crawler with {waiting:,} pages queued", f"{peak:.0f} MB"),
    ]


def _publish(hosts: Hosts, pages: int) -> int:
    """Put up reports, real pages with a number each; return their bytes."""
    texts = [path.read_bytes() for path in sorted((SAMPLES / "site").rglob("*.html")) if path.name != "index.html"]
    big = hosts["big.gov.cn"]
    total = 0
    for number in range(pages):
        body = texts[number % len(texts)] + b"<!-- %d -->" % number
        big.publish(f"/{number}.html", body)
        total += len(body)
    big.publish_list("/list.html", {f"/{n}.html": f"第{n}镇2024年政府信息公开年报" for n in range(pages)})
    return total


def _time_to_resume(hosts: Hosts, folder: Path, sources: list[dict[str, Any]]) -> float:
    """Go on with a crawl that has everything but one page; return the seconds until that is asked for."""
    big = hosts["big.gov.cn"]
    links = {**{f"/{n}.html": f"第{n}镇2024年政府信息公开年报" for n in range(len(big.pages) - 1)}}
    big.publish_list("/list.html", links)
    captures = (folder / "work" / "one.captures.jsonl").read_bytes().splitlines(keepends=True)
    part = folder / "part.jsonl"
    part.write_bytes(b"".join(captures[:-1]))
    asked, started = len(hosts.asked), time.monotonic()
    visit(hosts, folder, "three", sources, resume=[part])
    new = [a for a in hosts.asked[asked:] if a.path != "/robots.txt"]
    assert len(new) == 1, "only what was missing is asked for"
    return new[0].began - started


def _memory(hosts: Hosts, folder: Path) -> tuple[float, int]:
    """Crawl a list of ten thousand reports for some of them; return the crawler's peak memory in MB, and the queue."""
    wide = hosts["wide.gov.cn"]
    wide.publish_list("/list.html", {f"/{n}.html": f"第{n}镇2024年政府信息公开年报" for n in range(QUEUED)})
    page = report_page(2024)
    for number in range(QUEUED):
        wide.publish(f"/{number}.html", page)
    peak, queued = 0.0, 0

    def weigh(event: dict[str, Any]) -> None:
        nonlocal peak, queued
        queued = max(queued, event.get("queued", 0))
        if event.get("done") == QUEUED // 10:
            status = Path(f"/proc/{crawler_of(folder)}/status").read_text()
            peak = int(status.split("VmHWM:")[1].split()[0]) / 1024

    visit(hosts, folder, "wide", [source(wide, pace=0)], on_event=weigh)
    return peak, queued

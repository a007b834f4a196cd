"""A crawl killed in its midst goes on: what it has is not asked for again, and its torn archive is mended."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from flows.crawl.archive import ArchiveWriter
from flows.crawl.captures import Capture, Outcome
from flows.crawl.mending import mend, mend_run
from flows.crawl.replay import iter_payloads, read_payload

from .hosts import Hosts, hosting, report_page, reports, source, visit

REPORTS = 30
THEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass
class Killed:
    """A crawl whose crawler was killed twice, and what came of it."""

    hosts: Hosts
    folder: Path
    captures: tuple[Capture, ...]
    events: list[dict[str, Any]]


def crawler_of(folder: Path) -> int:
    """Return the process id of the crawler that writes below a folder."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"flows.crawl" in words and any(str(folder).encode() in word for word in words):
                return int(entry.name)
    raise LookupError(folder)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    """Return a crawl whose crawler is killed twice, at whatever it is doing then."""
    folder = tmp_path_factory.mktemp("killed")
    events: list[dict[str, Any]] = []
    at = [8, 20]

    def kill_in_between(event: dict[str, Any]) -> None:
        events.append(event)
        asked = len(hosts.paths("town.gov.cn"))
        if at and asked >= at[0]:
            at.pop(0)
            os.kill(crawler_of(folder), signal.SIGKILL)

    with hosting() as hosts:
        town = hosts["town.gov.cn"]
        half = REPORTS // 2
        paths = [f"/{n}.html" for n in range(REPORTS)]
        town.publish_list("/list.html", reports(*paths[:half]), after='<a href="/list_2.html">下一页</a>')
        town.publish_list(
            "/list_2.html", {f"/{n}.html": f"镇{1990 + n}年政府信息公开年报" for n in range(half, REPORTS)}
        )
        for number, path in enumerate(paths):
            town.publish(path, report_page(2000 + number, "x" * 5000))
        town.pages.pop("/3.html")
        town.publish("/4.html", "no", 403)
        town.pages["/4.html"] = town.pages["/4.html"][-1:]
        captures = visit(hosts, folder, "night", [source(town, pace=0.02)], on_event=kill_in_between)
        yield Killed(hosts, folder, captures, events)


def test_nothing_is_asked_twice_but_what_was_under_way_when_it_was_killed(killed: Killed) -> None:
    asked = killed.hosts.paths("town.gov.cn")
    assert sum(event["event"] == "restarted" for event in killed.events) == 2
    assert set(asked) >= {f"/{n}.html" for n in range(REPORTS)}
    # One request at a time: a kill catches one at most, answered and not yet written down.
    assert len(asked) - len(set(asked)) <= 2
    assert asked.count("/list.html") == asked.count("/3.html") == asked.count("/4.html") == 1


def test_a_crawl_that_went_on_has_what_a_whole_one_has(killed: Killed) -> None:
    outcomes = {c.url.rpartition("/")[2]: c.outcome for c in killed.captures}
    assert len(killed.captures) == len(outcomes) == REPORTS + 2
    assert (outcomes.pop("3.html"), outcomes.pop("4.html")) == (Outcome.GONE, Outcome.BLOCKED)
    assert set(outcomes.values()) == {Outcome.FOUND}
    archive = killed.folder / "archive"
    for capture in killed.captures:
        assert read_payload(archive, str(capture.file), int(capture.offset or 0)) or capture.outcome is Outcome.GONE


def test_every_archive_of_a_killed_crawl_is_whole_for_others_too(killed: Killed) -> None:
    files = sorted((killed.folder / "archive").glob("*.warc.gz"))
    assert len(files) == 3
    for file in files:
        payloads = iter_payloads(file)
        assert list(payloads)
        assert payloads.torn is None
        with file.open("rb") as opened:
            assert sum(1 for _ in ArchiveIterator(opened)) > 2


def archive(folder: Path, records: int = 3) -> tuple[Path, list[int]]:
    """Write an archive of ours; return it and where its records end."""
    with ArchiveWriter(folder, "run") as writer:
        ends = []
        for number in range(records):
            writer.write_response("http://a.cn/", 200, [], os.urandom(300) + bytes([number]) * 3000, THEN)
            ends.append(writer._out.tell())
    return folder / "run.warc.gz", ends


def test_an_archive_torn_anywhere_keeps_every_whole_record_and_is_valid(tmp_path: Path) -> None:
    path, ends = archive(tmp_path)
    data = path.read_bytes()
    for length in [*range(ends[0], len(data), 7), ends[1], ends[1] - 1, ends[1] + 1]:
        path.write_bytes(data[:length])
        whole = max(end for end in ends if end <= length)
        mended = mend(path)
        assert (path.read_bytes(), mended.cut) == (data[:whole], length - whole)
        assert mended.records == ends.index(whole) + 2
        gzip.decompress(path.read_bytes())
        assert mend(path).cut == 0


def test_zeros_at_the_end_that_a_power_cut_left_are_cut_off(tmp_path: Path) -> None:
    path, _ = archive(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data + bytes(5000))
    assert mend(path).cut == 5000
    assert path.read_bytes() == data


def test_damage_in_the_midst_cuts_nothing_off(tmp_path: Path) -> None:
    path, ends = archive(tmp_path)
    data = bytearray(path.read_bytes())
    data[ends[0] + 200] ^= 0xFF
    path.write_bytes(data)
    mended = mend(path)
    assert mended.is_damaged
    assert "left as it is" in str(mended)
    assert path.read_bytes() == data


def test_a_whole_archive_and_one_that_never_began_are_left_alone(tmp_path: Path) -> None:
    path, _ = archive(tmp_path)
    (tmp_path / "run-2.warc.gz").touch()
    (tmp_path / "runner.warc.gz").write_bytes(b"another's")
    before = path.read_bytes()
    assert mend_run(tmp_path, "run") == []
    assert path.read_bytes() == before
    assert (tmp_path / "runner.warc.gz").read_bytes() == b"another's"


def test_a_writer_killed_in_its_midst_leaves_an_archive_that_can_be_mended(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from flows.crawl.archive import ArchiveWriter\n"
        "w = ArchiveWriter(Path(sys.argv[1]), 'run')\n"
        "while True:\n"
        "    w.write_response('http://a.cn/', 200, [], os.urandom(200_000), datetime.now(UTC))\n"
        "    print(w._out.tell(), flush=True)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    said = [int(writer.stdout.readline()) for _ in range(3)]
    threading.Event().wait(0.013)
    writer.kill()
    said += [int(line) for line in writer.communicate()[0].splitlines() if line.strip()]
    mend(tmp_path / "run.warc.gz")
    payloads = iter_payloads(tmp_path / "run.warc.gz")
    assert sum(1 for _ in payloads) >= len(said), "a record that was told as written is there"
    assert payloads.torn is None

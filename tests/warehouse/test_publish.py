"""The snapshot: one whole state for every reader while it is replaced, its manifest, and the last ones kept."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from schemas.errors import UserError
from tests.expectations.single import put
from warehouse.checks import check_reports
from warehouse.publish import kept_in, manifest_of, publish, verify
from warehouse.runs import finish_run, start_run
from warehouse.store import LAYOUT_VERSION, open_snapshot, open_warehouse

NOW = datetime(2026, 3, 1, tzinfo=UTC)
# A reader as an analyst's program is one: it opens, asks twice, closes, for as long as the file "stop" is not there.
READER = """
import sys, time, duckdb
from pathlib import Path
snapshot, stop = sys.argv[1:]
seen = set()
print("ready", flush=True)
while not (Path(stop).exists() and seen):
    with duckdb.connect(snapshot, read_only=True) as connection:
        (told,) = connection.execute("SELECT n FROM told").fetchone()
        (least, most, count) = connection.execute("SELECT min(n), max(n), count(*) FROM marked").fetchone()
    assert (least, most, count) == (told, told, 500), (told, least, most, count)
    seen.add(told)
    time.sleep(0.02)
print(len(seen), flush=True)
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        put(warehouse, "a")
        check_reports(warehouse)
    return tmp_path


def run(home: Path, run_id: str) -> None:
    with open_warehouse(home / "w.duckdb") as warehouse:
        start_run(warehouse, run_id, NOW, "run")
        finish_run(warehouse, run_id, NOW, "published")


def test_readers_see_one_whole_state_through_fifty_publications(tmp_path: Path) -> None:
    path, snapshot, stop = tmp_path / "w.duckdb", tmp_path / "nianbao.duckdb", tmp_path / "stop"
    # Of a warehouse only what publishing looks at: a hundred openings of a whole one would cost half a minute.
    with duckdb.connect(str(path)) as writer:
        writer.execute(
            """
            CREATE TABLE layout AS SELECT $1::INTEGER AS version;
            CREATE TABLE runs AS SELECT 'one' AS run_id, now() AS finished_at;
            CREATE TABLE reports AS SELECT true AS is_current, 200 AS facts;
            CREATE TABLE told AS SELECT 0 AS n;
            CREATE TABLE marked AS SELECT 0 AS n FROM range(500);
            """.replace("$1", str(LAYOUT_VERSION))
        )
    publish(path, snapshot, keep=2)
    command = [sys.executable, "-c", READER, str(snapshot), str(stop)]
    readers = [subprocess.Popen(command, stdout=-1, stderr=-1, text=True) for _ in range(3)]
    try:
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "ready\n"
        for number in range(1, 51):
            with duckdb.connect(str(path)) as writer:
                writer.execute("UPDATE told SET n = $1", [number])
                writer.execute("UPDATE marked SET n = $1", [number])
            publish(path, snapshot, keep=2)
    finally:
        stop.touch()
        answers = [reader.communicate(timeout=60) for reader in readers]
    assert [(reader.returncode, error) for reader, (_, error) in zip(readers, answers, strict=True)] == [(0, "")] * 3
    # A reader on a busy machine misses some; one that saw a single state would prove nothing.
    assert max(int(states) for states, _ in answers) > 3


def test_the_manifest_says_what_was_published(home: Path) -> None:
    run(home, "20260301T020000")
    manifest = publish(home / "w.duckdb", home / "nianbao.duckdb")
    told = json.loads(manifest_of(home / "nianbao.duckdb").read_text())
    digest = subprocess.run(["sha256sum", home / "nianbao.duckdb"], capture_output=True, text=True, check=True)
    assert told == {
        "sha256": digest.stdout.split()[0],
        "bytes": (home / "nianbao.duckdb").stat().st_size,
        "run": "20260301T020000",
        "layout": LAYOUT_VERSION,
        "reports": 1,
        "facts": 200,
    }
    assert verify(home / "nianbao.duckdb") == manifest


def test_a_snapshot_whose_bytes_changed_is_told(home: Path) -> None:
    run(home, "one")
    snapshot = home / "nianbao.duckdb"
    publish(home / "w.duckdb", snapshot, keep=0)
    data = bytearray(snapshot.read_bytes())
    data[-100] ^= 1
    snapshot.write_bytes(data)
    with pytest.raises(UserError, match=r"nianbao\.duckdb: expected .* damaged, or changed since"):
        verify(snapshot)


def test_the_last_snapshots_are_kept_and_can_be_asked(home: Path) -> None:
    for number in range(1, 6):
        run(home, f"run-{number}")
        publish(home / "w.duckdb", home / "nianbao.duckdb", keep=3)
        publish(home / "w.duckdb", home / "nianbao.duckdb", keep=3)
    folder = kept_in(home / "nianbao.duckdb")
    names = [f"run-{number}.duckdb" for number in (3, 4, 5)]
    assert sorted(path.name for path in folder.iterdir()) == sorted(names + [f"{name}.json" for name in names])
    assert (folder / "run-5.duckdb").samefile(home / "nianbao.duckdb")
    for name, runs in zip(names, (3, 4, 5), strict=True):
        assert verify(folder / name).run == name.removesuffix(".duckdb")
        with open_snapshot(folder / name) as old:
            assert old.execute("SELECT count(*) FROM runs").fetchone() == (runs,)


def test_what_a_killed_publication_left_is_taken_away(home: Path) -> None:
    run(home, "one")
    folder = kept_in(home / "nianbao.duckdb")
    folder.mkdir()
    leftovers = (home / ".nianbao.duckdb.new", home / ".nianbao.duckdb.json.new", folder / ".one.duckdb.new")
    for leftover in leftovers:
        leftover.write_bytes(b"torn")
    publish(home / "w.duckdb", home / "nianbao.duckdb")
    assert not any(leftover.exists() for leftover in leftovers)
    assert sorted(path.name for path in folder.iterdir()) == ["one.duckdb", "one.duckdb.json"]


def test_killed_between_snapshot_and_manifest_it_is_known_all_the_same(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = home / "nianbao.duckdb"
    run(home, "one")
    publish(home / "w.duckdb", snapshot)
    run(home, "two")

    class KilledError(Exception):
        pass

    def killed(path: Path, *_: object) -> None:
        if path == manifest_of(snapshot):
            raise KilledError
        whole(path, *_)  # type: ignore[arg-type]

    from warehouse import publish as module

    whole = module._write
    monkeypatch.setattr(module, "_write", killed)
    with pytest.raises(KilledError):
        publish(home / "w.duckdb", snapshot)
    assert verify(snapshot).run == "two"


@pytest.mark.parametrize(("layout", "told"), [(3, "found 3:"), (99, "found 99, a later one:")])
def test_a_snapshot_of_another_layout_is_refused_by_name(home: Path, layout: int, told: str) -> None:
    with duckdb.connect(str(home / "w.duckdb")) as raw:
        raw.execute("UPDATE layout SET version = ?", [layout])
    with (
        pytest.raises(UserError, match=rf"w\.duckdb: expected a snapshot of layout version {LAYOUT_VERSION}, {told}"),
        open_snapshot(home / "w.duckdb"),
    ):
        pass

"""The phases of the proof, each run in a process of its own so that its peak of memory can be told.

A phase does what a night does, through the program's own functions, and returns what it took in seconds and counts.
Whether the answers are right is asked in `verdicts`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.suites import publisher_suite, reading_suites
from expectations.validate import validate
from flows.suspects import find_suspects
from tests.scale.nation import YEARS
from tests.scale.queries import load_queries
from tests.scale.staging import Batch, blocks, day, sources, stage_captures, stage_readings
from warehouse.agencies import resolve_bodies
from warehouse.analysis.refresh import refresh_analysis
from warehouse.checks import check_reports, publisher_rules, reading_frames, residual_frame
from warehouse.compact import compact
from warehouse.load import load_captures, load_sources, load_staged, sort_facts
from warehouse.publish import publish
from warehouse.runs import finish_run, start_run
from warehouse.store import open_snapshot, open_warehouse

FIRST, NIGHT = "20250602T020000", "20260120T020000"
_BEGUN = {FIRST: day("2025-06-01"), NIGHT: day("2026-01-19")}
NIGHT_REPORTS = 2_000
MEMORY = "4GB"  # what DuckDB may hold; the rest of a process comes on top
_BLOCK = 262_144  # bytes
_STAGED = ("staged", "staged_facts", "staged_statements", "staged_problems")


@dataclass
class Place:
    """The folder of one nation: its warehouse, its snapshot, what the night brings, and the book."""

    folder: Path
    reports: int

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def snapshot(self) -> Path:
        return self.folder / "nianbao.duckdb"

    def book(self, run_id: str) -> str:
        return str(self.folder / f"{run_id}.book.*.parquet")


@dataclass
class Took:
    """Seconds by what was done, and what was counted."""

    seconds: dict[str, float] = field(default_factory=dict)
    counts: dict[str, float] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=dict)

    @contextmanager
    def clock(self, what: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.seconds[what] = self.seconds.get(what, 0) + time.perf_counter() - begun


@contextmanager
def _opened(place: Place) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_warehouse(place.warehouse) as warehouse:
        warehouse.execute(f"SET memory_limit = '{MEMORY}'")
        yield warehouse


def build(place: Place) -> Took:
    """Make the nation up and load it, block by block; lay the night's reports aside."""
    took = Took()
    with _opened(place) as warehouse:
        start_run(warehouse, FIRST, _BEGUN[FIRST], "schedule")
        load_sources(warehouse, sources(place.reports))
        first, step = 0, max(8, place.reports // len(YEARS) // NIGHT_REPORTS)
        with took.clock("making"):
            for number, block in enumerate(blocks(place.reports)):
                bodies = range(len(block.bodies))
                batch = Batch(block, first, [(body, at) for body in bodies for at in range(len(YEARS))])
                captures = place.folder / "captures.jsonl"
                stage_captures(warehouse, batch, _BEGUN[FIRST], captures)
                with took.clock("loading captures"):
                    load_captures(warehouse, FIRST, captures)
                stage_readings(warehouse, batch)
                with took.clock("loading facts"):
                    load_staged(warehouse, FIRST)
                took.counts["facts"] = took.counts.get("facts", 0) + _count(warehouse, "FROM staged_facts")
                _write_book(warehouse, place, FIRST, number, batch)
                new = [(body, len(YEARS)) for body in bodies if (first + body) % step == 0]
                _lay_aside(warehouse, place, number, Batch(block, first, new))
                first += len(block.bodies)
        took.seconds["making"] -= took.seconds["loading captures"] + took.seconds["loading facts"]
        took.counts["bodies"] = first
        took.counts["reports"] = first * len(YEARS)
    with took.clock("writing the file"), _opened(place) as warehouse:
        warehouse.execute("CHECKPOINT")
    return took


def _write_book(warehouse: duckdb.DuckDBPyConnection, place: Place, run_id: str, number: int, batch: Batch) -> None:
    """Keep which rules fail or cannot be assessed in the reports that are staged."""
    block = batch.block
    years = {block.years[at].year for _, at in batch.which}
    entries = [
        {"number": (batch.first + body) * 10 + year - YEARS[0], "rule": rule, "status": status}
        for status, found in (("fail", block.fails), ("not_assessable", block.unknown))
        for body, year, rule in sorted(found)
        if year in years
    ]
    kinds = pa.schema([("number", pa.int64()), ("rule", pa.string()), ("status", pa.string())])
    warehouse.register("entries", pa.Table.from_pylist(entries, kinds))
    path = place.folder / f"{run_id}.book.{number:04}.parquet"
    warehouse.execute(f"COPY (SELECT report_id, rule, status FROM entries JOIN made USING (number)) TO '{path}'")
    warehouse.unregister("entries")


def _lay_aside(warehouse: duckdb.DuckDBPyConnection, place: Place, number: int, batch: Batch) -> None:
    """Write what the night will bring from these bodies, as files."""
    if not batch.which:
        return
    stem = place.folder / f"{NIGHT}.{number:04}"
    stage_captures(warehouse, batch, _BEGUN[NIGHT], stem.with_name(f"{stem.name}.captures.jsonl"))
    stage_readings(warehouse, batch)
    for table in _STAGED:
        warehouse.execute(f"COPY {table} TO '{stem}.{table}.parquet'")
    _write_book(warehouse, place, NIGHT, number, batch)


def resolve(place: Place) -> Took:
    """Resolve the names of all bodies."""
    took = Took()
    with _opened(place) as warehouse, took.clock("resolving"):
        resolve_bodies(warehouse, retry=True)
    return took


def judge_night(place: Place) -> Took:
    """Judge what the night brought, names included."""
    return judge(place)


def judge(place: Place) -> Took:
    """Judge everything that is not judged yet, and look for likely wrong cells."""
    took = Took()
    with _opened(place) as warehouse:
        with took.clock("sorting"):
            sort_facts(warehouse)
        with took.clock("judging"):
            check_reports(warehouse)
        with took.clock("suspects"):
            took.counts["searched"] = find_suspects(warehouse)
        took.counts["checks"] = _count(warehouse, "FROM checks")
    return took


def night(place: Place) -> Took:
    """Load the night's reports on top."""
    took = Took()
    with _opened(place) as warehouse:
        begun = _BEGUN[NIGHT]
        start_run(warehouse, NIGHT, begun, "schedule")
        for table in _STAGED[1:]:  # not timed: a night reads these from the files of its workers
            _read_aside(warehouse, place, table)
        with took.clock("loading"):
            load_captures(warehouse, NIGHT, place.folder / f"{NIGHT}.*.captures.jsonl")
            _read_aside(warehouse, place, _STAGED[0])
            load_staged(warehouse, NIGHT)
        took.counts["reports"] = _count(warehouse, "FROM staged")
        with took.clock("closing the file"):
            warehouse.execute("CHECKPOINT")
    return took


def _read_aside(warehouse: duckdb.DuckDBPyConnection, place: Place, table: str) -> None:
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS FROM read_parquet('{place.folder}/{NIGHT}.*.{table}.parquet')"
    )


def fill(place: Place) -> Took:
    """Make the analysts' tables of all that was loaded first: done once, a night only adds to them."""
    took = Took()
    with _opened(place) as warehouse, took.clock("first fill"):
        refresh_analysis(warehouse)
    return took


def suites(place: Place) -> Took:
    """Validate every suite with Great Expectations, as a night does."""
    took = Took()
    with took.clock("importing Great Expectations"):
        import great_expectations  # noqa: F401 - a night imports it once, late
    with _opened(place) as warehouse, took.clock("suites"):
        frames = reading_frames(warehouse, NIGHT)
        verdicts = [one for suite in reading_suites() for one in validate(suite, frames[suite.frame])]
        for name, rules in publisher_rules(warehouse).items():
            verdicts += validate(publisher_suite(name, rules), residual_frame(warehouse, name))
    took.counts["rules"] = len(verdicts)
    took.counts["gates"] = sum(one.gates for one in verdicts)
    return took


def close(place: Place) -> Took:
    """Count the night and publish it."""
    took = Took()
    with _opened(place) as warehouse:
        with took.clock("analysis"):
            refresh_analysis(warehouse)
        with took.clock("counting the night"):
            finish_run(warehouse, NIGHT, datetime.now(_BEGUN[NIGHT].tzinfo), "published")
    with took.clock("compacting"):
        took.counts["compacted"] = compact(place.warehouse)
    with took.clock("publishing"):
        publish(place.warehouse, place.snapshot)
    took.counts["bytes"] = place.snapshot.stat().st_size
    with open_snapshot(place.snapshot) as snapshot:
        took.counts["facts"] = _count(snapshot, "FROM facts")
        took.counts |= {f"bytes of {table}": size for table, size in _sizes(snapshot)}
    return took


def _sizes(snapshot: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, int]]:
    """Yield the tables with the bytes of their blocks; indexes and what is free in the file are not among them."""
    for (table,) in snapshot.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall():
        blocks = _count(
            snapshot, f"FROM (SELECT DISTINCT block_id FROM pragma_storage_info('{table}') WHERE persistent)"
        )
        yield table, blocks * _BLOCK


def ask(place: Place, rounds: int = 5) -> Took:
    """Ask the snapshot what analysts ask, each query some times in a process that has just opened the file."""
    took = Took()
    with open_snapshot(place.snapshot) as snapshot:
        snapshot.execute(f"SET memory_limit = '{MEMORY}'")
        for query in load_queries():
            times = took.times.setdefault(query.name, [])
            for _ in range(rounds):
                begun = time.perf_counter()
                rows = snapshot.execute(query.sql).fetchall()
                times.append(time.perf_counter() - begun)
            took.counts[query.name] = len(rows)
    return took


PHASES: dict[str, Callable[[Place], Took]] = {
    "build": build, "resolve": resolve, "judge": judge, "fill": fill, "night": night, "judge night": judge_night,
    "suites": suites, "close": close, "ask": ask,
}  # fmt: skip


def _count(connection: duckdb.DuckDBPyConnection, what: str) -> int:
    row = connection.execute(f"SELECT count(*) {what}").fetchone()
    assert row is not None
    return int(row[0])

"""Two workers against one: on the pool alone, and on the whole command `nianbao extract` with its start."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from extractors.media import Medium
from flows.limits import Limits
from flows.rows import FileToRead, rows_of
from flows.workers import Failure, WorkerPool
from tests.bench.contest import race
from tests.bench.readers import sample_reports
from tests.flows.command import NIANBAO, environment
from tests.shared import REPOSITORY


def read_and_weigh(file: FileToRead) -> tuple[int, int]:
    """Read a file in a worker; return the characters of its rows and the worker's peak memory in KiB."""
    return len(rows_of(file).text), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def bench_pools(documents: int, rounds: int) -> tuple[list[tuple[str, ...]], str]:
    """Race one worker against two over a folder; return the rows of the table, and peak memory in words."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = _copies(folder, documents)
        peaks = [0]
        with WorkerPool(read_and_weigh, Limits(workers=1)) as one, WorkerPool(read_and_weigh, Limits(workers=2)) as two:

            def drain(pool: WorkerPool[FileToRead, tuple[int, int]]) -> None:
                for answer in pool.map(FileToRead(file, file.name, "csv") for file in files):
                    assert not isinstance(answer, Failure)
                    assert answer[0]
                    peaks[0] = max(peaks[0], answer[1])

            for pool in (one, two):  # once before it counts: workers start, caches fill
                drain(pool)
            pools = race({"1": lambda: drain(one), "2": lambda: drain(two)}, rounds)
        commands = race({"1": _command(folder, 1), "2": _command(folder, 2)}, rounds)
    rows = [
        _row(f"2 workers, {documents} pages, running pool", documents, pools),
        _row(f"2 workers, {documents} pages, whole `extract`", documents, commands),
    ]
    return rows, f"Peak memory per worker: {peaks[0] / 1024:.0f} MB (HTML)."


def _copies(folder: Path, documents: int) -> list[Path]:
    samples = sample_reports(Medium.HTML)
    files = []
    for number in range(documents):
        files.append(folder / f"{number:05d}.html")
        shutil.copyfile(samples[number % len(samples)], files[-1])
    return files


def _command(folder: Path, workers: int) -> Callable[[], object]:
    variables = environment(PYTHONPATH=str(REPOSITORY))
    command = [str(NIANBAO), "extract", str(folder), "-o", os.devnull, "--workers", str(workers)]
    return lambda: subprocess.run(command, env=variables, check=True, cwd=folder.parent)


def _row(what: str, documents: int, found: dict[str, float]) -> tuple[str, ...]:
    rates = {name: f"{documents / seconds:.0f} documents/s" for name, seconds in found.items()}
    return what, "1 worker", rates["2"], rates["1"], f"{found['1'] / found['2']:.2f}"

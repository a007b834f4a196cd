"""`nianbao extract`: files → facts on stdout or in a file; no warehouse, no Prefect, no pandas.

Files are read in worker processes, and rows come in the order of the files: in a folder, pages first, then those
files that were not read with a page. A bad file costs one line on stderr and the exit code, never the others' rows.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, groupby, takewhile, tee
from pathlib import Path
from typing import IO

from flows.files import files_of, may_be_attached
from flows.limits import load_limits
from flows.rows import FileToRead, Rows, csv_header, rows_of
from flows.workers import Failure, WorkerPool
from schemas.errors import UserError
from schemas.facts import FACT_COLUMNS

# Types of the Parquet columns; CSV and JSON lines carry the same values as text.
_TYPES = {"year": "INTEGER", "value": "DECIMAL(24, 8)"}


class _Faults:
    """Counts what went wrong, one line on stderr each."""

    def __init__(self) -> None:
        self.count = 0

    def tell(self, message: str) -> None:
        self.count += 1
        print(f"nianbao: {' '.join(message.split())}", file=sys.stderr)


def extract(paths: Sequence[Path], form: str, output: Path | None, workers: int | None = None) -> int:
    """Read files and folders and write their facts as ``csv``, ``jsonl`` or ``parquet``.

    ``workers`` documents are read at once, or as many as the settings say.
    Returns the exit code: 0 only when every path gave facts.
    """
    if form == "parquet" and output is None:
        raise UserError("extract: --format parquet writes a binary file: expected -o FILE, found none")
    faults = _Faults()
    limits = load_limits() if workers is None else replace(load_limits(), workers=workers)
    # This process is small and has one thread, so the workers may be its copies.
    with WorkerPool(rows_of, limits, fork=True) as pool:
        texts = _texts(paths, form, pool, faults)
        if form == "parquet" and output is not None:
            _write_parquet(texts, output)
        else:
            with _stream(output) as stream:
                _write(texts, stream, header=csv_header() if form == "csv" else "")
    return 1 if faults.count else 0


def _texts(paths: Sequence[Path], form: str, pool: WorkerPool[FileToRead, Rows], faults: _Faults) -> Iterator[str]:
    """Yield each file's facts as text, in order; files that are named one after the other are read at once."""
    for is_file, group in groupby(paths, key=Path.is_file):
        for rows in _read(group, form, pool) if is_file else ():
            for fault in rows.faults:
                faults.tell(fault)
            yield rows.text
        for folder in () if is_file else group:
            yield from _folder(folder, form, pool, faults)


def _read(files: Iterable[Path], form: str, pool: WorkerPool[FileToRead, Rows]) -> Iterator[Rows]:
    given, named = tee(files)
    answers = pool.map(FileToRead(file.resolve(), str(file), form) for file in given)
    for file, answer in zip(named, answers, strict=True):
        yield Rows("", [f"{file}: {answer.message}"]) if isinstance(answer, Failure) else answer


def _folder(folder: Path, form: str, pool: WorkerPool[FileToRead, Rows], faults: _Faults) -> Iterator[str]:
    """Yield a folder's facts; one without any report is told in one line, not one per file.

    What was read with a page is in the page's rows and faults; it is not read for itself.
    """
    try:
        files = files_of(folder)
    except UserError as error:
        faults.tell(str(error))
        return
    said: list[str] = []
    found = False
    used: set[Path] = set()
    pages = takewhile(lambda file: not may_be_attached(file), files)
    others = (file for file in files if may_be_attached(file) and file.resolve() not in used)
    for rows in chain(_read(pages, form, pool), _read(others, form, pool)):
        used.update(rows.used)
        said += rows.faults
        found = found or bool(rows.text)
        if found:
            for fault in said:
                faults.tell(fault)
            said.clear()
        yield rows.text
    if not found:
        count = f"{len(files)} file{'s' if len(files) > 1 else ''}"
        faults.tell(f"{folder}: expected reports, found {count} and no report among them (first: {said[0]})")


@contextmanager
def _stream(output: Path | None) -> Iterator[IO[str]]:
    if output is None:
        yield sys.stdout
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as stream:
            yield stream
    except OSError as error:
        raise UserError(f"{output}: expected a file to write, found: {error.strerror}") from error


def _write(texts: Iterable[str], stream: IO[str], *, header: str) -> None:
    for text in filter(None, texts):
        stream.write(header + text)
        header = ""


def _write_parquet(texts: Iterable[str], output: Path) -> None:
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        staged = Path(folder) / "facts.jsonl"
        with staged.open("w", encoding="utf-8") as lines:
            _write(texts, lines, header="")
        columns = ", ".join(f"{name}: '{_TYPES.get(name, 'VARCHAR')}'" for name in FACT_COLUMNS)
        target = str(output).replace("'", "''")
        try:
            rows = f"read_json('{staged}', format = 'newline_delimited', columns = {{{columns}}})"
            duckdb.sql(f"COPY (SELECT * FROM {rows}) TO '{target}' (FORMAT parquet)")
        except duckdb.IOException as error:
            raise UserError(f"{output}: expected a file to write, found: {error}") from error

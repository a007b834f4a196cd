"""`nianbao extract`: files → facts on stdout or in a file; no warehouse, no Prefect, no pandas.

Files are read in worker processes, and rows come in the order of the files. A bad file costs one line on
stderr and the exit code, never the others' rows.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from flows.files import files_of
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
    """Yield each file's facts as text, in order."""
    found: list[tuple[Path, list[Path] | UserError]] = []
    for path in paths:
        try:
            found.append((path, files_of(path)))
        except UserError as error:
            found.append((path, error))
    files = (file for _, entry in found if not isinstance(entry, UserError) for file in entry)
    answers = pool.map(FileToRead(file.resolve(), str(file), form) for file in files)
    for path, entry in found:
        if isinstance(entry, UserError):
            faults.tell(str(entry))
        else:
            read = (_rows(file, next(answers)) for file in entry)
            yield from _folder(path, read, len(entry), faults) if path.is_dir() else _single(read, faults)


def _rows(file: Path, answer: Rows | Failure) -> Rows:
    return Rows("", [f"{file}: {answer.message}"]) if isinstance(answer, Failure) else answer


def _single(read: Iterable[Rows], faults: _Faults) -> Iterator[str]:
    for rows in read:
        for fault in rows.faults:
            faults.tell(fault)
        yield rows.text


def _folder(folder: Path, read: Iterable[Rows], files: int, faults: _Faults) -> Iterator[str]:
    """Yield a folder's facts; one without any report is told in one line, not one per file."""
    said: list[str] = []
    found = False
    for rows in read:
        said += rows.faults
        found = found or bool(rows.text)
        if found:
            for fault in said:
                faults.tell(fault)
            said.clear()
        yield rows.text
    if not found:
        count = f"{files} file{'s' if files > 1 else ''}"
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

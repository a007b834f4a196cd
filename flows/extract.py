"""`nianbao extract`: files → facts on stdout or in a file; no warehouse, no Prefect, no pandas.

A bad file costs one line on stderr and the exit code, never the others' rows.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from extractors.read import read_report
from flows.files import files_of
from schemas.errors import DocumentError, UserError
from schemas.facts import FACT_COLUMNS, Fact

# Types of the Parquet columns; CSV and JSON lines carry the same values as text.
_TYPES = {"year": "INTEGER", "value": "DECIMAL(24, 8)"}


class _Faults:
    """Counts what went wrong, one line on stderr each."""

    def __init__(self) -> None:
        self.count = 0

    def tell(self, message: str) -> None:
        self.count += 1
        print(f"nianbao: {' '.join(message.split())}", file=sys.stderr)


def extract(paths: Sequence[Path], form: str, output: Path | None) -> int:
    """Read files and folders and write their facts as ``csv``, ``jsonl`` or ``parquet``.

    Returns the exit code: 0 only when every path gave facts.
    """
    faults = _Faults()
    facts = _facts(paths, faults)
    if form == "parquet":
        if output is None:
            raise UserError("extract: --format parquet writes a binary file: expected -o FILE, found none")
        _write_parquet(facts, output)
    else:
        with _stream(output) as stream:
            (_write_csv if form == "csv" else _write_jsonl)(facts, stream)
    return 1 if faults.count else 0


def _facts(paths: Sequence[Path], faults: _Faults) -> Iterator[Fact]:
    for path in paths:
        try:
            files = files_of(path)
        except UserError as error:
            faults.tell(str(error))
            continue
        if path.is_dir():
            yield from _folder(path, files, faults)
        else:
            for file in files:
                yield from _file(file, faults.tell)


def _folder(folder: Path, files: list[Path], faults: _Faults) -> Iterator[Fact]:
    """Read a folder's files; one without any report is told in one line, not one per file."""
    said: list[str] = []
    found = False
    for file in files:
        for fact in _file(file, said.append if not found else faults.tell):
            if not found:
                found = True
                for message in said:
                    faults.tell(message)
            yield fact
    if not found:
        count = f"{len(files)} file{'s' if len(files) > 1 else ''}"
        faults.tell(f"{folder}: expected reports, found {count} and no report among them (first: {said[0]})")


def _file(file: Path, tell: Any) -> tuple[Fact, ...]:
    try:
        reading = read_report(file.read_bytes(), str(file))
    except DocumentError as error:
        tell(str(error))
        return ()
    except OSError as error:
        tell(f"{file}: expected a file to read, found: {error.strerror or error}")
        return ()
    except Exception as error:  # a reader's fault must not cost the other files
        tell(f"{file}: the reader failed, which is our fault: {error!r}")
        return ()
    if not reading.facts:
        tell(f"{file}: expected the three tables, found a report's text without them")
    return reading.facts


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


def _write_csv(facts: Iterable[Fact], stream: IO[str]) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    header = False
    for fact in facts:
        if not header:
            writer.writerow(FACT_COLUMNS)
            header = True
        writer.writerow("" if value is None else _text(value) for value in fact)


def _write_jsonl(facts: Iterable[Fact], stream: IO[str]) -> None:
    for fact in facts:
        row = dict(zip(FACT_COLUMNS, fact, strict=True))
        # Numbers stay exact: a decimal is written digit for digit, as JSON allows.
        value = row.pop("value")
        body = json.dumps(row, ensure_ascii=False)
        stream.write(f'{body[:-1]}, "value": {"null" if value is None else _text(value)}}}\n')


def _write_parquet(facts: Iterable[Fact], output: Path) -> None:
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        staged = Path(folder) / "facts.jsonl"
        with staged.open("w", encoding="utf-8") as lines:
            for fact in facts:
                row = zip(FACT_COLUMNS, fact, strict=True)
                lines.write(json.dumps({n: None if v is None else _text(v) for n, v in row}, ensure_ascii=False) + "\n")
        columns = ", ".join(f"{name}: '{_TYPES.get(name, 'VARCHAR')}'" for name in FACT_COLUMNS)
        target = str(output).replace("'", "''")
        try:
            rows = f"read_json('{staged}', format = 'newline_delimited', columns = {{{columns}}})"
            duckdb.sql(f"COPY (SELECT * FROM {rows}) TO '{target}' (FORMAT parquet)")
        except duckdb.IOException as error:
            raise UserError(f"{output}: expected a file to write, found: {error}") from error


def _text(value: Any) -> str:
    """Write a value as text; decimals without exponent."""
    return format(value, "f") if hasattr(value, "as_tuple") else str(value)

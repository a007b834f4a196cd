"""One file → its facts as lines of text: what `extract` has done in worker processes.

Written there and not by the caller, who would else be busier with the rows than a worker with the page.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from extractors.linked import is_document
from flows.attached import BesideFile
from flows.documents import read_document
from schemas.errors import DocumentError
from schemas.facts import FACT_COLUMNS, Fact


class FileToRead(NamedTuple):
    """A file, the name that rows and messages call it, and how its facts are written.

    ``in_folder`` says that the files beside it are read too, unless they are read with it.
    """

    path: Path
    source: str
    form: str
    in_folder: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """What became of a file: its facts as text (empty without any), and what to tell of it.

    ``used`` are the files beside it that were read as parts of it.
    """

    text: str
    faults: Sequence[str] = ()
    used: Sequence[Path] = ()


def rows_of(file: FileToRead) -> Rows:
    """Read a file and write its facts; whatever a document may be guilty of is told, not raised."""
    beside = BesideFile(file.path)
    try:
        data = file.path.read_bytes()
        readings = read_document(data, file.source, fetch=beside)
        if file.in_folder and beside.used and all(map(is_document, beside.given)):
            # A list of reports is no report: what it links to are reports of their own, under their own names.
            read_document(data, file.source)
    except DocumentError as error:
        return Rows("", [str(error)])
    except OSError as error:
        return Rows("", [f"{file.source}: expected a file to read, found: {error.strerror or error}"])
    facts = [fact for reading in readings for fact in reading.facts]
    faults = [remark for reading in readings for remark in reading.remarks]
    if not facts:
        not_at_hand = f"; not beside it: {beside.absent}" if beside.absent else ""
        faults.append(f"{file.source}: expected the three tables, found a report's text without them{not_at_hand}")
    return Rows(_WRITERS[file.form](facts), faults, beside.used)


def csv_header() -> str:
    """Return the line of column names."""
    return _csv([FACT_COLUMNS])


def _csv_of_facts(facts: Iterable[Fact]) -> str:
    return _csv(["" if value is None else _text(value) for value in fact] for fact in facts)


def _csv(rows: Iterable[Sequence[str]]) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def _json_lines(facts: Iterable[Fact], *, exact: bool) -> str:
    """Write facts as JSON; ``exact`` numbers are written digit for digit, as JSON allows, else as text."""
    lines = []
    for fact in facts:
        row: dict[str, Any] = dict(zip(FACT_COLUMNS, fact, strict=True))
        if exact:
            value = row.pop("value")
            body = json.dumps(row, ensure_ascii=False)
            lines.append(f'{body[:-1]}, "value": {"null" if value is None else _text(value)}}}\n')
        else:
            texts = {name: None if value is None else _text(value) for name, value in row.items()}
            lines.append(json.dumps(texts, ensure_ascii=False) + "\n")
    return "".join(lines)


def _text(value: Any) -> str:
    """Write a value as text; decimals without exponent."""
    return format(value, "f") if hasattr(value, "as_tuple") else str(value)


# Parquet is made of the JSON lines of all files by DuckDB.
_WRITERS: dict[str, Callable[[Iterable[Fact]], str]] = {
    "csv": _csv_of_facts,
    "jsonl": partial(_json_lines, exact=True),
    "parquet": partial(_json_lines, exact=False),
}

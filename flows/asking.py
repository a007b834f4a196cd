"""`nianbao sql`: a question to the published snapshot, from the command line, a file or a pipe.

What may be asked is decided in `warehouse.asking`, how answers look in `answers`.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from flows.answers import ROWS_SHOWN, csv_lines, json_array, json_lines, table_lines
from flows.settings import load_settings
from schemas.errors import UserError
from warehouse.asking import Answer, answers, open_locked

_WRITERS = {"csv": csv_lines, "json": json_array, "jsonl": json_lines}


def sql(query: str | None, file: Path | None, form: str, home: Path | None) -> int:
    """Print the answer of a query as ``table``, ``csv``, ``json`` or ``jsonl``; return the exit code.

    Raises:
        UserError: there is no query, it is no question, or several answers would run into one CSV or JSON.
    """
    text = _question(query, file)
    with open_locked(load_settings(home=home).snapshot) as snapshot:
        given = 0
        for answer in answers(snapshot, text):
            given += 1
            if form == "table":
                _show(answer)
                continue
            if given > 1:
                raise UserError(f"sql: expected one answer for --format {form}, found more: ask one question at a time")
            for line in _WRITERS[form](answer):
                sys.stdout.write(line)
        sys.stdout.flush()
    return 0


def _question(query: str | None, file: Path | None) -> str:
    if (query is None) == (file is None):
        raise UserError('sql: expected one question: sql "SELECT …", sql -f FILE, or sql - to read it from a pipe')
    if file is None:
        text = sys.stdin.read() if query == "-" else str(query)
    else:
        try:
            text = file.read_text(encoding="utf-8")
        except OSError as error:
            raise UserError(f"{file}: expected a file of SQL, found: {error.strerror or error}") from error
        except UnicodeDecodeError as error:
            raise UserError(f"{file}: expected UTF-8, found other bytes at {error.start}") from error
    if not text.strip():
        raise UserError("sql: expected a question, found nothing")
    return text


def _show(answer: Answer) -> None:
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in table_lines(answer, width):
        sys.stdout.write(line)
    if next(answer.rows, None) is not None:
        sys.stdout.flush()
        print(
            f"nianbao: only the first {ROWS_SHOWN:,} rows are shown; --format csv or jsonl gives all of them",
            file=sys.stderr,
        )

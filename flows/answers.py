"""An answer of the warehouse as a person or a program reads it: table, CSV, JSON, JSON lines.

Values come as text (see `warehouse.asking`) and leave as the same digits: no number passes through a float. A null
and an empty text differ in every form but the table's look.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from rich.cells import cell_len

from schemas.errors import UserError
from warehouse.asking import Answer, Column

ROWS_SHOWN = 10_000
# What JSON takes for a number: not DuckDB's nan and inf.
_JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_QUOTED = re.compile(r'[",\r\n]|^\s|\s$')
_CONTROL = {code: 0x2400 + code for code in range(32)} | {0x7F: 0x2421}


def csv_lines(answer: Answer) -> Iterator[str]:
    """Yield the lines of a CSV: a null is nothing at all, an empty text is ``""``."""
    yield ",".join(_csv(column.name) for column in answer.columns) + "\n"
    for row in answer.rows:
        yield ",".join("" if value is None else _csv(value) for value in row) + "\n"


def _csv(text: str) -> str:
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if not text or _QUOTED.search(text) else text


def json_lines(answer: Answer) -> Iterator[str]:
    """Yield each row as a JSON object in a line of its own.

    Raises:
        UserError: two columns have one name, so that one would be lost.
    """
    twice = [name for name, count in Counter(column.name for column in answer.columns).items() if count > 1]
    if twice:
        raise UserError(f"sql: expected a name of its own for each column, found {twice[0]!r} twice: name them with AS")
    names = [json.dumps(column.name, ensure_ascii=False) for column in answer.columns]
    for row in answer.rows:
        values = (_json(value, column) for value, column in zip(row, answer.columns, strict=True))
        yield "{" + ", ".join(f"{name}: {value}" for name, value in zip(names, values, strict=True)) + "}\n"


def json_array(answer: Answer) -> Iterator[str]:
    """Yield one JSON array of all rows, an object in each line."""
    yield "["
    before = "\n"
    for line in json_lines(answer):
        yield before + line[:-1]
        before = ",\n"
    yield "\n]\n"


def _json(value: str | None, column: Column) -> str:
    if value is None:
        return "null"
    if column.shape in ("json", "boolean") or (column.shape == "number" and _JSON_NUMBER.fullmatch(value)):
        return value
    return json.dumps(value, ensure_ascii=False)


def table_lines(answer: Answer, width: int | None) -> Iterator[str]:
    """Yield a table for the screen; one that is wider than ``width`` columns of text becomes a line per value.

    Nothing is shortened; at most `ROWS_SHOWN` rows are shown, and the caller finds out by asking for one more.
    """
    rows = [[_seen(value) for value in row] for row in islice(answer.rows, ROWS_SHOWN)]
    names = [_seen(column.name) for column in answer.columns]
    kinds = [column.type.lower() for column in answer.columns]
    widths = [max(map(cell_len, texts)) for texts in zip(names, kinds, *rows, strict=True)]
    if width is not None and sum(widths) + 3 * len(widths) + 1 > width:
        yield from _records(names, rows)
        return
    right = [column.shape == "number" for column in answer.columns]
    yield _rule("┌┬┐", widths)
    yield _line(names, widths, [False] * len(widths))
    yield _line(kinds, widths, [False] * len(widths))
    yield _rule("├┼┤", widths)
    for row in rows:
        yield _line(row, widths, right)
    yield _rule("└┴┘", widths)


def _records(names: list[str], rows: list[list[str]]) -> Iterator[str]:
    longest = max(map(cell_len, names))
    for number, row in enumerate(rows, start=1):
        yield f"── row {number:,} ──\n"
        for name, value in zip(names, row, strict=True):
            yield f"{_padded(name, longest)}  {value}\n"


def _rule(corners: str, widths: list[int]) -> str:
    return corners[0] + corners[1].join("─" * (width + 2) for width in widths) + corners[2] + "\n"


def _line(texts: list[str], widths: list[int], right: list[bool]) -> str:
    cells = (_padded(text, width, right=to_right) for text, width, to_right in zip(texts, widths, right, strict=True))
    return "│ " + " │ ".join(cells) + " │\n"


def _padded(text: str, width: int, *, right: bool = False) -> str:
    space = " " * (width - cell_len(text))
    return space + text if right else text + space


def _seen(value: str | None) -> str:
    """Return a text that stays in its line and cannot steer a terminal: control characters as their pictures."""
    return "NULL" if value is None else value.translate(_CONTROL)

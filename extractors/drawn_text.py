"""Tables in text that are drawn with box characters or divided by commas → the dividers that we read.

Line numbers stay what they are. Whether a divided line is a row is not decided here (`flat_text`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from itertools import groupby

from extractors.comma_rows import comma_rows
from extractors.values import looks_like_value

_UPRIGHT = str.maketrans(dict.fromkeys("│┃║┆┇┊┋", "|"))
_PLAIN_FRAME = re.compile(r"\s*\+(?:[-=]+\+)+\s*")  # +-----+-----+
_FRAME = re.compile(r"[\s|+\-=\u2500-\u257f]*[\u2500-\u257f][\s|+\-=\u2500-\u257f]*")
_SPACED = re.compile(r"\S\s+[+-]?\d|\d\s+\S")
# Rows of one length, one after the other, from which on commas are dividers and no punctuation; a table
# of the forms has at least four columns.
FEWEST_ROWS = 3
FEWEST_COLUMNS = 4
LONGEST_ROW = 2_000


def redrawn(lines: Sequence[str]) -> list[str]:
    """Return lines of text with `|` for drawn uprights, blank lines for frames, and tabs for commas."""
    made = list(lines)
    for number, line in enumerate(made):
        if max(line, default="") >= "\u2500" and any("\u2500" <= char <= "\u257f" for char in line):
            made[number] = "" if _FRAME.fullmatch(line) else line.translate(_UPRIGHT)
        elif line.lstrip().startswith("+-") and _PLAIN_FRAME.fullmatch(line):
            made[number] = ""
    for number, cells in comma_rows(made).items():
        made[number] = _with_tabs(cells)
    divided = {number: fields for number, line in enumerate(made) if (fields := _fields(line))}
    for _, run in groupby(sorted(divided), key=lambda number: (len(divided[number]), _start(divided, number))):
        rows = list(run)
        figures = sum(any(field and looks_like_value(field) for field in divided[number]) for number in rows)
        if len(rows) >= FEWEST_ROWS and figures:
            for number in rows:
                made[number] = _with_tabs(divided[number])
    return made


def _with_tabs(fields: Sequence[str]) -> str:
    return "\t".join(" ".join(field.split()) for field in fields)


def _fields(line: str) -> list[str] | None:
    """Divide a line at its commas, quotes minded; None where it has too few of them, or is too long."""
    if line.count(",") < FEWEST_COLUMNS - 1 or len(line) > LONGEST_ROW or "\t" in line or "|" in line:
        return None
    try:
        fields = next(csv.reader([line]))
    except (csv.Error, StopIteration):
        return None
    # `… 1,234 2,345`: gaps divide these figures, and commas their thousands.
    spaced = any(_SPACED.search(field) for field in fields)
    return fields if len(fields) >= FEWEST_COLUMNS and not spaced else None


def _start(divided: dict[int, list[str]], number: int) -> int:
    """Return where the run of lines of one length begins that a line belongs to."""
    while number - 1 in divided and len(divided[number - 1]) == len(divided[number]):
        number -= 1
    return number

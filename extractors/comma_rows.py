"""Rows of flat text divided by commas or semicolons that differ in length, told by the labels they begin with.

Rows of one length are told by that alone (`drawn_text`); what a row's figures mean is not asked here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from itertools import groupby

from extractors.known_labels import begins_row, is_label
from extractors.values import looks_like_value

LONGEST_ROW = 2_000
# Rows of labels and figures from which on commas are believed to divide cells; lines of heads above them.
FEWEST_LABELLED = 5
HEAD_LINES = 4
LONGEST_HEAD = 40
# Figures of a line without labels: table 四 has 15.
FEWEST_FIGURES = 15
# A label may hold commas itself: (二)部分公开(区分处理的,只计这一情形,不计其他情形).
MOST_COMMAS = 4
_ROW, _FIGURES, _HEADS = "row", "figures", "heads"
# 1,113 may be one figure: then a blank was lost where it fits as two.
_THOUSANDS = re.compile(r"(?:^|,)[+-]?[1-9]\d{0,2},\d{3}(?:,|\.|$)")

Divided = tuple[str, list[str], list[str]]  # what the line is, its labels, its figures and blanks


def comma_rows(lines: Sequence[str]) -> dict[int, list[str]]:
    """Return the cells of such rows and of the heads above them by the index of their line.

    A group of rows is believed where all have as many figures; one row alone where no comma can divide thousands.
    """
    divided = {number: found for number, line in enumerate(lines) if (found := _divided(line))}
    if sum(kind is _ROW for kind, _, _ in divided.values()) < FEWEST_LABELLED:
        return {}
    believed: dict[int, list[str]] = {}
    groups: dict[int, int] = {}
    for number, (kind, labels, figures) in divided.items():
        if kind is not _HEADS:
            same = number - 1 in groups and divided[number - 1][0] is kind
            groups[number] = groups[number - 1] if same else number
            believed[number] = [*labels, *figures]
    for _, group in groupby(groups, key=groups.__getitem__):
        rows = list(group)
        counts = {len(divided[number][2]) for number in rows}
        line = lines[rows[0]].strip()
        # Who quotes the fields of a line quotes those with commas.
        if len(counts) > 1 or (len(rows) == 1 and '"' not in line and _THOUSANDS.search(line)):
            for number in rows:
                del believed[number]
    for number in tuple(believed):
        above = number - 1
        while above >= number - HEAD_LINES and above in divided and divided[above][0] is _HEADS:
            believed[above] = divided[above][1]
            above -= 1
    return believed


def _divided(line: str) -> Divided | None:
    """Divide a line into known labels and the figures after them; None where it holds anything else."""
    divider = ";" if ";" in line else ","
    if divider not in line or len(line) > LONGEST_ROW or "\t" in line or "|" in line:
        return None
    try:
        fields = [field.strip() for field in next(csv.reader([line.strip()], delimiter=divider))]
    except (csv.Error, StopIteration):
        return None
    labels, at = [], 0
    while (start := _next_filled(fields, at)) < len(fields) and (end := _end_of_label(fields, start)):
        labels.append(",".join(fields[start:end]))
        at = end
    figures = fields[at:]
    kind = _kind(labels, figures)
    if kind is _HEADS:
        return kind, [*labels, *figures], []
    return (kind, labels, figures) if kind else None


def _kind(labels: Sequence[str], rest: Sequence[str]) -> str | None:
    """Tell what a line of known labels and further fields is."""
    if not rest:
        return _HEADS if len(labels) > 1 else None
    if not any(rest):  # a row of blanks, or padding
        begun = [begins_row(label) for label in labels]
        return _ROW if labels and begun[-1] else _HEADS if len(labels) > 1 and not any(begun) else None
    figures = [not field or looks_like_value(field) for field in rest]
    if all(figures):
        return _ROW if labels else _FIGURES if len(rest) >= FEWEST_FIGURES else None
    # Heads of which not all are known: 本年收费金额(单位:万元).
    known = bool(labels) and not any(figures) and max(map(len, rest)) <= LONGEST_HEAD
    return _HEADS if known else None


def _next_filled(fields: Sequence[str], start: int) -> int:
    """Return where the next field with text stands: before a label, cells merged with those above leave empty ones."""
    return next((at for at in range(start, len(fields)) if fields[at]), len(fields))


def _end_of_label(fields: Sequence[str], start: int) -> int | None:
    """Return where a known label ends that begins with a field; None where none does."""
    for end in range(start + 1, min(start + 1 + MOST_COMMAS, len(fields)) + 1):
        if fields[end - 1] and is_label(",".join(fields[start:end])):
            return end
    return None

"""Rows of flat text whose cells are divided by runs of blanks, and the heads above them.

A run of blanks also stands in prose; rows are told by labels and figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.known_labels import is_label
from extractors.values import looks_like_value

# A piece longer than this is prose, not a cell; the longest label has some 40 characters.
LONGEST_PIECE = 60
# Rows divided by single spaces look like prose. With two figures they are believed; with one figure,
# and lines without any, only this close (in lines) to a row that is.
NEAR = 12
HEAD_LINES = 3
_SPACE = re.compile(r"\s")
_GAP = re.compile(r"[ \xa0\u3000]{2,}")


def is_blank(line: str) -> bool:
    """Tell a line without text; one that begins with a tab is a cell."""
    return (not line or line.isspace()) and not line.startswith("\t")


def gapped_rows(lines: Sequence[str]) -> dict[int, list[str]]:
    """Find rows whose cells are divided by spaces only: {index of the line: its cells}."""
    weak: dict[int, list[str]] = {}
    rows: dict[int, list[str]] = {}
    for number, line in enumerate(lines):
        if is_blank(line):
            continue
        text = line.strip()
        if not _SPACE.search(text) or len(text) > 10 * LONGEST_PIECE or "|" in text or "\t" in text:
            continue
        # Where gaps are uneven, single spaces divide cells too: the division with more figures is it.
        divided = [(*_labels_and_values(pieces), pieces) for pieces in (_GAP.split(text), text.split())]
        labels, values, pieces = max(divided, key=lambda entry: entry[1])
        if values >= 2 + (not labels):
            rows[number] = pieces
        elif labels and values == 1:
            weak[number] = pieces
    believed = sorted(rows)
    for near in believed:
        for number in range(near - NEAR, near + NEAR + 1):
            if number in weak:
                rows.setdefault(number, weak[number])
    for number in sorted(rows):
        _add_heads(lines, number, rows)
    return rows


def _labels_and_values(pieces: list[str]) -> tuple[int, int]:
    """Count labels and the figures after them; (0, 0) where the pieces are not just these, in order."""
    values = 0
    while values < len(pieces) and looks_like_value(pieces[-1 - values]):
        values += 1
    labels = pieces[: len(pieces) - values]
    if any(len(label) > LONGEST_PIECE or label.endswith((":", "：")) or looks_like_value(label) for label in labels):
        return 0, 0
    return len(labels), values


def _add_heads(lines: Sequence[str], number: int, rows: dict[int, list[str]]) -> None:
    """Take the lines just above a row that fall into short pieces for its heads."""
    for above in range(number - 1, max(-1, number - 1 - HEAD_LINES), -1):
        text = lines[above].strip()
        if is_label(text):
            continue  # a row whose figures were all left blank
        if above in rows or "|" in text or "\t" in text or len(text) > 10 * LONGEST_PIECE:
            return
        pieces = _GAP.split(text)
        if len(pieces) < 2:
            pieces = text.split()
        if text and (len(pieces) < 2 or max(map(len, pieces)) > LONGEST_PIECE):
            return
        if text:
            rows[above] = pieces

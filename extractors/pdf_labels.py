"""The labels of all formats as a PDF's reader needs them: to put broken labels together again.

Without rulings only the wording says where a label ends and the next one begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from extractors.marks import Mark, Role, mark_index
from schemas.formats import load_formats
from schemas.labels import label_key


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Keys of labels (see `schemas.labels`): which are known, and how known ones begin."""

    heads: frozenset[str]
    rows: frozenset[str]  # of rows with figures
    others: frozenset[str]  # titles, corners, groups of rows
    prefixes: frozenset[str]

    @property
    def known(self) -> frozenset[str]:
        """All known labels."""
        return self.heads | self.rows | self.others


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Return the labels of all formats."""
    marks = [mark for known in load_formats() for mark in mark_index(known.code).marks]
    heads = _keys(mark for mark in marks if mark.role is Role.HEAD)
    rows = _keys(mark for mark in marks if mark.role is Role.ROW and mark.code[0])
    every = _keys(marks)
    prefixes = frozenset(key[:end] for key in every for end in range(1, len(key) + 1))
    return Vocabulary(heads, rows, every - heads - rows, prefixes)


def _keys(marks: Iterable[Mark]) -> frozenset[str]:
    return frozenset(key for mark in marks for key in mark.keys)


def rows_within(texts: Iterable[str]) -> int:
    """Count the labels of rows that consecutive lines of one cell spell."""
    known = vocabulary()
    count, begun = 0, ""
    for text in texts:
        key = label_key(text)
        begun = begun + key if begun + key in known.prefixes else key
        if begun in known.rows:
            count += 1
            begun = ""
    return count

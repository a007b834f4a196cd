"""Whether a text is a label of one of the formats: readers of flat text tell tables from prose by it.

Where a label belongs, and what stands beside it, is decided by alignment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from extractors.marks import SHORTEST_TELLING, Role, mark_index
from schemas.formats import load_formats
from schemas.labels import label_key


@cache
def _keys() -> frozenset[str]:
    return frozenset(key for form in load_formats() for key in mark_index(form.code).by_key)


def is_label(text: str) -> bool:
    """Tell whether a text is just a label of a format."""
    return label_key(text) in _keys()


@cache
def _roles() -> dict[str, frozenset[Role]]:
    indexes = [mark_index(form.code) for form in load_formats()]
    return {
        key: frozenset(index.marks[at].role for index in indexes for at, _ in index.by_key.get(key, ()))
        for key in _keys()
    }


def begins_row(text: str) -> bool | None:
    """Tell whether a label is that of a row of figures, not of a column; None where it may be either, or is none."""
    roles = _roles().get(label_key(text), frozenset())
    return Role.ROW in roles if (Role.ROW in roles) != (Role.HEAD in roles) else None


def count_labels(texts: Iterable[str]) -> int:
    """Count the texts that are labels and long enough to be nothing else."""
    return sum(len(key) >= SHORTEST_TELLING and key in _keys() for key in map(label_key, texts))


@dataclass(frozen=True, slots=True)
class Halves:
    """Keys of labels, and of what a page break leaves of them.

    ``rows`` are those of rows of figures, ``heads`` of what stands above figures only, ``ends`` all ends of
    ``rows`` that are no label themselves.
    """

    rows: frozenset[str]
    heads: frozenset[str]
    ends: frozenset[str]


@cache
def halves() -> Halves:
    """Return what tells rows that were cut in two."""
    marks = [mark for form in load_formats() for mark in mark_index(form.code).marks]
    rows = frozenset(key for mark in marks if mark.role is Role.ROW and mark.code[0] for key in mark.keys)
    ends = frozenset(key[start:] for key in rows for start in range(1, len(key)))
    return Halves(
        rows, frozenset(key for mark in marks if mark.role is not Role.ROW for key in mark.keys) - rows, ends - _keys()
    )

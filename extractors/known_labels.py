"""Whether a text is a label of one of the formats: readers of flat text tell tables from prose by it.

Where a label belongs, and what stands beside it, is decided by alignment.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from extractors.marks import SHORTEST_TELLING, mark_index
from schemas.formats import load_formats
from schemas.labels import label_key


@cache
def _keys() -> frozenset[str]:
    return frozenset(key for form in load_formats() for key in mark_index(form.code).by_key)


def is_label(text: str) -> bool:
    """Tell whether a text is just a label of a format."""
    return label_key(text) in _keys()


def count_labels(texts: Iterable[str]) -> int:
    """Count the texts that are labels and long enough to be nothing else."""
    return sum(len(key) >= SHORTEST_TELLING and key in _keys() for key in map(label_key, texts))

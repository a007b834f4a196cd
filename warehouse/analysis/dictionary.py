"""The data dictionary: what every relation and column means, in Chinese and English, from comments and formats."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml


@cache
def _chinese() -> dict[str, dict[str, str]]:
    path = Path(__file__).with_name("chinese.yaml")
    loaded: dict[str, dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def chinese_sentences() -> Iterator[tuple[tuple[str, str], str]]:
    """Yield ((relation, column), sentence) of relations that are not made here; column "" is the relation itself."""
    for relation, columns in _chinese().items():
        for column, sentence in columns.items():
            yield (relation, "" if column == "_" else column), sentence

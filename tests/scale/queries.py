"""The questions of `queries.yaml`: what analysts ask of a snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import yaml


class Query(NamedTuple):
    """A question in words and in SQL; ``common`` ones are asked all day and have the tighter bound."""

    name: str
    common: bool
    sql: str


def load_queries() -> list[Query]:
    """Return the questions in their order."""
    entries = yaml.safe_load(Path(__file__).with_name("queries.yaml").read_text(encoding="utf-8"))
    return [Query(entry["name"], entry.get("common", False), entry["sql"]) for entry in entries]

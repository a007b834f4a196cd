"""Kinds of statements that a report's prose makes about its tables, and the cells that each speaks of.

How they are worded is the extractors' business (`extractors/statements.yaml`), whether they agree the warehouse's.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from schemas.errors import InternalError
from schemas.formats import Format, load_formats

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FILE = Path(__file__).with_name("statements.yaml")


class Statement(NamedTuple):
    """A figure that the prose states.

    ``value`` is in ``unit``: ``件`` for whatever is counted, else 元, 万元, 亿元. ``step`` is one in the last
    place that was printed (of 1.23万件: 100), within which the figure may have been rounded. ``doubt`` says
    why it may not speak of this report's cells (another year, a part, another body); None where nothing does.
    ``sentence`` is as published.
    """

    kind: str
    value: Decimal
    unit: str
    step: Decimal
    doubt: str | None
    sentence: str
    locator: str


@dataclass(frozen=True)
class StatementKind:
    """What prose states. ``readings`` are its (row, column) cells, one tuple for each way of counting."""

    code: str
    table_code: str
    sentence: str
    sentence_en: str
    proves: bool
    readings: tuple[tuple[tuple[str, str], ...], ...]

    @property
    def rule(self) -> str:
        """The code of its rule in the warehouse."""
        return f"text.{self.code}"

    def positions(self, known: Format) -> tuple[tuple[int, ...], ...]:
        """Return the readings that this format has, as positions of cells."""
        index = known.cell_by_key
        keyed = (tuple((self.table_code, *cell) for cell in reading) for reading in self.readings)
        return tuple(tuple(index[key].position for key in keys) for keys in keyed if all(key in index for key in keys))


@cache
def statement_kinds() -> tuple[StatementKind, ...]:
    """Load the kinds.

    Raises:
        InternalError: the file lacks a key, or names a cell that no format has.
    """
    try:
        kinds = tuple(_kind(entry) for entry in yaml.load(_FILE.read_text(encoding="utf-8"), Loader=_Loader)["kinds"])
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise InternalError(f"{_FILE.name}: not a list of statement kinds: {error!r}") from error
    cells = {key for known in load_formats() for key in known.cell_by_key}
    for kind in kinds:
        if strangers := {(kind.table_code, *cell) for reading in kind.readings for cell in reading} - cells:
            raise InternalError(f"{_FILE.name}, {kind.code}: expected cells of a format, found {sorted(strangers)}")
    return kinds


def _kind(entry: dict[str, Any]) -> StatementKind:
    readings = tuple(tuple(_cell(name) for name in names) for names in entry["sums"])
    return StatementKind(entry["code"], entry["table"], entry["zh"], entry["en"], entry.get("proves", True), readings)


def _cell(name: str) -> tuple[str, str]:
    row, column = name.split(".")
    return row, column

"""The measures, rates, words and views as declared in the YAML files here, in frozen types."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from schemas.errors import InternalError

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Measure:
    """A figure to compare: the sum of the cells that ``of`` matches (``table.row.column``, ``*`` for any letters)."""

    name: str
    of: tuple[str, ...]
    zh: str
    en: str
    yuan: bool = False


@dataclass(frozen=True)
class Rate:
    """``per`` times one measure divided by another."""

    name: str
    part: str
    whole: str
    zh: str
    en: str
    per: int = 1


@dataclass(frozen=True)
class Subtotal:
    """A sum over rows of one table, for any of its columns."""

    name: str
    rows: str
    zh: str
    en: str


@dataclass(frozen=True)
class Told:
    """What a view is for: a sentence, a question that it answers, and a query that does; in both languages."""

    name: str
    zh: str
    en: str
    question_zh: str
    question_en: str
    query: str


_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def read(name: str) -> Any:
    """Return what stands in ``<name>.yaml``."""
    return yaml.load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), Loader=_Loader)


@cache
def measures() -> dict[str, Measure]:
    """Return the measures by name, in their order."""
    return {entry["name"]: Measure(**{**entry, "of": tuple(entry["of"])}) for entry in read("measures")["measures"]}


@cache
def rates() -> dict[str, Rate]:
    """Return the rates by name, in their order.

    Raises:
        InternalError: a rate divides what is no measure.
    """
    found = {entry["name"]: Rate(**entry) for entry in read("measures")["rates"]}
    for rate in found.values():
        for name in (rate.part, rate.whole):
            if name not in measures():
                raise InternalError(f"measures.yaml: {rate.name}: expected a measure, found {name}")
    return found


@cache
def subtotals(table: str) -> tuple[Subtotal, ...]:
    """Return the sums that the wide view of a table shows besides its cells."""
    return tuple(Subtotal(**entry) for entry in read("measures")["subtotals"].get(table, ()))


@cache
def ranked() -> tuple[Measure | Rate, ...]:
    """Return what ranks are made of."""
    return tuple(rates().get(name) or measures()[name] for name in read("measures")["ranked"])


@cache
def words(kind: str) -> dict[str, str]:
    """Return the Chinese words of a contract column's codes: level, kind, scope, grade."""
    found: dict[str, str] = read("words")[kind]
    return found


@cache
def keys() -> tuple[tuple[str, str, str, str], ...]:
    """Return (name, column of `report_figures`, sentence, English one) of what says whose figures a row has."""
    return tuple((entry["name"], entry["from"], entry["zh"], entry["en"]) for entry in read("views")["keys"])


@cache
def plain_columns() -> dict[str, tuple[str, str]]:
    """Return the sentences of other columns of the views, by name."""
    return {name: (told["zh"], told["en"]) for name, told in read("views")["columns"].items()}


@cache
def told() -> dict[str, Told]:
    """Return what is told of every view that `views.yaml` has, by its name."""
    return {
        entry["view"]: Told(
            entry["view"], entry["zh"], entry["en"], entry["question"]["zh"], entry["question"]["en"], entry["query"]
        )
        for entry in read("views")["views"]
    }

"""Reads the rules' YAML into frozen types and expands the rules between years for every pair of formats.

A file that contradicts itself is our fault and says so with its name; it never loads half.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from schemas.errors import InternalError
from schemas.formats import Format, load_formats
from schemas.rules.model import Family, PlausibilityRule, Reach, Severity, YearRule, YearTerm

FOLDER = Path(__file__).parent
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LAST_YEAR = "last_year."
T = TypeVar("T")


@cache
def load_families(folder: Path = FOLDER) -> tuple[Family, ...]:
    """Load the families of rules, those within a report first.

    Raises:
        InternalError: a family lacks a key, or one that is not about our own reading would gate publishing.
    """
    families = _load(folder / "families.yaml", _family)
    for family in families:
        if family.severity is Severity.CRITICAL and family.reach is not Reach.READING:
            raise InternalError(f"families.yaml: {family.code}: a rule over publishers' figures never gates publishing")
        if family.grades and family.reach is not Reach.REPORT:
            raise InternalError(f"families.yaml: {family.code}: only sums within a report decide its grade")
    return families


@cache
def load_year_rules(folder: Path = FOLDER) -> tuple[YearRule, ...]:
    """Load the rules between consecutive reports, one for each row (or column) and pair of formats.

    Raises:
        InternalError: a rule lacks a key, or fits no pair of formats.
    """
    declared = _load(folder / "year_to_year.yaml", lambda entry: entry)
    rules = []
    for entry in declared:
        try:
            made = [rule for now in load_formats() for then in load_formats() for rule in _year_rules(entry, now, then)]
        except (KeyError, TypeError, ValueError) as error:
            raise InternalError(f"year_to_year.yaml: not a rule between years: {error!r} in {entry}") from error
        if {rule.code for rule in made} != {f"year_to_year.{entry['rule']}.{fixed}" for fixed in entry["fixed"]}:
            raise InternalError(f"year_to_year.yaml: {entry['rule']}: expected cells that some pair of formats has")
        rules += made
    return tuple(rules)


@cache
def load_plausibility(folder: Path = FOLDER) -> tuple[PlausibilityRule, ...]:
    """Load the rules of plausibility."""
    return _load(
        folder / "plausibility.yaml",
        lambda entry: PlausibilityRule(entry["rule"], entry["sentence"], entry["sentence_en"], entry["limits"]),
    )


@cache
def load_level_endings(folder: Path = FOLDER) -> tuple[tuple[str, str | None], ...]:
    """Load (ending of a body's name, level it tells or None); the longest ending that fits decides."""
    return _load(folder / "levels.yaml", lambda entry: (entry["ending"], entry["level"]))


def _load(path: Path, made: Callable[[dict[str, Any]], T]) -> tuple[T, ...]:
    try:
        return tuple(made(entry) for entry in yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader))
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise InternalError(f"{path.name}: not a list of rules: {error!r}") from error


def _family(entry: dict[str, Any]) -> Family:
    return Family(
        entry["family"],
        Reach(entry["reach"]),
        Severity(entry["severity"]),
        entry["grades"],
        entry["sentence"],
        entry["sentence_en"],
    )


def _year_rules(entry: dict[str, Any], now: Format, then: Format) -> Iterator[YearRule]:
    """Expand a declared rule for one pair of formats; a row (or column) that lacks a cell there is left out."""
    written = [(1, entry["actual"]), *(({"+": -1, "-": 1}[code[0]], code[1:]) for code in entry["expected"])]
    for fixed in entry["fixed"]:
        terms: list[YearTerm] = []
        for sign, code in written:
            years_before = int(code.startswith(_LAST_YEAR))
            own = code.removeprefix(_LAST_YEAR)
            row, column = {"row": (fixed, own), "column": (own, fixed)}[entry["per"]]
            cell = (then if years_before else now).cell_by_key.get((entry["table"], row, column))
            if cell is not None:
                terms.append(YearTerm(cell, years_before, sign, stated=not terms))
        if len(terms) == len(written):
            yield YearRule(
                f"year_to_year.{entry['rule']}.{fixed}",
                now.code,
                then.code,
                entry["table"],
                entry["sentence"],
                entry["sentence_en"],
                tuple(terms),
            )

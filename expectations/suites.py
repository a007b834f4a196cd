"""The suites: over our own reading (its critical rules gate publishing), and over the publishers' figures (calm).

Built from `reading.yaml`, and from the rules that the schemas declare; validating them is `validate`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from schemas.errors import InternalError


@dataclass(frozen=True, slots=True)
class Rule:
    """An expectation before Great Expectations knows it: what to expect of a frame's column."""

    code: str
    sentence: str
    sentence_en: str
    severity: str  # critical | warning | info
    column: str
    expectation: str  # name of the Great Expectations class
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Suite:
    """Rules over one frame; ``key`` is the frame's column that names an offender."""

    name: str
    frame: str
    key: str
    rules: tuple[Rule, ...]


# Frames over our own reading, and the column of each that names an offender.
_READING_KEYS = {"reports": "report_id", "documents": "document_id", "nights": "run_id", "sources": "source_id"}


def reading_suites() -> tuple[Suite, ...]:
    """Return the suites over our own reading, one per frame."""
    entries = yaml.safe_load(Path(__file__).with_name("reading.yaml").read_text(encoding="utf-8"))
    return tuple(
        Suite(f"reading.{frame}", frame, key, tuple(_reading_rule(e) for e in entries if e["frame"] == frame))
        for frame, key in _READING_KEYS.items()
    )


def publisher_suite(name: str, rules: Iterable[tuple[str, str, str, str]]) -> Suite:
    """Return a suite over publishers' figures: the residual of every rule is 0 or unknown.

    ``rules`` are (rule, sentence, sentence_en, severity), as the warehouse lists them.

    Raises:
        InternalError: a rule would keep a night from being published for what a publisher did.
    """
    made = []
    for code, sentence, sentence_en, severity in rules:
        if severity == "critical":
            raise InternalError(f"suite {name}, {code}: a rule over publishers' figures never gates publishing")
        bounds = {"min_value": 0, "max_value": 0}
        made.append(Rule(code, sentence, sentence_en, severity, code, "ExpectColumnValuesToBeBetween", bounds))
    return Suite(name, f"residuals.{name}", "report_id", tuple(made))


def _reading_rule(entry: dict[str, Any]) -> Rule:
    column = entry["column"]
    if "equals" in entry:
        name = "ExpectColumnPairValuesToBeEqual"
        arguments: dict[str, Any] = {"column_A": column, "column_B": entry["equals"]}
    elif "known" in entry:
        name, arguments = "ExpectColumnValuesToNotBeNull", {}
    elif "at_least" in entry:
        name, arguments = "ExpectColumnValuesToBeBetween", {"min_value": entry["at_least"]}
    else:
        name = "ExpectColumnValuesToBeBetween"
        arguments = {"min_value": entry["value"], "max_value": entry["value"]}
    return Rule(entry["rule"], entry["sentence"], entry["sentence_en"], entry["severity"], column, name, arguments)

"""The suites: one over our own reading (its critical rules gate publishing), one per format over the
publishers' sums (calm: it reports).

Built from `reading.yaml` and from the sums that the formats declare; validating them is `validate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from schemas.formats import Format


@dataclass(frozen=True, slots=True)
class Rule:
    """An expectation before Great Expectations knows it: what to expect of a frame's column."""

    code: str
    sentence: str
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


def reading_suites() -> tuple[Suite, ...]:
    """Return the suites over our own reading, one per frame (``reports``, ``documents``)."""
    entries = yaml.safe_load(Path(__file__).with_name("reading.yaml").read_text(encoding="utf-8"))
    keys = {"reports": "report_id", "documents": "document_id"}
    return tuple(
        Suite(f"reading.{frame}", frame, key, tuple(_reading_rule(e) for e in entries if e["frame"] == frame))
        for frame, key in keys.items()
    )


def sums_suite(wanted: Format) -> Suite:
    """Return the suite over the publishers' sums of one format: every residual is 0 or unknown."""
    rules = tuple(
        Rule(
            rule.code,
            rule.sentence,
            "info",
            rule.code,
            "ExpectColumnValuesToBeBetween",
            {"min_value": 0, "max_value": 0},
        )
        for rule in wanted.sums
    )
    return Suite(f"sums.{wanted.code}", f"residuals.{wanted.code}", "report_id", rules)


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
    return Rule(entry["rule"], entry["sentence"], entry["severity"], column, name, arguments)

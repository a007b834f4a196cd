"""Running a suite over a pandas frame with Great Expectations, and what it said as plain values.

An exception inside a validation is our failure and is raised as such; it is never taken for bad data.
Great Expectations takes seconds to import, so it is imported here and only when a suite runs.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expectations.suites import Rule, Suite
from schemas.errors import InternalError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a suite said of one rule. ``keys`` are all offenders, ``unexpected`` how many."""

    suite: str
    rule: str
    sentence: str
    sentence_en: str
    severity: str
    success: bool
    unexpected: int
    keys: tuple[str, ...]

    @property
    def gates(self) -> bool:
        """Tell whether this verdict keeps a night from being published."""
        return self.severity == "critical" and not self.success


def validate(suite: Suite, frame: pd.DataFrame) -> tuple[Verdict, ...]:
    """Validate a frame (one row per ``suite.key``) against a suite; one verdict per rule, in order.

    An empty frame offends no rule.

    Raises:
        InternalError: an expectation raised inside Great Expectations, or said nothing.
    """
    if frame.empty:
        return tuple(_verdict(suite, rule, True, ()) for rule in suite.rules)
    with _quiet():
        results = _run(suite, frame)
    if len(results) != len(suite.rules):
        raise InternalError(f"suite {suite.name}: expected {len(suite.rules)} results, found {len(results)}")
    by_rule = {result.expectation_config.meta["rule"]: result for result in results}
    verdicts = []
    for rule in suite.rules:
        result = by_rule[rule.code]
        _raise_exceptions(suite, rule, result.exception_info)
        indexes = result.result.get("unexpected_index_list") or []
        keys = tuple(str(entry[suite.key]) for entry in indexes)
        if not result.success and not keys:
            raise InternalError(f"suite {suite.name}, {rule.code}: failed without naming an offender")
        verdicts.append(_verdict(suite, rule, bool(result.success), keys))
    return tuple(verdicts)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what Great Expectations logs of its temporary folders away from people."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def _verdict(suite: Suite, rule: Rule, success: bool, keys: tuple[str, ...]) -> Verdict:
    return Verdict(suite.name, rule.code, rule.sentence, rule.sentence_en, rule.severity, success, len(keys), keys)


def _run(suite: Suite, frame: pd.DataFrame) -> list[Any]:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    from great_expectations import expectations as gxe

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset(suite.frame)
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    expectations = []
    for rule in suite.rules:
        columns = {} if "column_A" in rule.arguments else {"column": rule.column}
        made = getattr(gxe, rule.expectation)
        expectations.append(
            made(
                **columns,
                **rule.arguments,
                severity=rule.severity,
                meta={"rule": rule.code},
                notes=rule.sentence,
            )
        )
    built = gx.ExpectationSuite(name=suite.name, expectations=expectations)
    checked = batch.validate(
        built,
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [suite.key]},
    )
    return list(checked.results)


def _raise_exceptions(suite: Suite, rule: Rule, info: dict[str, Any] | None) -> None:
    """Raise what Great Expectations swallowed: the cause hides in ``exception_info`` (flat or nested)."""
    entries = [info or {}, *(value for value in (info or {}).values() if isinstance(value, dict))]
    for entry in entries:
        if entry.get("raised_exception"):
            raise InternalError(
                f"suite {suite.name}, {rule.code}: Great Expectations raised {entry.get('exception_message')}"
            )

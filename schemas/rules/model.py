"""Frozen types of rules beyond a report's own sums. Reading them from YAML is `load`'s business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from schemas.formats import Cell


class Reach(StrEnum):
    """What a family of rules speaks of."""

    REPORT = "report"
    YEARS = "years"
    TEXT = "text"
    PLAUSIBILITY = "plausibility"
    READING = "reading"


class Severity(StrEnum):
    """How loud a broken rule is; only ``critical`` gates publishing, and only our own reading may be that."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Family:
    """Rules of one kind; ``grades`` says whether they decide a report's grade."""

    code: str
    reach: Reach
    severity: Severity
    grades: bool
    sentence: str
    sentence_en: str


@dataclass(frozen=True)
class YearTerm:
    """A cell of this report (``years_before`` 0) or of the one before (1).

    ``sign`` is that of the residual, actual minus expected; ``stated`` marks the cell that is the actual figure.
    """

    cell: Cell
    years_before: int
    sign: int
    stated: bool


@dataclass(frozen=True)
class YearRule:
    """A rule between a report of ``format`` and the one before it, which is of ``previous_format``."""

    code: str
    format: str
    previous_format: str
    table_code: str
    sentence: str
    sentence_en: str
    terms: tuple[YearTerm, ...]


@dataclass(frozen=True)
class PlausibilityRule:
    """A rule that only warns; ``limits`` are the numbers its statement compares with."""

    code: str
    sentence: str
    sentence_en: str
    limits: Mapping[str, int]

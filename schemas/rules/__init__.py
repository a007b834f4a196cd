"""What must hold beyond the sums of one report, as data: families, rules between years, plausibility.

The sums within a report stand in the formats themselves (`schemas.formats`); nothing here judges.
"""

from schemas.rules.load import (
    load_families,
    load_level_endings,
    load_plausibility,
    load_year_rules,
)
from schemas.rules.model import Family, PlausibilityRule, Reach, Severity, YearRule, YearTerm

__all__ = [
    "Family",
    "PlausibilityRule",
    "Reach",
    "Severity",
    "YearRule",
    "YearTerm",
    "load_families",
    "load_level_endings",
    "load_plausibility",
    "load_year_rules",
]

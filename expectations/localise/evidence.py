"""What is said of a finding and of each suspect cell, in Chinese (for the publisher) and English.

The wordings stand in `words.yaml`; nothing is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from expectations.localise.finding import Change, Explanation, Finding, State
from schemas.formats import format_by_code


@dataclass(frozen=True, slots=True)
class Sentence:
    """One statement in both languages."""

    zh: str
    en: str


@cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
    return found


def of_finding(finding: Finding) -> Sentence:
    """Say what became of the search over a part."""
    state = str(finding.state)
    if finding.state is State.AMBIGUOUS and not finding.complete:
        state = "ambiguous_at_least"
    return _filled(_words()["states"][state], sums=len(finding.rules), solutions=finding.solutions)


def of_change(finding: Finding, solution: int, change: Change) -> Sentence:
    """Say why a cell is suspect: ``solution`` numbers the explanation within its finding, from 1."""
    words = _words()
    explanation: Explanation = finding.explanations[solution - 1]
    others = len(explanation.changes) - 1
    why = _filled(words["methods"][explanation.method], sums=len(finding.rules), others=others)
    told = words["ties" if finding.complete else "ties_at_least"] if finding.solutions > 1 else {"zh": "", "en": ""}
    ties = _filled(told, solution=solution, solutions=finding.solutions)
    slip = _filled(words["slips"][change.slip or "other"])
    cell = change.cell
    table = format_by_code(cell.format).table(cell.table_code).number
    said = {}
    for language in ("zh", "en"):
        said[language] = words["cell"][language].format(
            table=table,
            row=cell.row_label.rsplit("/", 1)[-1],
            column=cell.column_label.rsplit("/", 1)[-1],
            codes=f"{cell.table_code}, {cell.row_code} × {cell.column_code}",
            likely=words["likely"]["alone" if finding.solutions == 1 else "tied"][language],
            published=words["unknown"][language] if change.published is None else change.published,
            proposed=words["open"][language] if change.proposed is None else change.proposed,
            slip=getattr(slip, language),
            why=getattr(why, language),
            ties=getattr(ties, language),
        )
    return Sentence(**said)


def _filled(words: dict[str, str], **values: object) -> Sentence:
    return Sentence(words["zh"].format(**values), words["en"].format(**values))

"""The data dictionary as an offline page beside the report: relations and columns, views with their questions, formats.

It is given what the warehouse says of its relations; formats and their sums it knows. It queries nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from expectations.report.render import environment
from schemas.english import english_label, english_title
from schemas.formats import load_formats


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """A column: its name and type, and what it is in both languages."""

    column: str
    type: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class RelationWords:
    """A relation, with a question that it answers and a query that does where it has one (else empty texts)."""

    name: str
    zh: str
    en: str
    columns: tuple[ColumnWords, ...]
    question_zh: str = ""
    question_en: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Relations that are shown together."""

    zh: str
    en: str
    relations: tuple[RelationWords, ...]


# The relations of the contract that analysts use besides the views; all others are the machinery's.
CONTRACT = (
    "facts", "placed_facts", "facts_history", "facts_corrected", "reports", "agencies", "agency_names", "checks",
    "suspects", "explanations", "statements", "coverage", "problems", "cells", "rules", "families", "documents",
    "captures", "runs",
)  # fmt: skip


def render_dictionary(relations: Iterable[RelationWords]) -> str:
    """Return the page; views with a question come first, then the contract, then all else."""
    given = {one.name: one for one in relations}
    asked = [one for one in given.values() if one.query]
    contract = [given[name] for name in CONTRACT if name in given]
    rest = [one for one in given.values() if not one.query and one.name not in CONTRACT]
    groups = (
        Group("分析用的关系", "for analysis", tuple(asked)),
        Group("数据与结论", "data and verdicts", tuple(contract)),
        Group("其余", "all else", tuple(rest)),
    )
    formats = load_formats()
    titles = {table.code: english_title(table.code) for form in formats for table in form.tables}
    return (
        environment()
        .get_template("dictionary.html.j2")
        .render(groups=groups, formats=formats, titles=titles, english=english_label)
    )

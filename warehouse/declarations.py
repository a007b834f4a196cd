"""Writing what the schemas declare (formats, rules) into the warehouse, where SQL can join it.

These tables are rewritten whenever another version of the program opens the warehouse, so they are always its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

import duckdb

from schemas.formats import load_formats
from schemas.rules import load_families, load_level_endings, load_plausibility, load_year_rules
from schemas.statements import statement_kinds

Row = tuple[object, ...]


def write_declarations(connection: duckdb.DuckDBPyConnection) -> None:
    """Write formats and rules into `cells`, `families`, `rules`, `rule_terms`, `year_terms` and so on."""
    for table, rows in _declared().items():
        marks = ", ".join("(" + ", ".join("?" * len(rows[0])) + ")" for _ in rows)
        connection.execute(f"INSERT INTO {table} VALUES {marks}", [value for row in rows for value in row])


@cache
def digest_of_declarations() -> str:
    """Return what tells these declarations from those of another version of the program."""
    return hashlib.sha256(repr(_declared()).encode()).hexdigest()


@cache
def _declared() -> dict[str, Sequence[Row]]:
    """Return the rows of each declared table."""
    families = load_families()
    severity = {family.code: family.severity.value for family in families}
    return {
        "cells": _cells(),
        "families": [(f.code, f.reach.value, f.severity.value, f.grades, f.sentence, f.sentence_en) for f in families],
        "rules": [(*rule, severity[str(rule[2])]) for rule in _rules()],
        "rule_terms": [
            (known.code, rule.code, term.cell.position, term.sign)
            for known in load_formats()
            for rule in known.sums
            for term in rule.terms
        ],
        "year_terms": [
            (rule.format, rule.previous_format, rule.code, t.years_before, t.cell.position, t.sign, t.stated)
            for rule in load_year_rules()
            for t in rule.terms
        ],
        "level_endings": load_level_endings(),
        "statement_terms": [
            (known.code, kind.code, kind.rule, number, position, kind.proves)
            for known in load_formats()
            for kind in statement_kinds()
            for number, positions in enumerate(kind.positions(known), 1)
            for position in positions
        ],
    }


def _cells() -> list[Row]:
    return [
        (known.code, cell.position, cell.table_code, cell.row_code, cell.column_code,
         f"{table.number}、{table.title}", cell.row_label, cell.column_label, cell.kind.value,
         int(known.code) * 1000 + cell.position)
        for known in load_formats()
        for cell in known.cells
        for table in [known.table(cell.table_code)]
    ]  # fmt: skip


def _rules() -> list[Row]:
    """Return (format, rule, family, table_code, sentence, sentence_en) of every rule over a report."""
    formats = load_formats()
    rows: list[Row] = [
        (known.code, rule.code, rule.family, rule.table_code, rule.sentence, rule.sentence_en)
        for known in formats
        for rule in known.sums
    ]
    # A rule between years is one rule of the later report's format, whatever the earlier one's was.
    between = {
        (rule.format, rule.code): (rule.table_code, rule.sentence, rule.sentence_en) for rule in load_year_rules()
    }
    rows += [(form, code, "year_to_year", *told) for (form, code), told in between.items()]
    rows += [
        (known.code, rule.code, "plausibility", None, rule.sentence, rule.sentence_en)
        for known in formats
        for rule in load_plausibility()
    ]
    rows += [
        (known.code, kind.rule, "text", kind.table_code, kind.sentence, kind.sentence_en)
        for known in formats
        for kind in statement_kinds()
        if kind.positions(known)
    ]
    return rows

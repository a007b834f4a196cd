"""Judging: the verdict of every rule on every report that needs one, grades and currency, frames for the suites.

DuckDB computes, pandas carries: what Great Expectations validates are the frames made here. Judging costs what
is new: a report's own sums are judged once; what reaches over a body's reports is judged again when one of them
changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from schemas.rules import load_plausibility
from warehouse.agencies import resolve_bodies
from warehouse.store import run_statements, statement, transaction

if TYPE_CHECKING:
    import pandas as pd


# Judged in one transaction: its tables are some 500 MB at most.
REPORTS_AT_ONCE = 16_384


def check_reports(connection: duckdb.DuckDBPyConnection, *, again: bool = False) -> None:
    """Judge what is not judged yet (everything, with ``again``); set grades and currency.

    Grades follow from the sums alone, currency from the grades; which reports are compared follows from currency.
    """
    resolve_bodies(connection, retry=True)  # decides which report is current, and its neighbours
    if again:
        with transaction(connection):
            for table in ("stored_checks", "stored_comparisons", "check_cells"):
                connection.execute(f"DELETE FROM {table}")
    while _judge_sums(connection):
        pass
    with transaction(connection):
        for name in ("current", "currency", "differing"):
            run_statements(connection, name)
    _judge_neighbours(connection)


def _judge_sums(connection: duckdb.DuckDBPyConnection) -> bool:
    """Judge the sums and statements of some reports without verdicts; return whether there were any."""
    with transaction(connection):
        run_statements(connection, "reports_to_judge", {"at_once": REPORTS_AT_ONCE})
        if connection.execute("SELECT 1 FROM to_judge LIMIT 1").fetchone() is None:
            return False
        run_statements(connection, "sums_to_judge")
        _judge_own(connection)
        return True


def _judge_own(connection: duckdb.DuckDBPyConnection) -> None:
    """Judge the reports in `to_judge`, deciding first what their blanks must be."""
    number = 1
    while connection.execute(statement("decide_blanks"), {"round": number}).fetchone():
        number += 1
    run_statements(connection, "judge_sums")
    run_statements(connection, "grades")
    run_statements(connection, "judge_text")
    run_statements(connection, "store_verdicts")


def _judge_neighbours(connection: duckdb.DuckDBPyConnection) -> None:
    """Judge what reaches over several reports of a body, where any of them is not what it was."""
    rules = load_plausibility()
    values: dict[str, object] = {"plausibility": [rule.code for rule in rules]}
    values |= {name: limit for rule in rules for name, limit in rule.limits.items()}
    run_statements(connection, "compare_years")
    while connection.execute("SELECT 1 FROM all_stale LIMIT 1").fetchone():
        with transaction(connection):
            run_statements(connection, "next_stale", {"at_once": REPORTS_AT_ONCE, **values})
            for name in ("judge_years", "judge_plausibility", "judge_copied", "store_verdicts", "compared"):
                run_statements(connection, name, values)


def publisher_rules(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, str, str, str]]]:
    """Return the rules over publishers' figures by suite: (rule, sentence, sentence_en, severity).

    Sums make a suite of each format, every other family one. A rule that has verdicts and no declaration of its
    own is told in the words of its family, which is then the first part of its name.
    """
    suites: dict[str, list[tuple[str, str, str, str]]] = {}
    for suite, *rule in connection.execute(statement("publisher_rules")).fetchall():
        suites.setdefault(suite, []).append(tuple(rule))
    return suites


def residual_frame(connection: duckdb.DuckDBPyConnection, suite: str) -> pd.DataFrame:
    """Return the residuals of a suite's rules over current reports: report_id, and a column per rule.

    One row for each report with a residual other than 0, and one (``report_id`` null) for all others together: it
    holds each rule's greatest residual among them. So the frame grows with the faults, not with the warehouse.
    A column is null where the rule could not be assessed.
    """
    rules = [rule for rule, *_ in publisher_rules(connection)[suite]]
    names = ", ".join("'" + rule.replace("'", "''") + "'" for rule in rules)
    query = statement("residuals").replace("/* rules */", names)
    return connection.execute(query, {"suite": suite}).df()


def reading_frames(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, pd.DataFrame]:
    """Return the frames of the suites over our own reading, by name.

    ``reports``: a row per current report with tables that is not wholly as it should be, and one that stands for all
    others: how completely and soundly it was read (report_id, url,
    agency, year, cells_expected, cells_stored, cells_distinct, missing, unreadable; unsound: cells whose status and
    value contradict each other; unchecked: sums without a verdict; unevidenced: of agency and year, those that no
    evidence supports).
    ``documents``: a row per document that led here as a report and that nothing accounts for, and one that stands for
    all others: document_id, url, accounted (report versions and problems that speak of it; 0 is a silent loss).
    ``nights``: the row of this run: run_id, documents, share read, usual share, share_of_usual (null where there is
    too little to compare).
    ``sources``: a row per source visited in this run: source_id, reports (report pages found; null where no list
    page answered, or none was ever found).
    """
    values: dict[str, Any] = {"run_id": run_id}
    frames = {}
    for frame in ("reports", "documents", "nights", "sources"):
        (single,) = duckdb.extract_statements(statement(f"frame_{frame}"))
        used = {name: values[name] for name in single.named_parameters}
        frames[frame] = connection.execute(single, used).df()
    return frames


def store_validations(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    rows: list[tuple[str, str, str, str, str, bool, int, list[str]]],
) -> None:
    """Store what the suites said: (suite, rule, sentence, sentence_en, severity, success, unexpected, keys)."""
    connection.execute("DELETE FROM validations WHERE run_id = ?", [run_id])
    for row in rows:
        connection.execute("INSERT INTO validations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [run_id, *row])

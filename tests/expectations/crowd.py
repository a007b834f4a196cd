"""Reports by the thousand, straight into a warehouse: what judging is timed on and what no rule may accuse.

Every sum holds, every year continues the one before, also from the format of 2019 to that of 2021. Pages and readers
take no part; `tests.warehouse.house` is the small house in which they do.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pandas as pd

from schemas.formats import Format, format_by_code
from tests.warehouse.direct import load, stage_nothing

Key = tuple[str, str, str]
Figures = dict[Key, np.ndarray]
YEARS = (2019, 2020, 2021, 2022, 2023)


def fill(
    warehouse: duckdb.DuckDBPyConnection,
    bodies: int,
    years: tuple[int, ...] = YEARS,
    seed: int = 1,
    *,
    names: Sequence[str] = (),
    damaged: float = 0.0,
) -> int:
    """Put the reports of so many made-up bodies into the warehouse; return how many facts.

    ``names`` are their names, where made-up ones will not do; in a share of ``damaged`` reports one cell is wrong.
    """
    rng = np.random.default_rng(seed)
    names = names or [f"虚构{number:05}局" for number in range(bodies)]
    agencies = pd.DataFrame({"agency_id": [f"a{number:05}" for number in range(bodies)], "name": names})
    earlier: Figures = {}
    stored = 0
    for year in years:
        form = format_by_code("2019" if year < 2021 else "2021")
        earlier = _figures(form, bodies, earlier, rng)
        stored += _store(warehouse, form, year, agencies, _damaged(form, earlier, damaged, rng) if damaged else earlier)
    return stored


def _figures(form: Format, bodies: int, earlier: Figures, rng: np.random.Generator) -> Figures:
    """Draw a year's figures of all bodies, an array a cell; ``earlier`` are those of the year before."""
    # Most cells of real reports are 0.
    made: Figures = {cell.key: rng.poisson(3, bodies) * (rng.random(bodies) < 0.2) for cell in form.cells}
    for (table, row, column), figures in made.items():
        before = earlier.get((table, row, column))
        if table == "disclosure" and column in ("decisions", "amount", "items"):
            made[table, row, column] = (
                rng.integers(1, 900, bodies)
                if before is None
                else (before * rng.uniform(0.8, 1.3, bodies)).astype(int) + 1
            )
        elif column == "in_force" and before is not None:
            made[table, row, column] = before + made[table, row, "made"]
            made[table, row, "repealed"] = np.zeros_like(figures)
        elif column == "items_last_year" and before is not None:
            made[table, row, column] = before + earlier[table, row, "change"]
    for rule in form.sums:
        if rule.family == "outcomes":
            column = rule.code.rsplit(".", 1)[1]
            carried_in = earlier.get(
                ("applications", "carried_out", column), made["applications", "carried_in", column]
            )
            made["applications", "carried_in", column] = carried_in
            made["applications", "granted", column] = made["applications", "granted", column] + carried_in
            _add_up(rule, made)
            out = made["applications", "total", column] + made["applications", "carried_out", column]
            made["applications", "received_new", column] = out - carried_in
    for rule in form.sums:
        if rule.family == "row_total":
            _add_up(rule, made)
    return made


def _add_up(rule, made: Figures) -> None:  # type: ignore[no-untyped-def]
    (total,) = [term.cell.key for term in rule.terms if term.sign > 0]
    made[total] = np.sum([made[term.cell.key] for term in rule.terms if term.sign < 0], axis=0)


def _damaged(form: Format, made: Figures, share: float, rng: np.random.Generator) -> Figures:
    """Return the figures with one cell of table 三 wrong in a share of the reports."""
    keys = [cell.key for cell in form.cells if cell.table_code == "applications"]
    wrong, which = rng.random(len(made[keys[0]])) < share, rng.integers(0, len(keys), len(made[keys[0]]))
    return {**made, **{key: made[key] + (wrong & (which == at)) for at, key in enumerate(keys)}}


def _store(warehouse: duckdb.DuckDBPyConnection, form: Format, year: int, agencies: pd.DataFrame, made: Figures) -> int:
    values = np.stack([made[cell.key] for cell in form.cells], axis=1)
    money = [cell.position for cell in form.cells if cell.kind == "amount"]
    reports = agencies.assign(report_id=agencies.agency_id + f"-{year}")
    facts = pd.DataFrame(
        {
            "report_id": np.repeat(reports.report_id.to_numpy(), len(form.cells)),
            "position": np.tile([cell.position for cell in form.cells], len(reports)),
            "value": values.ravel(),
        }
    )
    stage_nothing(warehouse)
    warehouse.register("made_reports", reports)
    warehouse.execute(
        """
        INSERT INTO staged BY NAME
        SELECT
            report_id, report_id AS document_id, 'test' AS extractor_version, 'report' AS outcome, name AS agency,
            $year AS year, $format AS format, name AS title, concat('http://x/', report_id) AS url, 'html' AS medium,
            '{"agency": "made up", "year": "made up"}' AS evidence, '2026-01-01 00:00:00+08' AS captured_at
        FROM made_reports
        """,
        {"year": year, "format": form.code},
    )
    warehouse.register("made_facts", facts)
    warehouse.execute(
        """
        INSERT INTO staged_facts
        SELECT report_id, position, value, if(position IN (SELECT unnest($money)), '万元', NULL), value::VARCHAR,
            'published', 'made up'
        FROM made_facts
        """,
        {"money": money},
    )
    load(warehouse)
    return len(facts)

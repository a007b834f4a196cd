"""From figures to the temporary tables that a night's readings are loaded from, block by block.

The last step before the program's own load statements, and nothing behind them: no table of the warehouse is written
here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from schemas.formats import Format
from tests.scale.faults import Block, published
from tests.scale.figures import years_of
from tests.scale.nation import NIGHT_YEAR, YEARS, publishers

BODIES_PER_BLOCK = 3_400  # some 20,000 reports, 4 million facts
_SEED = 20_250_601
_HEADS = (2, 3, 4)


def blocks(reports: int) -> Iterator[Block]:
    """Yield the nation of so many reports, with a year more than the first load has: the night's."""
    bodies = publishers(-(-reports // len(YEARS)))
    for start in range(0, len(bodies), BODIES_PER_BLOCK):
        here = bodies[start : start + BODIES_PER_BLOCK]
        years = list(years_of(here, (*YEARS, NIGHT_YEAR), [_SEED, start]))
        yield published(here, years, [_SEED, start, 1])


Which = list[tuple[int, int]]  # row of the body, place of the year


class Batch(NamedTuple):
    """Some reports of a block; ``first`` is the number of the block's first body in the nation."""

    block: Block
    first: int
    which: Which


def stage_captures(connection: duckdb.DuckDBPyConnection, batch: Batch, begun: datetime, captures: Path) -> None:
    """Write the captures that led to some reports, from ``begun`` on, as the crawler leaves them (JSON lines)."""
    reports, bodies = _reports(batch.block, batch.which, begun), _bodies(batch.block, batch.first)
    _run(connection, "made", made_reports=reports, made_bodies=bodies)
    connection.execute(f"COPY made_captures TO '{captures}' (FORMAT json)")


def stage_readings(connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Fill the temporary tables that `load_staged` loads with the reports whose captures were staged last."""
    heads = _bodies(batch.block, batch.first)["heads"].to_numpy()
    _run(connection, "stage", made_facts=_facts(batch.block, batch.which, heads))


def _run(connection: duckdb.DuckDBPyConnection, name: str, **tables: pa.Table) -> None:
    for table, rows in tables.items():
        connection.register(table, rows)
    for single in duckdb.extract_statements(Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")):
        connection.execute(single)
    for table in tables:
        connection.unregister(table)


def sources(reports: int) -> list[tuple[str, str | None, str, int | None, int | None]]:
    """Return the registry of the nation's sites."""
    sites = {body.host: body.site for body in publishers(-(-reports // len(YEARS)))}
    return [
        (host[4:-7], site, f"http://{host}/zfxxgk/xxgknb/index.html", YEARS[0], None) for host, site in sites.items()
    ]


def _reports(block: Block, which: Which, begun: datetime) -> pa.Table:
    """List the reports: their body, year, the figure that their prose states (null: none), whose prose it is."""
    bodies, places = np.array(which).T
    years = np.array([year.year for year in block.years])[places]
    received = np.stack([block.column(at, "applications", "received_new", "total") for at in range(len(block.years))])
    whole = np.stack([~states.any(axis=1) for states in block.states])
    keys = list(zip(bodies.tolist(), years.tolist(), strict=True))
    wrong = np.array([key in block.misstated for key in keys])
    return pa.table(
        {
            "n": np.arange(len(which), dtype=np.int32),
            "body": bodies,
            "year": years,
            "format": [block.years[at].form.code for at in places],
            "fetched_at": [begun + timedelta(seconds=n) for n in range(len(which))],
            "received": received[places, bodies] + wrong,
            "whole": whole[places, bodies],
            "misstated": wrong,
            "said": years - np.array([key in block.copied for key in keys]),
        }
    )


def _bodies(block: Block, first: int) -> pa.Table:
    """List the bodies, with a die by which the program of their site is chosen."""
    rng = np.random.default_rng([_SEED, first, 2])
    many = len(block.bodies)
    return pa.table(
        {
            "body": np.arange(many),
            "number": first + np.arange(many),
            "agency": [one.name for one in block.bodies],
            "host": [one.host for one in block.bodies],
            "site": [one.site for one in block.bodies],
            "clauses": block.clauses,
            "style": rng.choice(5, many, p=[0.95, 0.01, 0.02, 0.01, 0.01]),
            "dice": rng.integers(0, 1 << 30, many),
            "heads": rng.choice(_HEADS, many),
        }
    )


def _facts(block: Block, which: Which, heads: np.ndarray) -> pa.Table:
    """List the cells of the reports; ``heads`` are the rows that each body's tables begin with."""
    parts = []
    numbers = np.arange(len(which), dtype=np.int32)
    bodies, places = np.array(which).T
    coercion = ("disclosure", "coercion", "decisions")
    for at in np.unique(places).tolist():
        here, year = places == at, block.years[at]
        rows = bodies[here]
        values, states, cells = year.values[rows], block.states[at][rows], len(year.form.cells)
        half = np.zeros(values.shape, bool)
        halves = [(body, year.year) in block.halves for body in rows.tolist()]
        half[halves, year.form.cell_by_key[coercion].position - 1] = True
        known, texts = _places(year.form)
        locators = (heads[rows] - _HEADS[0])[:, None] * cells + np.arange(cells)
        parts.append(
            pa.table(
                {
                    "n": np.repeat(numbers[here], cells),
                    "value": values.ravel(),
                    "state": states.ravel(),
                    "half": half.ravel(),
                    "locator": pa.DictionaryArray.from_arrays(locators.ravel().astype(np.int16), texts).cast(
                        pa.string()
                    ),
                    **{name: np.tile(column, len(rows)) for name, column in known.items()},
                }
            )
        )
    return pa.concat_tables(parts)


@cache
def _places(form: Format) -> tuple[dict[str, np.ndarray], list[str]]:
    """Say where each cell stands on a page, and how a locator says so, by the number of rows that tables begin with."""
    found: dict[str, list[int]] = {name: [] for name in ("position", "amount", "page", "row_at", "column_at", "line")}
    tables = list(dict.fromkeys(cell.table_code for cell in form.cells))
    lines = {code: list(dict.fromkeys(c.row_code for c in form.cells if c.table_code == code)) for code in tables}
    columns: Counter[tuple[str, str]] = Counter()
    for cell in form.cells:
        page, row = tables.index(cell.table_code) + 1, lines[cell.table_code].index(cell.row_code)
        column = columns[cell.key[:2]]
        columns[cell.key[:2]] += 1
        if cell.table_code == "litigation":  # one line under all heads
            row, column = 0, row * 5 + column
        for name, value in zip(
            found, (cell.position, cell.kind == "amount", page, row, column + 1, page * 12 + row), strict=True
        ):
            found[name].append(value)
    arrays = {name: np.array(values, bool if name == "amount" else np.int16) for name, values in found.items()}
    texts = [
        f"table {page}, row {row + heads}, column {column + 1}"
        for heads in _HEADS
        for page, row, column in zip(found["page"], found["row_at"], found["column_at"], strict=True)
    ]
    return arrays, texts


def day(text: str) -> datetime:
    """Return the beginning of a made-up night, from an ISO date."""
    return datetime.fromisoformat(f"{text}T18:00:00").replace(tzinfo=UTC)

"""What the offline site shows, asked of a warehouse: bodies, reports in a line each, and whole reports as JSON.

Reports are asked for by shard, so that a country of them is never in memory at once. Files and markup are made
elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import duckdb

from warehouse.store import run_statements, statement

REPORTS_PER_SHARD = 100  # about 200 KB
REPORTS_PER_QUERY = 8_000
_ALL = 1 << 31


def prepare(connection: duckdb.DuckDBPyConnection) -> int:
    """Say for this connection which shard each current report stands in; return how many shards there are."""
    row = connection.execute("SELECT count(*) FROM reports WHERE is_current").fetchone()
    count = row[0] if row else 0
    shards = 1
    while shards * REPORTS_PER_SHARD < count:  # powers of two: most nights leave every report where it is
        shards *= 2
    run_statements(connection, "page_shards", {"shards": shards})
    return shards


def bodies(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """List (agency_id, name, kind, level, province, city, county, other names) of bodies with a current report."""
    return connection.execute(statement("page_bodies")).fetchall()


def lines(connection: duckdb.DuckDBPyConnection, told: str) -> list[tuple[Any, ...]]:
    """List (report_id, agency_id, year, grade, shard, is_new, failing rules) of every current report.

    ``told`` is the last run that the team was told of: what came after it is new.
    """
    return connection.execute(statement("page_list"), {"told": told}).fetchall()


def gaps(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """List (agency_id, name, 省/市, [(year, state, days late), …]) of every body with a gap, those with most first."""
    run_statements(connection, "coverage_now")
    rows = connection.execute(statement("coverage_gaps"), {"limit": _ALL}).fetchall()
    return [
        (
            agency_id,
            agency,
            f"{region}/{city}" if city else region,
            [(year["year"], year["state"], year["days_late"]) for year in years],
        )
        for agency_id, agency, region, city, years in rows
    ]


def rules(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """List (format, rule, family, sentence, sentence_en, [[position, sign], …]) of every rule."""
    return connection.execute(statement("page_rules")).fetchall()


def prints(connection: duckdb.DuckDBPyConnection) -> dict[int, str]:
    """Return a number for each shard that holds a report, which changes whenever the shard does."""
    how = hashlib.sha256(statement("page_reports").encode()).hexdigest()[:8]
    return {shard: f"{how}-{print}" for shard, print in connection.execute(statement("page_prints")).fetchall()}


def shards(connection: duckdb.DuckDBPyConnection, wanted: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield each wanted shard as a JSON array of its reports."""
    step = max(1, REPORTS_PER_QUERY // REPORTS_PER_SHARD)
    for first in range(0, len(wanted), step):
        rows = connection.execute(statement("page_reports"), {"wanted": list(wanted[first : first + step])}).fetchall()
        for number, reports in groupby(rows, key=lambda row: row[0]):
            yield number, f"[{','.join(report for _, report in reports)}]"

"""A published snapshot that holds what an export may get wrong, read and loaded as by a night."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.reading import read_batch
from schemas.formats import format_by_code
from tests.warehouse.house import House
from warehouse.publish import publish
from warehouse.runs import start_run
from warehouse.store import open_warehouse

LONG = "1234567890123456.12345678"  # more digits than a float has
# raw text, status, value of the first cells of one report.
HOSTILE: list[tuple[str | None, str, str | None]] = [
    ("=cmd|' /C calc'!A0", "unreadable", None),
    ("+1+2", "unreadable", None),
    ("-", "dash", None),
    ("@SUM(1)", "unreadable", None),
    ("\tx", "unreadable", None),
    ("\rx", "unreadable", None),
    ('"quoted", with commas', "unreadable", None),
    ("two\r\nlines", "unreadable", None),
    ("'=1", "unreadable", None),
    ("'", "unreadable", None),
    ("", "blank", None),
    (" ", "blank", None),
    (None, "missing", None),
    ("　＝1", "unreadable", None),
    ("-129", "published", "-129"),
    ("12.50", "published", "12.5"),
    (LONG, "published", LONG),
    ("\x1b[31m", "unreadable", None),
    ("NULL", "unreadable", None),
    ("３，６４６件", "published", "3646"),
]


PAGES = [("南通市人民政府", 2023), ("南通市人民政府", 2024), ("绵阳市人民政府", 2024), ("绵阳市人民政府", 2022)]
CELLS = len(format_by_code("2021").cells)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose snapshot has two bodies of two provinces, hostile texts, and a report without a year."""
    house = House(tmp_path_factory.mktemp("house"))
    with open_warehouse(house.path) as warehouse:
        start_run(warehouse, "r0", datetime(2026, 1, 1, tzinfo=UTC), "ingest")
    for number, (agency, year) in enumerate(PAGES):
        waiting = house.archive(
            house.page(agency, year, number), "r0", f"http://x.example/{number}.html", day=number + 1
        )
    batch = read_batch(waiting, house.folder, house.folder / "r0")
    of_page = {
        row["url"]: row["report_id"] for row in map(json.loads, batch.reports.read_text(encoding="utf-8").splitlines())
    }
    hostile, undated = (of_page[f"http://x.example/{number}.html"] for number in (0, 3))
    _change(batch.facts, lambda row: _hostile(row) if row["report_id"] == hostile else row)
    _change(batch.reports, lambda row: row | {"year": None} if row["report_id"] == undated else row)
    house.load(batch, "r0")
    (house.folder / "home").mkdir()
    publish(house.path, house.folder / "home" / "nianbao.duckdb")
    return house.folder / "home"


def _hostile(row: dict[str, Any]) -> dict[str, Any]:
    if row["position"] > len(HOSTILE):
        return row
    raw, status, value = HOSTILE[row["position"] - 1]
    return row | {"raw": raw, "status": status, "value": value}


def _change(lines: Path, change: Any) -> None:
    rows = [change(json.loads(line)) for line in lines.read_text(encoding="utf-8").splitlines()]
    lines.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")

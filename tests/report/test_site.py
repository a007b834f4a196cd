"""The offline site in real Chromium: found, filtered, shown as published, marked; the network is asked for nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.site import write_pages
from schemas.formats import format_by_code
from schemas.formats.printed import Part, printed
from tests.corpus.grid import grids
from tests.warehouse.direct import load, put_verdicts, stage_nothing
from warehouse import pages
from warehouse.store import open_warehouse

from .sample import AGENCY, quality_report

HOSTILE = "<script>document.title='x'</script>\"'>镇人民政府"
SHOWN = "f0"
MARKED = ("applications", "refused_third_party", "other")
RAW = {MARKED: "1", ("applications", "refused_third_party", "natural_person"): "<b>1</b>"}


def _insert(warehouse: duckdb.DuckDBPyConnection, report: str, body: tuple[str, str], year: int, grade: str) -> None:
    agency, name = body
    form = format_by_code("2019")
    warehouse.execute(
        "INSERT OR IGNORE INTO agencies (agency_id, name, level, province, city) VALUES (?, ?, 'city', ?, ?)",
        [agency, name, *(("江苏省", "南通市") if agency == "a0" else ("四川省", None))],
    )
    warehouse.execute(
        """
        INSERT INTO staged BY NAME
        SELECT $report AS report_id, concat('d', $report) AS document_id, 'x' AS extractor_version, $name AS agency,
            $year AS year, '2019' AS format, $name AS title, $url AS url, 'html' AS medium, $grade AS grade,
            '2026-01-01' AS captured_at, 'report' AS outcome
        """,
        {"report": report, "name": name, "year": year, "url": f"javascript:alert('{name}')", "grade": grade},
    )
    rows = [(report, c.position, 0, None, RAW.get(c.key, str(c.position)), "published", None) for c in form.cells]
    warehouse.executemany("INSERT INTO staged_facts VALUES (?,?,?,?,?,?,?)", rows)


def _findings(warehouse: duckdb.DuckDBPyConnection) -> None:
    rule = f"applications.row_total.{MARKED[1]}"
    note = "line 7: 行政诉讼<i>57</i>件。"
    figures = {"report_id": SHOWN, "status": "fail", "assumed_zero": 0}
    put_verdicts(
        warehouse,
        [
            {**figures, "rule": rule, "expected": 2, "actual": 1, "residual": -1},
            {**figures, "rule": "text.suits", "expected": 57, "actual": 77, "residual": 20, "note": note},
        ],
    )
    warehouse.execute(
        "INSERT INTO explanations VALUES (?, 1, [?], 'explained', 1, false, '有唯一的解释', 'one')", [SHOWN, rule]
    )
    warehouse.execute(
        "INSERT INTO suspects VALUES (?, 1, ?, ?, ?, 1, 0, 1, 1, 'one_cell', 'near', '似应为0', 'likely 0')",
        [SHOWN, *MARKED],
    )


@dataclass
class Reader:
    """A browser tab on the site, and all that it asked for or complained of."""

    page: Any
    folder: Path
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def opens(self, place: str, wait_for: str) -> Any:
        self.page.goto("about:blank")
        self.page.goto(f"{self.folder.as_uri()}/{place}")
        self.page.wait_for_selector(wait_for)
        return self.page

    def rows(self) -> int:
        return int(self.page.locator("#found tbody tr").count())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("site")
    with open_warehouse(home / "w.duckdb") as warehouse:
        stage_nothing(warehouse)
        _insert(warehouse, SHOWN, ("a0", AGENCY), 2020, "inconsistent")
        _insert(warehouse, "f1", ("a0", AGENCY), 2019, "verified")
        _insert(warehouse, "f2", ("h0", HOSTILE), 2020, "verified")
        warehouse.execute(
            """
            INSERT INTO staged BY NAME
            SELECT concat('n', range) AS report_id, 2020 AS year, 'u' AS url, 'd' AS document_id,
                'no_tables' AS grade, 'x' AS extractor_version, '2026-01-01' AS captured_at, 'no_tables' AS outcome
            FROM range(60)
            """
        )
        load(warehouse, "r")
        warehouse.execute("UPDATE reports SET is_current = true")
        warehouse.execute(
            "UPDATE reports SET agency_id = agencies.agency_id FROM agencies WHERE agencies.name = reports.agency"
        )
        _findings(warehouse)
        write_pages(warehouse, home / "report", quality_report())
    return home / "report"


@pytest.fixture(scope="module")
def reader(folder: Path) -> Iterator[Reader]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    binary = shutil.which("chromium")
    if binary is None:
        pytest.skip("no Chromium on PATH: the site is not tried in a real browser")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox"])
        made = Reader(browser.new_page(), folder)
        made.page.on("request", lambda request: made.asked.append(request.url))
        made.page.on("console", lambda message: made.complaints.append(message.text))
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        yield made
        browser.close()


def test_bodies_are_searched_and_filtered_and_a_view_can_be_linked(reader: Reader) -> None:
    page = reader.opens("browse.html", "#found tbody tr")
    assert reader.rows() == 50
    page.fill("#q", "应急")
    assert reader.rows() == 2
    page.select_option("#year", "2020")
    assert reader.rows() == 1
    assert "year=2020" in page.url
    page = reader.opens("browse.html#rule=text.*&region=江苏省", "#found tbody tr")
    assert reader.rows() == 1
    assert page.input_value("#region") == "江苏省"
    reader.opens("browse.html#page=2", "#found tbody tr")
    assert reader.rows() == 13


def test_a_report_shows_every_cell_as_published_and_marks_the_suspect(reader: Reader) -> None:
    page = reader.opens(f"report.html#{SHOWN}", "table.form")
    form = format_by_code("2019")
    shown = page.eval_on_selector_all(
        "td.v", "cells => cells.map(c => [Number(c.dataset.position), c.querySelector('.raw').textContent])"
    )
    assert sorted(shown) == [[c.position, RAW.get(c.key, str(c.position))] for c in form.cells]
    cell = page.locator(f"#c{form.cell_by_key[MARKED].position}")
    assert {"s-suspect", "s-part"} <= set(cell.get_attribute("class").split())
    assert "◆" in cell.inner_text()
    assert "→ 0?" in cell.inner_text()
    text = page.inner_text("#shown")
    assert "似应为0" in text
    assert "正文作 57，表格作 77。" in text
    assert "行政诉讼<i>57</i>件。" in text


def test_a_strangers_name_is_text(reader: Reader) -> None:
    page = reader.opens("report.html#f2", "table.form")
    assert HOSTILE in page.inner_text("h1")
    assert page.title() != "x"
    assert page.eval_on_selector_all("a", "links => links.filter(a => /^javascript/i.test(a.href)).length") == 0
    page = reader.opens("agency.html#h0", "#shown table")
    assert HOSTILE in page.inner_text("h1")


def test_bodies_with_gaps_are_found_by_year_and_reason(reader: Reader) -> None:
    page = reader.opens("gaps.html", "#found tbody tr")
    assert "2021–" in page.inner_text("#found tbody")  # 应急管理局 has 2019 and 2020 only
    page.select_option("#year", "2021")
    page.fill("#q", "应急")
    assert reader.rows() == 1
    assert "没有采集来源" in page.inner_text("#found tbody")
    page.select_option("#state", "not_sought")
    assert "state=not_sought" in page.url
    reader.opens("gaps.html#region=江苏省", "#found tbody tr")
    assert reader.rows() == 1


def test_only_what_is_new_can_be_asked_for(reader: Reader) -> None:
    page = reader.opens("browse.html#new=1", "#count")
    everything = reader.rows()
    page.uncheck("#new")
    assert "new=1" not in page.url
    assert reader.rows() >= everything
    page = reader.opens("index.html", "h1")
    assert page.is_visible("h1 [lang=en]")
    page.check(".only-zh input")
    assert not page.is_visible("h1 [lang=en]")


def test_no_page_asks_the_network_or_complains(reader: Reader) -> None:
    for place, there in (("index.html", "h1"), ("report.html#none", ".none"), ("agency.html#a0", "#shown table")):
        reader.opens(place, there)
    assert [url for url in reader.asked if not url.startswith(("file:", "about:"))] == []
    assert reader.complaints == []


def test_only_shards_whose_reports_changed_are_made_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    whole = pages.shards

    def watched(warehouse: duckdb.DuckDBPyConnection, wanted: Sequence[int]) -> Iterator[tuple[int, str]]:
        made.extend(wanted)
        return whole(warehouse, wanted)

    monkeypatch.setattr(pages, "shards", watched)
    monkeypatch.setattr(pages, "REPORTS_PER_SHARD", 8)
    with open_warehouse(folder.parent / "w.duckdb") as warehouse:
        write_pages(warehouse, tmp_path / "r", quality_report())
        first = {path.name for path in (tmp_path / "r" / "data").glob("shard-*")}
        assert len(first) == len(made) == 8
        made.clear()
        write_pages(warehouse, tmp_path / "r", quality_report())
        assert made == []
        warehouse.begin()
        warehouse.execute("UPDATE suspects SET proposed = 7")
        write_pages(warehouse, tmp_path / "r", quality_report())
        warehouse.rollback()
        second = {path.name for path in (tmp_path / "r" / "data").glob("shard-*")}
        assert len(made) == len(second - first) == 1
        assert any(
            "似应为0" in path.read_text() and '"7"' in path.read_text() for path in (tmp_path / "r").rglob("shard-*")
        )
        made.clear()
        lost = next((tmp_path / "r" / "data").glob("shard-0-*"))
        lost.unlink()
        write_pages(warehouse, tmp_path / "r", quality_report())
        assert 0 in made
        assert lost.exists()


def test_twice_is_once_and_last_nights_data_stay_one_night(folder: Path, tmp_path: Path) -> None:
    with open_warehouse(folder.parent / "w.duckdb") as warehouse:
        write_pages(warehouse, tmp_path / "r", quality_report())
        first = {path.name for path in (tmp_path / "r" / "data").iterdir()}
        write_pages(warehouse, tmp_path / "r", quality_report())
        assert {path.name for path in (tmp_path / "r" / "data").iterdir()} == first
        warehouse.execute("UPDATE reports SET title = 'b' WHERE report_id = 'f1'")
        write_pages(warehouse, tmp_path / "r", quality_report())
        second = {path.name for path in (tmp_path / "r" / "data").iterdir()}
        assert first < second
        warehouse.execute("UPDATE reports SET title = 'c' WHERE report_id = 'f1'")
        write_pages(warehouse, tmp_path / "r", quality_report())
        assert not first <= {path.name for path in (tmp_path / "r" / "data").iterdir()}
        warehouse.execute("UPDATE reports SET title = NULL WHERE report_id = 'f1'")


@pytest.mark.parametrize("code", ["2019", "2021"])
def test_tables_are_printed_as_corpora_print_them(code: str) -> None:
    form = format_by_code(code)
    position = {cell.position: cell.key for cell in form.cells}
    expected = grids(form, {cell.key: "" for cell in form.cells})
    for table in printed(form):
        ours = [[(c.text, c.rowspan, c.colspan, position.get(c.position)) for c in row] for row in table.rows]
        theirs = [[(c.text, c.rowspan, c.colspan, c.key) for c in row] for row in expected[table.code].rows]
        assert ours == theirs
    cells = [c.position for table in printed(form) for row in table.rows for c in row if c.part is Part.VALUE]
    assert sorted(cells) == sorted(position)

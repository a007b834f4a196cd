"""New is a finding that was not there when the team was last told, in whatever report: told once, never left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from expectations.report.data import QualityReport
from expectations.report.words import SHANGHAI
from flows.quality import gathered
from flows.settings import load_settings
from flows.telling import tell
from tests.warehouse.direct import load, put_verdicts, stage_nothing
from warehouse.findings import note_findings, note_told, told_before
from warehouse.runs import finish_run, start_run
from warehouse.store import open_warehouse

START = datetime(2026, 11, 1, 2, tzinfo=SHANGHAI)
SUM = "applications.row_total.granted"
TEXT = "text.suits"


@dataclass
class House:
    """A warehouse whose verdicts are put in by hand, and nights over it."""

    warehouse: duckdb.DuckDBPyConnection
    nights: int = 0

    def report(self, report_id: str, document: str) -> None:
        """Put in the body's report as the coming night reads it."""
        self.warehouse.execute("UPDATE reports SET is_current = false")
        stage_nothing(self.warehouse)
        self.warehouse.execute(
            """
            INSERT INTO staged BY NAME
            SELECT ? AS report_id, ? AS document_id, 'x' AS extractor_version, '虚构局' AS agency, 2024 AS year,
                '2021' AS format, 'http://x/' AS url, 'html' AS medium, '2026-01-01' AS captured_at, 'report' AS outcome
            """,
            [report_id, document],
        )
        load(self.warehouse, self.next_run())
        self.warehouse.execute(
            "UPDATE reports SET is_current = true, agency_id = 'a0', grade = 'inconsistent' WHERE report_id = ?",
            [report_id],
        )

    def night(self, *failing: tuple[str, str, int, int], ends: str = "published") -> str:
        """Judge so that exactly these (report, rule, expected, actual) fail; finish the run, tell nobody."""
        run, began = self.next_run(), START + timedelta(days=self.nights)
        start_run(self.warehouse, run, began, "run")
        self.warehouse.execute("DELETE FROM stored_checks")
        names = ("report_id", "rule", "expected", "actual", "residual", "status")
        verdicts = [dict(zip(names, (*one, one[3] - one[2], "fail"), strict=True)) for one in failing]
        put_verdicts(self.warehouse, verdicts)
        for _ in range(2):  # twice is once
            note_findings(self.warehouse, run)
        finish_run(self.warehouse, run, began, ends)
        self.nights += 1
        return run

    def next_run(self) -> str:
        return f"{START + timedelta(days=self.nights):%Y%m%dT%H%M%S}"

    def told(self, *, send: bool = True) -> dict[str, object]:
        """Tell the last run; return what was told: new ones by rule, the gone with why."""
        report = gathered(self.warehouse, "x")
        assert report is not None
        if send:
            note_told(self.warehouse, report.run_id, START)
        return news(report)


def news(report: QualityReport) -> dict[str, object]:
    new = [one for one in (*report.failing, *report.findings) if one.is_new]
    return {
        "reports": sum(line.is_new for line in report.reports),
        "new": sorted(one.rule for one in new),
        "again": sorted(one.rule for one in new if one.again),
        "gone": [(one.rule, one.why) for one in report.gone],
    }


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_warehouse(tmp_path / "w.duckdb") as warehouse:
        made = House(warehouse)
        made.report("r1", "d1")
        yield made


def test_a_finding_on_an_old_report_is_new_once(house: House) -> None:
    house.night(("r1", SUM, 2, 1))
    assert house.told() == {"reports": 1, "new": [SUM], "again": [], "gone": []}
    house.night(("r1", SUM, 2, 1), ("r1", TEXT, 57, 77))  # a rule of today on a report of yesterday
    assert house.told() == {"reports": 0, "new": [TEXT], "again": [], "gone": []}
    house.night(("r1", SUM, 2, 1), ("r1", TEXT, 57, 77))
    assert house.told() == {"reports": 0, "new": [], "again": [], "gone": []}


def test_another_copy_or_other_readers_make_nothing_new_but_other_figures_do(house: House) -> None:
    house.night(("r1", SUM, 2, 1))
    house.told()
    house.report("r2", "d1")  # the same bytes, read by newer readers
    house.night(("r2", SUM, 2, 1))
    assert house.told() == {"reports": 0, "new": [], "again": [], "gone": []}
    house.report("r3", "d2")  # the page was changed, and another sum is wrong now
    house.night(("r3", SUM, 5, 1))
    assert house.told() == {"reports": 1, "new": [SUM], "again": [], "gone": []}


def test_what_is_gone_is_told_with_why_and_again_when_it_comes_back(house: House) -> None:
    house.night(("r1", SUM, 2, 1), ("r1", TEXT, 57, 77))
    house.told()
    house.night(("r1", SUM, 2, 1))  # same bytes: it is we who judge otherwise
    assert house.told() == {"reports": 0, "new": [], "again": [], "gone": [(TEXT, "read_again")]}
    house.report("r2", "d2")
    house.night()
    assert house.told() == {"reports": 1, "new": [], "again": [], "gone": [(SUM, "republished")]}
    house.night(("r2", SUM, 2, 1))
    assert house.told() == {"reports": 0, "new": [SUM], "again": [SUM], "gone": []}
    found = house.warehouse.execute("SELECT first_run < since_run, gone_run FROM findings WHERE rule = ?", [SUM])
    assert found.fetchall() == [(True, None)]
    house.warehouse.execute("UPDATE reports SET is_current = false")
    house.night()
    assert house.told()["gone"] == [(SUM, "withdrawn")]


def test_what_an_untold_night_found_is_told_by_the_next(house: House) -> None:
    house.night(("r1", SUM, 2, 1))
    house.told()
    house.night(("r1", SUM, 2, 1), ("r1", TEXT, 57, 77), ends="failed")
    assert house.told()["new"] == [TEXT]  # the mail that says it failed
    house.night(("r1", SUM, 2, 1), ("r1", TEXT, 57, 77))
    assert house.told(send=False)["new"] == [TEXT]  # looked at only: `nianbao report`
    assert house.told()["new"] == [TEXT]
    assert house.told()["new"] == [TEXT]  # the same night again says the same
    house.night(("r1", SUM, 2, 1), ("r1", TEXT, 57, 77))
    assert house.told()["new"] == []


def test_a_mail_that_can_neither_be_sent_nor_kept_was_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_MAIL__HOST", "127.0.0.1")
    monkeypatch.setenv("NIANBAO_MAIL__PORT", "9")  # nobody listens
    monkeypatch.setenv("NIANBAO_MAIL__RECIPIENTS", '["team@example.org"]')
    settings = load_settings(home=tmp_path)
    with open_warehouse(settings.warehouse) as warehouse:
        house = House(warehouse)
        house.report("r1", "d1")
        house.night(("r1", SUM, 2, 1))
        report = gathered(warehouse, "x")
    assert report is not None
    outbox = tmp_path / "outbox"
    outbox.write_text("no folder")  # neither a server nor a place to wait in
    tell(settings, report)
    with open_warehouse(settings.warehouse) as warehouse:
        assert told_before(warehouse, "later") == ""
    outbox.unlink()
    tell(settings, report)  # it waits for its server now, and goes with the next night
    assert [path.suffix for path in (outbox / "waiting").iterdir()] == [".eml"]
    with open_warehouse(settings.warehouse) as warehouse:
        assert told_before(warehouse, "later") == report.run_id


def test_noting_is_whole_or_not_at_all(house: House) -> None:
    house.night(("r1", SUM, 2, 1))
    house.warehouse.execute("ALTER TABLE findings ALTER COLUMN expected SET NOT NULL")
    house.warehouse.execute("UPDATE stored_checks SET expected = NULL")
    with pytest.raises(duckdb.Error):
        note_findings(house.warehouse, house.next_run())
    assert house.warehouse.execute("SELECT rule, gone_run FROM findings").fetchall() == [(SUM, None)]

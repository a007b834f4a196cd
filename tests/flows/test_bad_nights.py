"""Nights that go wrong by our own fault: loud, told by mail, never published."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb

from tests.flows.command import environment, nianbao
from tests.shared import SAMPLES

FAKU = SAMPLES / "site" / "faku" / "zfxxgknb" / "202102" / "t20210208_3301.html"
NANTONG = SAMPLES / "site" / "nantong" / "xxgknb" / "2020.txt"


def _with_fault(fault: str, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a process in which one thing of ours is broken."""
    words = ["nianbao", *map(str, arguments)]
    code = f"import sys\n{fault}\nfrom flows.cli import main\nsys.argv = {words!r}\nmain()"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def _runs(home: Path) -> list[tuple[str, str]]:
    with duckdb.connect(str(home / "work" / "warehouse.duckdb"), read_only=True) as warehouse:
        return warehouse.execute("SELECT trigger, status FROM runs ORDER BY run_id").fetchall()


def _published(home: Path) -> list[tuple[str]]:
    with duckdb.connect(str(home / "nianbao.duckdb"), read_only=True) as snapshot:
        return snapshot.execute("SELECT DISTINCT agency FROM facts ORDER BY 1").fetchall()


def test_a_broken_reading_rule_keeps_the_old_snapshot_and_says_so(tmp_path: Path) -> None:
    assert nianbao("ingest", FAKU, cwd=tmp_path).returncode == 0
    lose_a_cell = """
import flows.stages as stages
whole = stages.load_readings
def load_but_lose(warehouse, run_id, batch):
    whole(warehouse, run_id, batch)
    warehouse.execute("DELETE FROM stored_facts WHERE cell_no % 1000 = 60 AND report_no IN "
                      "(SELECT report_no FROM reports WHERE run_id = ?)", [run_id])
stages.load_readings = load_but_lose
"""
    done = _with_fault(lose_a_cell, "ingest", NANTONG, cwd=tmp_path)
    assert done.returncode == 1
    assert "NOT PUBLISHED" in done.stdout
    assert "KEPT BACK by reading.cells_complete" in done.stdout
    home = tmp_path / "var"
    assert [status for _, status in _runs(home)] == ["published", "not_published"]
    assert _published(home) == [("法库县人民政府",)]


def test_an_exception_in_a_validation_fails_the_night_and_the_team_learns_of_it(tmp_path: Path) -> None:
    break_validation = """
import expectations.suites as suites
good = suites._reading_rule
def misnamed(entry):
    rule = good(entry)
    import dataclasses
    return dataclasses.replace(rule, column="gone") if rule.code == "reading.agency_known" else rule
suites._reading_rule = misnamed
"""
    done = _with_fault(break_validation, "run", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("nianbao: suite reading.reports, reading.agency_known: ")
    assert "Traceback" not in done.stderr
    home = tmp_path / "var"
    assert _runs(home) == [("run", "failed")]
    assert not (home / "nianbao.duckdb").exists()
    assert "Great Expectations raised" in next((home / "log").glob("failed-*.log")).read_text()
    (mail,) = (home / "outbox").glob("*.eml")
    assert "night_failed" in _plain(mail)


def _plain(path: Path) -> str:
    import email
    import email.policy

    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return message.get_body(("plain",)).get_content()  # type: ignore[union-attr]

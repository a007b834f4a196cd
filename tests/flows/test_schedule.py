"""`nianbao serve`: a scheduled night really fires, nights never overlap, nothing outlives the command."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock

from flows.lock import only_night
from flows.settings import Settings
from schemas.errors import PassingError
from tests.flows.command import NIANBAO, environment, nianbao


def _wait(what: Callable[[], Any], seconds: float) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(1)
    return None


def _scheduled_runs(home: Path) -> list[Any]:
    try:
        with duckdb.connect(str(home / "nianbao.duckdb"), read_only=True) as snapshot:
            return snapshot.execute("SELECT status, new_facts FROM runs WHERE trigger = 'schedule'").fetchall()
    except duckdb.IOException:
        return []


def _processes_of(home: Path) -> list[str]:
    """Return the command lines of processes that were started for this home, by their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"NIANBAO_HOME={home}".encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def _serving(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [NIANBAO, "serve"],
        cwd=folder,
        env=environment(NIANBAO_SCHEDULE__CRON="* * * * *"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _kill_all_of(home: Path) -> None:
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"NIANBAO_HOME={home}".encode() in (process / "environ").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)


def test_scheduled_nights_fire_also_after_a_power_cut_and_nothing_outlives_the_command(tmp_path: Path) -> None:
    """SQLAlchemy 2.1 would let the server start and insert nothing; a concurrency limit of Prefect's
    server would stay taken by the night that was killed, and cancel all later ones."""
    home = tmp_path / "var"
    with _serving(tmp_path) as killed:
        crawling = _wait(lambda: list(home.glob("work/*/*.captures.jsonl")), 240)
        killed.kill()
        _kill_all_of(home)
    assert crawling
    with _serving(tmp_path) as serving:
        try:
            runs = _wait(lambda: _scheduled_runs(home), 240)
            alive = _processes_of(home)
        finally:
            serving.send_signal(signal.SIGTERM)
            said, _ = serving.communicate(timeout=90)
    assert runs, said
    assert runs[-1][0] == "published"
    assert "Nights start at “* * * * *” (Asia/Shanghai)" in said
    assert "Traceback" not in said
    assert any("prefect server start" in command for command in alive)
    assert _wait(lambda: not _processes_of(home), 20)


def test_the_default_is_two_o_clock_in_shanghai() -> None:
    schedule = Settings(home=Path("unused")).schedule
    assert (schedule.cron, schedule.timezone) == ("0 2 * * *", "Asia/Shanghai")


def test_a_night_does_not_start_while_another_runs(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    with FileLock(tmp_path / "var" / "night.lock"):
        done = nianbao("ingest", __file__, cwd=tmp_path)
    assert done.returncode != 0
    assert "expected no other night here, found one running" in done.stderr
    assert not (tmp_path / "var" / "nianbao.duckdb").exists()


def test_the_lock_falls_with_its_process(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    code = f"""
from pathlib import Path
from flows.lock import only_night
from flows.settings import Settings
with only_night(Settings(home=Path({str(tmp_path)!r}))):
    print("held", flush=True); input()
"""
    with subprocess.Popen([NIANBAO.with_name("python"), "-c", code], stdin=-1, stdout=-1, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(PassingError), only_night(settings):
            pass
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    for _ in range(2):
        with only_night(settings):
            pass


def test_a_wrong_cron_expression_is_one_line(tmp_path: Path) -> None:
    done = nianbao("serve", cwd=tmp_path, NIANBAO_SCHEDULE__CRON="every night")
    assert done.returncode != 0
    assert done.stderr.splitlines()[-1].startswith("nianbao: settings: schedule: expected a cron expression")

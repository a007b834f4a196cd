"""The worker processes: what a document does to one costs that document only, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from extractors.read import read_report
from flows.documents import LONGEST_TEXT, bounded
from flows.limits import Limits
from flows.workers import Failure, WorkerPool
from tests.flows import jobs
from tests.hostile.pages import REPORT
from tests.shared import REPOSITORY

LIMITS = Limits(workers=2, seconds=2, scan_seconds=30, memory_mb=512)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool[tuple[str, str], str]]:
    with WorkerPool(jobs.do, LIMITS) as made:
        yield made


def _code(answer: str | Failure) -> str:
    return answer.code if isinstance(answer, Failure) else answer


def _until(true: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_answers_come_in_order_whoever_is_first(pool: WorkerPool[tuple[str, str], str]) -> None:
    given = [("sleep", "0.3"), *(("echo", str(number)) for number in range(40)), ("sleep", "0.1"), ("echo", "last")]
    found = list(pool.map(given))
    assert found == ["slept 0.3", *map(str, range(40)), "slept 0.1", "last"]


@pytest.mark.parametrize(
    ("what", "given", "code", "said"),
    [
        ("spin", "", "too_slow", "expected to be read within 2 s"),
        ("sleep", "60", "too_slow", "expected to be read within 2 s"),
        ("allocate", "4000", "too_much_memory", "expected to be read with 512 MB"),
        ("crash", "", "reader_failed", "SIGSEGV"),
        ("exit", "3", "reader_failed", "exit code 3"),
        ("raise", "", "reader_failed", "RecursionError('deep')"),
        ("answer_at_length", "17", "too_much_output", "expected at most 16,777,216 bytes"),
    ],
)
def test_a_document_that_breaks_a_limit_costs_itself_only(
    pool: WorkerPool[tuple[str, str], str], what: str, given: str, code: str, said: str
) -> None:
    before, bad, *after = pool.map([("echo", "before"), (what, given), *(("echo", str(n)) for n in range(8))])
    assert isinstance(bad, Failure)
    assert (before, bad.code, after) == ("before", code, [str(n) for n in range(8)])
    assert said in bad.message
    assert "\n" not in bad.message


def test_a_document_is_not_blamed_for_what_another_left_behind() -> None:
    with WorkerPool(jobs.do, Limits(workers=1, memory_mb=512)) as pool:
        found = list(pool.map([("hoard", "10"), ("crash_if_used", "innocent"), ("hoard", "200"), ("allocate", "300")]))
    assert found == ["hoarded", "innocent", "hoarded", "300 MB"]


def test_a_worker_that_grew_too_great_is_replaced() -> None:
    with WorkerPool(jobs.do, Limits(workers=1, memory_mb=512)) as pool:
        first, again, _, other = pool.map([("pid", ""), ("pid", ""), ("hoard", "300"), ("pid", "")])
    assert first == again != other


def test_a_medium_that_may_take_its_time_gets_it(pool: WorkerPool[tuple[str, str], str]) -> None:
    assert list(pool.map([("sleep_long", "2.5")])) == ["slept 2.5"]


def test_a_worker_killed_between_documents_is_no_documents_fault(pool: WorkerPool[tuple[str, str], str]) -> None:
    (pid,) = pool.map([("pid", "")])
    os.kill(int(str(pid)), signal.SIGKILL)
    assert list(pool.map([("echo", "1"), ("echo", "2")])) == ["1", "2"]


def test_a_call_that_is_given_up_leaves_the_pool_fit_for_the_next(pool: WorkerPool[tuple[str, str], str]) -> None:
    for answer in pool.map([("echo", "1"), ("sleep", "60"), ("sleep", "60")]):
        assert answer == "1"
        break
    assert list(pool.map([("echo", "2")])) == ["2"]


def test_what_libraries_print_reaches_nobody_and_nobody_is_asked(capfd: pytest.CaptureFixture[str]) -> None:
    with WorkerPool(jobs.do, LIMITS) as pool:
        assert list(pool.map([("talk", "")])) == [""]
    assert capfd.readouterr() == ("", "")


def test_a_slow_head_holds_up_a_bounded_number() -> None:
    asked = 0

    def given() -> Iterator[tuple[str, str]]:
        nonlocal asked
        for number in range(24):
            asked += 1
            yield ("sleep", "1.5") if number == 0 else ("answer_at_length", "15")

    with WorkerPool(jobs.do, LIMITS) as pool:
        answers = pool.map(given())
        assert next(answers) == "slept 1.5"
        assert asked < 10
        assert sum(len(str(answer)) == 15 << 20 for answer in answers) == 23


@pytest.mark.skipif(sys.platform != "linux", reason="strays are found by Linux's means")
def test_what_a_worker_started_ends_with_it(tmp_path: Path) -> None:
    with WorkerPool(jobs.do, LIMITS) as pool:
        (answer,) = pool.map([("leave_children", str(tmp_path))])
        assert _code(answer) == "too_slow"
        pids = [int((tmp_path / name).read_text()) for name in ("worker", "child", "grandchild")]
        assert not [pid for pid in pids if _lives(pid)]


@pytest.mark.skipif(sys.platform != "linux", reason="strays are found by Linux's means")
@pytest.mark.parametrize("fork", [False, True])
def test_nothing_outlives_a_parent_that_is_killed(tmp_path: Path, fork: bool) -> None:
    code = (
        "from flows.limits import Limits; from flows.workers import WorkerPool; from tests.flows import jobs\n"
        f"pool = WorkerPool(jobs.do, Limits(workers=2), fork={fork})\n"
        f"list(pool.map([('leave_children', {str(tmp_path)!r}), ('spin', '')]))"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=REPOSITORY)
    try:
        assert _until((tmp_path / "grandchild").exists)
        pids = [int((tmp_path / name).read_text()) for name in ("worker", "child", "grandchild")]
        assert all(map(_lives, pids))
    finally:
        parent.kill()
        parent.wait()
    assert _until(lambda: not any(map(_lives, pids)))


def test_files_of_a_worker_go_with_the_pool() -> None:
    with WorkerPool(jobs.do, LIMITS) as pool:
        (name,) = pool.map([("temporary", "")])
        assert Path(str(name)).exists()
    assert not Path(str(name)).parent.exists()


def test_a_nursery_that_cannot_start_says_why() -> None:
    from schemas.errors import InternalError

    def local(job: str) -> str:
        return job

    local.__module__ = "tests.no_such_module"
    with WorkerPool(local, LIMITS) as pool, pytest.raises(InternalError, match="No module named"):
        list(pool.map(["1"]))


def test_a_text_longer_than_any_real_one_comes_back_cut() -> None:
    reading = read_report(REPORT.read_bytes(), "page")
    assert bounded(reading) is reading
    first, *others = reading.facts
    long = replace(reading, facts=(first._replace(raw="公" * 1_000_000), *others))
    cut, *same = bounded(long).facts
    assert cut.raw == "公" * LONGEST_TEXT + "…"
    assert same == others

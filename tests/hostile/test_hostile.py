"""A folder of hostile documents: each costs one line at most, real reports among them are read, nothing hangs."""

from __future__ import annotations

import csv
import io
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.flows.command import nianbao
from tests.hostile.packages import packages
from tests.hostile.pages import REPORT, others, with_report
from tests.hostile.pdfs import pdfs

_WHOLE = [name for name, _ in with_report()]
_OTHERS = [name for made in (others(), packages(Path("/secret")), pdfs()) for name, _ in made]
_SECRET = "this-was-in-a-file-of-ours"
# The document that is given up by force, and what says so.
_FORCED = {"30-megabytes-before.html": "with 1024 MB"}


@dataclass(frozen=True)
class _Outcome:
    cells: Counter[str]
    published: Counter[str]
    told: dict[str, str]
    strange: list[str]
    code: int
    output: str
    seconds: float


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> _Outcome:
    folder = tmp_path_factory.mktemp("hostile")
    secret = folder / "secret.txt"
    secret.write_text(_SECRET)
    pages = folder / "pages"
    pages.mkdir()
    for made in (with_report(), others(), packages(secret), pdfs()):
        for name, maker in made:
            (pages / name).write_bytes(maker())
    for place in ("0-first.html", "zz-last.html"):
        (pages / place).write_bytes(REPORT.read_bytes())
    started = time.monotonic()
    done = nianbao(
        "extract", "pages", cwd=folder, timeout=600, NIANBAO_READING__SECONDS="45",
        NIANBAO_READING__SCAN_SECONDS="40", NIANBAO_READING__MEMORY_MB="1024",
    )  # fmt: skip
    seconds = time.monotonic() - started
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    told: dict[str, str] = {}
    strange = []
    for line in done.stderr.splitlines():
        name, _, message = line.removeprefix("nianbao: pages/").partition(": ")
        if name in told or name not in {*_WHOLE, *_OTHERS} or not line.startswith("nianbao: pages/"):
            strange.append(line)
        told[name] = message
    cells = Counter(Path(row["source"]).name for row in rows)
    published = Counter(Path(row["source"]).name for row in rows if row["status"] == "published")
    return _Outcome(cells, published, told, strange, done.returncode, done.stdout + done.stderr, seconds)


@pytest.mark.parametrize("name", [*_WHOLE, "0-first.html", "zz-last.html"])
def test_a_report_with_something_hostile_beside_it_is_read(outcome: _Outcome, name: str) -> None:
    assert (outcome.cells[name], outcome.published[name]) == (198, 198), outcome.told.get(name)
    assert name not in outcome.told


@pytest.mark.parametrize("name", _OTHERS)
def test_a_hostile_document_is_read_or_told_in_one_clear_line(outcome: _Outcome, name: str) -> None:
    assert (outcome.cells[name] > 0) != (name in outcome.told)
    if message := outcome.told.get(name):
        assert "expected" in message
        assert len(message) < 400
        assert "our fault" not in message
        assert _FORCED.get(name, "") in message


def test_nothing_else_is_said_and_the_exit_code_tells(outcome: _Outcome) -> None:
    assert outcome.strange == []
    assert outcome.code == 1


def test_few_documents_are_given_up_by_force(outcome: _Outcome) -> None:
    """Most are refused for what they are, long before a limit; on a slow machine a few more may be too slow."""
    forced = {name for name, told in outcome.told.items() if "expected to be read w" in told}
    assert set(_FORCED) <= forced
    assert len(forced) <= len(_FORCED) + 5, forced


def test_no_file_of_ours_is_read_for_a_stranger(outcome: _Outcome) -> None:
    assert _SECRET not in outcome.output
    assert not Path("/tmp/climbed.html").exists()

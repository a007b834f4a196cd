"""`nianbao extract`: facts on stdout, one clear line for each bad input, no invented facts."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from schemas.facts import FACT_COLUMNS
from tests.flows.command import NIANBAO, environment, nianbao
from tests.shared import SAMPLES, SHARED, needs_shared

FAKU = SAMPLES / "site" / "faku" / "zfxxgknb" / "202102" / "t20210208_3301.html"
NOTICE = SAMPLES / "site" / "shifan" / "bb.html"


@needs_shared
def test_the_seeds_give_992_rows_as_csv(tmp_path: Path) -> None:
    done = nianbao("extract", SHARED / "seeds", cwd=tmp_path)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert (done.returncode, done.stderr, len(rows)) == (0, "", 992)
    assert tuple(rows[0]) == FACT_COLUMNS
    assert {row["status"] for row in rows} == {"published"}


def test_the_three_formats_say_the_same(tmp_path: Path) -> None:
    as_csv = list(csv.DictReader(io.StringIO(nianbao("extract", FAKU, cwd=tmp_path).stdout)))
    lines = nianbao("extract", FAKU, "--format", "jsonl", cwd=tmp_path).stdout.splitlines()
    as_json = [json.loads(line, parse_float=Decimal, parse_int=Decimal) for line in lines]
    done = nianbao("extract", FAKU, "--format", "parquet", "-o", "facts.parquet", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    as_parquet = duckdb.sql(f"SELECT value, locator, year FROM '{tmp_path}/facts.parquet'").fetchall()
    assert len(as_csv) == len(as_json) == len(as_parquet) == 198
    for row, line, (value, locator, year) in zip(as_csv, as_json, as_parquet, strict=True):
        assert Decimal(row["value"]) == line["value"] == value
        assert row["locator"] == line["locator"] == locator
        assert int(row["year"]) == line["year"] == year == 2020


def test_every_fact_says_where_it_stands(tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(nianbao("extract", FAKU, cwd=tmp_path).stdout)))
    (amount,) = [row for row in rows if row["column_code"] == "amount"]
    assert (amount["raw"], amount["value"], amount["unit"]) == ("4448257元", "4448257", "元")
    assert amount["locator"] == "table 2, row 18, column 3"  # the page also has a box of metadata
    assert amount["source"] == str(FAKU)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.html", b"", "empty.html: expected a document, found an empty file"),
        ("page.html", NOTICE.read_bytes(), "page.html: expected a report's title, sections or tables"),
        ("scan.pdf", b"%PDF-1.7\n...", "scan.pdf: expected a PDF, found a file that does not open"),
        ("noise.bin", bytes(range(256)) * 8, "noise.bin: expected a report, found binary"),
    ],
)
def test_a_bad_file_is_one_line_and_no_facts(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    done = nianbao("extract", name, cwd=tmp_path)
    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"nianbao: {told}")


def test_a_missing_path_is_one_line(tmp_path: Path) -> None:
    done = nianbao("extract", "nowhere.html", cwd=tmp_path)
    assert done.returncode != 0
    assert (done.stdout, done.stderr) == ("", "nianbao: nowhere.html: expected a file or folder, found nothing there\n")


@pytest.mark.parametrize("files", [[], ["a.html"], ["a.html", "b.html", "c.html"]])
def test_a_folder_without_reports_is_one_line(tmp_path: Path, files: list[str]) -> None:
    (tmp_path / "pages").mkdir()
    for name in files:
        (tmp_path / "pages" / name).write_bytes(NOTICE.read_bytes())
    done = nianbao("extract", "pages", cwd=tmp_path)
    assert done.returncode != 0
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)
    assert done.stderr.startswith("nianbao: pages: expected reports, found ")


def test_a_bad_file_costs_the_others_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_bytes(b"")
    done = nianbao("extract", "bad.html", FAKU, "nowhere", cwd=tmp_path)
    assert done.returncode != 0
    assert len(done.stdout.splitlines()) == 199
    assert done.stderr.count("\n") == 2


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_rows_come_in_the_order_of_the_files_however_many_workers(tmp_path: Path, form: str) -> None:
    site = SAMPLES / "site"
    one, many = (
        nianbao("extract", site / "xugou", FAKU, site, "--format", form, "--workers", count, cwd=tmp_path)
        for count in ("1", "3")
    )
    assert len(one.stdout.splitlines()) > 2500
    assert (many.stdout, many.stderr, many.returncode) == (one.stdout, one.stderr, one.returncode)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes under /proc")
def test_an_interrupt_ends_it_quietly_and_its_workers_too(tmp_path: Path) -> None:
    page = "<table>" + "".join(f"<tr><td>{n}<td>本年新收{n}" for n in range(150_000))
    for number in range(60):  # each is read for more than a second
        (tmp_path / f"{number}.html").write_text(page, encoding="utf-8")
    # What a shell starts with & ignores the signal, and hands that down to whoever it runs: tests, too.
    command = ["env", "--default-signal=INT", str(NIANBAO), "extract", ".", "--workers", "2"]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    end = time.monotonic() + 30
    pids: list[str] = []
    while len(pids) < 3 and time.monotonic() < end:
        time.sleep(0.1)
        nursery = children.read_text().split()
        pids = nursery + [w for n in nursery for w in Path(f"/proc/{n}/task/{n}/children").read_text().split()]
    process.send_signal(signal.SIGINT)
    try:
        _, said = process.communicate(timeout=10)
    finally:
        process.kill()  # one that does not end would go on reading beside all later tests
    assert (process.returncode, said) in [(130, ""), (130, "nianbao: interrupted\n")]
    assert len(pids) == 3
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_parquet_without_a_file_says_what_is_missing(tmp_path: Path) -> None:
    done = nianbao("extract", FAKU, "--format", "parquet", cwd=tmp_path)
    assert done.returncode != 0
    assert done.stderr == "nianbao: extract: --format parquet writes a binary file: expected -o FILE, found none\n"


def test_a_settings_mistake_names_file_field_and_value(tmp_path: Path) -> None:
    (tmp_path / "nianbao.toml").write_text('[mail]\nport = "many"\n')
    done = nianbao("status", cwd=tmp_path)
    assert done.returncode != 0
    assert done.stderr.startswith("nianbao: settings (nianbao.toml, NIANBAO_* variables): mail.port: ")
    assert "'many'" in done.stderr


@pytest.mark.parametrize(
    "command", ["extract", "ingest", "run", "serve", "check", "rebuild", "report", "sql", "status"]
)
def test_every_command_has_help(command: str, tmp_path: Path) -> None:
    done = nianbao(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert f"nianbao {command}" in done.stdout


@pytest.mark.parametrize("arguments", [["status"], ["report"], ["sql", "SELECT 1"]])
def test_before_the_first_night_a_person_is_told_what_to_do(arguments: list[str], tmp_path: Path) -> None:
    done = nianbao(*arguments, cwd=tmp_path)
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1
    assert "nianbao run" in done.stderr

"""What the README and the notebook show runs as it stands there, on the sample reports, as the snapshot would say."""

from __future__ import annotations

import csv
import io
import os
import re
import runpy
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

from flows import stages
from flows.documents import read_document
from flows.export import Wanted, export
from flows.settings import load_settings
from flows.suspects import find_suspects
from tests.shared import REPOSITORY, SAMPLES
from warehouse.checks import check_reports
from warehouse.publish import publish
from warehouse.runs import finish_run
from warehouse.store import open_warehouse

EXAMPLES = REPOSITORY / "docs" / "examples"
Figures = dict[tuple[str, int], tuple[Decimal | None, Decimal | None]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample reports, read, judged and published by the stages of a night, without its suites and its report."""
    settings = load_settings(home=tmp_path_factory.mktemp("samples"))
    run_id = stages.begin(settings, "ingest")
    stages.ingest_paths(settings, run_id, [SAMPLES / "site"])
    stages.load_all_captures(settings)
    for number, ids in enumerate(stages.batches_to_read(settings), start=1):
        stages.read_and_load(settings, run_id, number, ids)
    with open_warehouse(settings.warehouse) as warehouse:
        check_reports(warehouse)
        find_suspects(warehouse)
        finish_run(warehouse, run_id, datetime.now(UTC), "published")
    publish(settings.warehouse, settings.snapshot)
    return settings.root


@pytest.fixture(scope="module")
def beside_the_export(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("analyst")
    export(Wanted("parquet"), folder / "export", home)
    return folder


@pytest.fixture(scope="module")
def answer(home: Path) -> Figures:
    """The example's question put to the snapshot."""
    query = (EXAMPLES / "received.sql").read_text(encoding="utf-8")
    on_snapshot, count = re.subn(r"read_parquet\(.*?\)", "facts", query)
    assert count == 1
    with duckdb.connect(str(home / "nianbao.duckdb"), read_only=True) as snapshot:
        rows = snapshot.execute(on_snapshot).fetchall()
    assert ("宿迁市人民政府", 2024, 3525, 1431) in rows
    assert len(rows) == 14
    return {(agency, year): (received, granted) for agency, year, received, granted in rows}


def test_duckdb_reads_the_export(beside_the_export: Path, answer: Figures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(beside_the_export)
    with duckdb.connect() as connection:
        rows = connection.execute((EXAMPLES / "received.sql").read_text(encoding="utf-8")).fetchall()
    assert {(agency, year): (received, granted) for agency, year, received, granted in rows} == answer


def test_pandas_reads_the_export_and_keeps_its_decimals(
    beside_the_export: Path, answer: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(beside_the_export)
    received: pd.DataFrame = runpy.run_path(str(EXAMPLES / "received_pandas.py"))["received"]
    assert all(isinstance(value, Decimal) for value in received.to_numpy().ravel())
    told = zip(received.index, received["received_new"], received["granted"], strict=True)
    assert {key: (first, second) for key, first, second in told} == answer


def test_dask_on_two_processes_says_the_same(beside_the_export: Path, answer: Figures) -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLES / "received_dask.py"],
        cwd=beside_the_export,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout.strip())))
    told = {(row["agency"], int(row["year"])): (Decimal(row["received_new"]), Decimal(row["granted"])) for row in rows}
    assert told == answer


@pytest.mark.parametrize(("agency", "years"), [("宿迁市人民政府", [2023, 2024]), ("南通市应急管理局", [2020])])
def test_a_workbook_read_by_our_own_reader_says_what_was_published(
    agency: str, years: list[int], home: Path, tmp_path: Path
) -> None:
    export(Wanted("xlsx", agencies=[agency]), tmp_path / "body.xlsx", home)
    read = read_document((tmp_path / "body.xlsx").read_bytes(), "body.xlsx")
    assert [{(fact.agency, fact.year) for fact in one.facts} for one in read] == [{(agency, year)} for year in years]
    found = {(fact.year, *fact[4:7]): (fact.value, fact.status) for one in read for fact in one.facts}
    with duckdb.connect(str(home / "nianbao.duckdb"), read_only=True) as snapshot:
        rows = snapshot.execute(
            "SELECT year, table_code, row_code, column_code, value, status FROM facts WHERE agency = ?", [agency]
        ).fetchall()
    assert found == {tuple(row[:4]): (row[4], row[5]) for row in rows}


def test_the_notebook_answers_its_questions(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_HOME", str(home))
    notebook = nbformat.read(REPOSITORY / "docs" / "analysis.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "kept without outputs"
    resources = {"metadata": {"path": str(REPOSITORY / "docs")}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 5
    said = "".join(output.get("text", "") for output in outputs if output.output_type == "stream")
    assert "4 of 14 reports say 0" in said
    assert "21 of 21 figures of 3 bodies continue" in said
    assert not [output for output in outputs if output.get("name") == "stderr"], "a warning that a reader would see"


@pytest.mark.parametrize("example", sorted(path.name for path in EXAMPLES.iterdir()))
def test_what_the_readme_quotes_is_the_file_that_is_tested(example: str) -> None:
    text = (EXAMPLES / example).read_text(encoding="utf-8").strip()
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for quoted in re.findall(rf"<!-- docs/examples/{re.escape(example)} -->\n+```\w*\n(.*?)```", readme, re.DOTALL):
        assert quoted.strip() == text
    assert os.linesep not in text or os.linesep == "\n"

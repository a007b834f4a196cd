"""Exports read back by other programs: every row and state as in the snapshot, and nothing else ever overwritten."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from pyarrow.dataset import partitioning

from expectations.report import cell_table
from flows import cli
from flows.export import Wanted, export
from schemas.errors import UserError
from tests.export.conftest import CELLS, LONG
from tests.flows.command import nianbao
from warehouse.export import NULL_PARTITION, guarded, relations

DEFAULT = 21  # relations of warehouse/export.yaml


@pytest.fixture(scope="session")
def parquet(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports") / "all"
    assert export(Wanted("parquet"), folder, home) == 0
    return folder


@pytest.fixture
def beside(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that has the snapshot attached as ``s``."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Asia/Shanghai'")
        connection.execute(f"ATTACH '{home / 'nianbao.duckdb'}' AS s (READ_ONLY)")
        yield connection


def _package(folder: Path) -> Any:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def _differences(connection: duckdb.DuckDBPyConnection, name: str, columns: str, exported: str) -> list[Any]:
    """Rows that one side has more often than the other."""
    one, other = f"SELECT {columns} FROM s.{name}", f"SELECT {columns} FROM {exported}"
    return connection.execute(f"(({one}) EXCEPT ALL ({other})) UNION ALL (({other}) EXCEPT ALL ({one}))").fetchall()


def _columns(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in connection.execute(f"DESCRIBE s.{name}").fetchall()]


def test_parquet_holds_every_relation_row_for_row(parquet: Path, beside: duckdb.DuckDBPyConnection) -> None:
    resources = _package(parquet)["resources"]
    assert len(resources) == DEFAULT
    for resource in resources:
        name = resource["name"]
        columns = ", ".join(column for column, _ in _columns(beside, name))
        files = f"read_parquet('{parquet}/{'facts/*/*' if name == 'facts' else name}.parquet')"
        assert _differences(beside, name, columns, files) == []
        assert beside.execute(f"SELECT count(*) FROM s.{name}").fetchall() == [(resource["rows"],)]


def test_facts_without_a_year_have_a_partition_of_their_own(parquet: Path, beside: duckdb.DuckDBPyConnection) -> None:
    assert sorted(path.name for path in (parquet / "facts").iterdir()) == sorted(
        ["year=2023", "year=2024", f"year={NULL_PARTITION}"]
    )
    query = f"SELECT count(*) FROM read_parquet('{parquet}/facts/*/*.parquet') WHERE year IS NULL"
    assert beside.execute(query).fetchall() == [(CELLS,)]
    # Without the type pandas takes the years for categories, among which it finds no nulls (pyarrow 25).
    years = partitioning(pa.schema([("year", pa.int32())]), flavor="hive")
    frame = pd.read_parquet(parquet / "facts", dtype_backend="pyarrow", partitioning=years)
    assert frame.year.isna().sum() == CELLS
    assert LONG in {str(value) for value in frame.value.dropna()}


def test_the_facts_of_a_report_lie_together_so_that_its_texts_are_stored_once(
    parquet: Path, beside: duckdb.DuckDBPyConnection
) -> None:
    (path,) = (parquet / "facts" / "year=2024").iterdir()
    ids = [row[0] for row in beside.execute(f"SELECT report_id FROM read_parquet('{path}')").fetchall()]
    assert len(list(groupby(ids))) == len(set(ids)) == 2


def _from_csv(file: Path, columns: list[tuple[str, str]], *, spreadsheet: bool = False) -> str:
    """SQL that reads a CSV back; of one for spreadsheets also takes the apostrophes away."""
    told = []
    for place, (name, kind) in enumerate(columns):
        text = f'"{name}"'
        if place == 0 and spreadsheet:
            text = f'"{name}"'  # DuckDB takes the byte-order mark for what it is
        if spreadsheet and (kind == "VARCHAR" or kind.startswith("ENUM") or kind == "JSON" or kind.endswith("]")):
            signs = r"([\s\p{Z}]*[=+\-@＝＋－＠]|[\t\r\n])"
            text = f"if(regexp_matches({text}, '^''+{signs}'), {text}[2:], {text})"
        told.append(f"{text}::{'JSON::' if kind.endswith(']') else ''}{kind} AS {name}")
    options = "all_varchar = true, allow_quoted_nulls = false, header = true, delim = ',', quote = '\"', escape = '\"'"
    return f"(SELECT {', '.join(told)} FROM read_csv('{file}', {options}))"


@pytest.mark.parametrize("form", ["csv", "csv-bom"])
def test_csv_holds_every_relation_row_for_row_and_null_is_no_empty_text(
    form: str, home: Path, beside: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    export(Wanted(form), tmp_path / "out", home)
    resources = _package(tmp_path / "out")["resources"]
    assert len(resources) == DEFAULT
    for resource in resources:
        name, file = resource["name"], tmp_path / "out" / resource["path"]
        columns = _columns(beside, name)
        exported = _from_csv(file, columns, spreadsheet=form == "csv-bom")
        assert _differences(beside, name, ", ".join(column for column, _ in columns), exported) == [], name
        assert file.read_bytes().startswith(b"\xef\xbb\xbf") == (form == "csv-bom")


def test_a_csv_for_spreadsheets_has_no_text_that_runs_and_its_numbers_are_numbers(home: Path, tmp_path: Path) -> None:
    export(Wanted("csv-bom", years=[2023], relations=["facts"]), tmp_path / "out", home)
    frame = pd.read_csv(tmp_path / "out" / "facts.csv", dtype=str, keep_default_na=False)
    assert {"'=cmd|' /C calc'!A0", "'+1+2", "'@SUM(1)", "'\tx", "''=1", "'　＝1", "-129"} <= set(frame.raw)
    assert {"-129", "12.5", LONG, "3646"} <= set(frame.value)
    assert not [value for value in frame.value if value.endswith(".") or (value and value[0] not in "-0123456789")]


RISKY = st.text(st.sampled_from("=+-@＝＋－＠' \t\r\n　19.a"), max_size=6) | st.text(max_size=6)


@pytest.fixture(scope="module")
def guard() -> Iterator[Any]:
    with duckdb.connect() as connection:
        query = f"SELECT {guarded('text')} FROM (SELECT unnest($1::VARCHAR[]) AS text)"
        yield lambda texts: [row[0] for row in connection.execute(query, [texts]).fetchall()]


@settings(max_examples=30)
@given(st.lists(RISKY, min_size=10, max_size=30))
def test_no_guarded_text_can_be_a_formula_and_what_was_published_is_known_again(guard: Any, texts: list[str]) -> None:
    shown = guard(texts)
    for text, safe, again in zip(texts, shown, guard(shown), strict=True):
        assert cell_table._PLAIN_NUMBER.fullmatch(text) or not cell_table._FORMULA.match(safe)
        assert safe in (text, "'" + text)
        if safe != text:
            assert again != safe  # an apostrophe more tells a text that had one from one that was given one
        elif text.startswith("'"):
            assert not cell_table._FORMULA.match(text.lstrip("'"))


@settings(max_examples=30)
@given(st.lists(RISKY.filter(lambda text: not text.startswith("'")), min_size=10, max_size=30))
def test_the_export_and_the_mail_hold_the_same_texts_for_dangerous(guard: Any, texts: list[str]) -> None:
    for text, safe in zip(texts, guard(texts), strict=True):
        assert (safe != text) == (cell_table.guarded(text) != cell_table.visible(text))


def test_the_descriptor_is_a_data_package_whose_files_are_as_it_says(parquet: Path, home: Path) -> None:
    package = _package(parquet)
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert package["created"].endswith("Z")
    assert "licenses" not in package
    snapshot = (home / "nianbao.duckdb").read_bytes()
    assert package["nianbao"]["snapshot"] == {
        "bytes": len(snapshot), "hash": f"sha256:{hashlib.sha256(snapshot).hexdigest()}"
    }  # fmt: skip
    assert isinstance(package["nianbao"]["layout_version"], int)
    described = {"datapackage.json"}
    for resource in package["resources"]:
        assert resource["name"] == resource["name"].lower()
        paths = [resource["path"]] if isinstance(resource["path"], str) else resource["path"]
        assert paths == [file["path"] for file in resource["files"]]
        assert resource["bytes"] == sum(file["bytes"] for file in resource["files"])
        assert resource.get("hash", "sha256:") == (resource["files"][0]["hash"] if "hash" in resource else "sha256:")
        for file in resource["files"]:
            data = (parquet / file["path"]).read_bytes()
            assert (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}") == (file["bytes"], file["hash"])
            described.add(file["path"])
        fields = resource["schema"]["fields"]
        assert {field["type"] for field in fields} <= {
            "string", "integer", "number", "boolean", "date", "datetime", "object", "array", "duration"
        }  # fmt: skip
        assert set(resource["schema"].get("primaryKey", ())) <= {field["name"] for field in fields}
    assert described == {path.relative_to(parquet).as_posix() for path in parquet.rglob("*") if path.is_file()}


def test_comments_of_the_warehouse_are_the_descriptions(parquet: Path, beside: duckdb.DuckDBPyConnection) -> None:
    agencies = next(one for one in _package(parquet)["resources"] if one["name"] == "agencies")
    (comment,) = beside.execute(
        "SELECT comment FROM duckdb_tables() WHERE database_name = 's' AND table_name = 'agencies' UNION ALL "
        "SELECT comment FROM duckdb_views() WHERE database_name = 's' AND view_name = 'agencies'"
    ).fetchall()[0]
    assert agencies["description"] == comment
    assert all("description" in field for field in agencies["schema"]["fields"])


def test_keys_tell_rows_apart_and_references_lead_somewhere(parquet: Path, beside: duckdb.DuckDBPyConnection) -> None:
    files = {one["name"]: f"read_parquet('{parquet}/{one['name']}.parquet')" for one in _package(parquet)["resources"]}
    files["facts"] = f"read_parquet('{parquet}/facts/*/*.parquet')"
    for resource in _package(parquet)["resources"]:
        here, key = files[resource["name"]], ", ".join(resource["schema"]["primaryKey"])
        assert beside.execute(f"SELECT {key} FROM {here} GROUP BY {key} HAVING count(*) > 1").fetchall() == []
        for foreign in resource["schema"].get("foreignKeys", ()):
            (column,), there = foreign["fields"], files[foreign["reference"]["resource"]]
            lost = f"SELECT {column} FROM {here} WHERE {column} NOT IN (SELECT {column} FROM {there})"
            assert beside.execute(lost).fetchall() == [], (resource["name"], column)


@pytest.mark.parametrize(
    ("filters", "facts"),
    [
        ({"years": [2024]}, [("南通市人民政府", 2024, CELLS), ("绵阳市人民政府", 2024, CELLS)]),
        ({"years": [2024], "province": "江苏"}, [("南通市人民政府", 2024, CELLS)]),
        ({"province": "51"}, [("绵阳市人民政府", 2024, CELLS), ("绵阳市人民政府", None, CELLS)]),
        ({"agencies": ["南通市人民政府"]}, [("南通市人民政府", 2023, CELLS), ("南通市人民政府", 2024, CELLS)]),
        ({"years": [1999]}, []),
    ],
)
def test_filters_take_the_same_part_of_every_relation(filters: Any, facts: Any, home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(Wanted("parquet", **filters), out, home)
    with duckdb.connect() as connection:
        query = f"SELECT agency, year, count(*) FROM read_parquet('{out}/facts/*/*.parquet') GROUP BY ALL ORDER BY ALL"
        assert connection.execute(query).fetchall() == facts
        for name in ("checks", "documents", "captures"):
            column = "report_id" if name == "checks" else "document_id"
            (taken,) = connection.execute(
                f"SELECT count(DISTINCT {column}) FROM read_parquet('{out}/{name}.parquet')"
            ).fetchall()
            assert taken == (len(facts),)
    unheeded = {one["name"]: one.get("notFilteredBy", []) for one in _package(out)["resources"]}
    given = {"years": "year", "province": "province", "agencies": "agency"}
    assert unheeded["facts"] == unheeded["coverage"] == []
    assert unheeded["cells"] == [given[name] for name in given if name in filters]


def test_a_view_that_nobody_thought_of_is_exported_by_its_name(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "home" / "nianbao.duckdb"
    copy.parent.mkdir()
    copy.write_bytes((home / "nianbao.duckdb").read_bytes())
    with duckdb.connect(str(copy)) as snapshot:
        snapshot.execute(
            "CREATE VIEW my_view AS SELECT agency_id, year, "
            "count(*)::HUGEINT * 1000000000000000000 AS 件数 FROM facts GROUP BY ALL"
        )
        snapshot.execute("COMMENT ON COLUMN my_view.year IS '年'")
    export(Wanted("parquet", years=[2024], relations=["my_view"]), tmp_path / "out", copy.parent)
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT 件数::VARCHAR FROM read_parquet('{tmp_path}/out/my_view.parquet')"
        ).fetchall()
    assert found == [(f"{CELLS}000000000000000000",)] * 2  # no float
    fields = _package(tmp_path / "out")["resources"][0]["schema"]["fields"]
    assert {"name": "year", "type": "integer", "description": "年"} in fields


@pytest.mark.parametrize("form", ["parquet", "csv-bom"])
def test_every_table_and_view_of_the_snapshot_can_be_taken(
    form: str, home: Path, beside: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    listed = beside.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 's' UNION "
        "SELECT view_name FROM duckdb_views() WHERE database_name = 's' AND NOT internal ORDER BY 1"
    )
    names = [row[0] for row in listed.fetchall()]
    assert len(names) > DEFAULT
    export(Wanted(form, relations=names), tmp_path / "out", home)
    for resource in _package(tmp_path / "out")["resources"]:
        assert beside.execute(f"SELECT count(*) FROM s.{resource['name']}").fetchall() == [(resource["rows"],)]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (
            Wanted("parquet", relations=["no_such"]),
            "no_such: expected a relation of the snapshot, found none; there are",
        ),
        (
            Wanted("parquet", agencies=["通市"]),
            "--agency 通市: expected a body of the snapshot, found none; like it",
        ),
        (Wanted("parquet", province="火星"), "--province 火星: expected bodies"),
    ],
)
def test_what_the_snapshot_does_not_have_is_told_in_a_line_and_leaves_nothing(
    wanted: Wanted, said: str, home: Path, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="expected") as caught:
        export(wanted, tmp_path / "out", home)
    assert str(caught.value).startswith(said)
    assert list(tmp_path.iterdir()) == []


def test_an_export_replaces_an_export_and_nothing_else(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    export(Wanted("csv", relations=["runs"]), out, home)  # an empty folder may be had
    export(Wanted("csv", relations=["rules"]), out, home)
    assert sorted(path.name for path in out.iterdir()) == ["datapackage.json", "rules.csv"]
    (out / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match=r"notes\.txt: expected only what an export wrote"):
        export(Wanted("csv", relations=["runs"]), out, home)
    assert sorted(path.name for path in out.iterdir()) == ["datapackage.json", "notes.txt", "rules.csv"]
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "datapackage.json").write_text('{"resources": []}')
    with pytest.raises(UserError, match="expected a new folder or an export of ours"):
        export(Wanted("csv"), foreign, home)
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(UserError, match="expected a folder"):
        export(Wanted("csv"), file, home)


def test_a_killed_export_leaves_no_half_and_the_next_one_clears_up(home: Path, tmp_path: Path) -> None:
    slow = """
import sys, time
from pathlib import Path
from flows import export
written = export._file
def slowly(*told):
    print("written", flush=True)
    time.sleep(60)
export._file = slowly
export.export(export.Wanted("csv"), Path(sys.argv[1]), Path(sys.argv[2]))
"""
    out = tmp_path / "out"
    export(Wanted("csv", relations=["rules"]), out, home)
    with subprocess.Popen([sys.executable, "-c", slow, out, home], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        beside = [path for path in tmp_path.iterdir() if path != out]
        assert len(beside) == 1
        # Another export to the same place does not take away what is being written.
        export(Wanted("csv", relations=["rules"]), out, home)
        assert [path for path in tmp_path.iterdir() if path != out] == beside
        os.kill(process.pid, signal.SIGKILL)
    assert sorted(path.name for path in out.iterdir()) == ["datapackage.json", "rules.csv"]
    export(Wanted("csv", relations=["runs"]), out, home)
    assert list(tmp_path.iterdir()) == [out]


def test_an_interrupt_inside_a_statement_is_no_fault_of_ours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> None:  # as DuckDB tells it
        raise RuntimeError("Query interrupted") from KeyboardInterrupt()

    monkeypatch.setattr(cli, "app", interrupted)
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert (left.value.code, capsys.readouterr().err) == (130, "nianbao: interrupted\n")


def test_a_place_without_room_is_told_and_left_as_it_was(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.export.DESCRIPTOR", "no such folder/datapackage.json")
    with pytest.raises(UserError, match="expected room to write an export, found"):
        export(Wanted("csv", relations=["runs"]), tmp_path / "out", home)
    assert list(tmp_path.iterdir()) == []


def test_the_checksum_is_of_the_snapshot_that_was_read_though_another_took_its_name(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moving = tmp_path / "home" / "nianbao.duckdb"
    moving.parent.mkdir()
    data = (home / "nianbao.duckdb").read_bytes()
    moving.write_bytes(data)
    import flows.export as module

    about = module._about

    def replaced(*told: Any) -> Any:
        fresh = moving.with_name("fresh")
        fresh.write_bytes(b"another night")
        fresh.replace(moving)
        return about(*told)

    monkeypatch.setattr(module, "_about", replaced)
    export(Wanted("csv", relations=["runs"]), tmp_path / "out", moving.parent)
    assert _package(tmp_path / "out")["nianbao"]["snapshot"]["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_the_command_writes_the_export_and_says_what_it_holds(home: Path, tmp_path: Path) -> None:
    done = nianbao("export", "-o", "out", "--year", "2024", "--relation", "facts", "--home", home, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].split()[:3] == ["facts", str(2 * CELLS), "rows"]
    assert [path.name for path in (tmp_path / "out").iterdir() if path.is_dir()] == ["facts"]
    done = nianbao("export", "-o", "out", "--home", "nowhere", cwd=tmp_path)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "expected a published snapshot, found none" in done.stderr
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


def test_every_declared_relation_is_there_and_its_declared_columns_too(home: Path) -> None:
    with duckdb.connect(str(home / "nianbao.duckdb"), read_only=True) as snapshot:
        for relation in relations(snapshot):
            names = {column.name for column in relation.columns}
            assert {*relation.key, *relation.order, *filter(None, [relation.partition])} <= names, relation.name


def test_a_workbook_replaces_one_of_ours_and_no_other(home: Path, tmp_path: Path) -> None:
    wanted, out = Wanted("xlsx", agencies=["南通市人民政府"]), tmp_path / "deep" / "a.xlsx"
    assert export(wanted, out, home) == 0
    assert load_workbook(out).sheetnames == ["2023", "2024"]
    assert export(Wanted("xlsx", years=[2024], agencies=["南通市人民政府"]), out, home) == 0
    assert load_workbook(out).sheetnames == ["2024"]
    Workbook().save(tmp_path / "mine.xlsx")
    (tmp_path / "text.xlsx").write_text("mine")
    for other in ("mine.xlsx", "text.xlsx"):
        with pytest.raises(UserError, match="expected a new file or a workbook of ours"):
            export(wanted, tmp_path / other, home)
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["a.xlsx", "mine.xlsx", "text.xlsx"]


@pytest.mark.parametrize(
    ("wanted", "name", "said"),
    [
        (Wanted("xlsx"), "a.xlsx", "expected one --agency NAME"),
        (Wanted("xlsx", agencies=["南通市人民政府"]), "a.csv", "ends in .xlsx"),
        (Wanted("xlsx", agencies=["南通市人民政府"], years=[1999]), "a.xlsx", "expected a report of 1999"),
        (Wanted("xlsx", agencies=["某局"]), "a.xlsx", "expected a body of the snapshot, found none"),
    ],
)
def test_what_no_workbook_can_be_made_of_is_told(
    wanted: Wanted, name: str, said: str, home: Path, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=said):
        export(wanted, tmp_path / name, home)
    assert list(tmp_path.iterdir()) == []

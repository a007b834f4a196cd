"""`nianbao sql`: exact answers in four forms, and a connection that can do nothing but read the snapshot."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from flows.asking import sql
from schemas.errors import UserError
from tests.flows.command import nianbao
from warehouse.asking import lock
from warehouse.store import LAYOUT_VERSION, open_snapshot

TYPES = """
SELECT 12345678901234567.12345678::DECIMAL(28, 8) AS long, 2.00::DECIMAL(24, 8) AS two, 100::DECIMAL(24, 8) AS hundred,
    NULL::DECIMAL(24, 8) AS nothing, '' AS empty, NULL::VARCHAR AS absent, 'a,"b"' AS quoted, E'x\\ny' AS lines,
    [1.50, 2.00] AS list, {'k': 1.10, 't': 'say "1.10"'} AS struct, true AS yes, DATE '2024-01-31' AS day,
    'infinity'::DATE AS far, INTERVAL 3 MONTH AS span, 0.1::DOUBLE AS float, 'nan'::DOUBLE AS nan,
    170141183460469231731687303715884105727::HUGEINT AS huge, ' ' AS space
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sql")
    with duckdb.connect(str(folder / "nianbao.duckdb")) as connection:
        connection.execute("CREATE TABLE layout (version INTEGER)")
        connection.execute("INSERT INTO layout VALUES (?)", [LAYOUT_VERSION])
        connection.execute("CREATE TABLE facts (agency VARCHAR, value DECIMAL(24, 8))")
        connection.execute("INSERT INTO facts VALUES ('南通市应急管理局', 3.5), ('施集镇', NULL)")
    return folder


def _told(home: Path, query: str, form: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert sql(query, None, form, home) == 0
    return capsys.readouterr().out


def test_csv_is_exact_and_tells_null_from_empty(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = _told(home, TYPES, "csv", capsys)
    assert said.splitlines()[1:] == [
        '12345678901234567.12345678,2,100,,"",,"a,""b""","x', 'y","[1.5,2]","{""k"":1.1,""t"":""say \\""1.10\\""""}",'
        "true,2024-01-31,infinity,3 months,0.1,nan,170141183460469231731687303715884105727,\" \"",
    ]  # fmt: skip
    with duckdb.connect() as connection:
        path = home / "answer.csv"
        path.write_text(said, encoding="utf-8")
        read = (
            f"SELECT long, two, empty, absent FROM read_csv('{path}', all_varchar = true, allow_quoted_nulls = false)"
        )
        assert connection.execute(read).fetchall() == [("12345678901234567.12345678", "2", "", None)]


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json_numbers_keep_every_digit(form: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = json.loads(_told(home, TYPES, form, capsys), parse_float=Decimal)
    (row,) = said if form == "json" else [said]
    assert row == {
        "long": Decimal("12345678901234567.12345678"), "two": 2, "hundred": 100, "nothing": None, "empty": "",
        "absent": None, "quoted": 'a,"b"', "lines": "x\ny", "list": [Decimal("1.5"), 2],
        "struct": {"k": Decimal("1.1"), "t": 'say "1.10"'}, "yes": True, "day": "2024-01-31", "far": "infinity",
        "span": "3 months", "float": Decimal("0.1"), "nan": "nan", "huge": 170141183460469231731687303715884105727,
        "space": " ",
    }  # fmt: skip


def test_an_answer_without_rows_is_still_an_answer(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = "SELECT agency FROM facts WHERE false"
    assert json.loads(_told(home, query, "json", capsys)) == []
    assert _told(home, query, "jsonl", capsys) == ""
    assert _told(home, query, "csv", capsys) == "agency\n"
    assert "agency" in _told(home, query, "table", capsys)


def test_json_loses_no_column_to_its_namesake(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _told(home, "SELECT 1 AS a, 2 AS a", "csv", capsys) == "a,a\n1,2\n"
    with pytest.raises(UserError, match="'a' twice: name them with AS"):
        sql("SELECT 1 AS a, 2 AS a", None, "json", home)


def test_a_table_fits_chinese_and_shows_what_it_holds(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        _told(home, "SELECT agency, value, E'a\\x1bb' AS esc FROM facts ORDER BY value", "table", capsys)
        == """\
┌──────────────────┬───────────────┬─────────┐
│ agency           │ value         │ esc     │
│ varchar          │ decimal(24,8) │ varchar │
├──────────────────┼───────────────┼─────────┤
│ 南通市应急管理局 │           3.5 │ a␛b     │
│ 施集镇           │          NULL │ a␛b     │
└──────────────────┴───────────────┴─────────┘
"""
    )


def test_a_table_that_is_cut_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql("SELECT range FROM range(10_001)", None, "table", home)
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 10_005
    assert said.err == ("nianbao: only the first 10,000 rows are shown; --format csv or jsonl gives all of them\n")
    sql("SELECT range FROM range(10_000)", None, "table", home)
    assert capsys.readouterr().err == ""


def test_several_answers_are_tables_and_never_one_csv(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = "CREATE TEMP MACRO twice(x) AS 2 * x; SELECT twice(4) AS one; -- first\nSELECT 'two' AS two;"
    said = _told(home, script, "table", capsys)
    assert said.count("┌") == 2
    with pytest.raises(UserError, match="expected one answer for --format csv, found more"):
        sql(script, None, "csv", home)


@pytest.mark.parametrize(
    "query", ["SHOW TABLES", "DESCRIBE facts", "SUMMARIZE facts", "EXPLAIN SELECT 1", "FROM facts"]
)
def test_what_is_no_plain_select_is_answered_too(query: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(_told(home, query, "csv", capsys).splitlines()) > 1


def test_the_question_comes_from_a_file_or_a_pipe(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "q.sql").write_text("SELECT '件' AS 单位 -- one", encoding="utf-8")
    sql(None, tmp_path / "q.sql", "csv", home)
    assert capsys.readouterr().out == "单位\n件\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO("SELECT 7 AS n;\n"))
    assert _told(home, "-", "csv", capsys) == "n\n7\n"
    for query, file, said in [
        (None, None, "expected one question"),
        ("SELECT 1", tmp_path / "q.sql", "expected one question"),
        (None, tmp_path / "none.sql", "expected a file of SQL"),
        ("  ", None, "found nothing"),
    ]:
        with pytest.raises(UserError, match=said):
            sql(query, file, "table", home)


def test_a_mistake_is_told_in_one_line_with_what_was_meant(home: Path) -> None:
    done = nianbao("sql", "SELECT agenci FROM facts", "--home", home, cwd=home)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert 'column "agenci" not found' in done.stderr
    assert '"agency"' in done.stderr


FORBIDDEN = [
    "COPY facts TO '{out}/x.csv'",
    "COPY (SELECT 1) TO '{out}/x.parquet' (FORMAT parquet)",
    "EXPORT DATABASE '{out}/x'",
    "IMPORT DATABASE '{out}'",
    "ATTACH '{out}/x.duckdb' AS x",
    "ATTACH '{out}/other.duckdb' AS x (READ_ONLY)",
    "SELECT * FROM read_csv('{out}/secret.csv')",
    "SELECT * FROM '{out}/secret.csv'",
    "SELECT * FROM read_text('{out}/secret.csv')",
    "SELECT * FROM read_blob('{out}/*')",
    "SELECT * FROM glob('{out}/*')",
    "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
    "INSTALL httpfs",
    "LOAD httpfs",
    "INSTALL '{out}/x.duckdb_extension'",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET enable_external_access",
    "SET allowed_directories = ['/']",
    "SET temp_directory = '{out}'",
    "SET log_query_path = '{out}/x.log'",
    "SET python_enable_replacements = true",
    "PRAGMA profiling_output = '{out}/x.json'",
    "CALL enable_logging(storage => 'file', storage_path => '{out}/x')",
    "CREATE PERSISTENT SECRET x (TYPE s3)",
    "SELECT * FROM home",
    "SELECT * FROM query",
    "INSERT INTO facts VALUES ('x', 1)",
    "UPDATE facts SET value = 0",
    "DELETE FROM facts",
    "DROP TABLE facts",
    "ALTER TABLE facts ADD COLUMN x INTEGER",
    "CREATE TABLE x (y INTEGER)",
    "CREATE VIEW x AS SELECT 1",
    "CHECKPOINT",
    "DETACH nianbao",
    "VACUUM",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_nothing_but_the_snapshot_can_be_reached(statement: str, home: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with duckdb.connect(str(tmp_path / "other.duckdb")) as other:
        other.execute("CREATE TABLE mine (a INTEGER)")
    before = {path: path.read_bytes() for path in [*tmp_path.iterdir(), home / "nianbao.duckdb"]}
    with pytest.raises(UserError, match=r"^sql: ") as caught:
        sql(statement.format(out=tmp_path), None, "csv", home)
    assert "\n" not in str(caught.value)
    assert {path: path.read_bytes() for path in [*tmp_path.iterdir(), home / "nianbao.duckdb"]} == before


def test_a_sort_that_needs_the_disk_works_behind_the_locks(home: Path) -> None:
    with open_snapshot(home / "nianbao.duckdb") as connection:
        connection.execute("SET memory_limit = '60MB'")
        lock(connection)
        rows = "SELECT repeat('x', 90) || range AS t FROM range(700_000)"
        placed = f"SELECT row_number() OVER (ORDER BY hash(t)) AS place, t FROM ({rows})"
        query = f"SELECT max(place) FROM ({placed}) WHERE t > ''"
        assert connection.execute(query).fetchall() == [(700_000,)]


def test_a_big_answer_streams(home: Path) -> None:
    measured = """
import resource, sys
from pathlib import Path
from flows.asking import sql
sql("SELECT range AS n, repeat('x', 200) AS t FROM range(10)", None, "jsonl", Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sql("SELECT range AS n, repeat('x', 200) AS t FROM range(100_000)", None, "csv", Path(sys.argv[1]))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", measured, home], capture_output=True, text=True, check=True)
    assert done.stdout.count("\n") == 100_011
    assert int(done.stderr) < 15  # MB; the answer has 21

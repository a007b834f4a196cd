"""The warehouse: loading twice is loading once, one current version, an atomic snapshot, clear refusals."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

import flows.reading
from flows.limits import Limits
from flows.reading import read_batch
from flows.workers import WorkerPool
from schemas.errors import InternalError, PassingError, UserError
from tests.warehouse.house import House
from warehouse.checks import check_reports
from warehouse.comments import missing_words
from warehouse.load import DocumentToRead
from warehouse.publish import publish
from warehouse.store import LAYOUT_VERSION, open_snapshot, open_warehouse


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_the_contract_s_relations_have_their_columns(house: House) -> None:
    house.ingest("one", house.page("虚构县人民政府", 2022))
    wanted = {
        "facts": "source agency year format table_code row_code column_code value unit raw status locator "
        "report_id agency_id amount_yuan row_label column_label",
        "reports": "report_id agency_id agency year format title published_on url document_id grade is_current "
        "extractor_version",
        "agencies": "agency_id name kind level adcode province city county parent_id",
        "checks": "report_id rule expected actual residual status",
        "documents": "document_id",
        "documents ": "document_no",
        "captures": "url",
        "problems": "code message place",
        "runs": "run_id",
    }
    with open_warehouse(house.path) as warehouse:
        for relation, columns in wanted.items():
            warehouse.execute(f"SELECT {', '.join(columns.split())} FROM {relation}")


def test_placed_facts_are_the_facts_and_none_is_lost_or_told_otherwise(house: House) -> None:
    """The view states the columns of facts a second time, for speed: the two may not drift apart."""
    house.ingest("one", house.page("虚构县人民政府", 2022))
    house.ingest("two", house.page("虚构县人民政府", 2023), url="http://x/2023.html")
    with open_warehouse(house.path) as warehouse:
        columns = ", ".join(row[0] for row in warehouse.execute("DESCRIBE facts").fetchall())
        for one, other in (("facts", "placed_facts"), ("placed_facts", "facts")):
            apart = f"SELECT {columns} FROM {one} EXCEPT ALL SELECT {columns} FROM {other}"
            assert warehouse.execute(apart).fetchall() == []
        (counted,) = warehouse.execute("SELECT count(*) FROM placed_facts").fetchone() or (0,)
        assert counted > 300


def test_every_relation_and_column_of_a_snapshot_says_what_it_is(house: House, tmp_path: Path) -> None:
    house.ingest("one", house.page("虚构县人民政府", 2022))
    publish(house.path, tmp_path / "out.duckdb")
    with open_snapshot(tmp_path / "out.duckdb") as snapshot:
        assert missing_words(snapshot) == []


def test_ids_without_an_index_are_there_once(house: House) -> None:
    """Keys over long ids are not declared (tables.sql tells why); the loads have to see to them."""
    page = house.page("虚构县人民政府", 2022)
    for run_id in ("one", "one", "two"):
        house.ingest(run_id, page)
        house.ingest(run_id, house.page("虚构县人民政府", 2023), url="http://x/b.html")
    keys = {
        "documents": "document_id",
        "documents ": "document_no",
        "captures": "capture_id",
        "readings": "document_id, extractor_version",
        "reports": "report_id",
        "stored_fingerprints": "report_no",
        "stored_facts": "report_no, cell_no",
        "stored_checks": "report_no, rule_no",
        "statements": "report_id, number",
    }
    with open_warehouse(house.path) as warehouse:
        for table, key in keys.items():
            twice = f"SELECT {key} FROM {table} GROUP BY ALL HAVING count(*) > 1"
            assert warehouse.execute(twice).fetchall() == [], table


def test_loading_twice_is_loading_once(house: House) -> None:
    page = house.page("虚构县人民政府", 2022)
    house.ingest("one", page)
    before = house.counts()
    assert before["fact_values"] == 200
    house.ingest("one", page)
    house.ingest("two", page)
    after = house.counts()
    assert {name: after[name] for name in before if name != "captures"} == {
        name: before[name] for name in before if name != "captures"
    }


def test_a_changed_page_gets_a_new_version_and_the_old_one_stays(house: House) -> None:
    house.ingest("one", house.page("虚构县人民政府", 2022), url="http://x/a.html")
    house.ingest("two", house.page("虚构县人民政府", 2022, start=900), url="http://x/a.html", day=2)
    with open_warehouse(house.path) as warehouse:
        versions = warehouse.execute("SELECT run_id, is_current FROM reports ORDER BY run_id").fetchall()
        facts = warehouse.execute("SELECT count(*), min(value) FROM facts").fetchone()
    assert versions == [("one", False), ("two", True)]
    assert facts == (200, 901)
    assert house.counts()["fact_values"] == 400


def test_a_page_changed_back_is_current_again(house: House) -> None:
    first = house.page("虚构县人民政府", 2022)
    house.ingest("one", first, url="http://x/a.html")
    house.ingest("two", house.page("虚构县人民政府", 2022, start=900), url="http://x/a.html", day=2)
    house.ingest("three", first, url="http://x/a.html", day=3)
    with open_warehouse(house.path) as warehouse:
        assert warehouse.execute("SELECT run_id FROM reports WHERE is_current").fetchall() == [("one",)]


def test_of_two_addresses_of_one_report_the_better_read_is_current(house: House) -> None:
    house.ingest("one", house.page("虚构县人民政府", 2022), url="http://x/whole.html")
    torn = house.page("虚构县人民政府", 2022).replace("5.属于三类内部事务信息".encode(), b"")
    house.ingest("two", torn, url="http://x/torn.html", day=2)
    with open_warehouse(house.path) as warehouse:
        rows = warehouse.execute("SELECT url, is_current, grade FROM reports ORDER BY url").fetchall()
    assert rows == [("http://x/torn.html", False, "incomplete"), ("http://x/whole.html", True, "verified")]


def test_amounts_are_also_given_in_yuan_where_the_unit_is_known(house: House) -> None:
    house.ingest("one", house.page("虚构县人民政府", 2022))
    with open_warehouse(house.path) as warehouse:
        rows = warehouse.execute(
            "SELECT value, unit, amount_yuan FROM facts WHERE column_code = 'amount' OR row_code = 'rules' ORDER BY 1"
        ).fetchall()
    assert [row[2] for row in rows if row[1] is None] == [None, None, None]
    assert [(row[0] * 10_000 == row[2]) for row in rows if row[1] == "万元"] == [True]


def test_a_document_that_is_no_report_leaves_a_problem_and_no_facts(house: House) -> None:
    house.ingest("one", "<p>关于印发工作要点的通知</p>".encode())
    with open_warehouse(house.path) as warehouse:
        problems = warehouse.execute("SELECT code, ours, place FROM problems").fetchall()
    assert problems == [("not_a_report", False, "http://x/page.html")]
    counts = house.counts()
    assert (counts["fact_values"], counts["reports"], counts["documents"]) == (0, 0, 1)


prepare = flows.reading.prepare  # the nursery asks the module whose function reads


def _read_or_suffer(place: tuple[DocumentToRead, Path]) -> tuple[str, ...]:
    """Read in a worker, as a document does that makes a reader raise, crash, spin or eat memory."""
    what = place[0].url.rpartition("/")[2]
    if what == "raise":
        raise RecursionError("deep")
    if what == "crash":
        os.abort()
    if what == "spin":
        sum(range(10**15))
    if what == "eat":
        bytes(10**10)
    return flows.reading._read_one(place)


@pytest.mark.parametrize(
    ("what", "code"),
    [("raise", "reader_failed"), ("crash", "reader_failed"), ("spin", "too_slow"), ("eat", "too_much_memory")],
)
def test_a_reader_that_fails_costs_only_its_document(
    house: House, monkeypatch: pytest.MonkeyPatch, what: str, code: str
) -> None:
    with WorkerPool(_read_or_suffer, Limits(seconds=5)) as pool:
        monkeypatch.setattr(flows.reading, "shared_pool", lambda *_: pool)
        house.archive(b"<p>BAD</p>", "one", f"http://x/{what}")
        house.ingest("two", house.page("虚构县人民政府", 2022), url="http://x/good.html")
    with open_warehouse(house.path) as warehouse:
        problems = warehouse.execute("SELECT code, ours, place, message FROM problems").fetchall()
        grades = warehouse.execute("SELECT grade FROM reports ORDER BY grade").fetchall()
    assert [row[:3] for row in problems] == [(code, True, f"http://x/{what}")]
    assert problems[0][3].startswith(f"http://x/{what}: ")
    assert grades == [("unreadable",), ("verified",)]


def test_a_dead_link_is_a_problem_until_it_answers(house: House) -> None:
    house.load_captures("one", [house.capture("http://x/a.html", outcome="gone", status=404, message="HTTP 404")])
    with open_warehouse(house.path) as warehouse:
        assert warehouse.execute("SELECT message FROM problems").fetchall() == [
            ("http://x/a.html: expected a page, found: HTTP 404",)
        ]
    house.ingest("two", house.page("虚构县人民政府", 2022), url="http://x/a.html")
    assert house.counts()["problems"] == 0


def test_a_batch_that_dies_half_way_leaves_nothing(house: House) -> None:
    documents = house.archive(house.page("虚构县人民政府", 2022), "one", "http://x/a.html")
    batch = read_batch(documents, house.folder, house.folder / "batch")
    batch.problems.write_text("{torn", encoding="utf-8")
    with pytest.raises(duckdb.Error):
        house.load(batch, "one")
    assert house.counts()["fact_values"] == 0
    assert house.counts()["reports"] == 0


def test_readers_keep_the_old_snapshot_and_new_ones_get_the_new(house: House, tmp_path: Path) -> None:
    snapshot = tmp_path / "out" / "nianbao.duckdb"
    house.ingest("one", house.page("虚构县人民政府", 2022))
    publish(house.path, snapshot)
    with open_snapshot(snapshot) as old:
        house.ingest("two", house.page("虚构县人民政府", 2023), url="http://x/b.html")
        publish(house.path, snapshot)
        assert old.execute("SELECT count(*) FROM facts").fetchone() == (200,)
        code = f"import duckdb; print(duckdb.connect({str(snapshot)!r}, read_only=True).sql('FROM facts').count('*'))"
        fresh = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
        assert "400" in fresh.stdout
    assert {path.name for path in snapshot.parent.iterdir()} == {"nianbao.duckdb", "nianbao.duckdb.json"}


def test_an_open_warehouse_is_not_published(house: House, tmp_path: Path) -> None:
    house.ingest("one", house.page("虚构县人民政府", 2022))
    with open_warehouse(house.path) as warehouse:
        warehouse.execute("INSERT INTO agencies (agency_id, name) VALUES ('a', 'b')")
        with pytest.raises(InternalError, match="write-ahead log"):
            publish(house.path, tmp_path / "out.duckdb")
    assert not (tmp_path / "out.duckdb").exists()


def test_a_second_writer_is_told_to_wait(house: House) -> None:
    code = f"""
from pathlib import Path
from warehouse.store import open_warehouse
with open_warehouse(Path({str(house.path)!r})):
    print("open", flush=True); input()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "open"
        with pytest.raises(PassingError, match="only writer"), open_warehouse(house.path):
            pass
        other.communicate("\n")


def test_a_report_that_says_whom_it_gathers_has_its_scope_and_the_words(house: House) -> None:
    page = house.page("虚构县人民政府", 2022).decode()
    house.ingest("one", page.replace("工作有序。", "工作有序。本报告汇总全县各部门的数据编制。").encode())
    house.ingest("two", house.page("虚构县人民政府", 2021), "http://x/before.html")
    with open_warehouse(house.path) as warehouse:
        found = warehouse.execute("SELECT scope, evidence->>'scope' FROM reports ORDER BY year DESC").fetchall()
    assert found == [("aggregate", "text: 本报告汇总全县各部门的数据编制"), (None, None)]


def test_a_warehouse_of_a_later_layout_is_refused_by_name(house: House) -> None:
    house.counts()
    with duckdb.connect(str(house.path)) as raw:
        raw.execute("UPDATE layout SET version = 99")
    with (
        pytest.raises(UserError, match=rf"warehouse\.duckdb: expected layout version {LAYOUT_VERSION}, found 99"),
        open_warehouse(house.path),
    ):
        pass


def test_a_snapshot_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nianbao run"), open_snapshot(tmp_path / "none.duckdb"):
        pass
    (tmp_path / "text.duckdb").write_text("no database" * 500)
    with pytest.raises(UserError, match=r"text\.duckdb"), open_snapshot(tmp_path / "text.duckdb"):
        pass


def test_times_are_kept_with_their_zone(house: House) -> None:
    house.ingest("one", house.page("虚构县人民政府", 2022))
    with open_warehouse(house.path) as warehouse:
        (moment,) = warehouse.execute("SELECT fetched_at FROM captures").fetchone() or (None,)
    assert moment is not None
    assert moment.astimezone(UTC) == datetime(2026, 1, 1, tzinfo=UTC)


def test_reports_of_unknown_year_do_not_push_each_other_out(house: House) -> None:
    for number in range(3):
        page = house.page("虚构县人民政府", 2022, start=number * 1000)
        house.ingest(f"run-{number}", page.replace("2022年".encode(), b""), url=f"http://x/{number}.html")
    with open_warehouse(house.path) as warehouse:
        warehouse.execute("UPDATE reports SET year = NULL")
        check_reports(warehouse)
        assert warehouse.execute("SELECT count(*) FROM facts").fetchone() == (600,)


def test_a_list_page_without_reports_is_a_problem(house: House) -> None:
    empty = house.capture("http://x/list.html", outcome="found", status=200, message="no link looks like a report")
    house.load_captures("one", [{**empty, "role": "list"}])
    with open_warehouse(house.path) as warehouse:
        assert warehouse.execute("SELECT code, message FROM problems").fetchall() == [
            ("empty_list", "http://x/list.html: expected a list of reports, found: no link looks like a report")
        ]


def test_a_damaged_archive_costs_its_document_only_and_heals_when_archived_anew(house: House) -> None:
    first = house.archive(house.page("虚构县人民政府", 2022), "one", "http://x/a.html")
    (house.folder / first[0].archive_file).write_bytes(b"torn")
    documents = house.archive(house.page("虚构县人民政府", 2023), "two", "http://x/b.html", day=2)
    assert len(documents) == 2
    house.load(read_batch(documents, house.folder, house.folder / "both"), "two")
    with open_warehouse(house.path) as warehouse:
        assert warehouse.execute("SELECT code, ours FROM problems").fetchall() == [("archive_damaged", True)]
        assert warehouse.execute("SELECT year FROM reports").fetchall() == [(2023,)]
    house.ingest("three", house.page("虚构县人民政府", 2022), url="http://x/a.html", day=3)
    assert (house.counts()["problems"], house.counts()["reports"]) == (0, 2)

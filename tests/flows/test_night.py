"""Whole nights, as a person runs them: the sample site over real HTTP, through Prefect, to the mail."""

from __future__ import annotations

import email
import email.policy
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from aiosmtpd.controller import Controller

from tests.corpus.catalogue import load_catalogue
from tests.flows.command import NIANBAO, environment, nianbao
from tests.shared import SAMPLES

FAILED = "SELECT agency, year, rule FROM checks JOIN reports USING (report_id) WHERE status = 'fail' ORDER BY ALL"
KNOWN_FAILURES = [
    ("南谯区施集镇", 2020, "plausibility.rule_making"),
    ("南通市应急管理局", 2020, "applications.outcomes.other"),
    ("南通市应急管理局", 2020, "applications.row_total.refused_third_party"),
    # The prose says 134 and 57 where table 四 has 170 and 77, as in the real report; all else it says agrees.
    ("宿迁市人民政府", 2024, "text.reconsideration"),
    ("宿迁市人民政府", 2024, "text.suits"),
    ("示例区教育局", 2024, "litigation.row_total.suit_direct"),
]


class Inbox:
    """A real SMTP server's memory."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture(scope="module")
def inbox() -> Iterator[tuple[Inbox, int]]:
    memory = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(memory, hostname="127.0.0.1", port=port)
    controller.start()
    yield memory, port
    controller.stop()


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory, inbox: tuple[Inbox, int]) -> tuple[Path, list[Any], Inbox]:
    """Two nights over the unchanged sample site, the mail sent to a real server."""
    folder = tmp_path_factory.mktemp("nights")
    memory, port = inbox
    mail = {"NIANBAO_MAIL__HOST": "127.0.0.1", "NIANBAO_MAIL__PORT": str(port)}
    done = [nianbao("run", cwd=folder, **mail) for _ in range(2)]
    return folder / "var", done, memory


def _ask(home: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "nianbao.duckdb"), read_only=True) as snapshot:
        return snapshot.execute(query).fetchall()


def test_both_nights_end_well_and_say_what_a_person_wants_to_know(nights: Any) -> None:
    home, (first, second), _ = nights
    for done in (first, second):
        assert done.returncode == 0, done.stderr
        assert "12  verified" in done.stdout
        assert "3 fail in the publishers' figures" in done.stdout
        assert "var/nianbao.duckdb" in done.stdout
        assert "var/report/index.html" in done.stdout
        assert "sent to team@localhost" in done.stdout
        assert str(home.parent) not in done.stdout
    assert "14 reports (14 new), 2,788 facts (2,788 new)" in first.stdout
    assert "14 reports (0 new), 2,788 facts (0 new)" in second.stdout


def test_the_query_to_try_next_works(nights: Any) -> None:
    home, (first, _), _ = nights
    query = first.stdout.rsplit('nianbao sql "', 1)[1].rsplit('"', 1)[0]
    done = nianbao("sql", query, cwd=home.parent)
    assert done.returncode == 0
    assert "南通市应急管理局" in done.stdout
    assert ".00000000" not in done.stdout


def test_every_figure_of_the_site_is_in_the_snapshot(nights: Any) -> None:
    """The catalogue knows what each page says; nothing else may stand in the warehouse."""
    home, _, _ = nights
    rows = _ask(home, "SELECT agency, year, table_code, row_code, column_code, raw FROM facts")
    found: dict[tuple[Any, ...], dict[tuple[Any, ...], str]] = {}
    for agency, year, *cell, raw in rows:
        found.setdefault((agency, year), {})[tuple(cell)] = raw
    expected = {
        (sample.report.agency, sample.report.year): dict(sample.figures) for sample in load_catalogue(SAMPLES).samples
    }
    # The page names the town only; the catalogue knows whose it is (VARIANTS: seed 000).
    expected["南谯区施集镇", 2020] = expected.pop(("南谯区施集镇人民政府", 2020))
    assert set(found) == set(expected)
    for key, figures in expected.items():
        assert {cell: raw.strip() for cell, raw in found[key].items()} == {c: raw.strip() for c, raw in figures.items()}


def test_failing_sums_are_those_that_the_publishers_made(nights: Any) -> None:
    assert _ask(nights[0], FAILED) == KNOWN_FAILURES


def test_pdf_and_word_file_are_read_and_only_the_dead_link_is_a_problem(nights: Any) -> None:
    rows = _ask(
        nights[0],
        "SELECT agency, year, grade FROM reports WHERE url LIKE '%.pdf' OR url LIKE '%.docx' ORDER BY agency",
    )
    assert rows == [("样本市财政局", 2023, "verified"), ("虚构县示范镇人民政府", 2022, "verified")]
    assert _ask(nights[0], "SELECT code, ours FROM problems") == [("gone", False)]


def test_the_archive_gives_the_published_bytes_back(nights: Any) -> None:
    from flows.crawl.replay import read_payload

    home, _, _ = nights
    rows = _ask(
        home, "SELECT url, archive_file, archive_offset FROM captures WHERE role = 'report' AND has_document(outcome)"
    )
    assert len(rows) == 28
    for url, file, offset in rows:
        original = SAMPLES / "site" / url.split("/", 3)[3]
        assert read_payload(home / "archive", file, offset) == original.read_bytes()


def test_an_unchanged_night_stores_no_document_again(nights: Any) -> None:
    home, _, _ = nights
    assert _ask(home, "SELECT status, new_documents, new_facts FROM runs ORDER BY run_id") == [
        ("published", 14, 2788),
        ("published", 0, 0),
    ]
    # Report pages are referred to; the list pages are fetched and kept each night.
    first, second = sorted((home / "archive").iterdir())
    assert second.stat().st_size < first.stat().st_size / 2


def test_the_mail_arrives_with_verdict_page_and_cells(nights: Any) -> None:
    _, _, memory = nights
    assert len(memory.mails) == 2
    mail = memory.mails[0]
    assert "3" in mail["Subject"]
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert any(name.endswith(".html") for name in names)
    assert any(name.endswith(".csv") for name in names)
    assert "南通市应急管理局" in mail.get_body(("plain",)).get_content()


def test_status_check_report_and_rebuild_go_on_from_there(nights: Any) -> None:
    home, _, _ = nights
    before = _ask(home, "SELECT * EXCLUDE (report_id) FROM facts ORDER BY ALL")
    assert "12 verified, 2 inconsistent" in nianbao("status", cwd=home.parent).stdout
    for command in ("check", "rebuild", "report"):
        done = nianbao(command, cwd=home.parent)
        assert done.returncode == 0, done.stderr
        assert "12  verified" in done.stdout
    assert not [path for path in (home / "work").iterdir() if path.is_dir()], "nothing waits, nothing is left lying"
    assert _ask(home, FAILED) == KNOWN_FAILURES
    assert _ask(home, "SELECT * EXCLUDE (report_id) FROM facts ORDER BY ALL") == before


def test_sql_cannot_write_and_says_what_is_wrong_in_one_line(nights: Any) -> None:
    home, _, _ = nights
    for query in ("DELETE FROM reports", "SELEC 1", "SELECT nothing FROM facts", "SELECT CAST('x' AS INT)"):
        done = nianbao("sql", query, cwd=home.parent)
        assert done.returncode != 0
        assert done.stderr.startswith("nianbao: sql: ")
        assert done.stderr.count("\n") == 1


def test_sql_shows_numbers_as_they_are(nights: Any) -> None:
    home, _, _ = nights
    query = """
        SELECT 720::DECIMAL(12, 0) AS a, 0::DECIMAL(4, 0) AS b, 1.50 AS c, 2.25 AS c, 100.00 AS "d""e", value
        FROM facts WHERE raw = '72701.2578'
    """
    done = nianbao("sql", query, cwd=home.parent)
    shown = [cell.strip() for cell in done.stdout.splitlines()[4].strip("│").split("│")]
    assert shown == ["720", "0", "1.5", "2.25", "100", "72701.2578"], done.stdout


def _registry(folder: Path, *extra: dict[str, Any]) -> Path:
    """A registry of two sample bodies beside whatever a test adds; the site is the repository's."""
    (folder / "site").symlink_to(SAMPLES / "site")
    sources = [{"id": name, "list": f"{{site}}/{name}/index.html", "local": True} for name in ("faku", "nantong")]
    path = folder / "sources.yaml"
    path.write_text(yaml.safe_dump({"serve": "site", "sources": [*extra, *sources]}, allow_unicode=True))
    return path


def test_a_source_that_does_not_answer_does_not_stop_the_others(tmp_path: Path) -> None:
    registry = _registry(tmp_path, {"id": "dead", "list": "http://127.0.0.1:9/index.html", "local": True})
    done = nianbao("run", "--sources", registry, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert _ask(tmp_path / "var", "SELECT agency FROM reports ORDER BY 1") == [
        ("南通市应急管理局",),
        ("法库县人民政府",),
    ]
    assert _ask(tmp_path / "var", "SELECT code, place FROM problems") == [
        ("unreachable", "http://127.0.0.1:9/index.html")
    ]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_statement_interrupted_by_a_signal_leaves_the_signal_s_own_exception(tmp_path: Path, end: int) -> None:
    """DuckDB says RuntimeError and could not open its file again: a night went on for ever."""
    code = f"""
import os, signal, threading
from pathlib import Path
from warehouse.store import open_warehouse
signal.signal({int(end)}, signal.default_int_handler)
try:
    with open_warehouse(Path("w.duckdb")) as warehouse:
        threading.Timer(1, os.kill, (os.getpid(), {int(end)})).start()
        warehouse.execute("CREATE TEMP TABLE a AS SELECT i, hash(i) AS h FROM range(100000000) t(i)")
except KeyboardInterrupt:
    print("interrupted")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, "interrupted\n"), done.stderr


def test_a_night_killed_at_any_stage_ends_the_same_next_time(tmp_path: Path) -> None:
    """kill -9 while crawling and while reading; the next night holds what an undisturbed one would."""
    registry = _registry(tmp_path)
    for word in ("start:", "crawl:"):
        with subprocess.Popen(
            [NIANBAO, "run", "--sources", registry],
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as night:
            assert night.stderr is not None
            for line in night.stderr:
                if line.startswith(word):
                    break
            time.sleep(0.5)
            os.killpg(night.pid, signal.SIGKILL)
    done = nianbao("run", "--sources", registry, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    home = tmp_path / "var"
    assert _ask(home, "SELECT count(*), count(DISTINCT report_id) FROM facts") == [(396, 2)]
    assert _ask(home, FAILED) == KNOWN_FAILURES[1:3]
    assert _ask(home, "SELECT status FROM runs WHERE run_id = (SELECT max(run_id) FROM runs)") == [("published",)]


def test_a_registry_with_a_mistake_is_one_line_and_no_night(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("sources:\n  - {id: a, list: 'ftp://x/'}\n")
    done = nianbao("run", "--sources", "sources.yaml", cwd=tmp_path)
    assert done.returncode != 0
    assert done.stderr.splitlines()[-1].startswith("nianbao: ")
    assert "sources.yaml" in done.stderr.splitlines()[-1]

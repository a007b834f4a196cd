"""The checks: residuals of every declared sum, suites over them, and our faults never shown as theirs."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from expectations.suites import Rule, Suite, publisher_suite, reading_suites
from expectations.validate import validate
from schemas.errors import InternalError
from schemas.formats import Format, format_by_code, load_formats
from tests.expectations.crowd import fill
from tests.expectations.single import put
from tests.shared import SEEDS, SHARED, needs_shared
from tests.warehouse.direct import put_verdicts
from tests.warehouse.house import House
from warehouse.checks import check_reports, publisher_rules, reading_frames, residual_frame
from warehouse.questions import failing_sums, sums_by_status
from warehouse.store import open_warehouse


@needs_shared
def test_the_seeds_known_truth(tmp_path: Path) -> None:
    """南通市应急管理局 2020 breaks exactly two sums; every other sum of the five reports holds."""
    house = House(tmp_path)
    for number, name in enumerate(SEEDS):
        house.ingest(f"run-{number}", (SHARED / "seeds" / name).read_bytes(), url=f"http://x/{name}")
    with open_warehouse(house.path) as warehouse:
        rows = warehouse.execute(
            "SELECT agency, rule, expected, actual, residual, status FROM checks JOIN reports USING (report_id) "
            "WHERE rule IN (SELECT rule FROM rule_terms)"
        ).fetchall()
        verdicts = [
            verdict
            for name, rules in publisher_rules(warehouse).items()
            if name.startswith("sums.")
            for verdict in validate(publisher_suite(name, rules), residual_frame(warehouse, name))
        ]
        offenders = dict(warehouse.execute("SELECT report_id, agency FROM reports").fetchall())
    assert len(rows) == 4 * 40 + 42
    failing = {row[:5] for row in rows if row[5] != "pass"}
    assert failing == {
        ("南通市应急管理局", "applications.row_total.refused_third_party", 2, 1, -1),
        ("南通市应急管理局", "applications.outcomes.other", 1, 0, -1),
    }
    failed = {verdict.rule: verdict.keys for verdict in verdicts if not verdict.success}
    assert set(failed) == {row[1] for row in failing}
    assert {offenders[key] for keys in failed.values() for key in keys} == {"南通市应急管理局"}
    assert not any(verdict.gates for verdict in verdicts), "publishers' sums never gate publishing"


@pytest.mark.parametrize("known", load_formats(), ids=lambda known: known.code)
def test_every_declared_sum_becomes_a_rule_of_the_suite(tmp_path: Path, known: Format) -> None:
    with open_warehouse(tmp_path / "warehouse.duckdb") as warehouse:
        suite = publisher_suite("sums", publisher_rules(warehouse)[f"sums.{known.code}"])
    assert {rule.code for rule in suite.rules} == {rule.code for rule in known.sums}
    assert all(rule.sentence and rule.sentence_en for rule in suite.rules)


def test_a_sum_with_an_unknown_cell_is_not_assessable(tmp_path: Path) -> None:
    house = House(tmp_path)
    page = house.page("虚构县人民政府", 2022)
    figure = str(format_by_code("2021").cell_by_key["litigation", "suit_direct", "pending"].position)
    assert page.count(f">{figure}<".encode()) == 1
    house.ingest("one", page.replace(f">{figure}<".encode(), b">/<"))
    with open_warehouse(house.path) as warehouse:
        undecided = warehouse.execute(
            "SELECT rule, expected, actual, residual FROM checks "
            "WHERE status = 'not_assessable' AND rule IN (SELECT rule FROM rule_terms)"
        ).fetchall()
        grade = warehouse.execute("SELECT grade FROM reports").fetchone()
    assert undecided == [("litigation.row_total.suit_direct", None, None, None)]
    assert grade == ("incomplete",)


def test_a_sound_report_passes_every_reading_rule(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.ingest("one", house.page("虚构县人民政府", 2022))
    with open_warehouse(house.path) as warehouse:
        frames = reading_frames(warehouse, "one")
    verdicts = [verdict for suite in reading_suites() for verdict in validate(suite, frames[suite.frame])]
    assert len(verdicts) == 12
    assert all(verdict.success for verdict in verdicts)


def test_cells_of_every_state_are_stored_soundly(warehouse: Any) -> None:
    """What is stored packed comes out as it was: text, value and state agree for every state that a cell can have."""
    states = {
        ("applications", "granted", "natural_person"): "missing",
        ("applications", "granted", "business"): "blank",
        ("applications", "granted", "research"): "dash",
        ("applications", "granted", "other"): "unreadable",
        ("disclosure", "fees", "amount"): "12.50",
    }
    put(warehouse, "a", states)
    check_reports(warehouse)
    (row,) = reading_frames(warehouse, "one")["reports"].to_dict("records")
    assert (row["unsound"], row["missing"], row["unreadable"]) == (0, 1, 1)
    found = warehouse.execute(
        "SELECT status::VARCHAR, raw, value, count(*) FROM facts_history GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert sorted(found, key=str) == sorted(
        [
            ("missing", None, None, 1),
            ("blank", "", None, 1),
            ("dash", "/", None, 1),
            ("unreadable", "约", None, 1),
            ("published", "12.50", Decimal("12.50"), 1),
            ("published", "0", Decimal(0), 195),
        ],
        key=str,
    )


@pytest.mark.parametrize(
    ("damage", "rule", "gates"),
    [
        ("DELETE FROM stored_facts WHERE cell_no = 2021017", "reading.cells_complete", True),
        (
            "INSERT INTO stored_facts SELECT * FROM stored_facts WHERE cell_no = 2021017",
            "reading.cells_distinct",
            True,
        ),
        ("UPDATE stored_facts SET whole = NULL WHERE cell_no = 2021017", "reading.cells_sound", True),
        ("UPDATE stored_facts SET status = 'blank' WHERE cell_no = 2021017", "reading.cells_sound", True),
        (
            "DELETE FROM stored_checks USING rule_numbers AS n WHERE n.rule_no = stored_checks.rule_no "
            "AND rule LIKE '%balance.other'",
            "reading.sums_judged",
            True,
        ),
        ("DELETE FROM reports", "reading.nothing_lost", True),
        ("UPDATE reports SET agency = NULL", "reading.agency_known", False),
        ("UPDATE reports SET year = NULL", "reading.year_known", False),
        (
            "UPDATE stored_facts SET status = 'missing', whole = NULL, plain = false WHERE cell_no = 2021017",
            "reading.cells_found",
            False,
        ),
        ('UPDATE reports SET evidence = \'{"year": "title"}\'', "reading.identity_evidenced", False),
        (
            "UPDATE stored_facts SET status = 'unreadable', whole = NULL, plain = false, raw = '?' "
            "WHERE cell_no = 2021017",
            "reading.cells_readable",
            False,
        ),
    ],
)
def test_damage_of_ours_is_found_and_gates_where_it_makes_the_warehouse_wrong(
    warehouse: Any, damage: str, rule: str, gates: bool
) -> None:
    put(warehouse, "r")
    warehouse.execute(
        """
        INSERT INTO documents VALUES ('r', 'text/html', 1, now(), 'file', 0, 1);
        INSERT INTO stored_captures (capture_id, run_id, url, role, fetched_at, outcome, digest)
        VALUES ('c', 'one', 'http://x/', 'report', now(), 'found', 'r')
        """
    )
    check_reports(warehouse)
    warehouse.execute(damage)
    frames = reading_frames(warehouse, "one")
    # The suite of the rule alone: that a sound report passes every suite is another test's.
    verdicts = [
        verdict
        for suite in reading_suites()
        if rule in {known.code for known in suite.rules}
        for verdict in validate(suite, frames[suite.frame])
    ]
    broken = {verdict.rule: verdict for verdict in verdicts if not verdict.success}
    assert rule in broken
    assert broken[rule].gates is gates
    assert broken[rule].keys


def test_an_exception_inside_a_validation_is_our_failure() -> None:
    suite = Suite(
        "broken",
        "frame",
        "report_id",
        (Rule("r", "没有这一列", "a column that is not there", "info", "gone", "ExpectColumnValuesToNotBeNull", {}),),
    )
    with pytest.raises(InternalError, match="broken, r: Great Expectations raised"):
        validate(suite, pd.DataFrame({"report_id": ["a"]}))


def test_offending_keys_are_complete_not_a_sample() -> None:
    declared = [(rule.code, rule.sentence, rule.sentence_en, "warning") for rule in format_by_code("2021").sums]
    suite = publisher_suite("sums.2021", declared)
    frame = pd.DataFrame({"report_id": [f"r{n}" for n in range(500)]} | {r.column: 0.0 for r in suite.rules})
    frame[suite.rules[0].column] = [float(n % 2) for n in range(500)]
    (broken,) = [verdict for verdict in validate(suite, frame) if not verdict.success]
    assert broken.unexpected == 250
    assert set(broken.keys) == {f"r{n}" for n in range(1, 500, 2)}


def test_checks_of_another_family_are_kept_suited_and_change_no_grade(warehouse: Any) -> None:
    """Rules that other statements apply (text against table) need no code here: the first part of the name tells."""
    put(warehouse, "a")
    check_reports(warehouse)
    put_verdicts(warehouse, [{"report_id": "a", "rule": "text.new", "residual": 7, "status": "fail"}])
    check_reports(warehouse)
    assert warehouse.execute("SELECT grade FROM reports").fetchone() == ("verified",)
    verdicts = validate(publisher_suite("text", publisher_rules(warehouse)["text"]), residual_frame(warehouse, "text"))
    (verdict,) = [verdict for verdict in verdicts if not verdict.success]
    assert (verdict.rule, verdict.keys, verdict.gates) == ("text.new", ("a",), False)
    assert verdict.sentence == "正文所述数字与表格一致"
    assert failing_sums(warehouse, "one") == []
    assert sums_by_status(warehouse) == {"pass": 42}


def test_a_frame_grows_with_the_faults_not_with_the_reports(warehouse: Any) -> None:
    fill(warehouse, 30, years=(2021, 2022))
    put(warehouse, "wrong", {("litigation", "suit_direct", "total"): 4})
    check_reports(warehouse)
    frame = residual_frame(warehouse, "sums.2021")
    assert len(frame) == 2
    verdicts = validate(publisher_suite("sums.2021", publisher_rules(warehouse)["sums.2021"]), frame)
    assert {v.rule: v.keys for v in verdicts if not v.success} == {"litigation.row_total.suit_direct": ("wrong",)}


def test_a_rule_over_publishers_figures_cannot_be_made_to_gate() -> None:
    with pytest.raises(InternalError, match="never gates publishing"):
        publisher_suite("text", [("text.suits", "…", "…", "critical")])


def _read(warehouse: Any, run_id: str, read: int, unread: int) -> None:
    (known,) = warehouse.execute("SELECT count(*) FROM documents").fetchone()
    for number in range(known, known + read + unread):
        outcome = "report" if number < known + read else "no_reader"
        warehouse.execute("INSERT INTO documents VALUES (?, NULL, 1, now(), 'file', 0, ?)", [str(number), number])
        warehouse.execute("INSERT INTO stored_readings VALUES (?, 'test', ?, ?)", [number, run_id, outcome])


@pytest.mark.parametrize(
    ("before", "tonight", "held"),
    [
        ([(20, 2)] * 3, (8, 20), True),
        ([(20, 2)] * 3, (16, 12), False),
        ([(20, 2)] * 2, (2, 26), False),  # no median yet
        ([(20, 2)] * 3, (2, 9), False),  # too few documents to tell
        ([(20, 2)] * 3, (0, 0), False),
    ],
)
def test_a_night_that_could_read_far_less_than_usual_is_held(
    warehouse: Any, before: list[tuple[int, int]], tonight: tuple[int, int], held: bool
) -> None:
    for number, counts in enumerate(before):
        _read(warehouse, f"n{number}", *counts)
    _read(warehouse, "now", *tonight)
    (suite,) = [suite for suite in reading_suites() if suite.frame == "nights"]
    (verdict,) = validate(suite, reading_frames(warehouse, "now")["nights"])
    assert (verdict.rule, verdict.gates, verdict.keys) == ("reading.share_read", held, ("now",) if held else ())


def test_a_source_that_fell_silent_is_told(tmp_path: Path) -> None:
    house = House(tmp_path)

    def night(run_id: str, day: int, *, lists: str = "found", reports: dict[str, str]) -> None:
        bytes_of = {"digest": "d", "size": 1, "file": "f", "offset": 0}
        visits = [
            house.capture(f"http://{s}/", day, role="list", source_id=s, outcome=lists, **bytes_of) for s in "abc"
        ]
        visits += [
            house.capture(f"http://{s}/1", day, source_id=s, outcome=outcome, **bytes_of)
            for s, outcome in reports.items()
        ]
        house.load_captures(run_id, visits)

    def silent(run_id: str) -> tuple[str, ...]:
        (suite,) = [suite for suite in reading_suites() if suite.frame == "sources"]
        with open_warehouse(house.path) as warehouse:
            (verdict,) = validate(suite, reading_frames(warehouse, run_id)["sources"])
        assert not verdict.gates
        return verdict.keys

    night("n1", 1, reports={"a": "found", "b": "found"})
    assert silent("n1") == ()
    night("n2", 2, reports={"a": "found", "b": "gone"})
    assert silent("n2") == ("b",)
    night("n3", 3, lists="unreachable", reports={})
    assert silent("n3") == (), "a site that does not answer is told as such"

"""The proof of scale, scaled down: every known fault is found and nothing else, and a night costs what is new.

Times are not asserted, only what follows from how the work is done: `make scale` measures.
"""

from __future__ import annotations

import pytest

from tests.scale import phases
from tests.scale.phases import FIRST, NIGHT, Place, Took
from tests.scale.queries import load_queries
from tests.scale.verdicts import differences
from warehouse.store import open_snapshot, open_warehouse

REPORTS = 3_000  # of fewer some kinds of faults have none


@pytest.fixture(scope="module")
def nation(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Place, dict[str, Took], dict[str, list[object]]]:
    """A nation, its first load and one night; what each phase counted, and what differed from the book after each."""
    place = Place(tmp_path_factory.mktemp("nation"), REPORTS)
    took, found = {}, {}
    for phase in ("build", "judge", "night", "judge night", "close"):
        took[phase] = phases.PHASES[phase](place)
        if phase.startswith("judge"):
            runs = (FIRST,) if phase == "judge" else (FIRST, NIGHT)
            found[phase] = differences(place, *runs)
    return place, took, found


def test_every_known_fault_is_found_and_nothing_else_fails(nation) -> None:
    place, _, found = nation
    assert found == {"judge": [], "judge night": []}
    with open_warehouse(place.warehouse) as warehouse:
        failing = {
            rule for (rule,) in warehouse.execute("SELECT DISTINCT rule FROM checks WHERE status = 'fail'").fetchall()
        }
    kinds = {rule.rpartition(".")[0] for rule in failing}
    assert {"applications.outcomes", "applications.balance", "litigation.row_total", "year_to_year.carried"} <= kinds


def test_every_body_is_told_by_its_name(nation) -> None:
    place, took, _ = nation
    with open_warehouse(place.warehouse) as warehouse:
        bodies, unclear = warehouse.execute(
            "SELECT count(DISTINCT agency_id), count(*) FILTER (how IN ('ambiguous', 'unknown')) FROM agency_names"
        ).fetchone()
    assert (bodies, unclear) == (took["build"].counts["bodies"], 0)


def test_a_night_touches_only_what_is_new(nation) -> None:
    place, took, _ = nation
    new = took["night"].counts["reports"]
    assert 0 < new < REPORTS / 20
    assert took["judge night"].counts["searched"] <= new
    with open_warehouse(place.warehouse) as warehouse:
        reports, current, judged, older = warehouse.execute(
            """
            SELECT
                count(*), count(*) FILTER (is_current), count(*) FILTER (report_id IN (SELECT report_id FROM checks)),
                count(*) FILTER (run_id = $first)
            FROM reports
            """,
            {"first": FIRST},
        ).fetchone()
    assert reports == current == judged == took["build"].counts["reports"] + new
    assert older == took["build"].counts["reports"]


def test_a_fact_costs_few_bytes(nation) -> None:
    """At this size a table's last blocks are mostly empty: the million's facts cost some 3 bytes each."""
    _, took, _ = nation
    counts = took["close"].counts
    assert counts["bytes of stored_facts"] / counts["facts"] < 6


@pytest.mark.parametrize("query", load_queries(), ids=lambda query: query.name)
def test_what_analysts_ask_has_an_answer(nation, query) -> None:
    place, _, _ = nation
    with open_snapshot(place.snapshot) as snapshot:
        rows = snapshot.execute(query.sql).fetchall()
    assert rows or "city" in query.sql  # of one city the small nation may have nobody whose sums fail


def test_the_sums_over_all_facts_are_those_of_the_verdicts(nation) -> None:
    place, _, _ = nation
    with open_snapshot(place.snapshot) as snapshot:
        added = {rule: failing for rule, _, failing in snapshot.execute(load_queries()[-1].sql).fetchall() if failing}
        judged = dict(
            snapshot.execute(
                """
                SELECT rule, count(*) FROM checks JOIN reports USING (report_id)
                WHERE is_current AND checks.status = 'fail' AND rule IN (SELECT rule FROM rule_terms) GROUP BY rule
                """
            ).fetchall()
        )
    assert judged
    # Cells that were not found count as nothing in a bare sum, so it may fail in more reports.
    assert all(added[rule] >= failing for rule, failing in judged.items())

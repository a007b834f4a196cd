"""How long judging takes: ``python -m tests.bench.judging [--reports N]``, made-up reports of five years a body.

Timed are the first judging of all, a night that brings nothing, one that brings a year of a hundred bodies, and the
suites; nothing that adds up may be found to fail.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from expectations.suites import publisher_suite, reading_suites
from expectations.validate import Verdict, validate
from tests.expectations.crowd import YEARS, fill
from warehouse.checks import check_reports, publisher_rules, reading_frames, residual_frame
from warehouse.store import open_warehouse


def run_suites(warehouse: Any) -> list[Verdict]:
    """Validate every suite, as a night does."""
    frames = reading_frames(warehouse, "one")
    verdicts = [verdict for suite in reading_suites() for verdict in validate(suite, frames[suite.frame])]
    for name, rules in publisher_rules(warehouse).items():
        verdicts += validate(publisher_suite(name, rules), residual_frame(warehouse, name))
    return verdicts


def _timed(what: str, work: Callable[[], Any]) -> Any:
    wall, cpu = time.perf_counter(), time.process_time()
    done = work()
    print(f"{what:<44} {time.perf_counter() - wall:7.1f} s   {time.process_time() - cpu:7.1f} s of CPU")
    return done


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(prog="python -m tests.bench.judging", description=__doc__)
    asked.add_argument("--reports", type=int, default=10_000)
    bodies = asked.parse_args().reports // len(YEARS)
    print(f"load before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder, open_warehouse(Path(folder) / "w.duckdb") as warehouse:
        facts = _timed("making the reports", lambda: fill(warehouse, bodies))
        print(f"{bodies * len(YEARS):,} reports, {facts:,} facts")
        _timed("judging all", lambda: check_reports(warehouse))
        _timed("judging again when nothing is new", lambda: check_reports(warehouse))
        warehouse.execute(
            """
            DELETE FROM stored_checks WHERE report_no IN (SELECT report_no FROM reports WHERE year = 2022 LIMIT 100);
            UPDATE stored_comparisons SET neighbours = 0 WHERE report_no IN (
                SELECT report_no FROM reports WHERE agency_id IN (
                    SELECT agency_id FROM reports WHERE year = 2022 LIMIT 100));
            """
        )
        _timed("judging when a hundred bodies have a new one", lambda: check_reports(warehouse))
        _timed("importing Great Expectations", lambda: __import__("great_expectations"))
        verdicts = _timed("all suites", lambda: run_suites(warehouse))
        failed = {verdict.rule: verdict.unexpected for verdict in verdicts if not verdict.success}
        print(f"{len(verdicts)} rules; failed: {failed or 'none'}")
        print(warehouse.sql("SELECT status, count(*) AS checks FROM checks GROUP BY ALL ORDER BY ALL"))


if __name__ == "__main__":
    main()

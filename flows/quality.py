"""The warehouse's answers → the `QualityReport` that the page and the mail are rendered from.

No rendering and no sending here.
"""

from __future__ import annotations

import duckdb

from expectations.report.data import (
    BodyGaps,
    CellInSum,
    FailingSum,
    Finding,
    GapYear,
    GoneFinding,
    LikelyCell,
    LikelyWrong,
    NightLine,
    ProblemLine,
    QualityReport,
    ReadingRule,
    RegionCoverage,
    ReportLine,
    YearCoverage,
)
from flows.settings import Settings
from warehouse import questions
from warehouse.findings import told_before
from warehouse.questions import Row
from warehouse.store import open_warehouse


def quality_report(settings: Settings, run_id: str | None = None) -> QualityReport | None:
    """Gather the report of a run (the last finished one by default); None when none has finished."""
    with open_warehouse(settings.warehouse) as warehouse:
        return gathered(warehouse, str(settings.snapshot), run_id)


def gathered(warehouse: duckdb.DuckDBPyConnection, snapshot: str, run_id: str | None = None) -> QualityReport | None:
    """Gather the report of a run from an open warehouse; ``snapshot`` is where readers find what it says."""
    nights = questions.nights(warehouse)
    chosen = [night for night in nights if run_id in (None, night["run_id"])]
    if not chosen:
        return None
    run = chosen[-1]
    current = run["run_id"]
    told = told_before(warehouse, current)
    sums = questions.sums_by_status(warehouse)
    questions.prepare_coverage(warehouse)
    return QualityReport(
        run_id=current,
        started_at=run["started_at"],
        published=run["status"] == "published",
        facts=run["facts"],
        new_facts=run["new_facts"],
        reports=tuple(ReportLine(**row) for row in questions.current_reports(warehouse, told)),
        sums_checked=sum(sums.values()),
        sums_not_assessable=sums.get("not_assessable", 0),
        failing=tuple(_failing(row) for row in questions.failing_sums(warehouse, told)),
        reading=tuple(
            ReadingRule(**{**row, "keys": tuple(row["keys"])}) for row in questions.reading_verdicts(warehouse, current)
        ),
        problems=tuple(_problem(row) for row in questions.open_problems(warehouse, told)),
        nights=tuple(_night(row) for row in nights),
        snapshot=snapshot,
        findings=tuple(Finding(**row) for row in questions.other_findings(warehouse, told)),
        likely=tuple(_likely(row) for row in questions.likely_wrong(warehouse, told)),
        years=tuple(YearCoverage(**row) for row in questions.coverage_by_year(warehouse)),
        gaps=tuple(_gaps(row) for row in questions.coverage_gaps(warehouse)),
        gap_regions=tuple(RegionCoverage(**row) for row in questions.coverage_by_region(warehouse)),
        gone=tuple(GoneFinding(**row) for row in questions.gone_findings(warehouse, told)),
        told_before=told,
    )


def _failing(row: Row) -> FailingSum:
    return FailingSum(**{**row, "cells": tuple(CellInSum(**cell) for cell in row["cells"])})


def _gaps(row: Row) -> BodyGaps:
    return BodyGaps(**{**row, "years": tuple(GapYear(**year) for year in row["years"])})


def _likely(row: Row) -> LikelyWrong:
    return LikelyWrong(**{**row, "cells": tuple(LikelyCell(**cell) for cell in row["cells"])})


def _problem(row: Row) -> ProblemLine:
    """The place is told beside the message, so it need not stand in it too."""
    return ProblemLine(**{**row, "message": row["message"].removeprefix(f"{row['place']}: ")})


def _night(row: Row) -> NightLine:
    return NightLine(
        started_at=row["started_at"],
        status=row["status"],
        reports=row["reports"],
        facts=row["facts"],
        failed_sums=row["failed_sums"],
        new_findings=row["new_findings"],
        gone_findings=row["gone_findings"],
    )

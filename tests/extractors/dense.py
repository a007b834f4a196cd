"""A made-up report for readers of files: every figure differs, so that a shift shows; with blanks and dashes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from extractors.read import ReportReading
from schemas.facts import Status
from schemas.formats import Format, format_by_code
from tests.corpus import Figures, Report, report_sections
from tests.corpus.figures import Key

FORMS = ("2019", "2021")
AGENCY = "虚构县水务局"
PROSE = {
    "一": ["年内答复申请12件,未收到行政复议,详见三、收到和处理政府信息公开申请情况。"],
    "五": ["规章、规范性文件的梳理有待加快。"],
    "六": ["无"],
}
State = tuple[Status, Decimal | None]


def figures_of(form: Format) -> Figures:
    """Give every cell a figure of its own, but for every 11th (blank) and every 13th (dash)."""
    figures = {cell.key: str(103 + 7 * cell.position) for cell in form.cells}
    blank = {cell.key: "" for cell in form.cells if cell.position % 11 == 5}
    return figures | blank | {cell.key: "—" for cell in form.cells if cell.position % 13 == 6}


def report_of(code: str, figures: Figures | None = None) -> Report:
    """Return the report with these figures, by default those of `figures_of`."""
    form = format_by_code(code)
    return Report(
        agency=AGENCY,
        year=2022,
        format=code,
        published_on=date(2023, 1, 19),
        sections=report_sections(form, figures or figures_of(form), PROSE),
        title=(f"{AGENCY}2022年政府信息公开工作年度报告",),
        closing=(AGENCY, "2023年1月19日"),
    )


def stated(figures: Figures) -> dict[Key, State]:
    """Return the state and value that a reader has to find for each figure."""
    states: dict[str, State] = {"": (Status.BLANK, None), "—": (Status.DASH, None)}
    return {key: states.get(raw) or (Status.PUBLISHED, Decimal(raw)) for key, raw in figures.items()}


def found(reading: ReportReading) -> dict[Key, State]:
    """Return the state and value that the reader found."""
    return {(f.table_code, f.row_code, f.column_code): (f.status, f.value) for f in reading.facts}


def differing(reading: ReportReading, figures: Figures) -> dict[Key, tuple[State | None, State]]:
    """Return the cells that were not read as they stand in ``figures``: what was found, what stands there."""
    read = found(reading)
    return {key: (read.get(key), state) for key, state in stated(figures).items() if read.get(key) != state}

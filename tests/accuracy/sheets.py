"""The corpus of workbooks (.xlsx, .xls): one sheet or a sheet a table, numbers or text, merged or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import openpyxl

from tests.corpus import Report
from tests.corpus.reshape import filled
from tests.extractors.workbooks import Layout as Sheet
from tests.extractors.workbooks import many_sheets, one_sheet, xls, xlsx

from . import wordings
from .reports import Made, case, make, series
from .truth import Case, Pick, every

XLSX, XLS = "Excel (.xlsx)", "Excel (.xls)"
KINDS = ("dense", "real", "blank rows", "worded")


@dataclass(frozen=True)
class Layout:
    """A way to set a report in sheets; ``numbers`` says that figures are stored as numbers, not as text."""

    sheets: Callable[[Report], list[Sheet]]
    numbers: bool = True
    words: wordings.Words = wordings.official
    kinds: tuple[str, ...] = KINDS
    thousands: bool = False


def _one(report: Report) -> list[Sheet]:
    return one_sheet(report)


def _one_of_text(report: Report) -> list[Sheet]:
    return one_sheet(report, gap=0, as_text=True)


def _sheet_a_table(report: Report) -> list[Sheet]:
    """Set the signature on the first sheet, where the text is."""
    *others, last = report.sections
    return many_sheets(
        replace(report, sections=(*others, replace(last, paragraphs=(*last.paragraphs, *report.closing))))
    )


def _unmerged(report: Report) -> list[Sheet]:
    """Leave the cells that the form merges as they are: what they say stands in the first of them."""
    sheets = one_sheet(report)
    for sheet in sheets:
        sheet.merged.clear()
    return sheets


def _filled(report: Report) -> list[Sheet]:
    sections = tuple(replace(s, grid=filled(s.grid)) if s.grid else s for s in report.sections)
    return one_sheet(replace(report, sections=sections))


def _indented(report: Report) -> list[Sheet]:
    return one_sheet(report, gap=0, wide=False, left=2)


LAYOUTS: dict[str, Layout] = {
    "one sheet": Layout(_one, kinds=(*KINDS, "sparse", "blank", "dashed", "damaged")),
    "one sheet, figures as text": Layout(_one_of_text, numbers=False, kinds=(*KINDS, "dashed", "damaged")),
    "a sheet a table": Layout(_sheet_a_table),
    "not merged": Layout(_unmerged),
    "labels repeated in place of merging": Layout(_filled),
    "away from the first column": Layout(_indented),
    "thousands by format": Layout(_one, kinds=("dense", "real", "long numbers"), thousands=True),
    "labels met": Layout(_one, words=wordings.met),
    "labels broken": Layout(_one, words=wordings.broken),
    "labels damaged": Layout(_one, words=wordings.damaged_labels),
    "Jilin row": Layout(_one, words=wordings.extra_row),
    "unit in the head": Layout(_one, words=wordings.money_head),
}
OLD = ("one sheet", "one sheet, figures as text", "a sheet a table", "not merged", "labels damaged", "Jilin row")
NAMES = (*LAYOUTS,)


def cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked workbooks of today's kind."""
    for layout, number, kind, code in _picked(NAMES, pick):
        made = make(code, kind, f"xlsx/{layout}", number, LAYOUTS[layout].words)
        change = _with_thousands if LAYOUTS[layout].thousands else None
        yield _case(XLSX, layout, made, "xlsx", xlsx(sheets_of(layout, made), change))


def old_cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked workbooks of the old kind."""
    for layout, number, kind, code in _picked(OLD, pick):
        made = make(code, kind, f"xls/{layout}", number, LAYOUTS[layout].words)
        yield _case(XLS, layout, made, "xls", xls(sheets_of(layout, made)))


def _picked(names: tuple[str, ...], pick: Pick) -> Iterator[tuple[str, int, str, str]]:
    for name in names:
        for number, kind, code in series(name, LAYOUTS[name].kinds):
            if pick(name, number):
                yield name, number, kind, code


def sheets_of(layout: str, made: Made) -> list[Sheet]:
    """Set the lines above the first section below the title, which is all that a sheet's makers print."""
    report = made.report
    above = (*report.title, *((report.meta,) if report.meta else ()), *report.intro)
    return LAYOUTS[layout].sheets(replace(report, title=above))


def _case(medium: str, layout: str, made: Made, suffix: str, data: bytes) -> Case:
    truth = made.truth(raw_kept=not LAYOUTS[layout].numbers)
    return case(medium, layout, f"{made.name}.{suffix}", data, truth)


def _with_thousands(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    cell.number_format = "#,##0" if float(cell.value).is_integer() else "#,##0.00"

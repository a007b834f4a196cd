"""The corpus of workbooks (.xlsx, .xls): one sheet or a sheet a table, numbers or text, merged or not."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import openpyxl

from tests.corpus import Report
from tests.corpus.reshape import filled, with_first_column, with_last_column
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
    whole: str = ""  # the number format of whole numbers
    broken: str = "General"  # and of others
    formulas: bool = False


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


def _unmerged_down(report: Report) -> list[Sheet]:
    """Merge heads across only: what the form merges downwards stands in the upper cell."""
    sheets = one_sheet(report)
    for sheet in sheets:
        sheet.merged = [(top, left, top, right) for top, left, _, right in sheet.merged if right > left]
    return sheets


def _numbered_with_remarks(report: Report) -> list[Sheet]:
    """Number the rows of the applications' table in a column before it, and leave one for remarks behind it."""
    sections = tuple(
        replace(s, grid=with_first_column(with_last_column(s.grid, texts=["", "同上年", "", "含网上申请"])))
        if s.grid and s.grid.code == "applications"
        else s
        for s in report.sections
    )
    return one_sheet(replace(report, sections=sections))


def _cover_and_notes(report: Report) -> list[Sheet]:
    """Set the title and the text on a cover, all tables on one sheet, and how to fill them in on a last one."""
    text = replace(report, sections=tuple(replace(s, grid=None) for s in report.sections))
    tables = replace(report, title=(), closing=(), sections=tuple(s for s in report.sections if s.grid))
    (cover,), (filled_in,) = one_sheet(text, wide=False), one_sheet(tables)
    cover.name, filled_in.name = "封面", "附表"
    notes = Sheet("填表说明")
    for line in ("一、本年新收政府信息公开申请数量", "指统计年度内新收到的申请。", "规章", "指本机关制定的规章。"):
        notes.add_line(line)
    return [cover, filled_in, notes]


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
    "thousands by format": Layout(_one, kinds=("dense", "real", "long numbers"), whole="#,##0", broken="#,##0.00"),
    "labels met": Layout(_one, words=wordings.met),
    "labels broken": Layout(_one, words=wordings.broken),
    "labels damaged": Layout(_one, words=wordings.damaged_labels),
    "Jilin row": Layout(_one, words=wordings.extra_row),
    "unit in the head": Layout(_one, words=wordings.money_head),
    "merged across only": Layout(_unmerged_down, kinds=("dense", "blank rows")),
    "numbered, remarks": Layout(_numbered_with_remarks, kinds=("dense", "blank rows")),
    "cover and notes": Layout(_cover_and_notes, kinds=("dense",)),
    "counter by format": Layout(_one, kinds=("dense",), whole='0"件"'),
    "totals by formula": Layout(_one, kinds=("dense", "real"), formulas=True),
}
OLD = ("one sheet", "one sheet, figures as text", "a sheet a table", "not merged", "labels damaged", "Jilin row")
NAMES = (*LAYOUTS,)


def cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked workbooks of today's kind."""
    for layout, number, kind, code in _picked(NAMES, pick):
        made = make(code, kind, f"xlsx/{layout}", number, LAYOUTS[layout].words)
        data = xlsx(sheets_of(layout, made), partial(_formatted, LAYOUTS[layout]))
        yield _case(XLSX, layout, made, "xlsx", _with_formulas(data) if LAYOUTS[layout].formulas else data)


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


def _formatted(layout: Layout, book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets if layout.whole else ():
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    cell.number_format = layout.whole if float(cell.value).is_integer() else layout.broken


def _with_formulas(data: bytes) -> bytes:
    """Make the total of each row of seven figures a formula, with its result stored as spreadsheets do."""

    def total(row: re.Match[str]) -> str:
        cells = re.findall(r'<c r="([A-Z]+[0-9]+)"[^>]*><v>[^<]*</v></c>', row[0])
        numbers = [place for place in cells if f'<c r="{place}" t="n"' in row[0]]
        if len(numbers) != 7:
            return row[0]
        return re.sub(rf'(<c r="{numbers[6]}"[^>]*>)<v>', rf"\1<f>SUM({numbers[0]}:{numbers[5]})</f><v>", row[0])

    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(r"<row .*?</row>", total, content.decode(), flags=re.S).encode()
            new.writestr(name, content)
    return file.getvalue()

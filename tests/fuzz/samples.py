"""What is mutated: the sample site's reports of every medium, and reports in which every cell differs."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from schemas.formats import Format, load_formats
from tests.corpus import (
    Page,
    Report,
    TextStyle,
    page_bytes,
    report_html,
    report_sections,
    report_text,
    write_docx,
)
from tests.shared import SAMPLES

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Sample:
    """A document; ``figures`` are those it prints where we know them."""

    name: str
    data: bytes
    figures: dict[Key, Decimal] | None = None


@cache
def samples() -> tuple[Sample, ...]:
    """Return all samples, in a stable order: a seed picks among them."""
    site = SAMPLES / "site"
    files = sorted(path for path in site.rglob("*") if path.is_file() and path.name != "robots.txt")
    found = [Sample(str(path.relative_to(site)), path.read_bytes()) for path in files]
    # The site has three times as many lists and notices as reports; half of them will do.
    found = [one for number, one in enumerate(found) if number % 2 or len(one.data) > 4000]
    for form in load_formats():
        figures = {cell.key: str(101 + 7 * cell.position) for cell in form.cells}
        known = {key: Decimal(raw) for key, raw in figures.items()}
        report = _report(form, figures)
        for style in TextStyle:
            found.append(Sample(f"{form.code}-{style}.txt", report_text(report, style).encode(), known))
        for name, page in (("page", Page()), ("clutter", Page(clutter=True)), ("layout", Page(layout_table=True))):
            found.append(Sample(f"{form.code}-{name}.html", page_bytes(report_html(report, page), page), known))
        with tempfile.TemporaryDirectory() as folder:
            write_docx(path := Path(folder) / "report.docx", report)
            found.append(Sample(f"{form.code}.docx", _without_clock(path.read_bytes()), known))
        found.append(Sample(f"{form.code}.xlsx", _without_clock(_workbook(report)), known))
    return tuple(found)


def _report(form: Format, figures: dict[Key, str]) -> Report:
    return Report(
        agency="虚构县人民政府",
        year=2022,
        format=form.code,
        published_on=date(2023, 1, 18),
        sections=report_sections(form, figures, {}),
        title=("虚构县人民政府2022年政府信息公开工作年度报告",),
        breadcrumb=(),
        meta="",
        intro=("本报告由总体情况、主动公开政府信息情况等六部分组成。",),
        closing=(),
    )


def _workbook(report: Report) -> bytes:
    """Return the report as a sheet, one section below the other, with merged cells."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["".join(report.title)])
    for section in report.sections:
        sheet.append([section.heading])
        for text in section.paragraphs:
            sheet.append([text])
        if section.grid is None:
            continue
        top = sheet.max_row + 1
        for number, slots in enumerate(section.grid.slots()):
            for slot in slots:
                if slot.continued:
                    continue
                row, column = top + number, slot.column + 1
                text, wide, high = slot.cell.text, slot.cell.colspan, slot.cell.rowspan
                sheet.cell(row, column, int(text) if text.isdecimal() else text)
                if wide > 1 or high > 1:
                    sheet.merge_cells(None, row, column, row + high - 1, column + wide - 1)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _without_clock(data: bytes) -> bytes:
    """Pack again without the time of day: a seed must make the same bytes tomorrow."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2023-01-18T00:00:00Z", old.read(name))
            new.writestr(zipfile.ZipInfo(name, (2023, 1, 18, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()

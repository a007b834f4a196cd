"""Reports as workbooks: what stands where on which sheet, for openpyxl (.xlsx) and xlwt (.xls) alike."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import openpyxl
import xlwt

from tests.corpus import Grid, Report, Role

Value = str | int | float
Place = tuple[int, int]


@dataclass
class Layout:
    """One sheet: values by 0-based place, merged ranges (first row and column, last row and column)."""

    name: str
    values: dict[Place, Value] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    height: int = 0

    def add_line(self, text: str, column: int = 0, width: int = 1) -> None:
        self.values[self.height, column] = text
        if width > 1:
            self.merged.append((self.height, column, self.height, column + width - 1))
        self.height += 1

    def add_grid(self, grid: Grid, column: int = 0, *, as_text: bool = False) -> None:
        for number, slots in enumerate(grid.slots()):
            for slot in slots:
                if slot.continued:
                    continue
                at = (self.height + number, column + slot.column)
                if slot.cell.text:
                    is_figure = slot.cell.role is Role.VALUE and not as_text
                    self.values[at] = number_of(slot.cell.text) if is_figure else slot.cell.text
                if slot.cell.rowspan > 1 or slot.cell.colspan > 1:
                    self.merged.append((*at, at[0] + slot.cell.rowspan - 1, at[1] + slot.cell.colspan - 1))
        self.height += len(grid.rows)


def number_of(text: str) -> Value:
    """Return what a person types as a number as one."""
    return float(text) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else text


def one_sheet(report: Report, *, gap: int = 1, wide: bool = True, left: int = 0, as_text: bool = False) -> list[Layout]:
    """Set the whole report on one sheet; ``gap`` rows stay empty around each table."""
    sheet = Layout("年报", height=left)
    width = max(section.grid.width for section in report.sections if section.grid) if wide else 1
    for text in report.title:
        sheet.add_line(text, left, width)
    for section in report.sections:
        for text in (section.heading, *section.paragraphs):
            sheet.add_line(text, left, width)
        if section.grid is not None:
            sheet.height += gap
            sheet.add_grid(section.grid, left, as_text=as_text)
            sheet.height += gap
    for text in report.closing:
        sheet.add_line(text, left)
    return [sheet]


def many_sheets(report: Report) -> list[Layout]:
    """Set the text on one sheet and each table on its own."""
    text = Layout("正文")
    sheets = [text]
    for line in report.title:
        text.add_line(line)
    for section in report.sections:
        for line in (section.heading, *section.paragraphs):
            text.add_line(line)
        if section.grid is not None:
            sheet = Layout(f"表{section.heading[0]}")
            sheet.add_line(section.heading, 0, section.grid.width)
            sheet.add_grid(section.grid)
            sheets.append(sheet)
    return sheets


def xlsx(sheets: Iterable[Layout], change: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    """Return the sheets as .xlsx; ``change`` may alter the workbook before it is written."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.sheet_state = "hidden" if sheet.hidden else "visible"
        for (row, column), value in sheet.values.items():
            page.cell(row + 1, column + 1, value)
        for top, left, bottom, right in sheet.merged:
            page.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    if change is not None:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def xls(sheets: Sequence[Layout], formats: dict[Place, str] | None = None) -> bytes:
    """Return the sheets as .xls; ``formats`` gives cells of every sheet a number format."""
    book = xlwt.Workbook(encoding="utf-8")
    for sheet in sheets:
        page = book.add_sheet(sheet.name)
        page.visibility = int(sheet.hidden)
        spans = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merged}
        for place, value in sheet.values.items():
            style = xlwt.easyxf(num_format_str=(formats or {}).get(place, "General"))
            if place in spans:
                bottom, right = spans.pop(place)
                page.write_merge(place[0], bottom, place[1], right, value, style)
            else:
                page.write(*place, value, style)
        for (top, left), (bottom, right) in spans.items():
            page.merge(top, bottom, left, right)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()

"""A workbook of one body: a sheet per report with the official tables, what is wrong marked, the source on top.

Drawn from the formats' own layout (`schemas.formats.printed`); its wordings stand in `workbook.yaml`. Nothing is
queried here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell  # type: ignore[import-untyped]
from openpyxl.comments import Comment  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]
from openpyxl.worksheet.worksheet import Worksheet  # type: ignore[import-untyped]

from schemas.facts import Status
from schemas.formats import Cell as FormatCell
from schemas.formats import format_by_code
from schemas.formats.printed import Part, PrintedCell, PrintedTable, printed
from warehouse.body_reports import BodyReport, Finding, PublishedCell
from warehouse.sheet_figures import decimals_shown, fits, number, unit_of_head

CREATOR = "nianbao export"
_DIGITS = 15  # what a spreadsheet keeps of a number
_LONGEST = 2_000  # of a text; the whole stands in facts.raw
_WIDTH = 13.0  # of a column, in characters; a Chinese one takes two
_LINE = 15.0  # height of a line, in points
_FILLS = {
    "failing": PatternFill("solid", fgColor="FBDAD3"),
    "suspect": PatternFill("solid", fgColor="F7A35C"),
    "ours": PatternFill("lightUp", fgColor="6A7FA8"),
    "head": PatternFill("solid", fgColor="F1EFE8"),
}
_EDGE = Side(style="thin", color="8C8C8C")
_BORDER = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)


def workbook(agency: str, reports: Sequence[BodyReport]) -> Workbook:
    """Draw the reports of a body, a sheet each, in the order given; at least one."""
    book = Workbook()
    book.properties.creator = CREATOR
    book.properties.title = agency
    del book[book.sheetnames[0]]
    for report in reports:
        name = _words()["sheet_without_year"] if report.year is None else str(report.year)
        _Drawing(book.create_sheet(name), report).draw(agency)  # openpyxl tells equal names apart
    return book


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("workbook.yaml").read_text(encoding="utf-8"))
    return words


class _Drawing:
    """A sheet being drawn from top to bottom; ``row`` is the next free one."""

    def __init__(self, sheet: Worksheet, report: BodyReport) -> None:
        self.sheet = sheet
        self.report = report
        self.row = 1
        self.width = 1
        self.notes: dict[int, list[str]] = {}
        self.fills: dict[int, str] = {}
        self.cells: dict[int, FormatCell] = {}

    def draw(self, agency: str) -> None:
        form = format_by_code(self.report.format) if self.report.format and self.report.cells else None
        tables = printed(form) if form else ()
        self.width = max((table.width for table in tables), default=10)
        self.cells = {cell.position: cell for cell in form.cells} if form else {}
        self._mark()
        self._head(agency, form.notice if form else _words()["unknown"])
        for table in tables:
            self._table(table)
        if not tables:
            self._across(_words()["no_tables"])
        self._findings()
        for place in range(1, self.width + 1):
            self.sheet.column_dimensions[get_column_letter(place)].width = _WIDTH
        self.sheet.page_setup.orientation = "landscape"
        self.sheet.page_setup.fitToHeight = 0
        self.sheet.sheet_properties.pageSetUpPr.fitToPage = True

    def _mark(self) -> None:
        """Decide which cells are marked, and what is noted at them; the stronger mark wins."""
        notes = _words()["notes"]
        for finding in self.report.findings:
            for position in finding.positions:
                self.fills[position] = "failing"
            for position in finding.totals:
                self._note(position, notes["failing"].format(**_told(finding)))
        for suspect in self.report.suspects:
            self.fills[suspect.position] = "suspect"
            form = notes["suspect" if suspect.proposed is not None else "suspect_open"]
            self._note(suspect.position, form.format(**_told(suspect)))
        for position, cell in self.report.cells.items():
            if cell.status in (Status.UNREADABLE, Status.MISSING):
                self.fills.setdefault(position, "ours")
                self._note(position, notes[cell.status])

    def _note(self, position: int, text: str) -> None:
        self.notes.setdefault(position, []).append(text)

    def _head(self, agency: str, notice: str) -> None:
        words, report = _words(), self.report
        title = words["title" if report.year is not None else "title_without_year"]
        self._across(title.format(agency=agency, year=report.year), font=Font(bold=True, size=14), align=_CENTRE)
        place = self._across(words["source"] + report.url)
        if report.url.startswith(("http://", "https://")):
            place.hyperlink = report.url
        unknown = words["unknown"]
        self._across(
            words["facts"].format(
                title=report.title or unknown,
                published_on=report.published_on or unknown,
                captured_on=report.captured_on,
                scope=words["scopes"].get(report.scope, unknown),
                grade=words["grades"].get(report.grade, report.grade or unknown),
                format=report.format or unknown,
                notice=notice,
            )
        )
        for place_in_row, (fill, text) in enumerate(words["legend"].items(), start=1):
            cell = self.sheet.cell(self.row, place_in_row)
            _write(cell, text, _CENTRE)
            cell.fill, cell.border = _FILLS[fill], _BORDER
        self._across(words["legend_note"], start=len(words["legend"]) + 1)
        self.row += 1

    def _across(self, text: str, *, font: Font | None = None, align: Alignment = _LEFT, start: int = 1) -> Cell:
        """Write a text over the sheet's width into the next row, as high as it needs."""
        cell: Cell = self.sheet.cell(self.row, start)
        _write(cell, text, align)
        if font:
            cell.font = font
        self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=start, end_column=self.width)
        self._make_room(self.row, text, self.width - start + 1)
        self.row += 1
        return cell

    def _make_room(self, row: int, text: str, columns: int) -> None:
        """Make a row high enough for a wrapped text: spreadsheets do not for merged cells."""
        size = sum(2 if ord(char) > 0x2E7F else 1 for char in text)
        lines = -(-size // max(1, int(columns * _WIDTH) - 2)) + text.count("\n")
        dimension = self.sheet.row_dimensions[row]
        dimension.height = max(dimension.height or 0, _LINE * lines + 3)

    def _table(self, table: PrintedTable) -> None:
        self._across(table.title, font=Font(bold=True))
        taken: set[tuple[int, int]] = set()
        top = self.row
        for offset, cells in enumerate(table.rows):
            place = 1
            for cell in cells:
                while (top + offset, place) in taken:
                    place += 1
                self._cell(cell, top + offset, place, taken)
                place += cell.colspan
        self.row = top + len(table.rows) + 1

    def _cell(self, printed_cell: PrintedCell, row: int, column: int, taken: set[tuple[int, int]]) -> None:
        last_row, last_column = row + printed_cell.rowspan - 1, column + printed_cell.colspan - 1
        for one_row in range(row, last_row + 1):
            for one_column in range(column, last_column + 1):
                taken.add((one_row, one_column))
                self.sheet.cell(one_row, one_column).border = _BORDER
        cell: Cell = self.sheet.cell(row, column)
        if printed_cell.part is Part.VALUE:
            self._figure(cell, printed_cell.position)
        else:
            _write(cell, printed_cell.text, _LEFT if printed_cell.part is Part.LABEL else _CENTRE)
            cell.fill = _FILLS["head"]
            if printed_cell.rowspan == 1:
                self._make_room(row, printed_cell.text, printed_cell.colspan)
        if printed_cell.rowspan > 1 or printed_cell.colspan > 1:
            self.sheet.merge_cells(start_row=row, end_row=last_row, start_column=column, end_column=last_column)

    def _figure(self, cell: Cell, position: int) -> None:
        """Write a figure as published: a number where a spreadsheet can keep it, else its text."""
        published = self.report.cells.get(position) or PublishedCell(None, None, None, Status.MISSING)
        notes, raw = list(self.notes.get(position, ())), published.raw or ""
        if published.value is not None and fits(published.value, _DIGITS):
            cell.value = int(published.value) if published.value == int(published.value) else published.value
            cell.number_format = decimals_shown(published.value, raw)
            cell.alignment = _CENTRE
            if raw.strip() != number(published.value) and not _same_digits(raw, published.value):
                notes.append(_words()["notes"]["raw"].format(raw=raw))
        elif published.status == Status.MISSING:
            _write(cell, _words()["missing"], _CENTRE)
        elif published.status != Status.BLANK:
            _write(cell, raw, _CENTRE)
        else:
            cell.alignment = _CENTRE
        if published.unit and published.unit != unit_of_head(self.cells[position].column_label):
            notes.append(_words()["notes"]["unit"].format(unit=published.unit))
        if position in self.fills:
            cell.fill = _FILLS[self.fills[position]]
        if notes:
            cell.comment = Comment(_clean("\n".join(notes)), CREATOR, width=320, height=40 + 40 * len(notes))

    def _findings(self) -> None:
        words = _words()
        self._across(words["findings"], font=Font(bold=True))
        lines = [self._place(finding) + words["finding"].format(**_told(finding)) for finding in self.report.findings]
        lines += [words["finding_suspect"].format(**_told(suspect)) for suspect in self.report.suspects]
        for line in lines or [words["none"]]:
            self._across(line)

    def _place(self, finding: Finding) -> str:
        """Return the cell whose figure a sum is about, as a sentence begins; empty of rules that have none."""
        cells = [self.cells[position] for position in finding.totals[:1] if position in self.cells]
        return "".join(f"{cell.row_label} × {cell.column_label}：" for cell in cells)


def _same_digits(raw: str, value: Decimal) -> bool:
    """Whether a text is the plain figure, perhaps with zeros at its end: 12.50 for 12.5."""
    return re.fullmatch(r"-?\d+(\.\d+)?", raw.strip(), re.ASCII) is not None and Decimal(raw.strip()) == value


def _told(found: object) -> dict[str, str]:
    """Return the fields of a finding or suspect as words."""
    told = {}
    for name in found.__slots__:  # type: ignore[attr-defined]
        value = getattr(found, name)
        told[name] = number(value) if isinstance(value, Decimal) else str(value if value is not None else "")
    return told


def _write(cell: Cell, text: str, align: Alignment) -> None:
    """Write a text that stays one, whatever it begins with."""
    cell.value = _clean(text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    cell.alignment = align


def _clean(text: str) -> str:
    shown: str = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"

"""Workbooks: figures wherever they stand on however many sheets, as they are printed in their cells."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.styles import Font

from extractors.blocks import Grid, Line
from extractors.number_formats import shown
from extractors.ole import OleFile
from extractors.read import read_report
from extractors.sheets import read_xls, read_xlsx
from extractors.xls import _records
from schemas.errors import DocumentError
from schemas.facts import Status
from schemas.formats import format_by_code
from tests.corpus import Figures, Report
from tests.extractors.dense import AGENCY, FORMS, differing, figures_of, report_of
from tests.extractors.workbooks import Layout, Place, many_sheets, one_sheet, xls, xlsx

FIGURES = {code: figures_of(format_by_code(code)) for code in FORMS}
KEY = ("applications", "granted", "business")
KINDS = pytest.mark.parametrize("write", [xlsx, xls], ids=["xlsx", "xls"])
Writer = Callable[[list[Layout]], bytes]


def side_by_side(report: Report) -> list[Layout]:
    """Set the second table right of the first one, each under a title of its own, and the third below."""
    sheet = Layout("年报")
    sheet.add_line(report.title[0], 0, 20)
    sheet.height += 1
    height = sheet.height
    left, right, below = [section for section in report.sections if section.grid]
    for section, top, column in ((left, height, 0), (right, height, 8), (below, height + 35, 0)):
        assert section.grid
        sheet.height = top
        sheet.add_line(section.heading, column, section.grid.width)
        sheet.add_grid(section.grid, column)
    return [sheet]


def with_hidden(report: Report) -> list[Layout]:
    """Add last year's figures on a hidden sheet."""
    old = dict.fromkeys(figures_of(format_by_code(report.format)), "1")
    (hidden,) = one_sheet(report_of(report.format, old))
    hidden.name, hidden.hidden = "去年", True
    return [*one_sheet(report), hidden]


LAYOUTS: dict[str, Callable[[Report], list[Layout]]] = {
    "one sheet": one_sheet,
    "no empty rows": lambda report: one_sheet(report, gap=0),
    "titles that are not merged": lambda report: one_sheet(report, gap=0, wide=False),
    "not at the corner": lambda report: one_sheet(report, left=5, gap=3),
    "figures typed as text": lambda report: one_sheet(report, as_text=True),
    "a sheet for each table": many_sheets,
    "side by side": side_by_side,
    "hidden sheet": with_hidden,
}


@KINDS
@pytest.mark.parametrize("code", FORMS)
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_figures_blanks_and_dashes_come_back(
    code: str, layout: Callable[[Report], list[Layout]], write: Writer
) -> None:
    reading = read_report(write(layout(report_of(code))), "book")
    assert differing(reading, FIGURES[code]) == {}
    assert (reading.identity.agency, reading.identity.year) == (AGENCY, 2022)


def test_a_hidden_sheet_is_read_where_nothing_else_holds_a_table() -> None:
    notes = Layout("说明")
    notes.add_line("详见表格。")
    tables = one_sheet(report_of("2021"))
    tables[0].hidden = True
    for data in (xlsx([notes, *tables]), xls([notes, *tables])):
        assert differing(read_report(data, "book"), FIGURES["2021"]) == {}


@KINDS
def test_a_fact_names_sheet_and_cell(write: Writer) -> None:
    sheets = one_sheet(report_of("2021"))
    ((row, column),) = [place for place, value in sheets[0].values.items() if value == float(FIGURES["2021"][KEY])]
    reading = read_report(write(sheets), "book")
    (fact,) = [fact for fact in reading.facts if (fact.table_code, fact.row_code, fact.column_code) == KEY]
    assert fact.locator == f"sheet 年报, cell {chr(65 + column)}{row + 1}"
    assert fact.raw == FIGURES["2021"][KEY]


def cell_of(sheets: list[Layout]) -> Place:
    ((place),) = [place for place, value in sheets[0].values.items() if value == float(FIGURES["2021"][KEY])]
    return place


def state_of(data: bytes) -> tuple[Status, str | None]:
    """Return the state of the cell that was changed; all others have to be as they were."""
    reading = read_report(data, "book")
    assert set(differing(reading, FIGURES["2021"])) <= {KEY}
    (fact,) = [fact for fact in reading.facts if (fact.table_code, fact.row_code, fact.column_code) == KEY]
    return fact.status, fact.raw


STORED = {
    # stored, format: state, text
    "noise of floats": (0.1 + 0.2, "0.00", Status.PUBLISHED, "0.3"),
    "money": (2031.9, "General", Status.PUBLISHED, "2031.9"),
    "thousands": (11398889, "#,##0_);[Red]\\(#,##0\\)", Status.PUBLISHED, "11398889"),
    "percentage": (0.12, "0%", Status.UNREADABLE, "12%"),
    "day": (44197, "YYYY-MM-DD", Status.UNREADABLE, "2021年1月1日"),
    "day in Chinese": (44197, 'yyyy"年"m"月"', Status.UNREADABLE, "2021年1月1日"),
    "thousands of what is stored": (12000, "0,", Status.UNREADABLE, "\ufffc"),
    "万 of what is stored": (12000, "0!.0,", Status.UNREADABLE, "\ufffc"),
    "zero as a dash": (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', Status.DASH, "-"),
    "zero as nothing": (0, "0;-0;;@", Status.BLANK, ""),
    "everything as nothing": (7, ";;;", Status.BLANK, ""),
    "elapsed time": (1.5, "[h]:mm", Status.UNREADABLE, "\ufffc"),
}


@pytest.mark.parametrize(("stored", "code", "status", "text"), STORED.values(), ids=STORED)
def test_a_number_is_what_its_format_prints(stored: float, code: str, status: Status, text: str) -> None:
    sheets = one_sheet(report_of("2021"))
    place = cell_of(sheets)
    sheets[0].values[place] = stored

    def change(book: openpyxl.Workbook) -> None:
        book["年报"].cell(place[0] + 1, place[1] + 1).number_format = code

    assert state_of(xlsx(sheets, change)) == (status, text)
    assert state_of(xls(sheets, {place: code})) == (status, text)


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (43.788, '0.00"万元"', "43.788万元"),
        (12, 'G/通用格式"元"', "12元"),
        (5, "[$¥-804]#,##0.00", "¥5"),
        (-3, "0", "-3"),
    ],
)
def test_a_unit_in_the_format_is_part_of_the_text(number: float, code: str, text: str) -> None:
    assert shown(number, code) == text


def test_errors_and_truths_are_no_figures_and_not_blank() -> None:
    sheets = one_sheet(report_of("2021"))
    place = cell_of(sheets)
    for value, text in (("#REF!", "#REF!"), ("=1/0", "#DIV/0!"), (True, "TRUE")):
        sheets[0].values[place] = value
        data = xlsx(sheets)
        data = patched(
            data, lambda xml: re.sub(rb"<f>1/0</f><v ?/>|<f>1/0</f><v></v>", b"<f>1/0</f><v>#DIV/0!</v>", xml)
        )
        data = patched(data, lambda xml: re.sub(rb'(<c r="\w+")( t="\w+")?><f>1/0', rb'\1 t="e"><f>1/0', xml))
        assert state_of(data) == (Status.UNREADABLE, text)
    sheets[0].values[place] = True
    assert state_of(xls(sheets)) == (Status.UNREADABLE, "TRUE")


def patched(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return a package with its sheets changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name.startswith("xl/worksheets/sheet") else content)
    return file.getvalue()


def test_formulas_are_read_by_their_stored_results_in_xlsx() -> None:
    def formulas(xml: bytes) -> bytes:
        return re.sub(rb"<v>(\d+(\.\d+)?)</v></c>", rb"<f>SUM(A1:B9)</f><v>\1</v></c>", xml)

    sheets = one_sheet(report_of("2021"))
    data = patched(xlsx(sheets), lambda xml: formulas(re.sub(rb' t="n"', b"", xml)))
    assert data.count(b"xl/worksheets") >= 1
    texts = sum(isinstance(value, str) for value in sheets[0].values.values())
    assert texts > 50  # shared strings are numbers of texts too: they stay what they are
    assert differing(read_report(data, "book"), FIGURES["2021"]) == {}


@pytest.mark.parametrize("error", [False, True])
def test_formulas_are_read_by_their_stored_results_in_xls(error: bool) -> None:
    import xlwt

    sheets = one_sheet(report_of("2021"))
    place = cell_of(sheets)
    sheets[0].values[place] = xlwt.Formula("SUM(1;2)")  # type: ignore[assignment]
    data = xls(sheets)
    stream = OleFile(data).read("Workbook")
    (at,) = [offset for offset, kind, _ in _records(stream) if kind == 0x06]
    record = stream[at : at + 30]
    result = (
        struct.pack("<BBBBBBH", 2, 0, 23, 0, 0, 0, 0xFFFF) if error else struct.pack("<d", float(FIGURES["2021"][KEY]))
    )
    assert data.count(record) == 1
    data = data.replace(record, record[:10] + result + record[18:])
    expected = (Status.UNREADABLE, "#REF!") if error else (Status.PUBLISHED, FIGURES["2021"][KEY])
    assert state_of(data) == expected


def test_struck_out_figures_are_withheld() -> None:
    sheets = one_sheet(report_of("2021"))
    place = cell_of(sheets)

    def change(book: openpyxl.Workbook) -> None:
        book["年报"].cell(place[0] + 1, place[1] + 1).font = Font(strike=True)

    assert state_of(xlsx(sheets, change)) == (Status.UNREADABLE, "\ufffc")


def test_hidden_rows_and_columns_are_not_there() -> None:
    sheets = one_sheet(report_of("2021"))
    row, _ = cell_of(sheets)
    for place in [place for place in sheets[0].values if place[0] > row]:
        sheets[0].values[place[0] + 1000, place[1]] = sheets[0].values.pop(place)
    sheets[0].merged = [
        (top + 1000 * (top > row), left, bottom + 1000 * (bottom > row), right)
        for top, left, bottom, right in sheets[0].merged
    ]
    for number in range(40):
        sheets[0].values[row + 1, number] = 5.0

    def change(book: openpyxl.Workbook) -> None:
        book["年报"].row_dimensions[row + 2].hidden = True

    assert differing(read_report(xlsx(sheets, change), "book"), FIGURES["2021"]) == {}


def test_one_far_cell_costs_nothing() -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["年报"]["XFD1048576"] = "远"
        book["年报"].merge_cells("B1048570:Z1048575")

    assert differing(read_report(xlsx(one_sheet(report_of("2021")), change), "book"), FIGURES["2021"]) == {}


def test_a_sheet_of_old_that_reaches_too_far_is_refused() -> None:
    sheets = one_sheet(report_of("2021"))
    sheets[0].values[65535, 255] = "远"
    with pytest.raises(DocumentError, match="65536 x 256") as error:
        read_xls(xls(sheets))
    assert error.value.code == "too_large"


def test_overlapping_merged_cells_are_bounded() -> None:
    ranges = b"".join(b'<mergeCell ref="A1:XFD%d"/>' % (1_000_000 + n) for n in range(30_000))
    merged = b"<mergeCells>" + ranges + b"</mergeCells><pageMargins"
    data = patched(xlsx(many_sheets(report_of("2021"))), lambda xml: xml.replace(b"<pageMargins", merged, 1))
    document = read_xlsx(data)
    assert sum(isinstance(block, Line) for block in document.blocks) > 3


@KINDS
def test_an_empty_column_of_figures_does_not_divide_a_table(write: Writer) -> None:
    """Its head may be cut off too (seed 001): what follows it are figures, not another table's labels."""
    figures = {key: "" if key[2] == "nonprofit" else raw for key, raw in FIGURES["2021"].items()}
    sheets = one_sheet(report_of("2021", figures))
    (head,) = [place for place, value in sheets[0].values.items() if value == "社会公益组织"]
    del sheets[0].values[head]
    reading = read_report(write(sheets), "book")
    assert all(found[0] is Status.MISSING for found, _ in differing(reading, figures).values())


def test_titles_are_lines_and_tables_have_their_blanks() -> None:
    figures: Figures = {**FIGURES["2021"], **{key: "" for key in FIGURES["2021"] if key[1] == "carried_out"}}
    sheets = one_sheet(report_of("2021", figures), gap=0, wide=False)
    assert differing(read_report(xlsx(sheets), "book"), figures) == {}
    document = read_xlsx(xlsx(one_sheet(report_of("2021"))))
    lines = [block.text for block in document.blocks if isinstance(block, Line)]
    assert f"{AGENCY}2022年政府信息公开工作年度报告" in lines
    assert [line[:2] for line in lines if re.match("[一二三四五六]、", line)] == [f"{n}、" for n in "一二三四五六"]
    assert sum(isinstance(block, Grid) for block in document.blocks) >= 3


def test_torn_and_strange_workbooks_end_in_one_line() -> None:
    good = xlsx(one_sheet(report_of("2021")))
    for data in (good[:-300], good.replace(b"xl/workbook.xml", b"xl/wurkbook.xml")):
        with pytest.raises(DocumentError) as error:
            read_xlsx(data)
        assert error.value.code == "damaged"
    old = xls(one_sheet(report_of("2021")))
    for size in range(1_000, len(old) - 4_000, 2_500):
        with pytest.raises(DocumentError) as error:
            read_report(old[:size], "torn.xls")
        assert error.value.code in ("damaged", "not_a_report")

"""Word files made ready for printing: page sizes, rules, heads that return, turned heads, numbered pages.

Each function changes a document that `docx` wrote; printing it is `converted`'s business.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table
from docx.text.paragraph import Paragraph

Change = Callable[[DocumentType], None]
SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def changed(data: bytes, changes: Iterable[Change]) -> bytes:
    """Return a Word file with the changes made."""
    document = Document(io.BytesIO(data))
    for change in changes:
        change(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def page_of(width: float, height: float, margin: float = 15) -> Change:
    """Set the size of the paper and its margins, in mm."""

    def change(document: DocumentType) -> None:
        section = document.sections[0]
        section.page_width, section.page_height = Mm(width), Mm(height)
        section.orientation = WD_ORIENT.LANDSCAPE if width > height else WD_ORIENT.PORTRAIT
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(margin)
        for table in document.tables:
            wide = (width - 2 * margin) / 25.4 * 1440 / max(1, len(table.columns))
            for column in table._tbl.iter(qn("w:gridCol")):
                column.set(qn("w:w"), str(int(wide)))

    return change


def ruled(*sides: str) -> Change:
    """Draw only these of a table's borders (of `SIDES`)."""

    def change(document: DocumentType) -> None:
        for table in document.tables:
            properties = table._tbl.tblPr
            for style in properties.findall(qn("w:tblStyle")):
                properties.remove(style)
            borders = OxmlElement("w:tblBorders")
            for side in SIDES:
                border = OxmlElement(f"w:{side}")
                border.set(qn("w:val"), "single" if side in sides else "nil")
                borders.append(border)
            properties.append(borders)

    return change


def typed(name: str, points: float) -> Change:
    """Set all text of tables in a type and size."""

    def change(document: DocumentType) -> None:
        for table in document.tables:
            for run in table._tbl.iter(qn("w:r")):
                properties = run.get_or_add_rPr()
                fonts = properties.get_or_add_rFonts()
                for script in ("ascii", "hAnsi", "eastAsia"):
                    fonts.set(qn(f"w:{script}"), name)
                properties.get_or_add_sz().set(qn("w:val"), str(int(2 * points)))

    return change


def numbered_pages(document: DocumentType) -> None:
    """Print a line at the head of each page and its number at the foot, as ``- 3 -``."""
    section = document.sections[0]
    section.header.paragraphs[0].add_run("政府信息公开工作年度报告")
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run("- ")
    _add_field(foot, "PAGE")
    foot.add_run(" -")


def counted_pages(document: DocumentType) -> None:
    """Print ``第3页 共7页`` at the foot of each page."""
    foot = document.sections[0].footer.paragraphs[0]
    for before, name in (("第", "PAGE"), ("页 共", "NUMPAGES")):
        foot.add_run(before)
        _add_field(foot, name)
    foot.add_run("页")


def heads_return(document: DocumentType) -> None:
    """Repeat each table's head rows on every page that it reaches."""
    *tables, line = document.tables
    for rows in (*(table.rows[: _head_rows(table)] for table in tables), line.rows[:-1]):
        for row in rows:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def first_heads_return(document: DocumentType) -> None:
    """Repeat only the first row of each table, as careless editors do."""
    _rows_return(document, 1)


def two_heads_return(document: DocumentType) -> None:
    """Repeat the first two rows of each table, whose heads may have three."""
    _rows_return(document, 2)


def _rows_return(document: DocumentType, count: int) -> None:
    for table in document.tables:
        for row in table.rows[: min(count, _head_rows(table))]:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def rows_whole(document: DocumentType) -> None:
    """Keep every row on one page."""
    for table in document.tables:
        for row in table.rows:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def heads_turned(document: DocumentType) -> None:
    """Turn the narrow heads of the applications' table by a quarter, as offices do to save room."""
    row = document.tables[1].rows[_head_rows(document.tables[1]) - 1]
    row.height = Mm(26)
    for cell in row._tr.findall(qn("w:tc")):
        direction = OxmlElement("w:textDirection")
        direction.set(qn("w:val"), "tbRl")
        cell.get_or_add_tcPr().append(direction)


def _head_rows(table: Table) -> int:
    """Return the rows above the first label of figures: those under a merged cell of the first column."""
    rows = table._tbl.tr_lst
    count = 1
    while count < len(rows) and rows[count].tc_lst[0].vMerge == "continue":
        count += 1
    return count


def _add_field(paragraph: Paragraph, name: str) -> None:
    run = paragraph.add_run()
    for kind in ("begin", "", "end"):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = name
        run._r.append(part)

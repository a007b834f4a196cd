"""Reports as Word files, with merged cells as Word keeps them (gridSpan across, vMerge down).

Nothing is decided here about the table's shape: the spans are the grid's.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from .document import Report
from .grid import Grid, Role


def write_docx(path: Path, report: Report) -> None:
    """Write the report to ``path`` (overwritten)."""
    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    day = datetime.combine(report.published_on, datetime.min.time())
    properties = document.core_properties
    properties.title, properties.author = "".join(report.title), report.agency
    properties.created = properties.modified = day
    for line in report.title:
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(line)
        run.bold, run.font.size = True, Pt(18)
    if report.meta:
        document.add_paragraph(report.meta).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in report.intro:
        document.add_paragraph(text)
    for section in report.sections:
        document.add_paragraph().add_run(section.heading).bold = True
        for text in section.paragraphs:
            document.add_paragraph(text)
        if section.grid is not None:
            _add_table(document, section.grid)
    for text in report.closing:
        document.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.save(str(path))


def _add_table(document: DocumentType, grid: Grid) -> None:
    table = document.add_table(rows=len(grid.rows), cols=grid.width, style="Table Grid")
    for number, slots in enumerate(grid.slots()):
        for slot in slots:
            if slot.continued:
                continue
            cell = table.cell(number, slot.column)
            if slot.cell.rowspan > 1 or slot.cell.colspan > 1:
                cell = cell.merge(table.cell(number + slot.cell.rowspan - 1, slot.column + slot.cell.colspan - 1))
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(slot.cell.text)
            run.font.size = Pt(9)
            if slot.cell.role is not Role.LABEL:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

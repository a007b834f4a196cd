"""Reports as Word files, with merged cells as Word keeps them (gridSpan across, vMerge down).

Nothing is decided here about the table's shape: the spans are the grid's. `WordStyle` names what editors
and office programs do beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeGuard

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from docx.table import _Cell
from markupsafe import escape

from .document import Report
from .grid import Grid, Role, Slot

Container = DocumentType | _Cell


@dataclass(frozen=True)
class WordStyle:
    """How a report is set in Word.

    ``parts`` cuts a table into those that are printed; ``nested`` puts the whole report into the only cell
    of a table; ``runs`` cuts figures into runs; ``tracked`` leaves corrections unaccepted: a deleted figure
    beside the inserted one; ``controls`` puts figures into content controls, as forms do; ``grid`` names
    the table style, without rules when empty.
    """

    parts: Callable[[Grid], Sequence[Grid]] = lambda grid: [grid]
    nested: bool = False
    runs: bool = False
    tracked: bool = False
    controls: bool = False
    grid: str = "Table Grid"


def write_docx(path: Path, report: Report, style: WordStyle | None = None) -> None:
    """Write the report to ``path`` (overwritten)."""
    style = style or WordStyle()
    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    day = datetime.combine(report.published_on, datetime.min.time())
    properties = document.core_properties
    properties.title, properties.author = "".join(report.title), report.agency
    properties.created = properties.modified = day
    container: Container = document.add_table(rows=1, cols=1).cell(0, 0) if style.nested else document
    for line in report.title:
        paragraph = container.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(line)
        run.bold, run.font.size = True, Pt(18)
    if report.meta:
        container.add_paragraph(report.meta).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in report.intro:
        container.add_paragraph(text)
    for section in report.sections:
        container.add_paragraph().add_run(section.heading).bold = True
        for text in section.paragraphs:
            container.add_paragraph(text)
        for number, grid in enumerate(style.parts(section.grid) if section.grid is not None else ()):
            if number:
                container.add_paragraph()  # else Word takes two tables for one
            _add_table(container, grid, style)
    for text in report.closing:
        container.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.save(str(path))


def _add_table(container: Container, grid: Grid, style: WordStyle) -> None:
    """Append the grid as a table; written as XML, for python-docx takes seconds to merge cells one by one."""
    look = f'<w:tblStyle w:val="{container.styles[style.grid].style_id}"/>' if _is_styled(container, style) else ""
    columns = "".join(f'<w:gridCol w:w="{9000 // grid.width}"/>' for _ in range(grid.width))
    rows = "".join(f"<w:tr>{''.join(_cell(slot, style) for slot in slots)}</w:tr>" for slots in grid.slots())
    layout = '<w:tblW w:w="5000" w:type="pct"/>'
    xml = f"<w:tbl {nsdecls('w')}><w:tblPr>{look}{layout}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"
    place = container.add_paragraph()._p
    place.addprevious(parse_xml(xml))
    if isinstance(container, DocumentType):
        place.getparent().remove(place)  # a cell, though, must end in a paragraph


def _is_styled(container: Container, style: WordStyle) -> TypeGuard[DocumentType]:
    return bool(style.grid) and isinstance(container, DocumentType)


def _cell(slot: Slot, style: WordStyle) -> str:
    cell = slot.cell
    spans = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    if cell.rowspan > 1:
        spans += "<w:vMerge/>" if slot.continued else '<w:vMerge w:val="restart"/>'
    centred = '<w:pPr><w:jc w:val="center"/></w:pPr>' if cell.role is not Role.LABEL else ""
    text = "" if slot.continued else _runs(cell.text, style if cell.role is Role.VALUE else WordStyle())
    return f"<w:tc><w:tcPr>{spans}</w:tcPr><w:p>{centred}{text}</w:p></w:tc>"


def _runs(text: str, style: WordStyle) -> str:
    middle = len(text) // 2 if style.runs else 0
    runs = "".join(_run(part) for part in (text[:middle], text[middle:]) if part)
    if runs and style.tracked:
        old = _run("9" + text).replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
        who = 'w:author="审核" w:date="2023-01-10T09:00:00Z"'
        runs = f'<w:del w:id="900" {who}>{old}</w:del><w:ins w:id="901" {who}>{runs}</w:ins>'
    if runs and style.controls:
        runs = f"<w:sdt><w:sdtPr/><w:sdtContent>{runs}</w:sdtContent></w:sdt>"
    return runs


def _run(text: str) -> str:
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f'<w:r><w:rPr><w:sz w:val="18"/></w:rPr>{lines}</w:r>'

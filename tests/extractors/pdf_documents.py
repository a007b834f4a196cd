"""The PDFs of the tests: reports printed by a browser and by LibreOffice in the layouts that offices use.

Every layout is one entry here: how the page's styles or the Word file are changed before printing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from schemas.formats import Format
from tests.corpus import Figures
from tests.extractors.test_renditions import dense

BARE = "table.form td { border: 0 !important }"
SMALL = "@page { size: 160mm 110mm; @bottom-right { content: '第' counter(page) '页 共' counter(pages) '页' } }"
BIG = "@media print { table.form { font-size: 12pt } tr { break-inside: auto !important } }"


def with_blanks(form: Format) -> Figures:
    """Leave cells blank or with a dash, here and there."""
    figures = dense(form)
    for place, key in enumerate(list(figures)):
        figures[key] = {3: "", 6: "/", 9: "—"}.get(place % 11, figures[key])
        if place % 17 == 8:
            figures[key] = "-"
    return figures


def with_long_numbers(form: Format) -> Figures:
    """Give every cell a number of nine digits, which narrow columns break."""
    return {cell.key: str(123_456_789 + 1_010_101 * cell.position) for cell in form.cells}


def heads_repeated(html: str) -> str:
    """Put the heads of the applications table into a <thead>, which printing repeats on every page."""

    def with_head(table: re.Match[str]) -> str:
        rows = re.findall(r"<tr>.*?</tr>", table[0], re.DOTALL)
        first = next((place for place, row in enumerate(rows) if "本年新收" in row), 0)
        head, body = "".join(rows[:first]), "".join(rows[first:])
        opening = table[0][: table[0].index("<tbody>")]
        return f"{opening}<thead>{head}</thead><tbody>{body}</tbody></table>" if first else table[0]

    return re.sub(r"<table.*?</table>", with_head, html, flags=re.DOTALL)


@dataclass(frozen=True)
class Printed:
    """A layout of a browser's PDF."""

    styles: str = ""
    figures: Callable[[Format], Figures] = dense
    change: Callable[[str], str] = str
    compared: bool = False  # with pdfplumber's reading too, which takes seconds


BROWSER: dict[str, Printed] = {
    "rows cut, heads repeated": Printed(SMALL + BIG, change=heads_repeated, compared=True),
    "rows cut at the top, no heads": Printed(BIG + SMALL + "table.form td { vertical-align: top }"),
    "unruled, rows cut, heads repeated": Printed(BARE + SMALL + BIG, change=heads_repeated),
    "unruled, to the right, blanks": Printed(BARE + "table.form td { text-align: right !important }", with_blanks),
    "blanks and dashes": Printed("", with_blanks),
    "numbers wrapped": Printed(
        "@media print { table.form { table-layout: fixed } table.form td { word-break: break-all } }",
        with_long_numbers,
    ),
    "vertical heads, headers and page numbers": Printed(
        "td.head { writing-mode: vertical-rl } @media print { table.form td { padding: 7px } }"
        "@page { size: A4; @bottom-center { content: counter(page) } @top-center { content: '虚构县文件' } }"
    ),
    "lines across only": Printed("table.form td { border-left: 0 !important; border-right: 0 !important }"),
    "lines down only": Printed("table.form td { border-top: 0 !important; border-bottom: 0 !important }"),
    "letters spaced": Printed("body { letter-spacing: 2px }"),
}


def borders(*sides: str) -> Callable[[WordDocument], None]:
    """Draw only these of a table's borders."""

    def change(document: WordDocument) -> None:
        for table in document.tables:
            properties = table._tbl.tblPr
            for style in properties.findall(qn("w:tblStyle")):
                properties.remove(style)
            drawn = OxmlElement("w:tblBorders")
            for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
                border = OxmlElement(f"w:{side}")
                border.set(qn("w:val"), "single" if side in sides else "nil")
                drawn.append(border)
            properties.append(drawn)

    return change


def numbered_pages(document: WordDocument) -> None:
    """Print a page's number at its foot."""
    run = document.sections[0].footer.paragraphs[0].add_run()
    for kind in ("begin", "", "end"):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = "PAGE"
        run._r.append(part)


def tight(document: WordDocument) -> None:
    """Set small pages with narrow tables whose heads come back, so that rows are cut nearly everywhere."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(150), Mm(130)
    section.left_margin = section.right_margin = Mm(12)
    for table in document.tables:
        for width in (*table._tbl.iter(qn("w:tcW")), *table._tbl.iter(qn("w:gridCol"))):
            width.set(qn("w:w"), str(int(int(width.get(qn("w:w"))) * 0.8)))
    for row in document.tables[1].rows[:3]:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    numbered_pages(document)


def turned_labels(document: WordDocument) -> None:
    """Turn the heads of the applications table by a quarter."""
    table = document.tables[1]
    table.rows[2].height = Mm(25)
    for cell in table.rows[2]._tr.findall(qn("w:tc")):
        direction = OxmlElement("w:textDirection")
        direction.set(qn("w:val"), "btLr")
        cell.get_or_add_tcPr().append(direction)


@dataclass(frozen=True)
class Office:
    """A layout of LibreOffice's PDF."""

    change: Callable[[WordDocument], None]
    figures: Callable[[Format], Figures] = dense
    form: str = "2021"


OFFICE: dict[str, Office] = {
    "rows cut, heads repeated": Office(tight),
    "unruled": Office(borders()),
    "unruled, blanks": Office(borders(), with_blanks, form="2019"),
    "lines inside only": Office(borders("insideH", "insideV"), form="2019"),
    "lines across only": Office(borders("top", "bottom", "insideH")),
    "heads turned": Office(turned_labels, form="2019"),
    "numbers wrapped": Office(numbered_pages, with_long_numbers),
}


def change_word_file(path: str, change: Callable[[WordDocument], None]) -> None:
    """Change a Word file in its place."""
    document = Document(path)
    change(document)
    document.save(path)

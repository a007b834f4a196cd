"""Word files: figures under their heads whatever Word wraps around them, and nothing that Word does not show."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from extractors.blocks import Grid, Line
from extractors.read import read_report
from extractors.word import read_word
from schemas.errors import DocumentError
from schemas.facts import Status
from schemas.formats import format_by_code
from tests.corpus import write_docx
from tests.extractors.dense import AGENCY, FORMS, differing, figures_of, report_of

KEY = ("applications", "granted", "business")
FIGURES = {code: figures_of(format_by_code(code)) for code in FORMS}
STRICT = (
    (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    ),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    made = {}
    for code in FORMS:
        path: Path = tmp_path_factory.mktemp("word") / f"{code}.docx"
        write_docx(path, report_of(code))
        made[code] = path.read_bytes()
    return made


def changed(data: bytes, change: Callable[[Any], None]) -> bytes:
    """Return the file with its body changed by python-docx and lxml."""
    document = Document(io.BytesIO(data))
    change(document.element.body)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def replaced(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the package with the bytes of one part changed (``*``: of every part)."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if part in (name, "*") else content)
    return file.getvalue()


def element(markup: str) -> Any:
    return parse_xml(
        re.sub(r"^<([\w:]+)", rf"<\1 {nsdecls('w', 'wp')} xmlns:v='urn:schemas-microsoft-com:vml'", markup, count=1)
    )


def run_of(body: Any, text: str) -> Any:
    """Return the only run of a cell with this text."""
    (found,) = [t.getparent() for t in body.iter(qn("w:t")) if t.text == text]
    return found


def cell_of(body: Any, text: str) -> Any:
    return next(up for up in run_of(body, text).iterancestors(qn("w:tc")))


def wrap(inner: Any, markup: str) -> None:
    """Put an element into new markup, at the place marked ``<w:here/>``."""
    outer = element(markup)
    inner.getparent().replace(inner, outer)
    here = next(outer.iter(qn("w:here")))
    here.getparent().replace(here, inner)


@pytest.mark.parametrize("code", FORMS)
def test_figures_blanks_and_dashes_come_back(plain: dict[str, bytes], code: str) -> None:
    reading = read_report(plain[code], "report.docx")
    assert (reading.medium, reading.format) == ("docx", code)
    assert differing(reading, FIGURES[code]) == {}
    assert (reading.identity.agency, reading.identity.year) == (AGENCY, 2022)


@pytest.mark.parametrize("code", FORMS)
def test_the_strict_namespaces_are_the_same_language(plain: dict[str, bytes], code: str) -> None:
    def strict(content: bytes) -> bytes:
        for old, new in STRICT:
            content = content.replace(old, new)
        return content

    data = replaced(plain[code], "*", strict)
    assert data != plain[code]
    assert differing(read_report(data, "strict"), FIGURES[code]) == {}


@pytest.mark.parametrize("code", FORMS)
def test_documents_of_one_piece_of_xml_are_word_files(plain: dict[str, bytes], code: str) -> None:
    """Word 2003 wrote `vmerge` small, in a namespace of its own; a flat package holds its parts in one file."""
    with zipfile.ZipFile(io.BytesIO(plain[code])) as package:
        body = package.read("word/document.xml").split(b"?>", 1)[1]
    flat = b"<?xml version='1.0'?><pkg:package xmlns:pkg='urn:x'><pkg:part>%b</pkg:part></pkg:package>"
    old = body.replace(STRICT[0][0], b"http://schemas.microsoft.com/office/word/2003/wordml")
    old = old.replace(b"w:vMerge", b"w:vmerge").replace(b"w:document", b"w:wordDocument")
    for data in (flat % body, b"<?xml version='1.0'?><?mso-application progid='Word.Document'?>" + old):
        reading = read_report(data, "one piece.doc")
        assert reading.medium == "office xml"
        assert differing(reading, FIGURES[code]) == {}


FIGURE = FIGURES["2021"][KEY]
BEGIN, SEPARATE, END = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
AROUND = {
    "content control": "<w:sdt><w:sdtPr><w:alias w:val='99'/></w:sdtPr><w:sdtContent><w:here/></w:sdtContent></w:sdt>",
    "tracked insertion": '<w:ins w:id="1" w:author="x"><w:here/></w:ins>',
    "simple field": '<w:fldSimple w:instr=" =SUM(B1:B9) "><w:here/></w:fldSimple>',
    "field": f"<w:smartTag>{BEGIN}<w:r><w:instrText> =SUM(9) </w:instrText></w:r>{SEPARATE}<w:here/>{END}</w:smartTag>",
    "field in a field's instruction": (
        f"<w:smartTag>{BEGIN}<w:r><w:instrText>IF </w:instrText></w:r>"
        f"{BEGIN}<w:r><w:instrText>REF x</w:instrText></w:r>"
        f"{SEPARATE}<w:r><w:t>77</w:t></w:r>{END}{SEPARATE}<w:here/>{END}</w:smartTag>"
    ),
    "index mark": f'<w:smartTag>{BEGIN}<w:r><w:instrText> XE "9" </w:instrText></w:r>{END}<w:here/></w:smartTag>',
    "tracked deletion beside": (
        '<w:smartTag><w:del w:id="1" w:author="x"><w:r><w:delText>9</w:delText></w:r></w:del><w:here/></w:smartTag>'
    ),
    "moved away beside": '<w:smartTag><w:moveFrom w:id="1"><w:r><w:t>9</w:t></w:r></w:moveFrom><w:here/></w:smartTag>',
    "hidden beside": "<w:smartTag><w:r><w:rPr><w:vanish/></w:rPr><w:t>9</w:t></w:r><w:here/></w:smartTag>",
    "footnote mark": '<w:smartTag><w:here/><w:r><w:footnoteReference w:id="2"/></w:r></w:smartTag>',
    "soft hyphen": "<w:smartTag><w:here/><w:r><w:softHyphen/></w:r></w:smartTag>",
    "floating seal": (
        "<w:smartTag><w:here/><w:r><w:drawing><wp:anchor><wp:extent cx='1' cy='1'/></wp:anchor></w:drawing></w:r>"
        "</w:smartTag>"
    ),
    "unfinished field before": f"<w:smartTag><w:here/>{BEGIN}<w:r><w:instrText>PAGE</w:instrText></w:r></w:smartTag>",
}


@pytest.mark.parametrize("markup", AROUND.values(), ids=AROUND)
def test_what_word_wraps_around_a_figure_is_no_part_of_it(plain: dict[str, bytes], markup: str) -> None:
    data = changed(plain["2021"], lambda body: wrap(run_of(body, FIGURE), markup))
    assert differing(read_report(data, "wrapped"), FIGURES["2021"]) == {}


INSTEAD = {
    "struck out": ("<w:r><w:rPr><w:strike/></w:rPr><w:t>88</w:t></w:r>", Status.UNREADABLE),
    "struck out doubly": ("<w:r><w:rPr><w:dstrike w:val='true'/></w:rPr><w:t>88</w:t></w:r>", Status.UNREADABLE),
    "struck out in part": (
        "<w:smartTag><w:r><w:t>8</w:t></w:r><w:r><w:rPr><w:strike/></w:rPr><w:t>8</w:t></w:r><w:r><w:t>1</w:t></w:r>"
        "</w:smartTag>",
        Status.UNREADABLE,
    ),
    "a power": (
        "<w:smartTag><w:r><w:t>8</w:t></w:r><w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>2</w:t></w:r>"
        "</w:smartTag>",
        Status.UNREADABLE,
    ),
    "picture": ("<w:r><w:drawing><wp:inline><wp:extent/></wp:inline></w:drawing></w:r>", Status.UNREADABLE),
    "picture of old": ("<w:r><w:pict><v:shape style='width:9pt'/></w:pict></w:r>", Status.UNREADABLE),
    "symbol": ("<w:smartTag><w:r><w:t>8</w:t></w:r><w:r><w:sym w:font='Symbol' w:char='F031'/></w:r></w:smartTag>",
               Status.UNREADABLE),
    "tick box": (f"<w:smartTag>{BEGIN}<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>{END}</w:smartTag>",
                 Status.UNREADABLE),
    "two lines": ("<w:r><w:t>8</w:t><w:br/><w:t>8</w:t></w:r>", Status.UNREADABLE),
    "tab": ("<w:r><w:t>8</w:t><w:tab/><w:t>8</w:t></w:r>", Status.UNREADABLE),
    "deleted": ('<w:del w:id="1"><w:r><w:delText>88</w:delText></w:r></w:del>', Status.BLANK),
    "hidden": ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>88</w:t></w:r>", Status.BLANK),
    "hidden by its style": ("<w:r><w:rPr><w:rStyle w:val='Gone'/></w:rPr><w:t>88</w:t></w:r>", Status.BLANK),
    "counted by Word": ("<w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr>", Status.UNREADABLE),
    "hyphen that does not break": ("<w:r><w:noBreakHyphen/></w:r>", Status.DASH),
}  # fmt: skip


@pytest.mark.parametrize(("markup", "status"), INSTEAD.values(), ids=INSTEAD)
def test_what_is_no_plain_figure_becomes_none(plain: dict[str, bytes], markup: str, status: Status) -> None:
    def change(body: Any) -> None:
        run = run_of(body, FIGURE)
        new = element(markup)
        if new.tag == qn("w:pPr"):
            paragraph = run.getparent()
            paragraph.clear()
            paragraph.append(new)
        else:
            run.getparent().replace(run, new)

    style = b'<w:style w:type="character" w:styleId="%b"><w:basedOn w:val="%b"/><w:rPr>%b</w:rPr></w:style>'
    styles = style % (b"Gone", b"Base", b"") + style % (b"Base", b"Gone", b"<w:vanish/>")
    data = replaced(
        changed(plain["2021"], change),
        "word/styles.xml",
        lambda xml: xml.replace(b"</w:styles>", styles + b"</w:styles>"),
    )
    assert {key: found for key, (found, _) in differing(read_report(data, "x"), FIGURES["2021"]).items()} == {
        KEY: (status, None)
    }


def split_tables(body: Any) -> None:
    """Divide the applications in two, as at a page's end, and say the heads again."""
    table = list(body.iter(qn("w:tbl")))[1]
    rows = list(table.iter(qn("w:tr")))
    second = copy.deepcopy(table)
    for row in rows[14:]:
        table.remove(row)
    for row in list(second.iter(qn("w:tr")))[3:14]:
        second.remove(row)
    table.addnext(second)
    table.addnext(element("<w:p><w:r><w:t>(续上表)</w:t></w:r></w:p>"))


def nest(body: Any) -> None:
    """Set the whole report in a cell of a table, as pages that were pasted into Word are."""
    for table in [*body.iter(qn("w:tbl"))]:
        wrap(table, "<w:tbl><w:tr><w:tc><w:p/></w:tc><w:tc><w:here/><w:p/></w:tc></w:tr></w:tbl>")


def box(body: Any) -> None:
    """Set a table in a text box: once for Word of today, once for Word of old."""
    table = next(iter(body.iter(qn("w:tbl"))))
    old = copy.deepcopy(table)
    mc = "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"
    inside = "<w:txbxContent><w:{}/></w:txbxContent>"
    wrap(
        table,
        f"<w:p><w:r><mc:AlternateContent {mc}><mc:Choice Requires='wps'><w:drawing><wp:anchor>{inside.format('here')}"
        f"</wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{inside.format('old')}"
        "</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
    )
    place = next(body.iter(qn("w:old")))
    place.getparent().replace(place, old)


def controls(body: Any) -> None:
    """Put rows and cells into content controls."""
    for tag in ("w:tr", "w:tc"):
        for found in list(body.iter(qn(tag)))[::3]:
            wrap(found, "<w:sdt><w:sdtPr/><w:sdtContent><w:here/></w:sdtContent></w:sdt>")


def ghost_rows(body: Any) -> None:
    """Add a row deleted by a tracked change and a hidden one; both repeat another row's label."""
    row = list(list(body.iter(qn("w:tbl")))[1].iter(qn("w:tr")))[6]
    for mark in ("<w:trPr><w:del w:id='3'/></w:trPr>", "<w:trPr><w:hidden/></w:trPr>"):
        ghost = copy.deepcopy(row)
        for text in ghost.iter(qn("w:t")):
            text.text = "5"
        ghost.insert(0, element(mark))
        row.addprevious(ghost)


def indent(body: Any) -> None:
    """Let every row of the applications begin one column further right."""
    for row in list(body.iter(qn("w:tbl")))[1].iter(qn("w:tr")):
        row.insert(0, element("<w:trPr><w:gridBefore w:val='1'/></w:trPr>"))


def torn_merge(body: Any) -> None:
    """Divide the label that spans rows: its last part is a continued cell of another width."""
    table = list(body.iter(qn("w:tbl")))[1]
    for row in list(table.iter(qn("w:tr")))[-4:-2]:
        first = next(row.iter(qn("w:tc")))
        merge = next(first.iter(qn("w:vMerge")), None)
        assert merge is not None
        merge.getparent().remove(merge)


def old_merge(body: Any) -> None:
    """Merge across as Word 97 did: a cell for every column, all but the first continued."""
    for span in list(body.iter(qn("w:gridSpan"))):
        cell = span.getparent().getparent()
        if next(cell.iter(qn("w:vMerge")), None) is not None:
            continue
        for _ in range(int(span.get(qn("w:val"))) - 1):
            cell.addnext(element("<w:tc><w:tcPr><w:hMerge/></w:tcPr><w:p/></w:tc>"))
        span.getparent().replace(span, element("<w:hMerge w:val='restart'/>"))


@pytest.mark.parametrize("code", FORMS)
@pytest.mark.parametrize("change", [split_tables, nest, box, controls, ghost_rows, indent, torn_merge, old_merge])
def test_tables_come_back_whatever_they_stand_in(
    plain: dict[str, bytes], code: str, change: Callable[[Any], None]
) -> None:
    assert differing(read_report(changed(plain[code], change), "changed"), FIGURES[code]) == {}


STYLED = b"<w:numbering xmlns:w='" + STRICT[0][0] + b"'>%b</w:numbering>"


def test_a_counted_number_is_no_part_of_a_figure(plain: dict[str, bytes]) -> None:
    """`1.` before `12` would be 1.12."""

    def count(body: Any) -> None:
        numbered = "<w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>"
        run_of(body, FIGURE).getparent().insert(0, element(numbered))

    decimal = b"<w:numFmt w:val='decimal'/><w:lvlText w:val='%1.'/>"
    levels = b"<w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'>" + decimal + b"</w:lvl></w:abstractNum>"
    xml = STYLED % (levels + b"<w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num>")
    data = replaced(changed(plain["2021"], count), "word/numbering.xml", lambda _: xml)
    assert {key: found for key, (found, _) in differing(read_report(data, "x"), FIGURES["2021"]).items()} == {
        KEY: (Status.UNREADABLE, None)
    }


LEVELS = (("chineseCounting", "%1、"), ("chineseCountingThousand", "(%2)"), ("decimal", "%3."))
MARKS = (r"[一二三四]、", r"\([一二三四五六七]\)", r"[1-8]\.")


@pytest.mark.parametrize("code", FORMS)
def test_numbers_that_word_counts_are_counted_again(plain: dict[str, bytes], code: str) -> None:
    """Without them 3.其他 is the label of a column, and half the rows of the applications look alike."""

    def count(body: Any) -> None:
        for text in [*list(body.iter(qn("w:tbl")))[1].iter(qn("w:t"))]:
            for level, mark in enumerate(MARKS):
                if found := re.match(mark, text.text):
                    text.text = text.text[found.end() :]
                    numbered = f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='77'/></w:numPr>"
                    text.getparent().getparent().get_or_add_pPr().append(element(numbered))
                    break

    levels = "".join(
        f"<w:lvl w:ilvl='{level}'><w:start w:val='1'/><w:numFmt w:val='{form}'/><w:lvlText w:val='{text}'/></w:lvl>"
        for level, (form, text) in enumerate(LEVELS)
    )
    kind = f"<w:abstractNum w:abstractNumId='77'>{levels}</w:abstractNum>"
    given = "<w:num w:numId='77'><w:abstractNumId w:val='77'/></w:num>"
    data = replaced(
        changed(plain[code], count),
        "word/numbering.xml",
        lambda xml: xml.replace(b"</w:numbering>", f"{kind}{given}</w:numbering>".encode()),
    )
    assert differing(read_report(data, "counted"), FIGURES[code]) == {}


def test_a_cell_that_goes_on_over_other_columns_moves_no_figure(plain: dict[str, bytes]) -> None:
    """A continued cell of other width than the one above stands for itself: what is right of it stays."""
    body = "<w:tbl>{}{}</w:tbl>".format(
        "<w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr><w:p/></w:tc>"
        "<w:tc><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr>",
        "<w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/><w:vMerge/></w:tcPr><w:p/></w:tc>"
        "<w:tc><w:p><w:r><w:t>7</w:t></w:r></w:p></w:tc></w:tr>",
    )
    document = read_word(changed(plain["2021"], lambda old: old.insert(0, element(body))))
    grid = next(block for block in document.blocks if isinstance(block, Grid))
    assert [(cell.row, cell.column) for cell in grid.cells if cell.text == "7"] == [(1, 2)]


def test_the_files_own_title_is_believed_where_the_text_has_it(plain: dict[str, bytes]) -> None:
    title = f"{AGENCY}2022年政府信息公开工作年度报告"
    assert read_word(plain["2021"]).metadata["title"] == title
    stale = replaced(plain["2021"], "docProps/core.xml", lambda xml: xml.replace("2022年".encode(), "2018年".encode()))
    assert "title" not in read_word(stale).metadata


def zipped(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {"[Content_Types].xml": b"<Types/>", **parts}.items():
            package.writestr(name, content)
    return file.getvalue()


W = b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body>%b</w:body></w:document>"
LAUGHS = (
    b"<!DOCTYPE w [<!ENTITY a '"
    + b"9" * 90
    + b"'>%b]>" % b"".join(b"<!ENTITY %c '%b'>" % (name, b"&%c;" % (name - 1) * 40) for name in b"bcdefgh")
)
EXTERNAL = b"<!DOCTYPE w [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"
TEXT = b"<w:p><w:r><w:t>%b</w:t></w:r></w:p>"
HOSTILE = {
    "zip bomb": (zipped({"word/document.xml": W % (b" " * 60_000_000)}), "too_large"),
    "packed too well": (zipped({"word/document.xml": W % (b" " * 6_000_000)}), "too_large"),
    "many parts": (zipped({"word/document.xml": W, **{f"word/{n}": b"" for n in range(6_000)}}), "too_large"),
    "laughs": (zipped({"word/document.xml": LAUGHS + W % (TEXT % b"&h;")}), "damaged"),
    "external entity": (
        zipped({"word/document.xml": EXTERNAL + W % (TEXT % b"&x;")}),
        "damaged",
    ),
    "no body": (zipped({"word/document.xml": b"<x/>"}), "damaged"),
    "torn XML": (zipped({"word/document.xml": W[:-20] % b""}), "damaged"),
    "nested too deep": (
        zipped({"word/document.xml": W % (b"<w:sdt>" * 5_000 + b"</w:sdt>" * 5_000)}), "damaged"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "code"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_in_one_line(data: bytes, code: str) -> None:
    with pytest.raises(DocumentError, match=r"^given\.docx: expected ") as error:
        read_report(data, "given.docx")
    assert error.value.code == code
    assert "\n" not in str(error.value)


def test_a_torn_package_is_no_word_file(plain: dict[str, bytes]) -> None:
    with pytest.raises(DocumentError, match="whole zip"):
        read_word(plain["2021"][:-400])
    flipped = bytearray(plain["2021"])
    with zipfile.ZipFile(io.BytesIO(plain["2021"])) as package:
        start = package.getinfo("word/document.xml").header_offset
    flipped[start + 500] ^= 0xFF
    with pytest.raises(DocumentError) as error:
        read_word(bytes(flipped))
    assert error.value.code == "damaged"


def test_endless_spans_and_rows_are_bounded(plain: dict[str, bytes]) -> None:
    wide = "<w:tc><w:tcPr><w:gridSpan w:val='99999999'/></w:tcPr><w:p/></w:tc>"
    row = f"<w:tr><w:trPr><w:gridBefore w:val='99999999'/></w:trPr>{wide}</w:tr>"
    data = changed(plain["2021"], lambda body: body.insert(0, element(f"<w:tbl>{row * 400}</w:tbl>")))
    document = read_word(data)
    assert (
        max(cell.column + cell.colspan for block in document.blocks if isinstance(block, Grid) for cell in block.cells)
        < 500
    )
    assert any(isinstance(block, Line) and AGENCY in block.text for block in document.blocks)
    assert differing(read_report(data, "wide"), FIGURES["2021"]) == {}

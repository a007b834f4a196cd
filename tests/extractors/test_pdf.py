"""PDFs that a browser and LibreOffice printed, and what was done to them afterwards.

Figures are dense (every cell differs): a shift by one cell, a page number among figures or the halves of
two numbers put together would show as a wrong value.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pypdfium2 import raw

from extractors.blocks import Document, Grid
from extractors.pdf import read_pdf, read_pdf_by_reference
from extractors.read import read_report
from extractors.values import read_value
from schemas.errors import DocumentError
from schemas.facts import Fact, Status
from schemas.formats import Format, format_by_code
from tests.corpus import Figures, Page, report_html, write_docx, write_pdf
from tests.corpus.office import SOFFICE, write_pdfs
from tests.extractors.pdf_documents import BROWSER, OFFICE, change_word_file
from tests.extractors.test_renditions import dense, report

needs_chromium = pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium on the PATH to print pages")
needs_soffice = pytest.mark.skipif(not shutil.which(SOFFICE), reason="needs LibreOffice on the PATH to print pages")
FORM = format_by_code("2021")


def facts_of(data: bytes) -> dict[tuple[str, str, str], Fact]:
    return {(f.table_code, f.row_code, f.column_code): f for f in read_report(data, "a.pdf").facts}


def expect(data: bytes, form: Format, figures: Figures) -> None:
    facts = facts_of(data)
    wanted = {cell.key: read_value(figures[cell.key], cell.kind) for cell in form.cells}
    assert {key: (fact.value, fact.status) for key, fact in facts.items()} == {
        key: (reading.value, reading.status) for key, reading in wanted.items()
    }


def grids(document: Document) -> list[list[tuple[int, int, int, int, str]]]:
    found = [block for block in document.blocks if isinstance(block, Grid)]
    return [[(c.row, c.column, c.rowspan, c.colspan, c.text) for c in grid.cells] for grid in found]


@needs_chromium
@pytest.mark.parametrize("layout", BROWSER.values(), ids=BROWSER)
def test_what_a_browser_printed(layout, tmp_path: Path) -> None:
    figures = layout.figures(FORM)
    html = report_html(report(FORM, figures), Page())
    path = tmp_path / "printed.pdf"
    write_pdf(path, layout.change(html.replace("</style>", f"{layout.styles}</style>")))
    data = path.read_bytes()
    expect(data, FORM, figures)
    identity = read_report(data, "a.pdf").identity
    assert (identity.agency, identity.year, str(identity.published_on)) == ("虚构县人民政府", 2022, "2023-01-18")
    if layout.compared:
        assert grids(read_pdf(data)) == grids(read_pdf_by_reference(data))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Print all layouts in one run of LibreOffice, which takes seconds to start."""
    folder = tmp_path_factory.mktemp("office")
    files = {}
    for name, layout in OFFICE.items():
        form = format_by_code(layout.form)
        files[name] = folder / f"{len(files)}.docx"
        write_docx(files[name], report(form, layout.figures(form)))
        change_word_file(str(files[name]), layout.change)
    write_pdfs(list(files.values()), folder)
    return {name: path.with_suffix(".pdf") for name, path in files.items()}


@needs_soffice
@pytest.mark.parametrize("name", OFFICE)
def test_what_libreoffice_printed(name: str, office: dict[str, Path]) -> None:
    data = office[name].read_bytes()
    form = format_by_code(OFFICE[name].form)
    expect(data, form, OFFICE[name].figures(form))
    assert grids(read_pdf(data)) == grids(read_pdf_by_reference(data))


def edited(path: Path, change) -> bytes:
    """Apply ``change`` to every page of a PDF and return the new file."""
    pdf = pdfium.PdfDocument(path)
    for page in pdf:
        change(page)
    target = path.with_name("edited.pdf")
    pdf.save(target)
    pdf.close()
    return target.read_bytes()


def objects(page) -> list:
    return [raw.FPDFPage_GetObject(page, index) for index in range(raw.FPDFPage_CountObjects(page))]


@needs_soffice
def test_the_order_of_the_file_says_nothing(office: dict[str, Path]) -> None:
    def shuffle(page) -> None:
        found = objects(page)
        for drawn in found:
            assert raw.FPDFPage_RemoveObject(page, drawn)
        random.Random(1).shuffle(found)
        for drawn in found:
            raw.FPDFPage_InsertObject(page, drawn)
        assert raw.FPDFPage_GenerateContent(page)

    path = office["rows cut, heads repeated"]
    shuffled = edited(path, shuffle)
    assert shuffled != path.read_bytes()
    assert grids(read_pdf(shuffled)) == grids(read_pdf(path.read_bytes()))


@needs_soffice
@pytest.mark.parametrize("angle", [90, 180, 270])
@pytest.mark.parametrize("righted", [True, False])
def test_pages_on_their_side(angle: int, righted: bool, office: dict[str, Path]) -> None:
    """Landscape tables are drawn sideways on portrait pages; /Rotate rights them, or does not."""

    def turn(page) -> None:
        width, height = page.get_size()
        matrix = {90: (0, 1, -1, 0, height, 0), 270: (0, -1, 1, 0, 0, width), 180: (-1, 0, 0, -1, width, height)}
        for drawn in objects(page):
            raw.FPDFPageObj_TransformF(drawn, raw.FS_MATRIX(*matrix[angle]))
        if angle != 180:
            page.set_mediabox(0, 0, height, width)
            page.set_cropbox(0, 0, height, width)
        assert raw.FPDFPage_GenerateContent(page)
        if righted:
            page.set_rotation(angle)

    path = office["rows cut, heads repeated"]
    turned = edited(path, turn)
    assert grids(read_pdf(turned)) == grids(read_pdf(path.read_bytes()))
    place = facts_of(turned)["applications", "granted", "business"].locator
    assert (place == facts_of(path.read_bytes())["applications", "granted", "business"].locator) == righted


@needs_soffice
def test_the_place_of_a_figure_is_its_page_and_box(office: dict[str, Path]) -> None:
    path = office["unruled"]
    fact = facts_of(path.read_bytes())["applications", "granted", "business"]
    assert fact.locator is not None
    page, box = fact.locator.removeprefix("page ").split(", box ")
    x0, top, x1, bottom = map(int, box.split())
    pdf = pdfium.PdfDocument(path)
    shown = pdf[int(page) - 1]
    height = shown.get_height()
    text = shown.get_textpage().get_text_bounded(x0 - 1, height - bottom - 1, x1 + 1, height - top + 1)
    pdf.close()
    assert text.strip() == fact.raw


@needs_chromium
def test_radicals_are_folded_and_raised_or_circled_digits_are_not(tmp_path: Path) -> None:
    path = tmp_path / "cells.pdf"
    cells = ["⼈⺠政府⽂件⻚⻓", "5²", "5<sup>2</sup>", "①", "5<sub>3</sub>", "12<b>3</b>", "5\u200b6", "１２"]
    body = "".join(f"<td>{cell}</td>" for cell in cells)
    write_pdf(path, f"<meta charset=utf-8><table border=1 cellspacing=0 cellpadding=5><tr>{body}</table>")
    (row,) = grids(read_pdf(path.read_bytes()))
    assert [cell[-1] for cell in row] == ["人民政府文件页长", "5²", "5 2", "①", "5 3", "123", "56", "１２"]


@needs_soffice
def test_a_font_that_does_not_name_its_characters_gives_no_figure(office: dict[str, Path]) -> None:
    data = office["unruled"].read_bytes()
    unnamed = data.replace(b"/ToUnicode", b"/XoUnicode")
    assert unnamed != data
    for document in (read_pdf(unnamed), read_pdf_by_reference(unnamed)):
        assert document.metadata["pages_without_text"] == "1,2,3,4"
        text = "".join(line.text for line in document.lines()) + "".join(c[-1] for g in grids(document) for c in g)
        assert not any(character in "0123456789" for character in text)


@needs_soffice
def test_a_scan_is_an_empty_document_that_names_its_pages(office: dict[str, Path], tmp_path: Path) -> None:
    pdf = pdfium.PdfDocument(office["unruled"])
    pictures = [page.render(scale=0.5).to_pil().convert("RGB") for page in pdf]
    pdf.close()
    scan = tmp_path / "scan.pdf"
    pictures[0].save(scan, save_all=True, append_images=pictures[1:])
    document = read_pdf(scan.read_bytes())
    assert (document.blocks, document.metadata["pages_without_text"]) == ((), "1,2,3,4")


@needs_soffice
def test_an_encrypted_file_says_so(tmp_path: Path) -> None:
    word = tmp_path / "locked.docx"
    write_docx(word, report(FORM, dense(FORM)))
    options = '{"EncryptFile":{"type":"boolean","value":"true"},"DocumentOpenPassword":{"type":"string","value":"x"}}'
    write_pdfs([word], tmp_path, options)
    with pytest.raises(DocumentError, match=r"some/place: .* password") as caught:
        read_report(word.with_suffix(".pdf").read_bytes(), "some/place")
    assert caught.value.code == "encrypted"


@needs_soffice
def test_a_truncated_file_never_gives_a_wrong_figure(office: dict[str, Path]) -> None:
    data = office["unruled"].read_bytes()
    figures = dense(FORM)
    codes = set()
    for length in (20, 2_000, len(data) // 2, len(data) - 2_000, len(data) - 30):
        try:
            facts = facts_of(data[:length])
        except DocumentError as error:
            codes.add(error.code)
            continue
        found = {key: fact.raw for key, fact in facts.items() if fact.status is Status.PUBLISHED}
        assert found == {key: figures[key] for key in found}
    assert codes <= {"damaged"}

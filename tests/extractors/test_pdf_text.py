"""Lines, figures and page numbers of a PDF, place by place; and pages made to exhaust their reader."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from extractors.pdf import read_pdf
from extractors.pdf_lines import PageLine, without_furniture
from extractors.pdf_page import DAMAGED, Box, Glyph, PdfPage, turn_box
from extractors.pdf_text import TextLine, join_lines, line_of, text_lines


def glyphs(text: str, x: float = 0.0, base: float = 100.0, width: float = 5.0) -> list[Glyph]:
    """Set characters one after the other, 10 points high."""
    places = [(character, x + width * place) for place, character in enumerate(text)]
    return [Glyph(c, left, base - 8.5, left + width, base + 1.5, left, base) for c, left in places]


def line(text: str, width: float = 0.0) -> TextLine:
    return TextLine(text, 0.0, 0.0, width or 5.0 * len(text), 10.0, 8.5, 10.0)


@pytest.mark.parametrize(
    ("lines", "room", "text"),
    [
        (["1234567", "89"], 38.0, "123456789"),
        (["1234567", "89"], 60.0, "1234567 89"),  # there was room for the next digit: two numbers
        (["1234567", "89"], 0.0, "1234567 89"),
        (["5", "6"], 7.0, "5 6"),  # one digit is never a full line
        (["1234567", "89"], 40.9, "123456789"),  # rulings are known to a point
        (["43.78", "万元"], 0.0, "43.78万元"),
        (["自", "然", "人"], 0.0, "自然人"),
    ],
)
def test_a_number_goes_on_only_where_its_line_was_full(lines: list[str], room: float, text: str) -> None:
    assert join_lines([line(piece) for piece in lines], room) == text


def test_bold_printed_twice_is_read_once_and_figures_over_figures_are_damaged() -> None:
    twice = [glyph for glyph in glyphs("12") for glyph in (glyph, glyph._replace(x0=glyph.x0 + 0.3))]
    assert text_lines(twice)[0].text == "12"
    assert text_lines([*glyphs("1"), *glyphs("7", x=1.0)])[0].text == DAMAGED


def test_a_gap_a_raised_digit_and_a_space_of_the_file_divide_figures() -> None:
    assert line_of([*glyphs("5"), *glyphs("6", x=7.0)]).text == "5 6"
    assert line_of([*glyphs("5"), *glyphs("2", x=5.0, base=97.0)]).text == "5 2"
    assert line_of([*glyphs("5"), glyphs("6", x=5.0)[0]._replace(spaced=True)]).text == "5 6"


def test_columns_of_characters_are_read_downwards_from_the_right() -> None:
    columns = [(x, text) for x, text in ((30.0, "法人或"), (12.0, "其他"))]
    drawn = [g for x, text in columns for i, c in enumerate(text) for g in glyphs(c, x, 100 + 10.0 * i, width=10.0)]
    assert "".join(piece.text for piece in text_lines(drawn)) == "法人或其他"


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_turned_text_reads_as_upright_text(turn: int) -> None:
    upright = glyphs("123")
    turned = []
    for glyph in upright:
        box = turn_box(Box(*glyph[1:5]), 4 - turn, 600, 800)
        x, base, _, _ = turn_box(Box(glyph.x, glyph.base, glyph.x, glyph.base), 4 - turn, 600, 800)
        turned.append(Glyph(glyph.text, *box, x, base, turn))
    assert [piece.text for piece in text_lines(reversed(turned))] == ["123"]


def page_lines(*texts: list[tuple[str, float]]) -> list[PageLine]:
    pages = [PdfPage(number, 600, 800, (), ()) for number in range(1, len(texts) + 1)]
    return [
        PageLine(page, line(text)._replace(top=base - 8, bottom=base + 2, base=base))
        for page, own in zip(pages, texts, strict=True)
        for text, base in own
    ]


def test_page_numbers_fall_and_a_header_is_kept_once() -> None:
    lines = page_lines(
        [("虚构县文件", 30), ("正文一", 400), ("- 1 -", 780)],
        [("虚构县文件", 30), ("正文二", 400), ("- 2 -", 780)],
        [("虚构县文件", 30), ("正文三", 400), ("第 3 页 共 3 页", 780)],
    )
    assert [entry.line.text for entry in without_furniture(lines)] == ["虚构县文件", "正文一", "正文二", "正文三"]


def test_a_page_number_without_gaps_falls_too() -> None:
    assert without_furniture(page_lines([("第1页共3页", 780)])) == []


def test_figures_in_the_margin_are_no_page_numbers() -> None:
    """The first row of a page whose label has two lines: its figures are a line of their own."""
    rows = [[("(一)予以公开", 50.0), ("0 1 2 0 1", 60.0)], [("5", 60.0), ("总计", 70.0)], [("5", 60.0)]]
    assert len(without_furniture(page_lines(*rows))) == 5


def hostile(content: bytes, pages: int = 1) -> bytes:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, b"5 0 R " * pages),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 3 0 R>>>>>>",
    ]
    written = [b"%%PDF-1.4\n", *(b"%d 0 obj\n%s\nendobj\n" % entry for entry in enumerate(objects, start=1))]
    starts = [sum(map(len, written[:place])) for place in range(1, len(written) + 1)]
    table = b"".join(b"%010d 00000 n \n" % start for start, _ in pairwise(starts))
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        starts[-1],
    )
    return b"".join([*written, end])


@pytest.mark.parametrize(
    "data",
    [
        hostile(b"".join(b"%d 0 m %d 800 l S 0 %d m 600 %d l S " % (4 * i, 4 * i, 4 * i, 4 * i) for i in range(150))),
        hostile(b"".join(b"%d %d 5 5 re S " % (7 * i % 600, 91 * i % 800) for i in range(40_000))),
        hostile(b"BT /F 9 Tf 10 10 Td (1 2 3) Tj ET", pages=5_000),
        hostile(
            b"BT /F 3 Tf %sET"
            % b"".join(b"1 0 0 1 %d %d Tm (1) Tj " % (i % 150 * 4, i // 150 * 5) for i in range(21_000))
        ),
    ],
    ids=["rulings", "boxes", "pages", "characters"],
)
def test_a_page_too_full_is_cut_soon_and_says_so(data: bytes) -> None:
    started = time.monotonic()
    assert "cut" in read_pdf(data).metadata
    assert time.monotonic() - started < 30


def test_a_title_that_is_no_text_does_not_cost_the_report() -> None:
    """Half a character of UTF-16, found by fuzzing (seed 25925)."""
    parts = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
    parts += ["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>", "<< /Title {} >>"]
    for title, kept in (("<FEFF8BD5>", "试"), ("<FEFF8BD5D800>", None)):
        objects = "".join(f"{number} 0 obj {part.format(title)} endobj\n" for number, part in enumerate(parts, 1))
        data = f"%PDF-1.4\n{objects}trailer << /Root 1 0 R /Info 4 0 R /Size 5 >>\n%%EOF".encode()
        assert read_pdf(data).metadata.get("page_title") == kept

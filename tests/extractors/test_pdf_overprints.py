"""Heads that return on a page without all of their rows, printed whole over the rows below (LibreOffice)."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.pdf_cells import RuledPart
from extractors.pdf_overprints import without_overprint
from extractors.pdf_page import Box, Glyph, PdfPage
from extractors.pdf_ruled import ruled_parts

TOP, LEFT, PITCH = 50.0, 30.0, 11.0
Printed = Sequence[tuple[str, float, int]]  # text, left edge, line counted from the top


def page(number: int, printed: Printed, rows: Sequence[int]) -> PdfPage:
    """Print lines into two ruled columns; ``rows`` are the lines at which rulings go across."""
    glyphs = [
        Glyph(char, x, base - 8.0, x + 9.0, base + 1.0, x, base)
        for text, left, line in printed
        for at, char in enumerate(text)
        for x, base in [(left + 9.0 * at, TOP + PITCH * line + 9.0)]
    ]
    ys = [TOP + PITCH * row for row in rows]
    rulings = [Box(LEFT, y, 200.0, y) for y in ys] + [Box(x, ys[0], x, ys[-1]) for x in (LEFT, 120.0, 200.0)]
    return PdfPage(number, 300.0, 200.0, tuple(glyphs), tuple(rulings))


def texts(parts: Sequence[RuledPart]) -> list[list[str]]:
    return [["".join(line.text for line in cell.lines) for cell in part.cells] for part in parts]


def read(pages: Sequence[PdfPage]) -> list[list[str]]:
    parts: list[RuledPart] = []
    for each in pages:
        found, _, _ = ruled_parts(each)
        cleaned = without_overprint(each, found, parts)
        parts += ruled_parts(cleaned)[0] if cleaned is not each else found
    return texts(parts)


HEAD = [("本列数据的勾稽", 36.0, 0), ("关系为第一项加", 36.0, 1)]
REST = "第二项之和"


def test_a_head_cut_by_the_page_break_is_taken_off_every_page_after_it() -> None:
    first = page(1, [*HEAD, ("申请人", 140.0, 0)], [0, 2])
    # Its rest stands below what returns of it; the whole of it is printed over that, line after line.
    returned = [HEAD[0], ("申请人", 140.0, 0), HEAD[1], (REST, 45.0, 2)]
    second = page(2, [*returned, (REST, 45.0, 1), ("予以公开", 40.0, 3), ("12", 150.0, 3)], [0, 1, 3, 4])
    third = page(3, [*returned, ("部分公开", 40.5, 1), ("34", 150.0, 1), ("其他", 40.0, 3)], [0, 1, 3, 4])
    assert read([first, second, third]) == [
        ["本列数据的勾稽关系为第一项加", "申请人"],
        ["本列数据的勾稽", "申请人", REST, "", "予以公开", "12"],
        ["本列数据的勾稽", "申请人", "部分公开", "34", "其他", ""],
    ]


def test_rows_are_left_alone_where_the_head_is_not_printed_over_them() -> None:
    first = page(1, [*HEAD, ("申请人", 140.0, 0)], [0, 2])
    second = page(2, [HEAD[0], ("申请人", 140.0, 0), ("关系", 36.0, 1), ("12", 150.0, 1)], [0, 1, 2])
    assert read([first, second])[1] == ["本列数据的勾稽", "申请人", "关系", "12"]

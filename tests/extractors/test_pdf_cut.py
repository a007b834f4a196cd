"""Figures that a page cuts: at its end, in the middle of a row, or at its side. None is read shorter than it is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from extractors.blocks import Grid
from extractors.pdf_page import Box, Glyph, PdfPage
from extractors.pdf_parts import grid_of
from extractors.pdf_ruled import ruled_parts

DIGIT = 5.0
Line = tuple[str, float, float]  # text, left edge, baseline


def page(
    number: int, rows: Sequence[float], columns: Sequence[float], lines: Sequence[Line], *, open_at: float
) -> PdfPage:
    """Rule a page's table and print lines into it; no ruling runs down at ``open_at``."""
    glyphs = []
    for text, left, base in lines:
        x = left
        for char in text:
            width = DIGIT if char.isdigit() else 10.0
            glyphs.append(Glyph(char, x, base - 8.0, x + width, base + 1.0, x, base))
            x += width
    across = [Box(columns[0], y, columns[-1], y) for y in rows]
    down = [Box(x, rows[0], x, rows[-1]) for x in columns if x != open_at]
    return PdfPage(number, 300.0, 200.0, tuple(glyphs), tuple(across + down))


def texts(pages: Sequence[PdfPage]) -> list[str]:
    grid: Grid = grid_of([part for each in pages for part in ruled_parts(each)[0]], 1)
    return [cell.text for cell in grid.cells]


@pytest.mark.parametrize(
    ("figure", "left", "read"),
    [("12345", 237.5, "12345"), ("123", 237.5, "\ufffd123"), ("123", 242.5, "123")],
    ids=["centred", "the rest is cut off", "short"],
)
def test_a_figure_at_a_side_without_ruling_is_believed_below_the_middle_of_its_head(
    figure: str, left: float, read: str
) -> None:
    lines = [("总计", 240.0, 60.0), ("规章", 35.0, 80.0), (figure, left, 80.0)]
    assert texts([page(1, [50, 70, 90], [30, 220, 280], lines, open_at=280)])[-1] == read


@pytest.mark.parametrize(
    ("label", "left", "read"),
    [
        ("丁戊", 201.0, ["甲乙", "\ufffd3982", "丁戊", "\ufffd1"]),
        ("丁戊", 202.0, ["甲乙", "82", "丁戊", "1"]),
        ("规章", 201.0, ["甲乙", "3982", "规章", "1"]),
    ],
    ids=["it fills its cell", "it had room", "a row of its own stands below"],
)
def test_a_figure_that_may_go_on_below_the_page_break_is_no_number(label: str, left: float, read: list[str]) -> None:
    """Labels that nobody knows do not say whether they are one: 甲乙 and 丁戊."""
    figure = "3982" if left == 201.0 else "82"
    above = page(1, [50, 70], [30, 200, 222], [("甲乙", 31.0, 60.0), (figure, left, 60.0)], open_at=0)
    below = page(2, [50, 70], [30, 200, 222], [(label, 31.0, 60.0), ("1", 208.0, 60.0)], open_at=0)
    assert texts([above, below]) == read

"""Numbers that were wrapped in unruled tables, and figures that only look so."""

from __future__ import annotations

from itertools import count

import pytest

from extractors.pdf_page import PdfPage
from extractors.pdf_unruled import UnruledRow, UnruledTable
from extractors.pdf_word_grid import grid_of_words
from extractors.pdf_words import Label, Word
from extractors.pdf_wrapped import unwrapped

PAGES = [PdfPage(number, 595.0, 842.0, (), ()) for number in (1, 2)]
LINES = count()


def word(text: str, middle: float, y: float, page: int = 1) -> Word:
    """Set a figure around a middle, 5 points a digit and 9 points high."""
    left = middle - 2.5 * len(text)
    box = (left, y - 8.0, left + 5.0 * len(text), y + 1.0)
    return Word(PAGES[page - 1], text, "", left, left + 5.0 * len(text), y, box, 9.0, next(LINES))


def texts(figures: list[Word], *others: Word, only_row: bool = False) -> list[str] | None:
    found = unwrapped(figures, [*figures, *others], only_row=only_row)
    return None if found is None else [figure.text for figure in found]


def test_the_rest_of_a_number_stands_below_its_full_line() -> None:
    row = [word("8", 100, 100), word("3626", 150, 100), word("3", 150, 111), word("21462", 200, 100)]
    assert texts(row) == ["8", "36263", "21462"]


def test_the_rest_may_stand_on_the_next_page_but_no_further_down_on_the_same() -> None:
    assert texts([word("1583", 150, 100), word("3", 150, 126, page=2)]) == ["15833"]
    assert texts([word("1583", 150, 100), word("3", 150, 126)]) is None


@pytest.mark.parametrize(
    ("row", "others", "why"),
    [
        ([("362", 100), ("4", 111)], [("3626", 140)], "another figure of the column is wider: this one had room"),
        ([("362", 100), ("3621", 111)], [], "a rest is never longer than its line"),
        ([("36", 100), ("3", 111)], [], "two digits may be a row of their own above another one"),
        ([("362", 100), ("3", 111), ("4", 122)], [], "a line in the middle is full"),
        ([("362", 100), ("无", 111)], [], "no figure"),
    ],
)
def test_what_may_be_two_figures_is_not_put_together(
    row: list[tuple[str, float]], others: list[tuple[str, float]], why: str
) -> None:
    assert texts([word(text, 150, y) for text, y in row], *(word(text, 150, y) for text, y in others)) is None, why


def test_in_a_table_of_one_row_two_digits_are_a_line() -> None:
    assert texts([word("36", 150, 100), word("3", 150, 111)], only_row=True) == ["363"]


def test_a_row_of_blanks_has_no_cells_where_the_columns_are_not_known() -> None:
    labels = [Label("规章", [word("规章", 50, 100)]), Label("规范性文件", [word("规范性文件", 50, 111)])]
    rows = [UnruledRow(labels[0], []), UnruledRow(labels[1], [word("12", 150, 111), word("7", 200, 111)])]
    for hidden in (None, lambda *_: True):  # of a PDF, and of a scan
        cells = grid_of_words(UnruledTable([], rows), 1, hidden).cells
        assert [cell.text for cell in cells] == ["规章", "规范性文件", "12 7"]

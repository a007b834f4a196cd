"""Scans whose tables have no ruling lines, or whose print touches them: every figure right, or doubted."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from extractors.read import read_report
from schemas.facts import Status
from schemas.formats import format_by_code
from tests.extractors import scans
from tests.extractors.test_renditions import values

pytestmark = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("rapidocr", "onnxruntime", "cv2")), reason="needs the extra nianbao[ocr]"
)
OLD = format_by_code("2019")
BARE = "table,td{border:0!important} td{padding:5px 3px} td.head{background:#eef3f8}"
TIGHT = "td{padding:0;line-height:1;border:1px solid #000} body{font-family:'Noto Serif CJK SC'}"


@scans.needs_chromium
def test_a_table_without_lines_keeps_blank_dash_and_figure_apart() -> None:
    """A lone 1, blanks, dashes: what stands in no place of a row is blank only where there is no ink."""
    raws = ["1", "", "12", "0", "-", "11", "7", "", "4", "2", "1", "0", "-129", "5", "17", "3", "1", "21", "3", "-7"]
    keys = [cell.key for cell in OLD.cells if cell.table_code == "disclosure"]
    figures = scans.figures(OLD, 8) | dict(zip(keys, raws, strict=False))
    picture = scans.turned(scans.screenshot(scans.tables_page(OLD, figures, BARE)["disclosure"], 900), 0.6)
    reading = read_report(scans.encoded(scans.squeezed(scans.noisy(picture, 3, 4), 70)), "table.png")
    facts = {(f.table_code, f.row_code, f.column_code): f for f in reading.facts}
    for key in keys:
        raw, fact = figures[key], facts[key]
        expected = Status.BLANK if not raw else Status.DASH if raw == "-" else Status.PUBLISHED
        assert fact.status in (expected, Status.UNREADABLE, Status.MISSING), (key, raw, fact.raw)
        assert fact.value is None or str(fact.value) == raw, (key, raw, fact.raw)
    right = [key for key in keys if facts[key].value is not None or facts[key].status in (Status.BLANK, Status.DASH)]
    assert len(right) >= len(keys) - 2


@scans.needs_chromium
def test_print_that_touches_its_lines_gives_no_wrong_value() -> None:
    """Strokes between two lines were taken for a third one, and the cells for other cells."""
    import cv2

    keys = [cell.key for cell in OLD.cells if cell.table_code == "disclosure"]
    figures = scans.figures(OLD, 9)
    picture = scans.screenshot(scans.tables_page(OLD, figures, TIGHT)["disclosure"], 700)
    scan = scans.noisy(cv2.resize(picture, None, fx=1.9, fy=1.9, interpolation=cv2.INTER_CUBIC), 4, 3)
    reading = read_report(scans.encoded(scans.squeezed(scan, 80)), "table.png")
    read = {key: str(value) for key, value in values(reading).items() if key in keys and value is not None}
    assert not {key: (figures[key], value) for key, value in read.items() if value != figures[key].lstrip("+")}
    assert len(read) >= 0.6 * len(keys)


def test_a_label_misread_by_a_character_is_mended_and_a_figure_never() -> None:
    from extractors.ocr_unruled import mended

    assert mended("2.没有现戍信息需要另行制作") == "2没有现成信息需要另行制作"
    assert mended("1012345") == "1012345"
    assert mended("行政许可") == "行政许可"
    assert mended("行致") == "行致"


def test_pages_are_pushed_aside_to_the_columns_of_the_page_before() -> None:
    from extractors.ocr_unruled import _aside

    before = [10.0, 60.0, 110.0, 175.0] * 4
    assert abs(_aside(before, [place + 5.0 for place in before]) + 5.0) <= 0.5
    assert _aside([], [1.0]) == 0.0


def test_lines_are_found_by_their_ink_where_strokes_touch_them() -> None:
    import cv2
    import numpy as np

    from extractors.ocr_rulings import find_solid
    from extractors.ocr_tables import find_tables

    page = np.full((400, 900), 250, np.uint8)
    for y in (100, 128, 156, 184):
        cv2.line(page, (50, y), (850, y), 0, 3)
    for x in (50, 320, 600, 850):
        cv2.line(page, (x, 100), (x, 184), 0, 3)
    for x in range(100, 280, 9):  # strokes as high as the row, from line to line
        cv2.line(page, (x, 130), (x, 151), 0, 2)
    (table,) = find_tables(find_solid(page))
    assert [(box.row, box.column) for box in table.boxes] == [(r, c) for r in range(3) for c in range(3)]
    assert not any(box.unsure for box in table.boxes)


def test_a_faint_stroke_in_an_empty_place_is_print() -> None:
    """What the words' ink is too dark a limit for is not blank."""
    import cv2
    import numpy as np

    from extractors.ocr_cells import shows_print
    from extractors.ocr_pages import Page
    from extractors.ocr_prepare import Sheet

    paper = np.full((200, 300), 250, np.uint8)
    faint = paper.copy()
    cv2.line(faint, (150, 90), (150, 110), 200, 2)
    back = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    for plane, expected in ((paper, False), (faint, True)):
        sheet = Sheet(plane, plane, back, Page(plane, 1))
        assert shows_print(sheet, 120, 80, 180, 120) is expected


def test_a_comma_as_large_as_a_mark_is_told_from_a_point() -> None:
    import numpy as np

    from extractors.ocr_ink import ink_of
    from extractors.ocr_marks import Marks

    def line(tail: int) -> Marks:
        ink = np.zeros((40, 60), np.uint8)
        ink[5:27, 5:15] = ink[5:27, 30:40] = 1
        ink[20 : 27 + tail, 20:25] = 1
        return Marks(ink, np.zeros_like(ink), 255 - 255 * ink)

    for tail, hangs in ((0, False), (6, True)):
        found = ink_of(line(tail), np.zeros((22 + tail, 60), np.uint8), (5, 5, 40, 27 + tail))
        assert found.hanging == [hangs]
        assert len(found.pieces) == 2
        assert len(found.picture) == 22


def test_words_that_stand_in_columns_may_be_a_table_and_prose_is_none() -> None:
    from extractors.ocr_tables import Box
    from extractors.ocr_words import may_be_table

    def word(row: int, left: float, right: float) -> Box:
        return Box(row, 0, 1, 1, left, 30.0 * row, right, 30.0 * row + 25, unsure=False)

    prose = [word(row, start, start + 180) for row in range(20) for start in range(0, 1400, 200)]
    columns = [word(row, start, start + 40) for row in range(3) for start in (0, 200, 400)]
    assert not may_be_table(prose)
    assert may_be_table(columns)


def _words(*boxes: tuple[int, int, int, int]) -> list[tuple[float, float]]:
    """Return from where to where the words reach that solid boxes (left, top, right, bottom) are found to be."""
    import numpy as np

    from extractors.ocr_pages import Page
    from extractors.ocr_prepare import Sheet
    from extractors.ocr_words import find_words

    page = np.full((500, 900), 250, np.uint8)
    for left, top, right, bottom in boxes:
        page[top:bottom, left:right] = 0
    words = find_words(Sheet(page, page, np.eye(2, 3), Page(page, 1)))
    return [(round(word.left, -1), round(word.right, -1)) for word in words]


@pytest.mark.parametrize(
    ("gap", "low", "count"),
    [(9, 127, 1), (12, 127, 2), (9, 112, 2)],
    ids=["a 1 has white beside it", "a space", "not of one line"],
)
def test_digits_are_one_word_over_the_white_beside_a_1(gap: int, low: int, count: int) -> None:
    """Of 11635 in DejaVu Serif the first 1 was a word of its own, and the row had a figure too many."""
    assert len(_words((100, 100, 112, 127), (112 + gap, low - 27, 130 + gap, low))) == count


def test_what_a_seal_leaves_does_not_swallow_the_words_beside_it() -> None:
    row = [(left, 200, left + 60, 228) for left in (50, 200, 350, 700)]
    seal = (500, 150, 520, 350)
    assert len(_words(*row, seal, *[(left, 300, left + 60, 328) for left in (50, 200, 350, 700)])) == 9


def test_pale_print_beside_a_seal_is_made_black() -> None:
    import numpy as np

    from extractors.ocr_pages import Page
    from extractors.ocr_prepare import prepare

    page = np.full((1200, 900, 3), 252, np.uint8)
    for top in range(60, 900, 50):
        for left in range(60, 800, 17):
            page[top : top + 26, left : left + 7] = 180  # strokes
    page[950:1100, 300:500] = (215, 40, 40)
    assert np.percentile(prepare(Page(page, 1)).ink[:900], 10) < 60


def test_the_pieces_of_a_label_are_mended_together() -> None:
    from extractors.ocr_unruled import _with_whole_labels
    from extractors.ocr_words import ScannedWord

    def word(text: str, left: float, right: float) -> ScannedWord:
        return ScannedWord(text, (left, 100.0, right, 130.0), 1, doubted=False)

    row = [word("8.屈", 644, 705), word("于行政查询事项", 720, 935), word("2223", 1103, 1183), word("1795", 1190, 1260)]
    found = [(one.text, one.box[0], one.box[2]) for one in _with_whole_labels(row)]
    assert found == [("8属于行政查询事项", 644, 935), ("2223", 1103, 1183), ("1795", 1190, 1260)]

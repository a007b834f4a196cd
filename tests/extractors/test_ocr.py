"""Scans and pictures, rendered by real Chromium and disturbed: every figure right, none wrong unflagged."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import pytest

from extractors.blocks import Document, Grid, Line
from extractors.ocr import read_image, read_picture, read_scanned_pdf
from extractors.read import ReportReading, read_report
from schemas.errors import DocumentError
from schemas.facts import Status
from schemas.formats import format_by_code
from tests.corpus import Figures, report_html
from tests.extractors import scans
from tests.extractors.test_renditions import values

needs_recognition = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("rapidocr", "onnxruntime", "cv2")), reason="needs the extra nianbao[ocr]"
)
FORM, OLD = format_by_code("2021"), format_by_code("2019")
TIMES = "body,td,p,h1{font-family:'Liberation Serif','Noto Serif CJK SC' !important}"
WHITE_ON_BLUE = "td{border:1px solid #ddd!important;font-size:13px} td.head{background:#2a6ebb;color:#fff}"


def texts(document: Document) -> list[str]:
    return [cell.text for block in document.blocks if isinstance(block, Grid) for cell in block.cells]


def wrong(reading: ReportReading, figures: Figures) -> dict[tuple[str, str, str], tuple[str, str | None]]:
    """Values that are not the published ones; unreadable and missing cells are no values."""
    return {
        key: (figures[key], str(value))
        for key, value in values(reading).items()
        if value is not None and str(value) != figures[key].lstrip("+")
    }


def share_right(reading: ReportReading, figures: Figures) -> float:
    read = values(reading)
    return sum(str(read[key]) == raw.lstrip("+") for key, raw in figures.items()) / len(figures)


@needs_recognition
@scans.needs_chromium
def test_a_turned_noisy_scan_with_a_seal_gives_no_wrong_value() -> None:
    """150 dpi, turned by 2 degrees, grain, JPEG; the seal stands over the second page's figures."""
    figures = scans.figures(FORM, 2)
    pages = scans.pages(scans.styled(report_html(scans.report(FORM, figures)), TIMES), 150)
    disturbed = [scans.squeezed(scans.noisy(scans.turned(page, -2.0), 2, 9, 0.0005), 50) for page in pages]
    disturbed[1] = scans.stamped(disturbed[1], (0.75, 0.3), 90)
    reading = read_report(as_tiff(disturbed), "scan.tif")
    assert not wrong(reading, figures)
    assert share_right(reading, figures) >= 0.98
    assert (reading.identity.agency, reading.identity.year) == (scans.AGENCY, scans.YEAR)
    assert str(reading.identity.published_on) == "2023-01-18"
    assert reading.count(Status.MISSING) == 0


@needs_recognition
@scans.needs_chromium
def test_a_picture_of_a_table_with_white_lines_on_a_blue_head_keeps_the_publishers_mistake() -> None:
    figures = scans.figures(FORM, 24)
    mistaken = ("applications", "granted", "total")
    figures[mistaken] = str(int(figures[mistaken]) + 10)
    page = scans.tables_page(FORM, figures, WHITE_ON_BLUE)["applications"]
    reading = read_report(scans.encoded(scans.screenshot(page, 820)), "table.png")
    read = {key: str(value) for key, value in values(reading).items() if key[0] == "applications"}
    assert read == {key: raw for key, raw in figures.items() if key[0] == "applications"}


@needs_recognition
@scans.needs_chromium
@pytest.mark.parametrize(
    "disturb",
    [
        lambda picture: np.ascontiguousarray(np.rot90(scans.turned(picture, 1.5))),
        lambda picture: np.ascontiguousarray(np.rot90(picture, 2)),
        lambda picture: scans.squeezed(scans.noisy(scans.faded(picture, 110, 225), 7, 4), 60),
    ],
    ids=["on its side", "on its head", "pale grey"],
)
def test_blank_dash_and_figure_stay_apart(disturb: Callable[[np.ndarray], np.ndarray]) -> None:
    """With it: a lone 1, a decimal point, signs; on its side, on its head, pale."""
    raws = ["1", "", "-", "0", "/", "11", "7", "—", "4", "+2", "1", "0", "-129", "", "17", "3", "1", "+21", "3", "-7"]
    keys = [cell.key for cell in OLD.cells if cell.table_code == "disclosure"]
    figures = scans.figures(OLD, 5) | dict(zip(keys, raws, strict=False))
    figures[keys[-1]] = "190.457379"
    page = scans.tables_page(OLD, figures, "td{border-style:dashed!important}")["disclosure"]
    reading = read_report(scans.encoded(disturb(scans.screenshot(page, 900)), ".jpg"), "table.jpg")
    states = {(f.table_code, f.row_code, f.column_code): f for f in reading.facts if f.table_code == "disclosure"}
    for key in keys:
        fact, raw = states[key], figures[key]
        dash = raw in ("-", "/", "—")
        expected = Status.BLANK if not raw else Status.DASH if dash else Status.PUBLISHED
        # What recognition doubts has no sum here that could confirm it.
        assert fact.status in (expected, Status.UNREADABLE), (key, raw, fact.raw)
        assert fact.value is None or str(fact.value) == raw.lstrip("+"), (key, raw, fact.raw)
    assert sum(fact.status is Status.UNREADABLE for fact in states.values()) <= 2


@needs_recognition
@scans.needs_chromium
@pytest.mark.parametrize(("factor", "least"), [(1.0, 16), (0.75, 8)])
def test_no_sign_is_lost_in_small_serif_print(factor: float, least: int) -> None:
    """A minus of few pixels was cut away as a speck, or ran into its digit: -3 was read as 3, surely."""
    import cv2

    raws = ["-3", "-8", "-6", "-9", "-12", "-5", "-129", "-2", "-7", "-1", "-33", "-88", "-60", "-69", "-0.5"]
    keys = [cell.key for cell in OLD.cells if cell.table_code == "disclosure"]
    figures = scans.figures(OLD, 6) | dict(zip(keys, raws, strict=False))
    figures[keys[-1]] = "12.5"
    picture = scans.screenshot(scans.tables_page(OLD, figures, TIMES)["disclosure"], 900)
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    reading = read_report(scans.encoded(scans.squeezed(small, 70)), "table.png")
    read = {key: str(value) for key, value in values(reading).items() if key in keys and value is not None}
    assert not {key: (figures[key], value) for key, value in read.items() if value != figures[key].lstrip("+")}
    assert len(read) >= least


@needs_recognition
@scans.needs_chromium
def test_a_pdf_of_pictures_is_read_with_places_in_points() -> None:
    from PIL import Image

    page = scans.tables_page(FORM, scans.figures(FORM, 31), "body{width:760px}")["litigation"]
    file = io.BytesIO()
    Image.fromarray(scans.screenshot(page, 800)).save(file, "PDF", resolution=100)
    document = read_scanned_pdf(file.getvalue())
    (grid,) = [block for block in document.blocks if isinstance(block, Grid)]
    assert grid.cells[0].text == "行政复议"
    assert grid.cells[0].place is not None
    assert grid.cells[0].place.startswith("page 1, box ")
    right = max(int(str(cell.place).split()[-2]) for cell in grid.cells)
    assert right <= 800 * 72 / 100


@needs_recognition
@scans.needs_chromium
def test_the_blocks_of_one_picture_are_numbered_on() -> None:
    page = scans.tables_page(FORM, scans.figures(FORM, 32), "")["disclosure"].replace(
        "<table", "<p>二、主动公开</p><table"
    )
    blocks = list(read_picture(scans.encoded(scans.screenshot(page, 700)), first_line=8, first_grid=3))
    assert [block.number for block in blocks] == [8, 3]
    assert isinstance(blocks[0], Line)
    assert "主动公开" in blocks[0].text


@needs_recognition
@pytest.mark.parametrize("shape", [(24, 24, 3), (30, 3000, 3), (600, 40, 3), (300, 400, 3)])
def test_pictures_without_a_report_have_no_figures(shape: tuple[int, int, int]) -> None:
    grain = np.random.default_rng(1).integers(0, 255, shape).astype(np.uint8)
    assert not [text for text in texts(read_image(scans.encoded(grain))) if text.isdigit()]


@needs_recognition
@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"II*\x00\xff\xff\xff\xff", b"GIF89a\x01"])
def test_damaged_pictures_say_so(data: bytes) -> None:
    with pytest.raises(DocumentError) as raised:
        read_image(data)
    assert raised.value.code == "damaged"


@needs_recognition
def test_a_picture_of_more_pixels_than_any_scan_is_refused_before_it_is_decoded() -> None:
    from PIL import Image

    file = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(file, "PNG")
    with pytest.raises(DocumentError) as raised:
        read_image(file.getvalue())
    assert raised.value.code == "too_large"


@needs_recognition
def test_pages_beyond_the_bound_are_told() -> None:
    blank = [np.full((30, 30, 3), 255, np.uint8)] * 31
    assert "30 of 31" in read_image(as_tiff(blank)).metadata["cut"]


@pytest.mark.parametrize("missing", ["rapidocr", "onnxruntime", "cv2"])
def test_without_the_extra_the_error_names_it(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    for read in (read_image, read_scanned_pdf):
        with pytest.raises(DocumentError, match=r"nianbao\[ocr\]") as raised:
            read(b"\x89PNG")
        assert raised.value.code == "needs_ocr"


def as_tiff(pages: list[np.ndarray]) -> bytes:
    from PIL import Image

    first, *others = [Image.fromarray(page) for page in pages]
    file = io.BytesIO()
    first.save(file, "TIFF", save_all=True, append_images=others, compression="jpeg")
    return file.getvalue()

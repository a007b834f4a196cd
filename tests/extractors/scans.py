"""Makes scans and pictures of reports: real Chromium prints and screenshots, then disturbed like paper.

Figures are made up and dense, with the small numbers that recognition gets wrong among them.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from schemas.formats import Format, Kind
from tests.corpus import Figures, Report, Wording, grids, report_sections, table_html
from tests.corpus.figures import Key
from tests.corpus.pdf import CHROMIUM, write_pdf

needs_chromium = pytest.mark.skipif(shutil.which(CHROMIUM) is None, reason="needs chromium to render pages")
AGENCY, YEAR = "虚构县人民政府", 2022
PROSE = {
    "一": ["年内公开信息35条,受理申请12件,无一逾期。"],
    "五": ["规章、规范性文件清理尚不及时,明年补上。"],
    "六": ["无"],
}
# Sums are kept by every maker of figures here, for they are what confirms a doubted figure.
SMALL = (0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 17, 71, 101, 111)


def figures(form: Format, seed: int, *, small: bool = False) -> Figures:
    """Return figures in which every sum holds: small ones as most bodies have, or dense ones up to 9999."""
    draw = random.Random(seed)
    made = {
        cell.key: draw.choice(SMALL) if small or draw.random() < 0.2 else draw.randint(1, 9999) for cell in form.cells
    }
    for rule in sorted(form.sums, key=lambda rule: rule.family != "row_total"):
        if rule.family != "balance":
            (total,) = [term.cell.key for term in rule.terms if term.sign > 0]
            made[total] = sum(made[term.cell.key] for term in rule.terms if term.sign < 0)
    for rule in form.sums:
        if rule.family == "balance":
            made = _balanced(made, {term.cell.row_code: term.cell.key for term in rule.terms})
    for rule in form.sums:  # row totals of the balanced rows
        if rule.family == "row_total":
            (total,) = [term.cell.key for term in rule.terms if term.sign > 0]
            made[total] = sum(made[term.cell.key] for term in rule.terms if term.sign < 0)
    texts = {key: str(value) for key, value in made.items()}
    for cell in form.cells:
        if cell.kind is Kind.AMOUNT:
            texts[cell.key] = f"{draw.randint(0, 999999) / 100:.2f}"
        elif cell.kind is Kind.SIGNED:
            texts[cell.key] = draw.choice(["+3", "-129", "-7", "0", "+21"])
    return texts


def _balanced(made: dict[Key, int], keys: Mapping[str, Key]) -> dict[Key, int]:
    new, carried_in = keys["received_new"], keys["carried_in"]
    total = made[keys["total"]] + made[keys["carried_out"]]
    before = min(made[carried_in], total)
    return {**made, carried_in: before, new: total - before}


def report(form: Format, made: Figures, wording: Wording | None = None) -> Report:
    return Report(
        agency=AGENCY,
        year=YEAR,
        format=form.code,
        published_on=date(2023, 1, 18),
        sections=report_sections(form, made, PROSE, wording),
        title=(f"{AGENCY}{YEAR}年政府信息公开工作年度报告",),
        meta="发布时间:2023-01-18 来源:虚构县",
        closing=(AGENCY, "2023年1月18日"),
    )


def styled(html: str, css: str) -> str:
    """Return the page with further style rules."""
    return html.replace("</style>", f"{css}</style>", 1)


def tables_page(form: Format, made: Figures, css: str, wording: Wording | None = None) -> dict[str, str]:
    """Return a page per table of the report, for pictures of single tables."""
    base = "body{margin:6px;font:14px 'Noto Sans CJK SC'} table{border-collapse:collapse;width:100%} "
    base += "td{border:1px solid #333;text-align:center;padding:3px}"
    return {
        code: f"<!DOCTYPE html><meta charset=utf-8><style>{base}{css}</style>{table_html(grid)}"
        for code, grid in grids(form, made, wording).items()
    }


@lru_cache(maxsize=16)
def printed(html: str) -> bytes:
    """Return the page printed as PDF."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "page.pdf")
        write_pdf(path, html)
        return path.read_bytes()


def pages(html: str, dpi: int) -> list[np.ndarray]:
    """Return the printed pages as RGB pictures."""
    import pypdfium2

    document = pypdfium2.PdfDocument(printed(html))
    try:
        return [np.asarray(page.render(scale=dpi / 72).to_pil().convert("RGB")) for page in document]
    finally:
        document.close()


@lru_cache(maxsize=32)
def screenshot(html: str, width: int, height: int = 2600) -> np.ndarray:
    """Return the page as seen in a window, cut below its last ink."""
    import cv2

    with tempfile.TemporaryDirectory() as folder:
        source, shot = Path(folder, "page.html"), Path(folder, "shot.png")
        source.write_text(html, encoding="utf-8")
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--disable-background-networking",
        ]
        options += [f"--user-data-dir={Path(folder, 'profile')}", f"--window-size={width},{height}"]
        subprocess.run(
            [CHROMIUM, *options, f"--screenshot={shot}", source.as_uri()], capture_output=True, timeout=120, check=False
        )
        picture = cv2.imread(str(shot))
    assert picture is not None, "chromium took no screenshot"
    inked = np.flatnonzero((picture < 200).any(axis=(1, 2)))
    return cv2.cvtColor(picture[: inked[-1] + 8], cv2.COLOR_BGR2RGB)


def encoded(picture: np.ndarray, suffix: str = ".png", quality: int = 95) -> bytes:
    """Return a picture's file."""
    import cv2

    options = [cv2.IMWRITE_JPEG_QUALITY, quality] if suffix == ".jpg" else []
    done, data = cv2.imencode(suffix, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), options)
    assert done
    return data.tobytes()


def stacked(pictures: list[np.ndarray]) -> np.ndarray:
    """Return pages set below each other, as a long screenshot."""
    width = max(picture.shape[1] for picture in pictures)
    wide = [np.pad(p, ((0, 0), (0, width - p.shape[1]), (0, 0)), constant_values=255) for p in pictures]
    return np.concatenate(wide)


def turned(picture: np.ndarray, degrees: float) -> np.ndarray:
    """Return the picture turned on white paper, nothing cut off."""
    import cv2

    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    wide, high = int(height * sine + width * cosine), int(height * cosine + width * sine)
    matrix[:, 2] += ((wide - width) / 2, (high - height) / 2)
    return cv2.warpAffine(picture, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))


def noisy(picture: np.ndarray, seed: int, sigma: float, specks: float = 0.0) -> np.ndarray:
    """Return the picture with grain and dark and light specks."""
    draw = np.random.default_rng(seed)
    grain = picture.astype(np.float32) + draw.normal(0, sigma, picture.shape[:2])[..., None]
    chance = draw.random(picture.shape[:2])
    grain[chance < specks] = 40
    grain[chance > 1 - specks] = 250
    return np.clip(grain, 0, 255).astype(np.uint8)


def faded(picture: np.ndarray, dark: int, light: int) -> np.ndarray:
    """Return the picture as a pale grey copy, the paper unevenly lit from left to right."""
    scaled = dark + picture.astype(np.float32) * (light - dark) / 255
    scaled *= np.linspace(1, 0.88, picture.shape[1])[None, :, None]
    grey = scaled.mean(axis=2, keepdims=True)
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8), 3, axis=2)


def blurred(picture: np.ndarray, sigma: float) -> np.ndarray:
    import cv2

    return cv2.GaussianBlur(picture, (0, 0), sigma)


def stamped(picture: np.ndarray, centre: tuple[float, float], radius: int) -> np.ndarray:
    """Return the picture with a round red seal over the print."""
    import cv2

    seal = np.full_like(picture, 255)
    middle = (int(centre[0] * picture.shape[1]), int(centre[1] * picture.shape[0]))
    cv2.circle(seal, middle, radius, (215, 40, 40), 7)
    cv2.circle(seal, middle, radius // 4, (215, 40, 40), -1)
    for step in range(12):
        angle = 2 * np.pi * step / 12
        at = (int(middle[0] + 0.75 * radius * np.cos(angle)), int(middle[1] + 0.75 * radius * np.sin(angle)))
        cv2.rectangle(seal, (at[0] - 11, at[1] - 11), (at[0] + 11, at[1] + 11), (215, 40, 40), 3)
    return np.minimum(picture, seal)


def squeezed(picture: np.ndarray, quality: int) -> np.ndarray:
    """Return the picture after JPEG."""
    import cv2

    done, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]

"""Printed pages as a scanner or a telephone makes pictures of them: turned, grainy, squeezed; and their files.

Pages come from a PDF; what stands on them is not known here.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pypdfium2
from PIL import Image

Picture = Image.Image


@dataclass(frozen=True)
class Scanner:
    """How pages become pictures.

    ``dpi`` is the resolution, ``degrees`` the most by which a page is turned, ``grain`` the standard
    deviation of the noise (of 255), ``quality`` that of JPEG (0: not squeezed); ``black_and_white`` leaves
    one bit a dot, as fax machines do.
    """

    dpi: int = 200
    degrees: float = 0.0
    grain: float = 0.0
    quality: int = 0
    black_and_white: bool = False


def pictures(pdf: bytes, scanner: Scanner, seed: int = 0) -> list[Picture]:
    """Return a picture of each page."""
    rng = np.random.default_rng(seed)
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.render(scale=scanner.dpi / 72).to_pil().convert("RGB") for page in document]
    finally:
        document.close()
    return [_scanned(page, scanner, rng) for page in pages]


def _scanned(page: Picture, scanner: Scanner, rng: np.random.Generator) -> Picture:
    if scanner.degrees:
        angle = float(rng.uniform(-scanner.degrees, scanner.degrees))
        page = page.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=(255, 255, 255))
    if scanner.grain:
        noise = rng.normal(0, scanner.grain, (page.height, page.width, 1))
        page = Image.fromarray(np.clip(np.asarray(page, dtype=np.float32) + noise, 0, 255).astype(np.uint8))
    if scanner.black_and_white:
        return page.convert("L").point(lambda level: 255 if level > 150 else 0).convert("1")
    if scanner.quality:
        file = io.BytesIO()
        page.save(file, "JPEG", quality=scanner.quality)
        page = Image.open(io.BytesIO(file.getvalue())).convert("RGB")
    return page


def pdf_file(pages: Sequence[Picture], dpi: int) -> bytes:
    """Return a PDF whose pages are the pictures, without any text."""
    file = io.BytesIO()
    pages[0].save(file, "PDF", resolution=dpi, save_all=True, append_images=list(pages[1:]))
    return file.getvalue()


def tiff_file(pages: Sequence[Picture], dpi: int) -> bytes:
    """Return a TIFF with a page a picture, packed as fax machines do where they have one bit a dot."""
    file = io.BytesIO()
    packing = "group4" if pages[0].mode == "1" else "tiff_deflate"
    pages[0].save(file, "TIFF", compression=packing, dpi=(dpi, dpi), save_all=True, append_images=list(pages[1:]))
    return file.getvalue()


def picture_file(page: Picture, kind: str) -> bytes:
    """Return a picture as ``PNG`` or ``JPEG``."""
    file = io.BytesIO()
    page.save(file, kind, **({"quality": 85} if kind == "JPEG" else {}))
    return file.getvalue()


def below_each_other(pages: Sequence[Picture]) -> Picture:
    """Return the pages as one long picture, each without the white below its last ink."""
    cut = [page.crop((0, 0, page.width, _last_ink(page) + 10)) for page in pages]
    long = Image.new("RGB", (max(page.width for page in cut), sum(page.height for page in cut)), (255, 255, 255))
    for page, top in zip(cut, _tops(cut), strict=True):
        long.paste(page, (0, top))
    return long


def _tops(pages: Sequence[Picture]) -> Iterator[int]:
    top = 0
    for page in pages:
        yield top
        top += page.height


def _last_ink(page: Picture) -> int:
    inked = np.flatnonzero((np.asarray(page.convert("L")) < 128).any(axis=1))
    return int(inked[-1]) if inked.size else page.height - 10


Files = Callable[[list[Picture], int], bytes]


def as_png(pages: list[Picture], dpi: int) -> bytes:
    """Return the pages as one long PNG."""
    del dpi
    return picture_file(below_each_other(pages), "PNG")


def as_jpeg(pages: list[Picture], dpi: int) -> bytes:
    """Return the pages as one long JPEG."""
    del dpi
    return picture_file(below_each_other(pages), "JPEG")

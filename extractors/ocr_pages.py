"""Bytes of a picture, or of a PDF made of scans → its pages as RGB pictures, within bounds.

Imported only where the extra `nianbao[ocr]` is needed. What stands on the pages is read elsewhere.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas.errors import DocumentError

Picture = NDArray[Any]  # (height, width) or (height, width, 3), 0 to 255
# Reports have 3 to 15 pages; each takes seconds.
MOST_PAGES = 30
# An A3 page at 300 dpi has 17 million.
MOST_PIXELS = 40_000_000
# Smaller pictures hold no table: icons, rules, spacers.
SMALLEST_SIDE = 24
PDF_DPI = 200


@dataclass(frozen=True, slots=True)
class Page:
    """A page's picture; ``unit`` is the length of a pixel in the unit of locators (points, or pixels)."""

    picture: Picture
    number: int
    unit: float = 1.0


def pages_of_picture(data: bytes) -> Iterator[Page]:
    """Yield the pages of a PNG, JPEG, GIF, BMP or TIFF.

    Raises:
        DocumentError: damaged, or of more pixels than any scan (``damaged``, ``too_large``).
    """
    from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large pictures; ours are bounded below
            with Image.open(io.BytesIO(data)) as image:
                for number, frame in enumerate(ImageSequence.Iterator(image), start=1):
                    if number > MOST_PAGES:
                        return
                    if frame.width * frame.height > MOST_PIXELS:
                        found = f"{frame.width} x {frame.height}"
                        raise DocumentError("too_large", f"expected at most {MOST_PIXELS} pixels, found {found}")
                    if min(frame.size) >= SMALLEST_SIDE:
                        # Telephones note in the file which way up a picture is.
                        yield Page(_on_white(ImageOps.exif_transpose(frame)), number)
    except DocumentError:
        raise
    except Image.DecompressionBombError as error:
        raise DocumentError("too_large", f"expected at most {MOST_PIXELS} pixels: {error}") from error
    except UnidentifiedImageError as error:  # its message names an object in memory
        raise DocumentError("damaged", "expected a picture that can be decoded, found no known format") from error
    except Exception as error:  # the decoders of a dozen formats meet damage with whatever they like
        raise DocumentError("damaged", f"expected a picture that can be decoded, found: {error}") from error


def _on_white(frame: Any) -> Picture:
    """Return RGB; what is transparent shows white paper."""
    from PIL import Image

    if frame.mode in ("RGBA", "LA", "PA") or "transparency" in frame.info:
        clear = frame.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        frame = Image.alpha_composite(paper, clear)
    if frame.mode.startswith("I;16"):
        return np.repeat((np.asarray(frame) // 256).astype(np.uint8)[..., None], 3, axis=2)
    return np.asarray(frame.convert("RGB"))


def pages_of_pdf(data: bytes) -> Iterator[Page]:
    """Yield the pages of a PDF, rendered at 200 dpi (less where a page is huge).

    Raises:
        DocumentError: encrypted or damaged (``damaged``).
    """
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise DocumentError("damaged", f"expected a PDF that can be opened, found: {error}") from error
    try:
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            width, height = page.get_size()
            area = max(width * height, 1.0)
            scale = min(PDF_DPI / 72, (MOST_PIXELS / area) ** 0.5)
            if min(width, height) * scale >= SMALLEST_SIDE:
                picture = page.render(scale=scale, rev_byteorder=True).to_numpy()
                yield Page(_rgb(picture), number + 1, 1 / scale)
            page.close()
    except pypdfium2.PdfiumError as error:
        raise DocumentError("damaged", f"expected a PDF that can be drawn, found: {error}") from error
    finally:
        document.close()


def count_frames(data: bytes) -> int:
    """Return how many pages a picture file has; 0 where it cannot be opened."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            return int(getattr(image, "n_frames", 1))
    except Exception:  # damage was told when the pages were read
        return 0


def count_pdf_pages(data: bytes) -> int:
    """Return how many pages a PDF has; 0 where it cannot be opened."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return 0
    try:
        return len(document)
    finally:
        document.close()


def _rgb(picture: Picture) -> Picture:
    if picture.ndim == 2 or picture.shape[2] == 1:
        return np.repeat(picture.reshape(*picture.shape[:2], 1), 3, axis=2)
    return np.ascontiguousarray(picture[..., :3])

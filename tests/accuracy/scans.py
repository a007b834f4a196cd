"""The corpus of scans: printed pages as pictures, in PDFs without text, PNG, JPEG and TIFF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.corpus.browser import print_pages
from tests.corpus.pdf import CHROMIUM
from tests.corpus.scanned import Files, Scanner, as_jpeg, as_png, pdf_file, pictures, tiff_file

from . import pdf, wordings
from .reports import case, make, series
from .truth import Case, Pick, every

IN_PDF, FURTHER, AS_PICTURES = "scans (PDF)", "scans (PDF), further", "scans (PNG, JPEG, TIFF)"
NEEDS = (CHROMIUM,)
MODULES = ("rapidocr", "onnxruntime", "cv2")

# As offices print before they scan: a serif type, pages with numbers.
_PRINT = "body, td, p, h1 { font-family: 'Liberation Serif', 'Noto Serif CJK SC', serif !important }"
_NUMBERED = _PRINT + "@page { @bottom-center { content: '- ' counter(page) ' -' } }"
_LONG = _PRINT + "@page { size: 210mm 1100mm }"  # one picture, so that it is turned as a whole
_TIGHT = "table.form td { padding: 0; line-height: 1 }"
_GREY = "table.form td { border: 0.5pt solid #999 }"
_BARE = "table.form td { border: 0 !important }"
_GOOD = Scanner(200, degrees=0.3, grain=3, quality=85)
_POOR = Scanner(150, degrees=1.5, grain=10, quality=55)


@dataclass(frozen=True)
class Layout:
    """Pages as they are printed, scanned and filed."""

    file: Files
    scanner: Scanner
    kinds: tuple[str, ...]
    printed: pdf.Printed = field(default_factory=lambda: pdf.Printed(_NUMBERED))


PDFS: dict[str, Layout] = {
    "200 dpi": Layout(pdf_file, _GOOD, ("dense",)),
    "150 dpi, turned, grain": Layout(pdf_file, _POOR, ("blank rows",)),
    "black and white": Layout(pdf_file, Scanner(200, degrees=0.8, black_and_white=True), ("sparse",)),
}
# Met after the readers stood; of what they cannot read nothing may be wrong.
FURTHER_PDFS: dict[str, Layout] = {
    "text touches the rulings": Layout(pdf_file, _GOOD, ("dense",), pdf.Printed(_NUMBERED + _TIGHT)),
    "thin grey rulings, 150 dpi": Layout(pdf_file, _POOR, ("dense",), pdf.Printed(_NUMBERED + _GREY)),
    "unruled": Layout(pdf_file, _GOOD, ("dense",), pdf.Printed(_NUMBERED + _BARE)),
}
PICTURES: dict[str, Layout] = {
    "PNG, 150 dpi": Layout(as_png, Scanner(150), ("real",), pdf.Printed()),
    "JPEG, turned, grain": Layout(as_jpeg, Scanner(150, degrees=0.8, grain=6), ("dense",), pdf.Printed(_LONG)),
    "TIFF, fax": Layout(tiff_file, Scanner(200, degrees=0.5, black_and_white=True), ("blank",)),
}
PDF_NAMES, FURTHER_NAMES, PICTURE_NAMES = (*PDFS,), (*FURTHER_PDFS,), (*PICTURES,)


def pdf_cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked PDFs without text."""
    return _cases(IN_PDF, PDFS, pick)


def further_cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked PDFs of scans that are hard to read."""
    return _cases(FURTHER, FURTHER_PDFS, pick)


def picture_cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked pictures of whole reports."""
    return _cases(AS_PICTURES, PICTURES, pick)


def _cases(medium: str, layouts: dict[str, Layout], pick: Pick) -> Iterator[Case]:
    reports = [
        (number, name, make(code, kind, f"scan/{name}", number, wordings.official))
        for name, layout in layouts.items()
        for number, kind, code in series(name, layout.kinds)
        if pick(name, number)
    ]
    pages = [pdf.page_of_report(made, layouts[name].printed) for _, name, made in reports]
    for (number, name, made), printed in zip(reports, print_pages(pages), strict=True):
        layout = layouts[name]
        data = layout.file(pictures(printed, layout.scanner, number), layout.scanner.dpi)
        suffix = "pdf" if medium in (IN_PDF, FURTHER) else name.partition(",")[0].lower()
        yield case(medium, name, f"{made.name}.{suffix}", data, made.truth(raw_kept=False))

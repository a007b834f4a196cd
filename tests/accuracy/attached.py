"""The corpus of reports that do not stand in the document itself: tables as pictures, zips with the report."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Iterator
from functools import partial

from tests.corpus import Grid, Page, page_bytes, report_html, table_html
from tests.corpus.browser import print_pages
from tests.corpus.docx import WordStyle
from tests.corpus.scanned import Scanner, below_each_other, picture_file, pictures
from tests.extractors.workbooks import xls

from . import sheets, wordings
from .reports import Made, case, make, series
from .truth import Case, Pick, every
from .word import docx_bytes

PICTURES, ZIP = "tables as pictures in HTML", "zip"

# A table a page, as wide as a page's column of text and as high as the table at most.
_TABLE_PAGE = """<!DOCTYPE html><meta charset="utf-8"><style>
@page { size: 230mm 400mm; margin: 3mm }
table { border-collapse: collapse; width: 100%; font: 10pt "Noto Sans CJK SC"; break-after: page; STYLE }
td { border: 1px solid #444; text-align: center; padding: 3px }
td.head { background: #e8f0f8 }
</style>"""
PICTURE_LAYOUTS: dict[str, tuple[str, str, tuple[str, ...]]] = {  # further style, kind of picture, kinds of figures
    "PNG": ("", "PNG", ("dense", "blank rows")),
    "JPEG": ("font-family: 'Noto Serif CJK SC'", "JPEG", ("sparse",)),
}


def picture_cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked pages whose three tables are pictures, given in the page itself (``data:``)."""
    reports = [
        (number, name, make(code, kind, f"picture/{name}", number, wordings.official))
        for name, (_, _, kinds) in PICTURE_LAYOUTS.items()
        for number, kind, code in series(name, kinds)
        if pick(name, number)
    ]
    pages = [_tables_page(made, PICTURE_LAYOUTS[name][0]) for _, name, made in reports]
    for (_, name, made), printed in zip(reports, print_pages(pages), strict=True):
        kind = PICTURE_LAYOUTS[name][1]
        images = [picture_file(below_each_other([page]), kind) for page in pictures(printed, Scanner(110))]
        codes = [section.grid.code for section in made.report.sections if section.grid is not None]
        by_code = dict(zip(codes, images, strict=True))
        page = report_html(made.report, table=partial(_image, by_code=by_code, kind=kind))
        yield case(PICTURES, name, f"{made.name}.html", page.encode(), made.truth(raw_kept=False))


def _tables_page(made: Made, style: str) -> str:
    grids = [section.grid for section in made.report.sections if section.grid is not None]
    return _TABLE_PAGE.replace("STYLE", style) + "".join(table_html(grid) for grid in grids)


def _image(grid: Grid, by_code: dict[str, bytes], kind: str) -> str:
    data = base64.b64encode(by_code[grid.code]).decode()
    return f'<p style="text-align:center"><img src="data:image/{kind.lower()};base64,{data}" alt=""></p>'


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2023, 1, 19, 9, 0, 0)), data)
    return packed.getvalue()


def _word(made: Made) -> dict[str, bytes]:
    return {f"{made.identity.year}年政府信息公开工作年度报告.docx": docx_bytes(made, WordStyle())}


def _beside_a_notice(made: Made) -> dict[str, bytes]:
    notice = "<html><body><h1>关于报送政府信息公开工作年度报告的通知</h1><p>请于1月31日前报送。</p></body></html>"
    return {
        "附件/通知.html": notice.encode(),
        "附件/年报.docx": _word(made).popitem()[1],
        "附件/说明.txt": "见附件。".encode(),
    }


def _page(made: Made) -> dict[str, bytes]:
    page = report_html(made.report)
    return {"index.html": page_bytes(page, Page()), "images/logo.gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"}


def _sheets(made: Made) -> dict[str, bytes]:
    return {"年报.xls": xls(sheets.sheets_of("one sheet", made))}


def _in_a_zip(made: Made) -> dict[str, bytes]:
    return {"年报.zip": _zipped(_word(made))}


ZIPS: dict[str, Callable[[Made], dict[str, bytes]]] = {
    "a Word file": _word,
    "a Word file beside a notice": _beside_a_notice,
    "a page": _page,
    "a workbook": _sheets,
    "a zip in the zip": _in_a_zip,
}
PICTURE_NAMES, ZIP_NAMES = (*PICTURE_LAYOUTS,), (*ZIPS,)


def zip_cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked archives."""
    for name, files in ZIPS.items():
        for number, kind, code in series(name, ("dense",)):
            if pick(name, number):
                made = make(code, kind, f"zip/{name}", number, wordings.official)
                truth = made.truth(raw_kept=name != "a workbook")
                yield case(ZIP, name, f"{made.name}.zip", _zipped(files(made)), truth)

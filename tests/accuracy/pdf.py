"""The corpus of PDFs, printed by LibreOffice from Word files and by Chromium from pages.

Ruled and unruled, cut by page breaks, with numbers of pages, wrapped figures, turned heads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.corpus import Page, report_html
from tests.corpus.browser import print_pages
from tests.corpus.converted import SOFFICE, converted
from tests.corpus.docx import WordStyle
from tests.corpus.pdf import CHROMIUM
from tests.corpus.word_pages import (
    Change,
    changed,
    counted_pages,
    first_heads_return,
    heads_return,
    heads_turned,
    numbered_pages,
    page_of,
    rows_whole,
    ruled,
    two_heads_return,
    typed,
)

from . import wordings
from .reports import Made, case, make, series
from .truth import Case, Pick, every
from .word import LAYOUTS as WORD
from .word import docx_bytes

BY_BROWSER, BY_OFFICE = "PDF (Chromium)", "PDF (LibreOffice)"
BROWSER_NEEDS, OFFICE_NEEDS = (CHROMIUM,), (SOFFICE,)

# Rows may be cut by the end of a page; figures stand at the top of their cells, so in either half.
_CUT = "@media print { tr, table.short { break-inside: auto !important } table.form { font-size: 13pt } "
_CUT += "table.form td { vertical-align: top } }"
_BARE = "table.form td { border: 0 !important }"
_SMALL = "@page { size: 170mm 120mm; margin: 12mm }"
_NUMBERED = (
    "@page { @top-left { content: '政府信息公开工作年度报告' } @bottom-center { content: '- ' counter(page) ' -' } }"
)
_COUNTED = "@page { @bottom-right { content: '第' counter(page) '页 共' counter(pages) '页' } }"
_NARROW = "@media print { table.form { table-layout: fixed } table.form td { word-break: break-all } }"
_TURNED = "td.head { writing-mode: vertical-rl }"
_LANDSCAPE = "@page { size: A4 landscape; margin: 12mm }"


_SMALL_PRINT = (
    "@page { margin: 8mm } table.form { font-size: 7pt } table.form td { border: 1px dotted #777; padding: 1px }"
)
_SMALL_PRINT += "td.head, td.group { background: #ddd; -webkit-print-color-adjust: exact }"
_PAGES_TURNED = "@page wide { size: A4 landscape } table.form { page: wide; font-size: 11pt }"
_LARGE = "@page { margin: 20mm } table.form { font-size: 15pt } table.form td { text-align: right; padding: 0 2pt }"
_LOW = "@page { size: 190mm 95mm; margin: 10mm }"
_TALL = "@page { size: 150mm 133mm; margin: 11mm }"
_STRIP = "@page { size: 150mm 160mm; margin: 8mm } table.form { font-size: 9pt }"
_CUT_ANYWHERE = _CUT.replace("vertical-align: top", "vertical-align: middle")
_CUT_BELOW = _CUT.replace("vertical-align: top", "vertical-align: bottom")
_STAMP = "<div style='position: fixed; top: 40%; left: 20%; font-size: 60pt; color: #ccc; transform: rotate(-30deg)'>"


def _stamped(html: str) -> str:
    """Print a watermark across every page."""
    return html.replace("</body>", _STAMP + "样本 2024</div></body>")


@dataclass(frozen=True)
class Printed:
    """A page as a browser prints it: further styles, or its mark-up changed."""

    styles: str = ""
    kinds: tuple[str, ...] = ("dense",)
    change: Callable[[str], str] = str
    page: Page = field(default_factory=Page)
    words: wordings.Words = wordings.official


@dataclass(frozen=True)
class Office:
    """A Word file as LibreOffice prints it: a layout of `word`, then changed."""

    changes: tuple[Change, ...] = ()
    kinds: tuple[str, ...] = ("dense",)
    word: str = "plain"


def with_heads_returning(html: str) -> str:
    """Mark the head of each table as such, so that it is printed again on every page."""

    def marked(found: re.Match[str]) -> str:
        rows = re.findall(r"<tr>.*?</tr>", found[2], re.S)
        spans = re.search(r'rowspan="(\d+)"', rows[0])
        count = int(spans[1]) if spans else 1
        if count == 1:  # a table of blocks, which has no head of its own
            return found[0]
        return f"{found[1]}<thead>{''.join(rows[:count])}</thead><tbody>{''.join(rows[count:])}</tbody></table>"

    return re.sub(r"(<table[^>]*>\s*)<tbody>(.*?)</tbody>\s*</table>", marked, html, flags=re.S)


BROWSER: dict[str, Printed] = {
    "ruled": Printed(kinds=("dense", "blank rows", "worded", "damaged")),
    "unruled": Printed(_BARE, ("dense", "blank rows")),
    "lines across only": Printed("table.form td { border-width: 1px 0 !important }", ("blank rows",)),
    "page breaks": Printed(_SMALL + _NUMBERED, ("dense",)),
    "page breaks, head repeated": Printed(_SMALL + _COUNTED, ("blank rows",), with_heads_returning),
    "rows cut": Printed(_SMALL + _CUT, ("dense",)),
    "rows cut, head repeated, unruled": Printed(_SMALL + _CUT + _BARE, ("dense",), with_heads_returning),
    "numbers wrapped": Printed(_NARROW, ("long numbers",)),
    "vertical heads": Printed(_TURNED, ("dense",)),
    "landscape": Printed(_LANDSCAPE + _NUMBERED, ("blank rows",)),
    "Word clutter": Printed(_COUNTED, ("worded",), page=Page(clutter=True)),
    "labels damaged": Printed(_NUMBERED, ("blank rows",), words=wordings.damaged_labels),
    "small print, shaded heads, dotted rulings": Printed(_SMALL_PRINT, ("blank rows",)),
    "tables on landscape pages": Printed(_PAGES_TURNED, ("dense",)),
    "stamped across": Printed(_NUMBERED, ("dense",), _stamped),
    "figures at the right, large print": Printed(_LARGE, ("worded",)),
    "head repeated, figures in the middle": Printed(_LOW + _CUT_ANYWHERE, ("blank rows",), with_heads_returning),
    "head repeated, figures below": Printed(_TALL + _CUT_BELOW + _COUNTED, ("dense",), with_heads_returning),
    "long labels cut, head repeated": Printed(_STRIP + _CUT, ("worded",), with_heads_returning),
}

OFFICE: dict[str, Office] = {
    "ruled": Office((numbered_pages,), ("dense", "blank rows", "worded", "damaged")),
    "unruled": Office((ruled(), numbered_pages), ("dense", "blank rows")),
    "lines across only": Office((ruled("top", "bottom", "insideH"),), ("blank rows",)),
    "lines inside only": Office((ruled("insideH", "insideV"),), ("dense",)),
    "rows cut": Office((page_of(150, 120, 12), numbered_pages), ("dense",)),
    "rows cut, head repeated": Office((page_of(150, 120, 12), heads_return, counted_pages), ("blank rows",)),
    "rows cut, first head repeated": Office((page_of(150, 120, 12), first_heads_return), ("dense",)),
    "rows cut, unruled": Office((page_of(160, 120, 12), ruled()), ("dense",)),
    "numbers wrapped": Office((counted_pages,), ("long numbers",)),
    "vertical heads": Office((heads_turned, numbered_pages), ("dense",)),
    "landscape": Office((page_of(297, 210), numbered_pages), ("blank rows",)),
    "parts with heads": Office((), ("dense",), "parts with heads"),
    "remarks column": Office((numbered_pages,), ("blank rows",), "remarks column"),
    "labels damaged": Office((), ("blank rows",), "labels damaged"),
    "Song type, large": Office((typed("Noto Serif CJK SC", 12), numbered_pages), ("dense",)),
    "unruled, landscape": Office((page_of(297, 210), ruled(), counted_pages), ("blank rows",)),
    "first head repeated, low pages": Office((page_of(190, 84, 8), first_heads_return, numbered_pages), ("dense",)),
    "first head repeated, half a head": Office((page_of(160, 141, 11), first_heads_return), ("blank rows",)),
    "two head rows repeated": Office((page_of(155, 109, 10), two_heads_return, counted_pages), ("dense",)),
    "head repeated, large print": Office(
        (page_of(200, 117, 9), typed("Noto Serif CJK SC", 12), heads_return), ("worded",)
    ),
    "rows kept whole, head repeated": Office(
        (page_of(158, 122, 9), heads_return, rows_whole, numbered_pages), ("long numbers",)
    ),
    "lines across only, rows cut": Office((page_of(170, 125, 12), ruled("top", "bottom", "insideH")), ("blank rows",)),
}
BROWSER_NAMES, OFFICE_NAMES = (*BROWSER,), (*OFFICE,)


def browser_cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked prints of Chromium, all by one process."""
    reports = [
        (name, make(code, kind, f"chromium/{name}", number, layout.words))
        for name, layout in BROWSER.items()
        for number, kind, code in series(name, layout.kinds)
        if pick(name, number)
    ]
    pages = [page_of_report(made, BROWSER[name]) for name, made in reports]
    for (name, made), data in zip(reports, print_pages(pages), strict=True):
        yield case(BY_BROWSER, name, f"{made.name}.pdf", data, made.truth())


def page_of_report(made: Made, layout: Printed) -> str:
    """Return the page that a layout prints."""
    html = report_html(made.report, layout.page)
    return layout.change(html.replace("</style>", f"{layout.styles}</style>"))


def office_cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked prints of LibreOffice, all by one call."""
    reports = [
        (name, make(code, kind, f"libreoffice/{name}", number, WORD[layout.word].words))
        for name, layout in OFFICE.items()
        for number, kind, code in series(name, layout.kinds)
        if pick(name, number)
    ]
    files = [_word_file(made, OFFICE[name]) for name, made in reports]
    for (name, made), data in zip(reports, converted(files, "docx", "pdf"), strict=True):
        yield case(BY_OFFICE, name, f"{made.name}.pdf", data, made.truth())


def _word_file(made: Made, layout: Office) -> bytes:
    style: WordStyle = WORD[layout.word].style(made)
    return changed(docx_bytes(made, style), layout.changes)

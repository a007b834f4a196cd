"""The media of the corpus: who makes their documents, what that needs, which reader must read them."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from extractors.media import Medium as Read
from extractors.readers import READERS

from . import attached, further, html, office, pdf, scans, sheets, text, word
from .not_yet import NOT_WIRED
from .truth import Case


@dataclass(frozen=True)
class Medium:
    """``needs`` are programs on the PATH, ``modules`` Python packages; ``read_as`` what `sniff` says.

    ``each`` and ``tested`` choose the documents that every run of the tests reads: each n-th of these
    layouts (None: of all).
    """

    name: str
    cases: Callable[..., Iterator[Case]]  # takes a `Pick`
    layouts: tuple[str, ...]
    read_as: Read
    needs: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    each: int = 3  # an odd number: documents of both formats in turn
    tested: tuple[str, ...] | None = None

    def left_out(self) -> str | None:
        """Say why its documents cannot be made or read here; None where they can."""
        if self.name in NOT_WIRED:
            return NOT_WIRED[self.name]
        if self.read_as not in READERS and self.read_as is not Read.ARCHIVE:
            return f"no reader for {self.read_as} yet"
        lacking = [name for name in self.needs if not shutil.which(name)]
        lacking += [name for name in self.modules if not importlib.util.find_spec(name)]
        return f"{lacking[0]} is not installed" if lacking else None

    @property
    def tested_layouts(self) -> tuple[str, ...]:
        """The layouts that every run of the tests reads."""
        return tuple(name for name in self.layouts if self.tested is None or name in self.tested)

    def tested_cases(self) -> Iterator[Case]:
        """Yield the documents that every run of the tests reads."""
        return self.cases(lambda layout, number: layout in self.tested_layouts and number % self.each == 0)


_BY_EYE = (scans.NEEDS, scans.MODULES)
_PAGES_CUT = ("ruled", "page breaks, head repeated", "rows cut", "rows cut, head repeated", "numbers wrapped")
# Of the media that take seconds a document, tests of their readers read some too: here a handful or none.
MEDIA: tuple[Medium, ...] = (
    Medium(html.MEDIUM, html.cases, html.NAMES, Read.HTML),
    Medium(text.MEDIUM, text.cases, text.NAMES, Read.TEXT),
    Medium(further.HTML, further.cases, further.NAMES, Read.HTML, each=1),
    Medium(further.TEXT, further.text_cases, further.TEXT_NAMES, Read.TEXT, each=1),
    Medium(word.MEDIUM, word.cases, word.NAMES, Read.DOCX, modules=("docx",)),
    Medium(office.DOC, office.doc_cases, office.DOC_NAMES, Read.OLE, office.NEEDS, tested=("plain",)),
    Medium(office.RTF, office.rtf_cases, office.RTF_NAMES, Read.RTF, office.NEEDS, tested=()),
    Medium(office.ODT, office.odt_cases, office.ODT_NAMES, Read.ODT, office.NEEDS, tested=()),
    Medium(sheets.XLSX, sheets.cases, sheets.NAMES, Read.XLSX),
    Medium(sheets.XLS, sheets.old_cases, sheets.OLD, Read.OLE),
    Medium(pdf.BY_BROWSER, pdf.browser_cases, pdf.BROWSER_NAMES, Read.PDF, pdf.BROWSER_NEEDS, tested=_PAGES_CUT),
    Medium(pdf.BY_OFFICE, pdf.office_cases, pdf.OFFICE_NAMES, Read.PDF, pdf.OFFICE_NEEDS, tested=_PAGES_CUT),
    Medium(scans.IN_PDF, scans.pdf_cases, scans.PDF_NAMES, Read.IMAGE, *_BY_EYE, tested=()),
    Medium(scans.FURTHER, scans.further_cases, scans.FURTHER_NAMES, Read.IMAGE, *_BY_EYE, tested=()),
    Medium(scans.AS_PICTURES, scans.picture_cases, scans.PICTURE_NAMES, Read.IMAGE, *_BY_EYE, tested=()),
    Medium(attached.PICTURES, attached.picture_cases, attached.PICTURE_NAMES, Read.IMAGE, *_BY_EYE, tested=()),
    Medium(attached.ZIP, attached.zip_cases, attached.ZIP_NAMES, Read.ARCHIVE, each=2),
)

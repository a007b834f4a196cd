"""The media of the corpus: who makes their documents, what that needs, which reader must read them."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from extractors.media import Medium as Read
from extractors.readers import READERS

from . import attached, html, office, pdf, scans, sheets, text, word
from .not_yet import NOT_WIRED
from .truth import Case, Pick


@dataclass(frozen=True)
class Medium:
    """``needs`` are programs on the PATH, ``modules`` Python packages; ``read_as`` what `sniff` says.

    ``exact`` says that the medium holds characters, not pictures of them: then every cell can be read.
    ``each`` and ``tested`` choose the documents that every run of the tests reads: each n-th of these
    layouts (None: of all).
    """

    name: str
    cases: Callable[..., Iterator[Case]]  # takes a `Pick`
    layouts: tuple[str, ...]
    read_as: Read
    needs: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    exact: bool = True
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
        return self.layouts if self.tested is None else self.tested

    def tested_cases(self) -> Iterator[Case]:
        """Yield the documents that every run of the tests reads."""
        layouts = frozenset(self.tested_layouts)
        pick: Pick = lambda layout, number: layout in layouts and number % self.each == 0  # noqa: E731
        return self.cases(pick)


_BY_EYE = scans.MODULES
MEDIA: tuple[Medium, ...] = (
    Medium(html.MEDIUM, html.cases, html.NAMES, Read.HTML),
    Medium(text.MEDIUM, text.cases, text.NAMES, Read.TEXT),
    Medium(word.MEDIUM, word.cases, word.NAMES, Read.DOCX, modules=("docx",)),
    Medium(office.DOC, office.doc_cases, office.DOC_NAMES, Read.OLE, office.NEEDS, tested=("plain",)),
    Medium(office.RTF, office.rtf_cases, office.RTF_NAMES, Read.RTF, office.NEEDS, tested=()),
    Medium(office.ODT, office.odt_cases, office.ODT_NAMES, Read.ODT, office.NEEDS, tested=()),
    Medium(sheets.XLSX, sheets.cases, sheets.NAMES, Read.XLSX),
    Medium(sheets.XLS, sheets.old_cases, sheets.OLD, Read.OLE),
    Medium(pdf.BY_BROWSER, pdf.browser_cases, pdf.BROWSER_NAMES, Read.PDF, pdf.BROWSER_NEEDS, each=2),
    Medium(pdf.BY_OFFICE, pdf.office_cases, pdf.OFFICE_NAMES, Read.PDF, pdf.OFFICE_NEEDS, each=2),
    Medium(scans.IN_PDF, scans.pdf_cases, scans.PDF_NAMES, Read.IMAGE, scans.NEEDS, _BY_EYE, False, tested=()),
    Medium(
        scans.AS_PICTURES,
        scans.picture_cases,
        scans.PICTURE_NAMES,
        Read.IMAGE,
        scans.NEEDS,
        _BY_EYE,
        exact=False,
        each=2,
        tested=("PNG, 150 dpi",),
    ),
    Medium(
        attached.PICTURES,
        attached.picture_cases,
        attached.PICTURE_NAMES,
        Read.IMAGE,
        attached.PICTURE_NEEDS,
        _BY_EYE,
        exact=False,
        tested=(),
    ),
    Medium(attached.ZIP, attached.zip_cases, attached.ZIP_NAMES, Read.ARCHIVE, each=2),
)

"""The corpus of old office files (.doc, which .wps is too, .rtf, .odt): Word files of the corpus, converted."""

from __future__ import annotations

from collections.abc import Iterator

from tests.corpus.converted import SOFFICE, converted

from . import word
from .reports import case, make, series
from .truth import Case, Pick, every

DOC, RTF, ODT = "Word (.doc)", "Word (.rtf)", "Writer (.odt)"
NEEDS = (SOFFICE,)

# Layouts of `word`, each with the kinds of figures that are put into it.
LAYOUTS: dict[str, dict[str, tuple[str, ...]]] = {
    DOC: {
        "plain": ("dense", "blank rows", "worded"),
        "parts with heads": ("dense",),
        "a table per block": ("blank rows",),
        "nested": ("dense",),
        "tracked corrections": ("dense",),
        "labels damaged": ("blank rows",),
    },
    RTF: {"plain": ("dense", "blank rows", "worded"), "tracked corrections": ("dense",), "nested": ("dense",)},
    ODT: {"plain": ("dense", "blank rows"), "tracked corrections": ("dense",)},
}
DOC_NAMES, RTF_NAMES, ODT_NAMES = (tuple(LAYOUTS[medium]) for medium in (DOC, RTF, ODT))


def doc_cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked files of Word 97."""
    return _cases(DOC, "doc", pick)


def rtf_cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked files of rich text."""
    return _cases(RTF, "rtf", pick)


def odt_cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked files of OpenDocument."""
    return _cases(ODT, "odt", pick)


def _cases(medium: str, suffix: str, pick: Pick) -> Iterator[Case]:
    reports = [
        (name, make(code, kind, f"{suffix}/{name}", number, word.LAYOUTS[name].words))
        for name, kinds in LAYOUTS[medium].items()
        for number, kind, code in series(name, kinds)
        if pick(name, number)
    ]
    files = [word.docx_bytes(made, word.LAYOUTS[name].style(made)) for name, made in reports]
    for (name, made), data in zip(reports, converted(files, "docx", suffix), strict=True):
        yield case(medium, name, f"{made.name}.{suffix}", data, made.truth())

"""The room's one entry: bytes → a report's facts and identity, as a pure function.

It chooses the reader by medium and the format by head words; everything else is the work of the
modules it calls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from extractors.align import Alignment, align
from extractors.blocks import Document
from extractors.cells import CellReading, read_cells
from extractors.copies import copies, merge
from extractors.flat_text import read_flat_text
from extractors.html import read_html, read_html_by_reference
from extractors.identity import Hints, Identity, identify
from extractors.marks import distinctive_keys, mark_index
from extractors.media import Medium, sniff
from extractors.ocr import read_image
from extractors.tokens import Token, tokens_of
from schemas.errors import DocumentError
from schemas.facts import Fact, Status
from schemas.formats import Format, load_formats

# Goes into `reports.extractor_version`; raise it whenever a reader may read something differently.
EXTRACTOR_VERSION = "1"

Reader = Callable[[bytes], Document]
# The first reader that finds every cell is believed; else the one that finds most.
READERS: dict[Medium, tuple[Reader, ...]] = {
    Medium.HTML: (read_html, read_html_by_reference),
    Medium.TEXT: (read_flat_text,),
    Medium.IMAGE: (read_image,),
}
# Coded rows without which a page has no tables of ours. One or two labels also stand on pages about
# the reports (notices with a blank form are told by their missing figures).
FEWEST_ROWS = 3
# Nesting of elements in real pages stays below 60.
DEEPEST = 300


@dataclass(frozen=True, slots=True)
class ReportReading:
    """What one document says. ``facts`` is empty and ``format`` None where it has no tables."""

    source: str
    medium: Medium
    format: str | None
    identity: Identity
    facts: tuple[Fact, ...]

    def count(self, status: Status) -> int:
        """Count the cells in a state."""
        return sum(fact.status is status for fact in self.facts)


@dataclass(frozen=True, slots=True)
class _Tables:
    format: Format
    alignment: Alignment
    cells: tuple[CellReading, ...]

    @property
    def found(self) -> int:
        return sum(cell.reading.status is not Status.MISSING for cell in self.cells)

    @property
    def complete(self) -> bool:
        return self.found == len(self.cells)


def read_report(data: bytes, source: str, hints: Hints = Hints()) -> ReportReading:  # noqa: B008 - frozen
    """Read one document.

    ``source`` is the path or URL that facts will name. A report whose tables are missing is returned
    without facts.

    Raises:
        DocumentError: the bytes are empty (``empty``), of a medium that no reader knows
            (``unsupported_medium``), or no report (``not_a_report``). The message names ``source``.
    """
    try:
        medium = sniff(data)
    except DocumentError as error:
        raise DocumentError(error.code, f"{source}: {error}") from error
    if medium not in READERS:
        raise DocumentError(
            "unsupported_medium", f"{source}: expected HTML, text or a picture, found {medium}: no reader for it yet"
        )
    document, tables = _read_tables(data, medium)
    identity = identify(document, hints)
    if tables is None and not identity.is_report:
        raise DocumentError(
            "not_a_report",
            f"{source}: expected a report's title, sections or tables, found none of them in {medium}",
        )
    if tables is None:
        return ReportReading(source, medium, None, identity, ())
    facts = tuple(_fact(cell, source, identity) for cell in tables.cells)
    return ReportReading(source, medium, tables.format.code, identity, facts)


def _read_tables(data: bytes, medium: Medium) -> tuple[Document, _Tables | None]:
    """Try the medium's readers in order until one finds every cell; return the best.

    A further reader costs some fifty times as much: it is asked only where the first one met rows of
    ours, and never for nesting that no publisher writes (html5lib needs its square in time).
    """
    first, *others = READERS[medium]
    document = first(data)
    best = _tables(tokens_of(document))
    if best is None or best.complete or "cut" in document.metadata or int(document.metadata.get("depth", 0)) > DEEPEST:
        others = []
    for reader in others:
        again = reader(data)
        tables = _tables(tokens_of(again))
        if tables is not None and (best is None or tables.found > best.found):
            document, best = again, tables
    return document, best if best is not None and best.found else None


def _tables(tokens: tuple[Token, ...]) -> _Tables | None:
    """Align with the format whose own head words the document uses most; None without its rows."""
    keys = {token.key for token in tokens if token.key}
    formats = load_formats()
    shares = {known.code: len(keys & distinctive_keys(known.code)) for known in formats}
    top = max(shares.values())
    read = []
    for known in formats:
        if shares[known.code] == top:
            alignment = align(tokens, mark_index(known.code))
            if alignment.rows >= FEWEST_ROWS:
                read.append((alignment.weight, known, alignment))
    if not read:
        return None
    _, known, alignment = max(read, key=lambda entry: entry[0])
    index = mark_index(known.code)
    parts = copies(tokens, index)
    if len(parts) == 1:
        return _Tables(known, alignment, read_cells(tokens, known, index, alignment))
    cells = merge([read_cells(part, known, index, align(part, index)) for part in parts])
    return _Tables(known, alignment, cells)


def _fact(cell: CellReading, source: str, identity: Identity) -> Fact:
    return Fact(
        source=source,
        agency=identity.agency,
        year=identity.year,
        format=cell.cell.format,
        table_code=cell.cell.table_code,
        row_code=cell.cell.row_code,
        column_code=cell.cell.column_code,
        value=cell.reading.value,
        unit=cell.reading.unit,
        raw=cell.raw,
        status=cell.reading.status,
        locator=cell.locator,
    )

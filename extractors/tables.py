"""Tokens → the cells of whichever format the document follows: its tables found, aligned, read.

Which reader made the tokens, and whose report it is, is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractors.align import Alignment, align
from extractors.cells import CellReading, read_cells
from extractors.copies import merge
from extractors.marks import MarkIndex, Role, distinctive_keys, mark_index
from extractors.shapes import shapes
from extractors.tokens import Token
from schemas.facts import Status
from schemas.formats import Format, Table, load_formats

# Coded rows without which a page has no tables of ours. One or two labels also stand on pages about
# the reports (notices with a blank form are told by their missing figures).
FEWEST_ROWS = 3
# Share of a table's cells that another shape of it must give before it is believed, and the length of
# documents (real ones have some 500 tokens) beyond which no other shape is sought.
LEAST_IN_SHAPE = 0.6
MOST_TOKENS = 20_000
# Looking a member up takes several times as long as comparing with it.
_MISSING, _UNREADABLE = Status.MISSING, Status.UNREADABLE


@dataclass(frozen=True, slots=True)
class Tables:
    """What was read of a document's tables: one reading for every cell of the format."""

    format: Format
    cells: tuple[CellReading, ...]

    @property
    def found(self) -> int:
        """Count the cells that were found, blank ones included."""
        # `_is_found` written out: asked of every cell of every document.
        return sum([cell.reading.status is not _MISSING for cell in self.cells])

    @property
    def complete(self) -> bool:
        """Tell whether every cell was found."""
        return self.found == len(self.cells)


@dataclass(frozen=True, slots=True)
class FormatMet:
    """The format that a document follows, and how its labels lie in the document."""

    format: Format
    alignment: Alignment


def format_of(tokens: tuple[Token, ...]) -> FormatMet | None:
    """Return the format whose own head words the document uses most; None without rows of either."""
    keys = {token.key for token in tokens if token.key}
    formats = load_formats()
    shares = {known.code: len(keys & distinctive_keys(known.code)) for known in formats}
    top = max(shares.values())
    met = []
    for known in formats:
        if shares[known.code] == top:
            alignment = align(tokens, mark_index(known.code))
            if alignment.rows >= FEWEST_ROWS:
                met.append(FormatMet(known, alignment))
    return max(met, key=lambda one: one.alignment.weight) if met else None


def find_tables(tokens: tuple[Token, ...], met: FormatMet, cuts: Sequence[int]) -> Tables:
    """Read the tables of one report; ``cuts`` are the tokens at which they begin anew (copies)."""
    known, index = met.format, mark_index(met.format.code)
    if not cuts:
        cells = read_cells(tokens, index, met.alignment)
        readings = [cells]
    else:
        parts = [tokens[start:end] for start, end in zip([0, *cuts], [*cuts, len(tokens)], strict=True)]
        alignments = [align(part, index) for part in parts]
        readings = [read_cells(part, index, own) for part, own in zip(parts, alignments, strict=True)]
        cells = merge(readings, [_headed(known, index, own) for own in alignments])
    seen = {
        cell.cell.table_code
        for reading in readings
        for cell in reading
        if (status := cell.reading.status) is not _MISSING and status is not _UNREADABLE
    }
    return Tables(known, _in_other_shapes(tokens, known, cells, seen) if len(seen) < len(known.tables) else cells)


def _headed(known: Format, index: MarkIndex, alignment: Alignment) -> frozenset[str]:
    """Return the tables of which every head was met."""
    lost = {
        mark.table
        for mark, match in zip(index.marks, alignment.matches, strict=True)
        if mark.role is Role.HEAD and match is None
    }
    return frozenset(table.code for number, table in enumerate(known.tables) if number not in lost)


def _in_other_shapes(
    tokens: tuple[Token, ...], known: Format, cells: tuple[CellReading, ...], seen: set[str]
) -> tuple[CellReading, ...]:
    """Look once more for a table that was not found, in the other shapes that it is printed in."""
    for table in known.tables:
        own = [cell for cell in cells if cell.cell.table_code == table.code]
        if table.code in seen or len(tokens) > MOST_TOKENS:
            continue
        for form, index in shapes(known.code, table.code):
            again = read_cells(tokens, index, align(tokens, index))
            found = {c.cell.position: c for c in again if c.cell.table_code == table.code and _is_found(c)}
            said = {cell.reading.status for cell in found.values()}
            # A line of heads also has as many cells as a row: then blanks and labels are "found".
            enough = len(found) >= LEAST_IN_SHAPE * len(own) and _in_every_block(form.table(table.code), found.values())
            if enough and Status.PUBLISHED in said and Status.UNREADABLE not in said:
                cells = tuple(found.get(cell.cell.position, cell) for cell in cells)
                break
    return cells


def _in_every_block(table: Table, found: Iterable[CellReading]) -> bool:
    """Tell whether each of a table's parts was found: else figures that lost their blanks may fill one of them."""
    rows = {cell.cell.row_code for cell in found}
    parts = [{str(leaf.code) for leaf, _ in block.row_leaves} for block in table.blocks]
    return len(parts) == 1 or all(part & rows for part in parts)


def _is_found(cell: CellReading) -> bool:
    return cell.reading.status is not _MISSING

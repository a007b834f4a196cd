"""Documents that hold a table more than once: last year's beside this year's, a hidden copy, two reports.

Each copy is read for itself. Where copies agree there is one figure; where they differ nobody can say from
the tables alone which is meant, and the table counts as not found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractors.cells import MISSING, CellReading
from extractors.marks import MarkIndex, Role
from extractors.tokens import Token
from schemas.facts import Status

# More repeats than this are no copies of a table but a text made of labels.
MOST_COPIES = 8


def cuts_of(tokens: tuple[Token, ...], index: MarkIndex) -> list[int]:
    """Return the places where the rows of a document's tables begin anew.

    A cut stands before the heads of the new copy: after the last figure that precedes its first row.
    """
    cuts = [0]
    seen: set[int] = set()
    anew = index.anew
    latest = -1  # of the tables that the rows seen belong to
    for position, token in enumerate(tokens):
        mark = anew.get(token.key)
        if mark is None:
            continue
        # A table of the form also begins anew where an earlier one follows a later.
        table = index.marks[mark].table
        if mark in seen or table < latest:
            cuts.append(_start_of_copy(tokens, index, position, mark, cuts[-1]))
            seen, latest = set(), -1
        seen.add(mark)
        latest = max(latest, table)
    return cuts[1:] if len(cuts) <= MOST_COPIES else []


def _start_of_copy(tokens: Sequence[Token], index: MarkIndex, position: int, mark: int, least: int) -> int:
    """Walk back from a copy's first telling row over rows with short labels (规章) and over its heads."""
    while True:
        while position > least and not _is_figure(tokens[position - 1]) and not _ends_grid(tokens, position):
            position -= 1
        label = position
        while label > least and _is_figure(tokens[label - 1]):
            label -= 1
        earlier = [m for m, _ in index.by_key.get(tokens[label - 1].key, ()) if m < mark] if label > least else []
        rows = [m for m in earlier if index.marks[m].role is Role.ROW and index.marks[m].code[0]]
        if not rows or index.marks[rows[0]].table != index.marks[mark].table:
            return position
        position, mark = label - 1, rows[0]


def _is_figure(token: Token) -> bool:
    return token.is_value and bool(token.text)


def _ends_grid(tokens: Sequence[Token], position: int) -> bool:
    """Tell whether a table ends before a token with a cell that was left blank: it is no part of what follows."""
    before = tokens[position - 1]
    return before.is_value and before.grid > 0 and before.grid != tokens[position].grid


def merge(readings: Sequence[tuple[CellReading, ...]], headed: Sequence[frozenset[str]]) -> tuple[CellReading, ...]:
    """Merge the readings of all copies, cell by cell; a table whose copies differ is missing as a whole.

    ``headed`` tells for each copy the tables that stand under all of their heads. Where one does, rows that
    stand without (in the prose, in a summary) are no copies of it.
    """
    if len(readings) == 1:
        return readings[0]
    merged: list[CellReading] = []
    differing: set[str] = set()
    under_heads = frozenset().union(*headed)
    for cells in zip(*readings, strict=True):
        table = cells[0].cell.table_code
        found = [
            cell
            for cell, own in zip(cells, headed, strict=True)
            if cell.reading.status is not Status.MISSING and (table in own or table not in under_heads)
        ]
        if len({(cell.reading, cell.raw) for cell in found}) > 1:
            differing.add(table)
        merged.append(found[0] if found else _lost(cells[0]))
    return tuple(_lost(cell) if cell.cell.table_code in differing else cell for cell in merged)


def _lost(cell: CellReading) -> CellReading:
    return replace(cell, reading=MISSING, raw=None, locator=None)

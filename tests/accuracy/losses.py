"""What layouts lose of a report's figures: which cells no one can read from the document any more."""

from __future__ import annotations

from collections.abc import Collection

from schemas.formats import Format, Layout
from tests.corpus import Figures

from .truth import Key


def nothing(form: Format, figures: Figures) -> Collection[Key]:  # noqa: ARG001 - one shape for all losses
    """Lose nothing."""
    return ()


def everything(form: Format, figures: Figures) -> Collection[Key]:
    """Lose every cell."""
    del form
    return figures.keys()


def vanished_blanks(form: Format, figures: Figures) -> Collection[Key]:
    """Blank cells are gone: of the figures that share their line, nobody knows whose they are."""
    lost: set[Key] = set()
    for line in lines(form):
        if any(not figures[key].strip() for key in line):
            lost |= set(line)
    return lost


def lines(form: Format) -> list[list[Key]]:
    """Return the cells of each printed line of figures."""
    found = []
    for table in form.tables:
        for block in table.blocks:
            rows = [
                [(table.code, str(r.code), str(c.code)) for c, _ in block.column_leaves] for r, _ in block.row_leaves
            ]
            found += [[key for row in rows for key in row]] if table.layout is Layout.ONE_LINE else rows
    return found


def without_heads(form: Format, figures: Figures) -> Collection[Key]:
    """Heads are gone: of a line of figures without any label nothing is known."""
    return [key for key in figures if form.table(key[0]).layout is Layout.ONE_LINE]

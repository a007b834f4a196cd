"""A finished table of a page: does it hold another as text, do its columns line up, how are its texts folded.

How cells come to their places is `html_grid`'s business.
"""

from __future__ import annotations

import re

from extractors.blocks import GridCell
from extractors.repeats import merged, repeats_labels
from extractors.values import looks_like_value

# Labels and figures, of each so many, from which on a cell's lines are a table, and their least length.
FEWEST_IN_TABLE = 3
SHORTEST_TABLE = 30
BREAK = "\v"  # divides lines within a cell; source text cannot hold it, its line ends are mere spaces
_SPACE = re.compile(r"[ \t\r\n\f\v\x1e\xa0\u3000]+")


def holds_table(text: str) -> bool:
    """Tell a cell in which the cells of a table stand as paragraphs: labels and figures, one below the other."""
    if len(text) < SHORTEST_TABLE:
        return False
    lines = [piece for line in text.split(BREAK) if (piece := folded(line))]
    figures = sum(map(looks_like_value, lines))
    return min(figures, len(lines) - figures) >= FEWEST_IN_TABLE


def laid_out(cells: list[GridCell]) -> tuple[tuple[GridCell, ...], bool]:
    """Return a table's cells, and whether their columns line up.

    Where nothing is merged and yet rows differ in length, the merging was lost: columns are known by
    counting alone. Where labels are repeated instead of merged, they are merged here.
    """
    if any(cell.rowspan > 1 or cell.colspan > 1 for cell in cells):
        return tuple(cells), True
    rows: dict[int, list[str]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell.text)
    if len({len(row) for row in rows.values()}) > 1:
        return tuple(cells), False
    lines = list(rows.values())
    if not repeats_labels(lines):
        return tuple(cells), True
    numbers = list(rows)
    return tuple(GridCell(text, numbers[row], column, 1, span) for text, row, column, span in merged(lines)), True


def folded(text: str) -> str:
    """Fold white space, and drop what stands for something unseen."""
    if text.isprintable() and "  " not in text:  # of white space only the plain space is printable
        return text.strip()
    return _SPACE.sub(" ", text).strip()

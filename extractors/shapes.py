"""Other shapes in which publishers print a table than the official one.

Each shape is the same format with that one table laid out differently, so that the same alignment reads
it. Only shapes are made here; which of them a document has is found out by reading it (`read`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from extractors.marks import MarkIndex, index_of
from schemas.formats import Block, Format, Layout, Table, format_by_code


@lru_cache(maxsize=16)
def shapes(code: str, table_code: str) -> tuple[tuple[Format, MarkIndex], ...]:
    """Return the format in the other shapes of one of its tables, with its marks.

    A line of figures: as labelled rows, these exchanged with their columns, one small table for each row or for
    each group of rows, the groups reversed. A table of labelled rows in one block: with rows and columns exchanged.
    """
    form = format_by_code(code)
    table = form.table(table_code)
    if len(table.blocks) > 1:
        return ()
    (block,) = table.blocks
    if table.layout is Layout.LABELLED_ROWS:
        exchanged = Block(block.title, block.corner, block.rows, block.columns)
        found = [replace(table, blocks=(exchanged,), exchanged=True)]
    else:
        leaves = tuple(node for node, _ in block.row_leaves)
        rows = replace(table, layout=Layout.LABELLED_ROWS)
        found = [
            rows,
            replace(rows, blocks=(Block(None, (), leaves, block.columns),), exchanged=True),
            replace(table, blocks=tuple(replace(block, rows=(node,)) for node in leaves)),
            replace(table, blocks=tuple(replace(block, rows=(node,)) for node in block.rows)),
            replace(table, blocks=(replace(block, rows=block.rows[::-1]),)),
        ]
    formats = [_with(form, shape) for shape in found]
    return tuple((shaped, index_of(shaped)) for shaped in formats)


def _with(form: Format, table: Table) -> Format:
    return replace(form, tables=tuple(table if known.code == table.code else known for known in form.tables))

"""Other shapes in which publishers print a table whose official form is one line of figures.

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

    None for a table of labelled rows, which is met in no other.

    In this order: labelled rows, rows and columns exchanged, one small table for each row, groups reversed.
    """
    form = format_by_code(code)
    table = form.table(table_code)
    if table.layout is not Layout.ONE_LINE:
        return ()
    (block,) = table.blocks
    leaves = tuple(node for node, _ in block.row_leaves)
    rows = replace(table, layout=Layout.LABELLED_ROWS)
    exchanged = replace(rows, blocks=(Block(None, (), leaves, block.columns),), exchanged=True)
    small = replace(table, blocks=tuple(replace(block, rows=(node,)) for node in leaves))
    reversed_ = replace(table, blocks=(replace(block, rows=block.rows[::-1]),))
    formats = [_with(form, shape) for shape in (rows, exchanged, small, reversed_)]
    return tuple((shaped, index_of(shaped)) for shaped in formats)


def _with(form: Format, table: Table) -> Format:
    return replace(form, tables=tuple(table if known.code == table.code else known for known in form.tables))

"""What the rows and columns of a format are called where a name must be short: as columns of a view.

Names follow from the printed labels: (三)不予公开/1.属于国家秘密 is 不予公开_属于国家秘密. Where a label is too
long for a name, the format's file declares a `short` one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from schemas.formats.model import Format, Node

_NUMBER = re.compile(r"^(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|\d+\.)")
_BRACKETS = re.compile(r"\([^()]*\)")
# What no name of a column should need quotes for.
_SIGNS = re.compile(r"[^0-9A-Za-z_㐀-鿿]")


def short_name(node: Node) -> str:
    """Return a node's own name: declared, else its label without number, brackets and signs."""
    if node.short is not None:
        return node.short
    return _SIGNS.sub("", _BRACKETS.sub("", _NUMBER.sub("", node.label)))


def cell_names(form: Format) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Return the names of each cell's row and column by (table, row, column); the innermost group's comes first."""
    return {
        (table.code, row, column): (row_name, column_name)
        for table in form.tables
        for block in table.blocks
        for row, row_name in _names(block.rows)
        for column, column_name in _names(block.columns)
    }


def _names(nodes: Iterable[Node], group: str = "") -> Iterator[tuple[str, str]]:
    for node in nodes:
        name = short_name(node)
        if node.code is None:
            yield from _names(node.children, name)
        else:
            yield node.code, f"{group}_{name}" if group else name

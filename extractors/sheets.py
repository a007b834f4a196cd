"""Workbooks (.xlsx, .xls) → blocks: the visible sheets one after the other, each as lines and grids.

Hidden sheets are left out, unless nothing else holds a table.
"""

from __future__ import annotations

from collections.abc import Sequence

from extractors.blocks import Document, Grid
from extractors.media import Medium
from extractors.ole import OleFile
from extractors.sheet_grid import Sheet, SheetBlocks
from extractors.xls import xls_sheets
from extractors.xlsx import xlsx_sheets


def read_xlsx(data: bytes) -> Document:
    """Read an .xlsx or .xlsm.

    Raises:
        DocumentError: ``damaged``, ``encrypted`` or ``too_large``.
    """
    return _document(Medium.XLSX, xlsx_sheets(data))


def read_xls(data: bytes, ole: OleFile | None = None) -> Document:
    """Read an .xls; ``ole`` is its directory, where it was read before.

    Raises:
        DocumentError: ``damaged``, ``encrypted`` or ``too_large``.
    """
    return _document(Medium.OLE, xls_sheets(data, ole or OleFile(data)))


def _document(medium: Medium, sheets: Sequence[Sheet]) -> Document:
    collected = SheetBlocks()
    for wanted_hidden in (False, True):
        for sheet in sheets:
            if sheet.hidden is wanted_hidden:
                collected.add(sheet)
        if any(isinstance(block, Grid) for block in collected.blocks):
            break
    metadata = {"cut": collected.cut} if collected.cut else {}
    return Document(medium, tuple(collected.blocks), metadata)

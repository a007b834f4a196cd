"""One page → its blocks in reading order: prepared, its tables found, cells and running text recognised."""

from __future__ import annotations

from extractors.blocks import Block, Grid, GridCell, Line
from extractors.ocr_cells import read_tables
from extractors.ocr_pages import Page
from extractors.ocr_prepare import Sheet
from extractors.ocr_prose import Text, read_prose
from extractors.ocr_rulings import find_rulings, find_solid
from extractors.ocr_tables import clearest, find_tables
from extractors.ocr_upright import upright
from extractors.values import looks_like_value


def read_page(page: Page) -> list[Block]:
    """Return the lines and grids of a page, numbered from 1 within it."""
    sheet = upright(page)
    tables = clearest(find_tables(find_rulings(*sheet.planes)), find_tables(find_solid(sheet.ink)))
    grids = read_tables(sheet, tables)
    texts = read_prose(sheet, [table.bounds for table in tables])
    found: list[tuple[float, Block]] = [(text.top, _block(sheet, text, place)) for place, text in enumerate(texts, 1)]
    found += [(table.bounds[1], grid) for table, grid in zip(tables, grids, strict=True)]
    return [block for _, block in sorted(found, key=lambda entry: entry[0])]


def _block(sheet: Sheet, text: Text, number: int) -> Block:
    """Return a line; a figure outside of ruled tables was looked at once only, so it is a doubted cell."""
    place = sheet.place(text.left, text.top, text.right, text.bottom)
    if looks_like_value(text.text):
        return Grid((GridCell(text.text, 0, 0, place=place, doubted=True),), number, aligned=False)
    return Line(text.text, number, place)

"""Pages → their blocks in reading order: prepared, tables found, cells, words and running text recognised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extractors.blocks import Block, Grid, GridCell, Line
from extractors.ocr_cells import read_tables
from extractors.ocr_pages import Page
from extractors.ocr_prepare import Sheet
from extractors.ocr_prose import Text, read_prose
from extractors.ocr_rulings import find_rulings, find_solid
from extractors.ocr_tables import clearest, find_tables
from extractors.ocr_unruled import ReadSheet, blocks_of, lay_out
from extractors.ocr_upright import upright
from extractors.ocr_words import find_words, may_be_table, read_words, without_lines
from extractors.values import looks_like_value


@dataclass(frozen=True, slots=True)
class PageReading:
    """A page's blocks with their tops in pixels of its sheet.

    ``words`` are those of a page that may have a table without ruling lines: all that stands outside of ruled ones.
    """

    blocks: list[tuple[float, Block]]
    words: ReadSheet | None = None


def read_pages(pages: Iterable[Page]) -> Iterator[Block]:
    """Yield the lines and grids of all pages, in reading order."""
    readings = {page.number: _read(page) for page in pages}
    lines, ruled = lay_out([reading.words for reading in readings.values() if reading.words])
    for number, top, block in blocks_of(lines, ruled):
        readings[number].blocks.append((top, block))
    for reading in readings.values():
        for _, block in sorted(reading.blocks, key=lambda entry: entry[0]):
            yield block


def _read(page: Page) -> PageReading:
    sheet = upright(page)
    rulings = [find_rulings(*sheet.planes), find_solid(sheet.ink)]
    tables = [table for table in clearest(*map(find_tables, rulings)) if not table.one_way]
    grids = read_tables(sheet, tables)
    bounds = [table.bounds for table in tables]
    blocks: list[tuple[float, Block]] = [(table.bounds[1], grid) for table, grid in zip(tables, grids, strict=True)]
    clean, painted = without_lines(sheet, rulings)
    words = find_words(clean, bounds)
    if may_be_table(words):
        return PageReading(blocks, ReadSheet(clean, read_words(clean, words, painted), bounds))
    blocks += [(text.top, _block(sheet, text)) for text in read_prose(sheet, bounds)]
    return PageReading(blocks)


def _block(sheet: Sheet, text: Text) -> Block:
    """Return a line; a figure outside of ruled tables was looked at once only, so it is a doubted cell."""
    place = sheet.place(text.left, text.top, text.right, text.bottom)
    if looks_like_value(text.text):
        return Grid((GridCell(text.text, 0, 0, place=place, doubted=True),), 1, aligned=False)
    return Line(text.text, 1, place)

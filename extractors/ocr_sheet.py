"""Pages → their blocks in reading order: prepared, tables found, cells, words and running text recognised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from extractors.blocks import Block, Grid, GridCell, Line
from extractors.ocr_cells import read_tables
from extractors.ocr_pages import Page
from extractors.ocr_prepare import Sheet
from extractors.ocr_prose import Text, read_prose
from extractors.ocr_rulings import find_rulings, find_solid
from extractors.ocr_tables import Bounds, clearest, find_tables
from extractors.ocr_unruled import blocks_of, page_of
from extractors.ocr_upright import upright
from extractors.ocr_words import find_words, may_be_table, read_words, without_lines
from extractors.pdf_lines import PageLine
from extractors.values import looks_like_value


@dataclass(frozen=True, slots=True)
class PageReading:
    """A page's blocks with their tops in pixels of its sheet; ``words`` of a page that may have a table without lines.

    Where there are words, they are all that stands outside of the ruled tables.
    """

    blocks: list[tuple[float, Block]]
    ruled: list[Bounds] = field(default_factory=list)
    words: list[PageLine] = field(default_factory=list)
    unit: float = 1.0  # a pixel in the unit of the words


def read_pages(pages: Iterable[Page]) -> Iterator[Block]:
    """Yield the lines and grids of all pages, in reading order."""
    readings = {page.number: _read(page) for page in pages}
    words = [line for reading in readings.values() for line in reading.words]
    ruled = {
        number: [(top * reading.unit, bottom * reading.unit) for _, top, _, bottom in reading.ruled]
        for number, reading in readings.items()
    }
    for number, top, block in blocks_of(words, ruled):
        readings[number].blocks.append((top / readings[number].unit, block))
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
    clean = without_lines(sheet, rulings)
    found = find_words(clean, bounds)
    if may_be_table(found):
        words = page_of(clean, read_words(clean, found))
        if words:
            return PageReading(blocks, bounds, words, words[0].page.width / clean.ink.shape[1])
    blocks += [(text.top, _block(sheet, text)) for text in read_prose(sheet, bounds)]
    return PageReading(blocks)


def _block(sheet: Sheet, text: Text) -> Block:
    """Return a line; a figure outside of ruled tables was looked at once only, so it is a doubted cell."""
    place = sheet.place(text.left, text.top, text.right, text.bottom)
    if looks_like_value(text.text):
        return Grid((GridCell(text.text, 0, 0, place=place, doubted=True),), 1, aligned=False)
    return Line(text.text, 1, place)

"""Pages → their blocks in reading order: prepared, tables found, cells, words and running text recognised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extractors.blocks import Block, Grid, GridCell, Line
from extractors.ocr_cells import read_tables
from extractors.ocr_pages import Page
from extractors.ocr_prepare import Sheet
from extractors.ocr_prose import Text, read_prose
from extractors.ocr_rulings import find_rulings, find_solid
from extractors.ocr_tables import Bounds, clearest, find_tables
from extractors.ocr_unruled import ReadSheet, blocks_of, lay_out
from extractors.ocr_upright import upright
from extractors.ocr_words import find_words, may_be_table, read_words, without_lines
from extractors.values import looks_like_value


@dataclass(frozen=True, slots=True)
class PageReading:
    """A page's blocks with their tops in pixels of its sheet.

    ``words`` are those of a page that may have a table without ruling lines: all that stands outside of ruled ones.
    """

    sheet: Sheet
    blocks: list[tuple[float, Block]]
    words: ReadSheet | None = None


def read_pages(pages: Iterable[Page]) -> Iterator[Block]:
    """Yield the lines and grids of all pages, in reading order."""
    readings = {page.number: _read(page) for page in pages}
    worded = {number: reading.words for number, reading in readings.items() if reading.words}
    found, with_table = blocks_of(*lay_out(list(worded.values())))
    for number, top, block in found:
        if number in with_table:
            readings[number].blocks.append((top, block))
    for number, reading in readings.items():
        # Lines of prose are read as they run, where no table needs their words one by one.
        if reading.words and number not in with_table:
            reading.blocks.extend(_prose(reading.sheet, reading.words.ruled))
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
        return PageReading(sheet, blocks, ReadSheet(clean, read_words(clean, words, painted), bounds))
    return PageReading(sheet, [*blocks, *_prose(sheet, bounds)])


def _prose(sheet: Sheet, tables: Sequence[Bounds]) -> Iterator[tuple[float, Block]]:
    for text in read_prose(sheet, list(tables)):
        yield text.top, _block(sheet, text)


def _block(sheet: Sheet, text: Text) -> Block:
    """Return a line; a figure outside of ruled tables was looked at once only, so it is a doubted cell."""
    place = sheet.place(text.left, text.top, text.right, text.bottom)
    if looks_like_value(text.text):
        return Grid((GridCell(text.text, 0, 0, place=place, doubted=True),), 1, aligned=False)
    return Line(text.text, 1, place)

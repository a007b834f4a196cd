"""PDF → blocks: ruled tables, unruled tables and running text, in the order of the pages.

Text is read by where it stands, never by its order in the file. The parsing is pdfium's (fast), or
pdfplumber's where pdfium's leaves cells unfound; what the pages hold is worked out by the same code.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import zip_longest

from extractors.blocks import MOST_GRIDS, MOST_LINES, Block, Document, Line
from extractors.media import Medium
from extractors.pdf_cells import RuledPart
from extractors.pdf_labels import vocabulary
from extractors.pdf_lines import PageLine, page_lines, paragraphs, without, without_furniture, without_repeated_heads
from extractors.pdf_overprints import without_overprint
from extractors.pdf_page import DAMAGED, PdfPage
from extractors.pdf_parts import continues, grid_of
from extractors.pdf_pdfium import pages_by_pdfium
from extractors.pdf_reference import pages_by_pdfplumber
from extractors.pdf_ruled import ruled_parts
from extractors.pdf_text import join_lines
from extractors.pdf_unruled import UnruledTable, unruled_tables
from extractors.pdf_word_grid import grid_of_words
from schemas.labels import label_key

# A page with a picture and fewer characters than these (a page number, a stamp) is a scan.
FEWEST_OF_TEXT = 20
# A page with so many labels of rows has a table of ours; shorter labels also stand in prose.
FEWEST_LABELS = 2
SHORTEST_LABEL = 4

Item = list[PageLine] | RuledPart | UnruledTable


def read_pdf(data: bytes) -> Document:
    """Read a PDF.

    Pages without a text that could be read are listed in ``metadata["pages_without_text"]``
    (comma-separated, counted from 1), for recognition to take over.

    Raises:
        DocumentError: the file is encrypted (``encrypted``) or does not open (``damaged``).
    """
    pages, count, metadata = _parsed(data, "pdfium")
    return _document(pages, count, metadata)


def read_pdf_by_reference(data: bytes) -> Document:
    """Read a PDF with pdfplumber's parser on the pages where labels of ours stand, and with pdfium's on others."""
    pages, count, metadata = _parsed(data, "pdfplumber")
    known = vocabulary().rows
    wanted = {page.number for page in pages if _labels_on(page, known) >= FEWEST_LABELS}
    if wanted:
        again = pages_by_pdfplumber(data, range(min(wanted), max(wanted) + 1))
        pages = [again.get(page.number, page) for page in pages]
    return _document(pages, count, metadata)


def _parsed(data: bytes, parser: str) -> tuple[list[PdfPage], int, dict[str, str]]:
    pages, count, title = pages_by_pdfium(data)
    metadata = {"pages": str(count), "parser": parser}
    if title:
        metadata["page_title"] = title
    return pages, count, metadata


def _labels_on(page: PdfPage, known: Collection[str]) -> int:
    """Count the labels of rows that a page's text holds, wherever its lines are broken."""
    text = label_key("".join(glyph.text for glyph in page.glyphs))
    return sum(label in text for label in known if len(label) >= SHORTEST_LABEL)


def _document(pages: Sequence[PdfPage], count: int, metadata: dict[str, str]) -> Document:
    blocks, cut = blocks_of(pages)
    if unread := [str(page.number) for page in pages if _is_unread(page)]:
        metadata["pages_without_text"] = ",".join(unread)
    if pages[-1].number < count:
        cut = cut or f"pages after {pages[-1].number}"
    if cut:
        metadata["cut"] = cut
    return Document(Medium.PDF, tuple(blocks), metadata)


def _is_unread(page: PdfPage) -> bool:
    readable = sum(glyph.text != DAMAGED for glyph in page.glyphs)
    if not readable or readable < len(page.glyphs) / 2:
        return True
    return page.pictured and (readable < FEWEST_OF_TEXT or page.doubted)


def blocks_of(pages: Sequence[PdfPage]) -> tuple[list[Block], str]:
    """Return the blocks of all pages in reading order, and what was left out."""
    parts: list[RuledPart] = []
    lines: list[PageLine] = []
    cut = ""
    for page in pages:
        found, rest, too_many = ruled_parts(page)
        cleaned = without_overprint(page, found, parts)
        if cleaned is not page:
            found, rest, too_many = ruled_parts(cleaned)
        parts += found
        lines += page_lines(cleaned, rest)
        if page.cut or too_many:
            cut = cut or f"text or rulings of page {page.number}"
    lines = without_repeated_heads(without_furniture(lines))
    ruled: dict[int, list[tuple[float, float]]] = {}
    for part in parts:
        ruled.setdefault(part.page.number, []).append((part.box.top, part.box.bottom))
    tables = unruled_tables(lines, ruled)
    taken: dict[int, set[tuple[float, float]]] = {}
    for table in tables:
        for word in table.parts():
            taken.setdefault(word.line, set()).add((word.x0, word.x1))
    items: list[tuple[int, float, Item]] = []
    items += [(group[0].page.number, group[0].line.base, group) for group in paragraphs(without(lines, taken))]
    items += [(part.page.number, part.box.top, part) for part in parts]
    items += [(*min((word.page.number, word.box[1]) for word in table.parts()), table) for table in tables]
    items.sort(key=lambda item: item[:2])
    return _blocks([item[2] for item in items], cut)


def _blocks(items: Sequence[Item], cut: str) -> tuple[list[Block], str]:
    blocks: list[Block] = []
    lines = grids = 0
    parts: list[RuledPart] = []
    for item, following in zip_longest(items, items[1:]):
        if isinstance(item, list):
            lines += 1
            if lines <= MOST_LINES:
                blocks.append(_paragraph(item, lines))
            continue
        if isinstance(item, RuledPart):
            parts.append(item)
            if isinstance(following, RuledPart) and _follows(item, following):
                continue
        grids += 1
        if grids <= MOST_GRIDS:
            blocks.append(grid_of_words(item, grids) if isinstance(item, UnruledTable) else grid_of(parts, grids))
        parts = []
    return blocks, cut or ("lines or tables" if lines > MOST_LINES or grids > MOST_GRIDS else "")


def _follows(above: RuledPart, below: RuledPart) -> bool:
    return below.page.number > above.page.number and continues(above, below)


def _paragraph(entries: Sequence[PageLine], number: int) -> Line:
    page, first, _ = entries[0]
    lines = [entry.line for entry in entries if entry.page is page]
    box = (first.x0, first.top, max(line.x1 for line in lines), lines[-1].bottom)
    return Line(join_lines([entry.line for entry in entries]), number, page.place(box))

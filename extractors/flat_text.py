"""Flat text (a page whose markup was thrown away) → blocks.

One cell a line stays lines. Rows on one line (divided by `|`, tabs or gaps) and cells led by a tab
with blank lines between rows become grids; their columns are known only where every slot was kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from extractors.blocks import MOST_GRIDS, MOST_LINES, Block, Document, Grid, GridCell, Line
from extractors.drawn_text import redrawn
from extractors.gapped_rows import gapped_rows, is_blank
from extractors.known_labels import is_label
from extractors.leftover_marks import unmarked
from extractors.media import Medium, decode
from extractors.pipe_text import Row, rows_of_cells
from extractors.repeats import merged, repeats_labels
from extractors.values import looks_like_value

# A line longer than any report is no line of one.
LONGEST_LINE = 100_000
LONGEST_GAP = 100
FEWEST_SHORT = 2
_RULE_PIECE = r"\s*(?::-+:?|-+:|-{3,})\s*"
_RULE = re.compile(rf"\s*\|?{_RULE_PIECE}(?:\|{_RULE_PIECE})*\|?\s*")  # `---|---|---` of Markdown
# Padding after the last cell is adjacent dividers (`行政许可 | 0 | ||`); an empty cell has its spaces.
_PADS = re.compile(r"\|[ \t]?\|+\s*$")


def read_flat_text(data: bytes) -> Document:
    """Read flat text into lines and, where rows are known, grids."""
    text, encoding = decode(data)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = unmarked([line[:LONGEST_LINE] for line in islice(lines, _end_of_kept(lines))])
    metadata = {"encoding": encoding}
    if len(kept) < len(lines) or max(map(len, lines)) > LONGEST_LINE:
        metadata["cut"] = f"lines after {MOST_LINES} with text, or what a line has beyond {LONGEST_LINE} characters"
    return Document(Medium.TEXT, tuple(blocks_of_lines(redrawn(kept))), metadata)


def _end_of_kept(lines: Sequence[str]) -> int:
    filled = 0
    for number, line in enumerate(lines):
        filled += not is_blank(line)
        if filled > MOST_LINES or number >= 10 * MOST_LINES:
            return number
    return len(lines)


def blocks_of_lines(lines: Sequence[str]) -> Iterator[Block]:
    """Yield lines and grids; a line's number counts from 1 within ``lines``."""
    gapped = gapped_rows(lines)
    tables = number = 0
    while number < len(lines):
        start = number
        if is_blank(lines[number]):
            number += 1
            continue
        made: list[Block]
        if _is_led_cell(lines[number]):
            number = _end_of_led_cells(lines, start)
            made = [_led_grid(lines, start, number)]
        elif cut := rows_of_cells(lines, start):
            rows, number, exact = cut
            made = [_unaligned_grid(rows, exact)]
        elif _row_of(lines, number, gapped) is not None:
            rows, number = _run(lines, start, gapped)
            made = _blocks_of_run(lines, rows)
        else:
            number += 1
            text = lines[start].strip()
            plain = text.strip("|").strip()
            kept = [plain] if plain and not _RULE.fullmatch(text) else []
            made = [Line(piece, number, gap=_gap_before(lines, start)) for piece in kept]
        for block in made:
            if isinstance(block, Line):
                yield block
            elif tables < MOST_GRIDS:
                tables += 1
                yield replace(block, number=tables)


def _gap_before(lines: Sequence[str], number: int) -> int:
    """Count the blank lines before a line, as far as they can be cells of a row."""
    gap = 0
    while gap < LONGEST_GAP and gap < number and is_blank(lines[number - 1 - gap]):
        gap += 1
    return gap


def _row_of(lines: Sequence[str], number: int, gapped: dict[int, list[str]]) -> list[str] | None:
    """Return the cells of a line that may be a row; a Markdown rule is a row without cells."""
    text = lines[number]
    if "|" in text:
        if _RULE.fullmatch(text):
            return []
        pieces = _pipe_pieces(text)
    elif "\t" in text.strip(" \r\n\v\f").lstrip("\t"):
        pieces = [piece.strip() for piece in text.split("\t")]
    else:
        return gapped.get(number)
    alone = text.strip().startswith("|") and text.rstrip().endswith("|")  # a row of one cell
    return pieces if (len(pieces) >= 2 or alone) and any(pieces) else None


def _pipe_pieces(text: str) -> list[str]:
    text = text.strip().removeprefix("|").removesuffix("|")
    return [piece.strip() for piece in text.split("|")]


def _run(lines: Sequence[str], start: int, gapped: dict[int, list[str]]) -> tuple[list[Row], int]:
    """Return the rows that follow one another from ``start``, and where they end.

    Blank lines between rows are passed over.
    """
    rows: list[Row] = []
    number = end = start
    while number < len(lines):
        row = None if is_blank(lines[number]) else _row_of(lines, number, gapped)
        if row is None and lines[number].strip():
            break
        number += 1
        if row is not None:
            end = number
            if row:
                rows.append((end, row))
    return rows, end


def _blocks_of_run(lines: Sequence[str], rows: list[Row]) -> list[Block]:
    """Tell rows of a table from lines that merely hold a divider (`首页 | 新闻`): those have no figure."""
    if not all(lines[line - 1].lstrip().startswith("|") for line, _ in rows):
        # Where not every row is led by a divider, one that begins with it begins with an empty cell.
        rows = [(line, ["", *pieces] if lines[line - 1].lstrip().startswith("|") else pieces) for line, pieces in rows]
    if not any(_is_row(pieces) for _, pieces in rows) and not _is_left_blank([pieces for _, pieces in rows]):
        return [Line(piece, line) for line, pieces in rows for piece in pieces if piece]
    if _keeps_every_slot([pieces for _, pieces in rows]):
        numbers = [line for line, _ in rows]
        slots = merged([pieces for _, pieces in rows])
        cells = (GridCell(text, row, column, 1, span, numbers[row]) for text, row, column, span in slots)
        return [Grid(tuple(cells), 0)]
    if len({len(pieces) for _, pieces in rows}) > 1:
        # The rows are not padded to one length: then only what stands before the padding can be counted.
        rows = [(line, _unpadded(lines[line - 1], pieces)) for line, pieces in rows]
    return [_unaligned_grid(rows, exact=_is_without_pads([pieces for _, pieces in rows]))]


def _unpadded(text: str, pieces: list[str]) -> list[str]:
    return _pipe_pieces(_PADS.sub("|", text)) if _PADS.search(text) else pieces


def _is_without_pads(rows: list[list[str]]) -> bool:
    """Tell rows that nothing was put behind: those of heads and titles are shorter than the others."""
    longest = max(map(len, rows))
    short = sum(len(row) < longest and all(text and not looks_like_value(text) for text in row) for row in rows)
    return short >= FEWEST_SHORT or _fill_their_heads(rows)


def _fill_their_heads(rows: list[list[str]]) -> bool:
    """Tell rows that are as long as the heads above them, of which each has its own text: nothing pads these."""
    heads = rows[0]
    return all(map(is_label, heads)) and len(rows) > 1 and {len(row) for row in rows} == {len(heads)}


def _is_left_blank(rows: list[list[str]]) -> bool:
    """Tell rows below their heads in which every figure was left blank, from lines that merely hold a divider."""
    return _fill_their_heads(rows) and all(is_label(row[0]) and not any(row[1:]) for row in rows[1:])


def _unaligned_grid(rows: list[Row], exact: bool = False) -> Grid:
    cells = [
        GridCell(piece, place, column, line=line)
        for place, (line, pieces) in enumerate(rows)
        for column, piece in enumerate(pieces)
    ]
    return Grid(tuple(cells), 0, aligned=False, exact=exact)


def _is_row(pieces: list[str]) -> bool:
    filled = [piece for piece in pieces if piece]
    return len(filled) >= 2 and any(looks_like_value(piece) for piece in filled)


def _keeps_every_slot(rows: list[list[str]]) -> bool:
    """Tell a table in which merged cells left their slots behind, empty or repeated.

    Equal length alone proves nothing, for rows are padded to one width behind their last cell. A row
    that begins with an empty slot before its label, or repeated labels, are no padding.
    """
    if len(rows) < 3 or len({len(row) for row in rows}) > 1:
        return False
    continued = sum(not row[0] and any(text and not looks_like_value(text) for text in row) for row in rows)
    if 0 < continued < len(rows):
        return True
    return repeats_labels(rows)


def _is_led_cell(text: str) -> bool:
    """Tell a line that is one cell, led by a tab (seed 003), from a row whose first cell is empty."""
    return text.startswith("\t") and "\t" not in text[1:]


def _end_of_led_cells(lines: Sequence[str], start: int) -> int:
    """Return the index after the last line of the tab-led table that starts at ``start``.

    A blank line divides rows; two of them, or a line without a tab, end the table.
    """
    end = start
    while end < len(lines):
        next_is_led = end + 1 < len(lines) and lines[end + 1].startswith("\t")
        if not lines[end].startswith("\t") and (lines[end] or not next_is_led):
            break
        end += 1
    return end


def _led_grid(lines: Sequence[str], start: int, end: int) -> Grid:
    cells: list[GridCell] = []
    row = column = 0
    for index in range(start, end):
        if not lines[index]:
            row, column = row + 1, 0
            continue
        for text in lines[index][1:].split("\t"):
            cells.append(GridCell(text.strip(), row, column, line=index + 1))
            column += 1
    return Grid(tuple(cells), 0, aligned=False)

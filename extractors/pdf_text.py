"""Glyphs → lines, words and the text of a cell, by place alone: the order in the file says nothing.

Where glyphs touch they are one word; where they do not, or stand at other heights, a gap divides them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from extractors.pdf_page import DAMAGED, Glyph, turn_glyph

# Shares of the font's height. Baselines of one line differ less than ON_LINE; a figure whose baseline is
# raised or lowered by RAISED is a note's mark, not a further digit.
ON_LINE = 0.45
RAISED = 0.12
SMALLER = 0.8
NARROW_GAP, MIXED_GAP, WIDE_GAP = 0.15, 0.5, 0.6
_FIGURE = frozenset("0123456789.,+-")


class TextLine(NamedTuple):
    """A piece of text on one baseline with its box; ``height`` is that of its greatest font.

    ``doubted`` marks what was recognised in a picture, unsurely.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    height: float
    doubted: bool = False


def text_lines(glyphs: Iterable[Glyph]) -> list[TextLine]:
    """Return the lines that glyphs form, from top to bottom; turned text is turned upright first."""
    by_turn: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        by_turn.setdefault(glyph.turn, []).append(glyph)
    lines: list[TextLine] = []
    for turn, alike in sorted(by_turn.items()):
        # Lines of turned text keep boxes in their own turned frame: their places are not compared.
        rows = baselines([turn_glyph(glyph, turn, 0.0, 0.0) for glyph in alike])
        lines += (_stacked(rows) if not turn and len(rows) > 1 else None) or [line_of(row) for row in rows]
    return lines


def baselines(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Group upright glyphs by baseline, from top to bottom, each row from left to right."""
    rows: list[list[Glyph]] = []
    start, height = 0.0, 0.0
    for glyph in sorted(glyphs, key=lambda g: (g.base, g.x0)):
        if not rows or glyph.base - start > ON_LINE * max(height, glyph.height):
            rows.append([])
            start, height = glyph.base, 0.0
        rows[-1].append(glyph)
        height = max(height, glyph.height)
    return [_without_copies(sorted(row, key=lambda g: g.x0)) for row in rows]


def line_of(row: Sequence[Glyph]) -> TextLine:
    """Return the text of a row of glyphs, with a space where a gap says so."""
    text = row[0].text
    for before, glyph in pairwise(row):
        wide = is_wide(before.text[0]) + is_wide(glyph.text[0])
        gap = (NARROW_GAP, MIXED_GAP, WIDE_GAP)[wide]
        text += f" {glyph.text}" if _apart(before, glyph, gap) else glyph.text
    return TextLine(
        text,
        row[0].x0,
        min(glyph.top for glyph in row),
        max(glyph.x1 for glyph in row),
        max(glyph.bottom for glyph in row),
        median(glyph.base for glyph in row),
        max(glyph.bottom - glyph.top for glyph in row),
    )


def words(row: Sequence[Glyph]) -> list[TextLine]:
    """Cut a row of glyphs at every gap that could divide two columns."""
    pieces: list[list[Glyph]] = []
    for glyph in row:
        if not pieces or _apart(pieces[-1][-1], glyph, NARROW_GAP):
            pieces.append([])
        pieces[-1].append(glyph)
    return [line_of(piece) for piece in pieces]


def is_wide(character: str) -> bool:
    """Tell a character as wide as its font is high (CJK and its punctuation)."""
    return ord(character) >= 0x2E80 and character != DAMAGED


def join_lines(lines: Sequence[TextLine], room: float = 0.0) -> str:
    """Join the lines of one cell.

    ``room`` is the width in which the text was set, 0 where it is not known: a number goes on in the next
    line only where there was no room for its next digit. Everything else between figures is a gap.
    """
    text = ""
    for number, line in enumerate(lines):
        if text and line.text:
            before, after = text[-1], line.text[0]
            if before in _FIGURE and after in _FIGURE:
                text += "" if is_full(lines[:number], room) else " "
            elif not (is_wide(before) or is_wide(after)):
                text += " "
        text += line.text
    return text


def is_full(lines: Sequence[TextLine], room: float) -> bool:
    """Tell whether the last of a cell's lines is a number without room for another digit."""
    if not lines:
        return False
    line = lines[-1]
    digits = sum(character in _FIGURE for character in line.text)
    # The next digit is as wide as those before it: half of the font's height in Times, two thirds in DejaVu Sans.
    # Rulings are known to a point.
    digit = (line.x1 - line.x0) / max(1, len(line.text))
    return digits > 1 and room > 0 and -1.0 < room - (line.x1 - line.x0) < 1.25 * digit


def _apart(a: Glyph, b: Glyph, gap: float) -> bool:
    heights = a.bottom - a.top, b.bottom - b.top
    height = max(heights)
    if b.spaced or b.x0 - a.x1 > gap * height:
        return True
    if is_wide(a.text[0]) or is_wide(b.text[0]):
        return False
    return abs(a.base - b.base) > RAISED * height or min(heights) < SMALLER * height


def _without_copies(row: list[Glyph]) -> list[Glyph]:
    """Drop what was printed twice to look bold; figures printed over others cannot be known."""
    kept: list[Glyph] = []
    for glyph in row:
        last = kept[-1] if kept else None
        if last is not None and glyph.x0 < last.x1:
            width = min(glyph.x1 - glyph.x0, last.x1 - last.x0)
            near = abs(glyph.x0 - last.x0) <= 0.3 * width
            if near and glyph.text == last.text:
                continue
            if last.x1 - glyph.x0 > 0.6 * width and glyph.text in _FIGURE and last.text in _FIGURE:
                kept[-1] = last._replace(text=DAMAGED)
                continue
        kept.append(glyph)
    return kept


def _stacked(rows: list[list[Glyph]]) -> list[TextLine] | None:
    """Read text that is set in columns from top to bottom (writing-mode vertical-rl), from the right.

    Such text is denser down than across. One column alone reads the same either way.
    """
    glyphs = [glyph for row in rows for glyph in row]
    if any(not is_wide(glyph.text[0]) for glyph in glyphs):
        return None
    across = [b.x0 - a.x0 for row in rows for a, b in pairwise(row)]
    if not across:
        return None
    down = median(b[0].base - a[0].base for a, b in pairwise(rows))
    if min(across) < 1.1 * down or down > 1.15 * rows[0][0].height:
        return None
    columns: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: -g.x):
        if not columns or columns[-1][0].x - glyph.x > 0.5 * glyph.height:
            columns.append([])
        columns[-1].append(glyph)
    lines = []
    for column in columns:
        column.sort(key=lambda g: g.base)
        text = "".join(glyph.text for glyph in column)
        first, last = column[0], column[-1]
        lines.append(TextLine(text, first.x0, first.top, first.x1, last.bottom, first.base, first.height))
    return lines

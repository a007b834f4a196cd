"""What makes the figures of a ruled cell doubtful: rulings that are missing, a neighbour's text, an edge that cuts.

A figure of which a part stands elsewhere, or nowhere, looks like another figure. Cells that may hold such are
marked as damaged (their text is no number then), or their table is found not to be divided by its rulings.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extractors.pdf_cells import WIDEST_PADDING, RuledCell, RuledPart
from extractors.pdf_labels import rows_within, vocabulary
from extractors.pdf_page import DAMAGED, Glyph
from extractors.pdf_text import TextLine, baselines, is_wide, words
from extractors.values import looks_like_value
from schemas.labels import label_key

NEAR = 3.0  # points by which a side lies off its ruling
MOST_LINES_OF_NUMBER = 5  # nine digits, two a line
OFF_CENTRE = 0.3  # of a digit, by which centred text is off
_DIGITS = frozenset("0123456789")


def note_cut_side(part: RuledPart) -> None:
    """Mark figures at the right side of a table where the page may cut them: it alone has no ruling.

    A browser prints of a table wider than its page what has room, whole characters only. A figure is believed
    where its middle is that of a whole head over it: of a cut one it is not.
    """
    if _is_ruled(part, part.box.x1) or not _is_ruled(part, part.box.x0):
        return
    last = [cell for cell in part.cells if cell.box.x1 > part.box.x1 - NEAR and cell.lines]
    heads = [cell for cell in last if label_key(cell.text) in vocabulary().known]
    for cell in last:
        over = [_centre(line) for head in heads if abs(head.box.x0 - cell.box.x0) < NEAR for line in head.lines]
        for line in cell.lines:
            off = OFF_CENTRE * (line.x1 - line.x0) / len(line.text)
            if looks_like_value(line.text) and not any(abs(centre - _centre(line)) < off for centre in over):
                cell.damaged = True


def _is_ruled(part: RuledPart, x: float) -> bool:
    """Tell whether rulings run down at a place across, along most of a table's height."""
    down = [r for r in part.page.rulings if abs((r.x0 + r.x1) / 2 - x) <= NEAR and r.bottom - r.top > r.x1 - r.x0]
    inside = [min(r.bottom, part.box.bottom) - max(r.top, part.box.top) for r in down]
    return sum(length for length in inside if length > 0) > (part.box.bottom - part.box.top) / 2


def _centre(line: TextLine) -> float:
    return (line.x0 + line.x1) / 2


def note_overflows(held: Sequence[tuple[Glyph, RuledCell]]) -> None:
    """Figures that touch across a ruling overflow from one cell into the other: which, nobody can say."""
    cell_of = {id(glyph): cell for glyph, cell in held}
    figures = [glyph for glyph, _ in held if not glyph.turn and glyph.text in _DIGITS]
    for row in baselines(figures):
        for a, b in pairwise(row):
            one, other = cell_of.get(id(a)), cell_of.get(id(b))
            if one is None or other is None or one is other:
                continue
            if b.x0 - a.x1 < 0.1 * a.height:
                one.damaged = other.damaged = True


def holds_more(cell: RuledCell) -> bool:
    """Tell a cell that is several cells between which rulings are missing."""
    if len(cell.glyphs) < 2:
        return False
    figures = [line for line in cell.lines if looks_like_value(line.text)]
    if len(figures) > 1 and not _is_wrapped(figures, cell.box.x1 - cell.box.x0):
        return True
    others = "".join(line.text for line in cell.lines if line not in figures)
    if figures and others and label_key(others) in vocabulary().known:
        return True
    if len(cell.lines) > 1 and rows_within(line.text for line in cell.lines) > 1:
        return True
    for row in baselines([glyph for glyph in cell.glyphs if not glyph.turn]):
        pieces = words(row)
        for a, b in pairwise(pieces):
            if b.x0 - a.x1 > 1.2 * a.height and (looks_like_value(a.text) or looks_like_value(b.text)):
                return True
    return False


def _is_wrapped(lines: Sequence[TextLine], width: float) -> bool:
    """Tell whether lines may be one number: none shorter by a digit than the longest, but for the last.

    Their widths are compared, for a 1 is narrow in some types. Lines of one character are, where it is as wide as
    its font is high and a cell of this width has no room for two.
    """
    widths = [line.x1 - line.x0 for line in lines]
    longest = max(range(len(lines)), key=lambda at: widths[at])
    digit = widths[longest] / len(lines[longest].text)
    alike = all(widths[longest] - each < digit for each in widths[:-1])
    narrow = len(lines[0].text) > 1 or (is_wide(lines[0].text) and width < 2 * (widths[0] + WIDEST_PADDING))
    return alike and narrow and len(lines) <= MOST_LINES_OF_NUMBER


def damaged_text(text: str) -> str:
    """Return the text of a cell whose figures run into another one's."""
    return f"{DAMAGED}{text}"

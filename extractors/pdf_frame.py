"""From the coordinates of a PDF to those of its page as displayed: points from the top left.

Everything that pdfium says of a page, glyphs and drawn lines, goes through here.
"""

from __future__ import annotations

from typing import Any

from extractors.pdf_page import Box, Glyph, turn_box, turn_glyph

ASCENT = 0.85  # of a font's height above the baseline


class Frame:
    """From the file's coordinates (from a bottom left corner, before /Rotate) to the displayed page's."""

    def __init__(self, page: Any) -> None:
        left, bottom, right, top = page.get_cropbox()
        self.left, self.top = left, top
        self.size = (right - left, top - bottom)
        self.turn = page.get_rotation() // 90 % 4
        self.width, self.height = self.size[::-1] if self.turn % 2 else self.size

    def box(self, x0: float, bottom: float, x1: float, top: float) -> Box:
        """Return a box as it lies on the displayed page."""
        box = Box(
            min(x0, x1) - self.left, self.top - max(top, bottom), max(x0, x1) - self.left, self.top - min(top, bottom)
        )
        return turn_box(box, self.turn, *self.size)

    def glyph(self, text: str, rectangle: Any, origin: tuple[float, float], height: float, turn: int) -> Glyph:
        """Make a glyph: along the line its width as drawn, across it the font's height about the baseline."""
        x, y = origin[0] - self.left, self.top - origin[1]
        x0, x1 = rectangle.left - self.left, rectangle.right - self.left
        top, bottom = self.top - rectangle.top, self.top - rectangle.bottom
        above, below = ASCENT * height, (1 - ASCENT) * height
        if turn == 0:
            box = (min(x, x0), y - above, x1, y + below)
        elif turn == 1:
            box = (x - above, top, x + below, max(y, bottom))
        elif turn == 2:
            box = (x0, y - below, max(x, x1), y + above)
        else:
            box = (x - below, min(y, top), x + above, bottom)
        return turn_glyph(Glyph(text, *box, x, y, turn), self.turn, *self.size)

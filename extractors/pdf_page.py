"""What a page of a PDF is made of: glyphs and rulings, each with its place, whoever parsed the file.

Coordinates are points from the top left of the page as its text reads: where most text runs upwards or
downwards the page is turned first. Reading order and tables are other modules' business.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

# What stands for a character that nobody can name: no figure survives it.
DAMAGED = "\ufffd"
_DIGITS = frozenset("0123456789")
MOST_DAMAGED = 0.3  # of a page's characters
FEWEST_GAPS = 10  # that tell how far apart a page sets its characters
# Printing programs map the glyph of a character to its radical (`⼈⺠政府`, Chromium). NFKC knows the
# Kangxi radicals and compatibility ideographs; these of the supplement it does not.
_RADICALS = """
⺁厂 ⺇几 ⺒巳 ⺓幺 ⺜日 ⺝月 ⺟母 ⺠民 ⺩王 ⺫目 ⺬示 ⺮竹 ⺶羊 ⺻聿 ⺼肉 ⺽臼 ⻁虎 ⻃覀 ⻄西 ⻅见
⻆角 ⻈讠 ⻉贝 ⻊足 ⻋车 ⻑長 ⻒镸 ⻓长 ⻔门 ⻖阝 ⻗雨 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻟飠 ⻠饣 ⻢马
⻣骨 ⻤鬼 ⻥鱼 ⻦鸟 ⻧卤 ⻨麦 ⻩黄 ⻪黾 ⻫斉 ⻬齐 ⻭歯 ⻮齿 ⻯竜 ⻰龙 ⻱龟 ⻲亀 ⻳龟
"""
_FOLDED = {ord(pair[0]): pair[1] for pair in _RADICALS.split()}
for _first, _last in ((0x2E80, 0x2FDF), (0xF900, 0xFAFF)):
    for _code in range(_first, _last + 1):
        _FOLDED.setdefault(_code, unicodedata.normalize("NFKC", chr(_code)))


class Glyph(NamedTuple):
    """A printed character: its box (advance × font height), the origin on its baseline, its turn.

    ``turn`` counts quarter turns counter-clockwise from upright; ``spaced`` says that the file itself has
    a space before it.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    x: float
    base: float
    turn: int = 0
    spaced: bool = False

    @property
    def height(self) -> float:
        """The height of the font."""
        return self.x1 - self.x0 if self.turn % 2 else self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """A point within the ink: font boxes reach far above and below it."""
        if self.turn:
            return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2
        return (self.x0 + self.x1) / 2, self.base - 0.25 * (self.bottom - self.top)


class Box(NamedTuple):
    """A rectangle; a ruling is one of (nearly) no width or no height."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page; ``number`` counts from 1, ``width`` and ``height`` are those of the page as it reads.

    ``turn`` says by how many quarter turns counter-clockwise the text runs on the page as displayed.
    ``doubted`` marks text that recognition laid under a picture of the page.
    """

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rulings: tuple[Box, ...]
    turn: int = 0
    pictured: bool = False  # a picture covers much of the page
    doubted: bool = False
    cut: bool = False

    def place(self, box: tuple[float, float, float, float]) -> str:
        """Name a box of this page for a person, in points from the top left of the page as displayed."""
        turned = turn_box(Box(*box), -self.turn % 4, self.width, self.height)
        return f"page {self.number}, box {' '.join(str(round(value)) for value in turned)}"


def turn_box(box: Box, turn: int, width: float, height: float) -> Box:
    """Turn a page of ``width`` × ``height`` clockwise by quarter turns; return where the box comes to lie."""
    if turn == 1:
        return Box(height - box.bottom, box.x0, height - box.top, box.x1)
    if turn == 2:
        return Box(width - box.x1, height - box.bottom, width - box.x0, height - box.top)
    if turn == 3:
        return Box(box.top, width - box.x1, box.bottom, width - box.x0)
    return box


def turn_glyph(glyph: Glyph, turn: int, width: float, height: float) -> Glyph:
    """Turn a glyph with its page, like `turn_box`."""
    if not turn:
        return glyph
    box = turn_box(Box(*glyph[1:5]), turn, width, height)
    x, base, _, _ = turn_box(Box(glyph.x, glyph.base, glyph.x, glyph.base), turn, width, height)
    return Glyph(glyph.text, *box, x, base, (glyph.turn - turn) % 4, glyph.spaced)


def upright(page: PdfPage) -> PdfPage:
    """Turn a page so that most of its text is upright."""
    counts = [0, 0, 0, 0]
    for glyph in page.glyphs:
        counts[glyph.turn] += 1
    turn = counts.index(max(counts))
    if not turn:
        return page
    width, height = (page.height, page.width) if turn % 2 else (page.width, page.height)
    glyphs = tuple(turn_glyph(glyph, turn, page.width, page.height) for glyph in page.glyphs)
    rulings = tuple(turn_box(ruling, turn, page.width, page.height) for ruling in page.rulings)
    return replace(page, width=width, height=height, glyphs=glyphs, rulings=rulings, turn=turn)


def distrusted(page: PdfPage) -> PdfPage:
    """Take the digits from a page with a font that names no characters: its digits may be named by chance."""
    damaged = sum(glyph.text == DAMAGED for glyph in page.glyphs)
    if damaged < MOST_DAMAGED * len(page.glyphs):
        return page
    glyphs = tuple(g._replace(text=DAMAGED) if g.text in _DIGITS else g for g in page.glyphs)
    return replace(page, glyphs=glyphs)


def tightened(page: PdfPage) -> PdfPage:
    """Undo letter-spacing: where all characters stand apart evenly, the space is part of each.

    Both figures and words must say so; figures of narrow columns also stand apart evenly.
    """
    gaps: dict[bool, list[float]] = {True: [], False: []}
    for a, b in pairwise(page.glyphs):
        digits = a.text in _DIGITS and b.text in _DIGITS
        same_line = not (a.turn or b.turn or b.spaced) and abs(a.base - b.base) < 0.1
        if same_line and 0 <= b.x0 - a.x1 < 0.6 * a.height and (digits or min(a.text, b.text) > "\u2e80"):
            gaps[digits].append((b.x0 - a.x1) / a.height)
    if min(map(len, gaps.values())) < FEWEST_GAPS:
        return page
    spaces = sorted(median(found) for found in gaps.values())
    if not 0.03 < spaces[0] <= spaces[1] < min(0.3, spaces[0] + 0.05):
        return page
    glyphs = tuple(g if g.turn else g._replace(x1=g.x1 + spaces[1] * g.height) for g in page.glyphs)
    return replace(page, glyphs=glyphs)


def folded(text: str) -> str:
    """Fold radicals and compatibility ideographs to the ordinary character; drop what prints nothing.

    Nothing else is folded: a raised ² or a ① must not become a digit of the number beside it.
    """
    text = text.translate(_FOLDED)
    if len(text) == 1:
        # pdfium's mark for a hyphen at a line's end; many dashes in cells get it.
        if text in "\x02\ufffe":
            return "-"
        return "" if unicodedata.category(text) in ("Cc", "Cf", "Zs", "Zl", "Zp", "Cn") else text
    return text

"""Text outside of tables → paragraphs, without the page numbers and headers that come back on every page.

A header is kept where it first stands, for it may name the body; a page number never is text of the report.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from extractors.pdf_page import Glyph, PdfPage
from extractors.pdf_text import TextLine, baselines, is_wide, line_of, text_lines, words
from extractors.values import looks_like_value

# The share of a page's height in which headers and footers stand; on low pages they are as far from the edge as
# on others (Word: 12.7 mm and a line).
MARGIN = 0.13
LEAST_MARGIN = 56.0  # points
_NUMBER = re.compile(r"[-—–―－·•~～ ]*([0-9]{1,4})[-—–―－·•~～ ]*")
# Numbers that say themselves that they count pages: `第 3 页 共 8 页`, `3 / 8`.
_PAGE_NUMBER = re.compile(
    r"第 ?[0-9]{1,4} ?页(?: ?[共总] ?[0-9]{1,4} ?页)?"
    r"|(?:第 ?)?[0-9]{1,4} ?页?[ /／,，]+共? ?[0-9]{1,4} ?页|[0-9]{1,4} ?[/／] ?[0-9]{1,4}"
)
_DECORATION = re.compile(r"[-—–―－_·•~～\s|]+")
_NUMBERED = re.compile(r"[(（]?[一二三四五六七八九十]{1,2}[)）、]")
_DIGITS = re.compile(r"[0-9]+")
# Lines of fewer characters end by themselves.
SHORTEST_FULL = 15
FEWEST_REPEATED = 2
MOST_STARTS = 20


class PageLine(NamedTuple):
    """A line of text, the page that it stands on, and the words into which its gaps divide it."""

    page: PdfPage
    line: TextLine
    words: tuple[TextLine, ...] = ()


def page_lines(page: PdfPage, glyphs: Sequence[Glyph]) -> list[PageLine]:
    """Return the lines that glyphs of a page form; text that is turned against the page's has no words."""
    rows = baselines([glyph for glyph in glyphs if not glyph.turn])
    lines = [PageLine(page, line_of(row), tuple(words(row))) for row in rows]
    turned = text_lines([glyph for glyph in glyphs if glyph.turn])
    return lines + [PageLine(page, line) for line in turned]


def without(lines: Sequence[PageLine], taken: Mapping[int, Collection[tuple[float, float]]]) -> list[PageLine]:
    """Take words out of lines: ``taken`` gives the left and right edges of words by the line's index."""
    kept = []
    for number, entry in enumerate(lines):
        gone = taken.get(number)
        rest = [word for word in entry.words if (word.x0, word.x1) not in gone] if gone else None
        if rest is None:
            kept.append(entry)
        elif rest:
            text = " ".join(word.text for word in rest)
            line = entry.line._replace(text=text, x0=rest[0].x0, x1=rest[-1].x1)
            kept.append(PageLine(entry.page, line, tuple(rest)))
    return kept


def without_furniture(lines: Sequence[PageLine]) -> list[PageLine]:
    """Drop page numbers, and headers and footers but for their first copies."""
    seen: Counter[tuple[str, int]] = Counter()
    marks = [_mark(line) for line in lines]
    for _, known in {(line.page.number, mark) for line, mark in zip(lines, marks, strict=True) if mark}:
        seen[known] += 1
    numbers = _page_numbers(lines)
    kept = []
    told: set[tuple[str, int]] = set()
    for place, (line, mark) in enumerate(zip(lines, marks, strict=True)):
        if mark is not None:
            if place in numbers or _PAGE_NUMBER.fullmatch(line.line.text):
                continue
            if mark[0] and seen[mark] > 1 and mark in told:
                continue
            told.add(mark)
        kept.append(line)
    return kept


def _page_numbers(lines: Sequence[PageLine]) -> set[int]:
    """Return which lines are bare page numbers: the first or last of their pages, and counting with them.

    A figure may stand alone on a line of the margin, too (a row whose label has two lines).
    """
    ends: dict[int, list[int]] = {}
    for place, line in enumerate(lines):
        ends.setdefault(line.page.number, []).append(place)
    found: dict[tuple[int, bool], list[int]] = {}
    for number, own in ends.items():
        for last in (False, True):
            place = (max if last else min)(own, key=lambda place: lines[place].line.base)
            if _mark(lines[place]) and (match := _NUMBER.fullmatch(lines[place].line.text)):
                found.setdefault((int(match[1]) - number, last), []).append(place)
    return {place for places in found.values() if len(places) > 1 for place in places}


def without_repeated_heads(lines: Sequence[PageLine]) -> list[PageLine]:
    """Drop the lines with which a page opens when they repeat lines of the page before: a table's head."""
    pages: dict[int, list[PageLine]] = {}
    for line in lines:
        pages.setdefault(line.page.number, []).append(line)
    kept: list[PageLine] = []
    before: list[PageLine] = []
    for own in pages.values():
        starts = [at for at, line in enumerate(before) if line.line.text == own[0].line.text][:MOST_STARTS]
        count = max((_run_length(before[at:], own) for at in starts), default=0)
        kept += own[count if count >= FEWEST_REPEATED else 0 :]
        before = own
    return kept


def _run_length(above: Sequence[PageLine], own: Sequence[PageLine]) -> int:
    """Count the lines without figures that both begin with, each in the same place across."""
    count = 0
    for a, b in zip(above, own, strict=False):
        if a.line.text != b.line.text or abs(a.line.x0 - b.line.x0) > 3.0:
            break
        if any(looks_like_value(word.text) for word in b.words):
            break
        count += 1
    return count


def _mark(line: PageLine) -> tuple[str, int] | None:
    """Return what is the same in all copies of a header or footer; None within the page."""
    middle = (line.line.top + line.line.bottom) / 2
    margin = max(MARGIN * line.page.height, LEAST_MARGIN)
    if margin < middle < line.page.height - margin:
        return None
    return _DECORATION.sub("", _DIGITS.sub("", line.line.text)), round(line.line.base / 4)


def paragraphs(lines: Sequence[PageLine]) -> list[list[PageLine]]:
    """Group lines that run on from one to the next: one reaches the right edge, the next is not indented."""
    edges: dict[float, tuple[float, float]] = {}  # of the text on all pages of one width
    for page, line, _ in lines:
        left, right = edges.get(page.width, (line.x0, line.x1))
        edges[page.width] = min(left, line.x0), max(right, line.x1)
    groups: list[list[PageLine]] = []
    for entry in lines:
        if groups and _runs_on(groups[-1][-1], entry, edges):
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups


def _runs_on(before: PageLine, after: PageLine, edges: dict[float, tuple[float, float]]) -> bool:
    (page, a, _), (next_page, b, _) = before, after
    if page.number == next_page.number:
        near = 0 < b.base - a.base < 2.6 * a.height
    else:
        near = next_page.number == page.number + 1
    if not near or len(a.text) < SHORTEST_FULL or _NUMBERED.match(b.text) or abs(a.height - b.height) > 0.1 * a.height:
        return False
    if a.x1 < edges[page.width][1] - 1.2 * a.height or not (is_wide(b.text[0]) or is_wide(a.text[-1])):
        return False
    return b.x0 < edges[next_page.width][0] + 0.5 * b.height

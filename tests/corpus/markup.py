"""Grids as HTML in the ways of careless editors and odd systems: unclosed, stray, wrapped, without a table.

`html` writes tables as they should be; here is what else is met. Everything returns mark-up for one
table of a page.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import escape

from .grid import Grid, GridCell, Role
from .reshape import head_rows

Wrap = Callable[[str], str]
_HEADS = {Role.TITLE, Role.CORNER, Role.HEAD, Role.GROUP}
STRAY = ("</p>", "</span>", "<o:p></o:p>", "</font>", "<p>", "</strong>", "</form>")


@dataclass(frozen=True)
class Markup:
    """How a table is marked up.

    ``wrap`` is put around the text of figures; ``closed`` closes cells and rows; ``stray`` sows tags that
    belong to nothing (the choice is drawn from ``seed``); ``shouting`` writes tags in capitals and
    attributes without quotes; ``head_cells`` uses th and thead; ``overshoot`` lengthens rowspans.
    """

    wrap: Wrap = str
    closed: bool = True
    stray: bool = False
    shouting: bool = False
    head_cells: bool = False
    overshoot: int = 0
    seed: int = 0


def marked_up(grid: Grid, markup: Markup) -> str:
    """Return the grid as a table."""
    rng = random.Random(markup.seed)
    heads = head_rows(grid) if markup.head_cells else 0
    lines = ["<table border=1 cellspacing=0>" if markup.shouting else '<table border="1">']
    for number, row in enumerate(grid.rows):
        if heads and number in (0, heads):
            lines.append("<thead>" if number == 0 else "</thead><tbody>")
        lines.append("<tr>")
        for cell in row:
            lines.append(_cell(cell, markup, "th" if number < heads else "td"))
            if markup.stray and rng.random() < 0.15:
                lines.append(rng.choice(STRAY))
        if markup.closed:
            lines.append("</tr>")
    lines += ["</tbody>"] if heads else []
    text = "\n".join([*lines, "</table>"])
    return _shout(text) if markup.shouting else text


def div_table(grid: Grid) -> str:
    """Return the grid as nested divs, a cell each, without any table."""
    rows = (
        '<div class="tr">' + "".join(f'<div class="td">{_text(cell.text)}</div>' for cell in row) + "</div>"
        for row in grid.rows
    )
    return '<div class="table">' + "\n".join(rows) + "</div>"


def paragraphs_in_one_cell(grid: Grid) -> str:
    """Return a table whose only cell holds every cell of the grid as a paragraph."""
    inner = "".join(f"<p>{_text(cell.text)}</p>" for row in grid.rows for cell in row)
    return f"<table><tr><td>{inner}</td></tr></table>"


def preformatted(text: str) -> str:
    """Return flat text as it stands in a ``<pre>``."""
    return f"<pre>{escape(text)}</pre>"


def several(grids: Sequence[Grid], write: Callable[[Grid], str], between: str = "") -> str:
    """Return several tables, ``between`` between them."""
    return between.join(write(grid) for grid in grids)


def runs(text: str) -> str:
    """Return a figure cut into spans in its middle, as editors leave it."""
    return "".join(f"<span>{escape(part)}</span>" for part in _halves(text)) or "&nbsp;"


def _halves(text: str) -> Iterator[str]:
    middle = len(text) // 2
    return (part for part in (text[:middle], text[middle:]) if part)


def wraps() -> dict[str, Wrap]:
    """Return ways to put mark-up around a figure, by name."""
    numbers = itertools.count()
    return {
        "links": lambda text: f'<a href="javascript:void(0)" title="查看">{escape(text)}</a>',
        "spans": runs,
        "inputs": lambda text: f'<input type="text" name="v{next(numbers)}" value="{escape(text)}" readonly>',
        "bold paragraphs": lambda text: f"<p align=center><b><font size=2>{escape(text)}</font></b></p><p>&nbsp;</p>",
        "no-break spaces": lambda text: f"&nbsp;{escape(text)}&nbsp;&#8203;",
        "comments": lambda text: f"<!--[if !supportEmptyParas]--><!--[endif]-->{escape(text)}<!-- 0 -->",
    }


def _cell(cell: GridCell, markup: Markup, tag: str) -> str:
    spans = ""
    if cell.rowspan > 1 or markup.overshoot:
        spans += f' rowspan="{cell.rowspan + (markup.overshoot if cell.rowspan > 1 else 0)}"'
    if cell.colspan > 1:
        spans += f' colspan="{cell.colspan}"'
    text = markup.wrap(cell.text) if cell.role is Role.VALUE and markup.wrap is not str else _text(cell.text)
    return f"<{tag}{spans}>{text}" + (f"</{tag}>" if markup.closed else "")


def _text(text: str) -> str:
    return "<br>".join(str(escape(line)) for line in text.split("\n")) or "&nbsp;"


def _shout(text: str) -> str:
    for tag in ("table", "tr", "td"):
        text = text.replace(f"<{tag}", f"<{tag.upper()}").replace(f"</{tag}", f"</{tag.upper()}")
    return text.replace('="', "=").replace('">', ">").replace('" ', " ")

"""Grids and reports as flat text, in three of the ways in which extractors flatten pages.

`nl` and `pipe_nl` come from HTML and lose which cells are merged; `tab` comes from Word and keeps them.
Only the flattening is here: what is flattened is a `Grid` or a `Report`.
"""

from __future__ import annotations

from enum import StrEnum

from .document import Report
from .grid import Grid, GridCell, Role


class TextStyle(StrEnum):
    """How cells stand in the text."""

    NL = "nl"  # a cell per line, blank lines between, merged cells once
    PIPE_NL = "pipe_nl"  # a cell per line and " |" after it; short rows end in a line of bars
    TAB = "tab"  # a cell per line behind a tab, a blank line after each row, merged cells empty


def table_text(grid: Grid, style: TextStyle) -> str:
    """Return the grid as lines of text, without a line break at its end."""
    match style:
        case TextStyle.NL:
            return "\n\n".join(cell.text for row in grid.rows for cell in row)
        case TextStyle.PIPE_NL:
            return "\n".join(_piped(grid))
        case TextStyle.TAB:
            return "\n".join(_tabbed(grid))


def report_text(report: Report, style: TextStyle) -> str:
    """Return the report as one text that ends in a line break."""
    parts = [" -> ".join(report.breadcrumb), *report.title, report.meta, *report.intro]
    for section in report.sections:
        parts += [section.heading, *section.paragraphs]
        if section.grid is not None:
            parts.append(table_text(section.grid, style))
    parts += report.closing
    between = "\n\n" if style is TextStyle.NL else "\n"
    return between.join(part for part in parts if part) + "\n"


def _piped(grid: Grid) -> list[str]:
    """Return the lines of `pipe_nl`: bars stand for columns without a cell, but not in the last row.

    A row's first cell shares its line with the next when that one is a head over other heads.
    """
    lines: list[str] = []
    for row in grid.rows:
        cells = [f"{cell.text} |" for cell in row]
        if _opens_group(row):
            cells[:2] = [" ".join(cells[:2])]
        lines += cells
        if (pads := grid.width - len(row)) and row is not grid.rows[-1]:
            lines.append("|" * pads)
    return lines


def _opens_group(row: tuple[GridCell, ...]) -> bool:
    return len(row) > 1 and row[1].role is Role.GROUP


def _tabbed(grid: Grid) -> list[str]:
    """Return the lines of `tab`: an empty cell stands where a cell above reaches into the row."""
    lines: list[str] = []
    for slots in grid.slots():
        lines += ["\t" if slot.continued else f"\t{slot.cell.text}" for slot in slots]
        lines.append("")
    return [*lines, ""]

"""Grids as flat text in every further way in which extractors flatten pages, and the text around them.

`text` holds the three styles that the samples use; here are the others that are met. A style is a
function Grid → text, so that one report may mix them.
"""

from __future__ import annotations

from collections.abc import Callable

from .document import Report
from .grid import Grid
from .reshape import filled
from .text import TextStyle, table_text

TableText = Callable[[Grid], str]


def nl(grid: Grid) -> str:
    """A cell per line with blank lines between; empty cells vanish."""
    return "\n\n".join(cell.text for row in grid.rows for cell in row if cell.text)


def nl_close(grid: Grid) -> str:
    """A cell per line without blank lines; empty cells vanish."""
    return "\n".join(cell.text for row in grid.rows for cell in row if cell.text)


def pipe(grid: Grid) -> str:
    """A row per line, bars between cells; adjacent bars stand for columns without a cell."""
    lines = []
    for row in grid.rows:
        pads = grid.width - len(row)
        lines.append(" | ".join(_inline(cell.text) for cell in row) + " |" + (f" {'|' * pads}" if pads else ""))
    return "\n".join(lines)


def mdpipe(grid: Grid) -> str:
    """A row per line, led by a bar, without padding."""
    return "\n".join("| " + " | ".join(_inline(cell.text) for cell in row) + " | " for row in grid.rows)


def mdrule(grid: Grid) -> str:
    """Markdown: every slot kept, merged texts in their first slot only, a rule below the first row."""
    lines = []
    for slots in grid.slots():
        pieces: list[str] = []
        for slot in slots:
            text = "" if slot.continued else _inline(slot.cell.text)
            pieces += [text, *[""] * (slot.cell.colspan - 1)]
        lines.append("| " + " | ".join(pieces) + " |")
    lines.insert(1, "|" + "---|" * grid.width)
    return "\n".join(lines)


def repeated(grid: Grid) -> str:
    """A row per line, led by a bar; merged texts are repeated in every slot that they cover."""
    return "\n".join(
        "| " + " | ".join(_inline(cell.text) for cell in row) + " |" for row in filled(grid, repeat_figures=True).rows
    )


def lead_pipe_nl(grid: Grid) -> str:
    """A cell per line and a bar after it; each row is opened by a line that is a bar."""
    return "\n".join(line for row in grid.rows for line in ("|", *(f"{_inline(cell.text)} |" for cell in row)))


def lead_pipe_nl_bare(grid: Grid) -> str:
    """As `lead_pipe_nl`, but of a blank cell nothing is left but its bar: a row's opener looks the same."""
    return "\n".join(line for row in grid.rows for line in ("|", *(f"{_inline(cell.text)} |".strip() for cell in row)))


def pipe_inner_nl(grid: Grid) -> str:
    """A cell per line with spaces around it; the row begins with a bar on a line of its own."""
    return "\n".join("| \n " + "  | \n ".join(_inline(cell.text) for cell in row) + "  |" for row in grid.rows)


def tab_rows(grid: Grid) -> str:
    """A row per line, tabs between; every slot kept, merged texts in their first slot only."""
    lines = []
    for slots in grid.slots():
        pieces: list[str] = []
        for slot in slots:
            text = "" if slot.continued else _inline(slot.cell.text)
            pieces += [text, *[""] * (slot.cell.colspan - 1)]
        lines.append("\t".join(pieces))
    return "\n".join(lines)


def tab_cells(grid: Grid) -> str:
    """A row per line, tabs between cells; merged cells stand once."""
    return "\n".join("\t".join(_inline(cell.text) for cell in row) for row in grid.rows)


def gaps(grid: Grid) -> str:
    """A row per line, three spaces between cells; empty cells vanish."""
    return "\n".join("   ".join(_inline(cell.text) for cell in row if cell.text) for row in grid.rows)


def spaces(grid: Grid) -> str:
    """A row per line, one space between cells; empty cells vanish."""
    return "\n".join(" ".join(_inline(cell.text) for cell in row if cell.text) for row in grid.rows)


def one_line(grid: Grid) -> str:
    """The whole table on one line, one space between cells; empty cells vanish."""
    return " ".join(_inline(cell.text) for row in grid.rows for cell in row if cell.text)


def glued(grid: Grid) -> str:
    """A row per line with nothing between cells: which digits are which figure's, nobody can say."""
    return "\n".join("".join(_inline(cell.text) for cell in row) for row in grid.rows)


def flat_report(report: Report, table: TableText, between: str = "\n") -> str:
    """Return the report as lines, its tables as ``table`` writes them."""
    parts = [" > ".join(report.breadcrumb), *report.title, report.meta, *report.intro]
    for section in report.sections:
        parts += [section.heading, *section.paragraphs]
        if section.grid is not None:
            parts.append(table(section.grid))
    parts += report.closing
    return between.join(part for part in parts if part) + "\n"


def mega_pipe(report: Report, *, lines: bool) -> str:
    """Return the report as text of a page that is one table: hundreds of bars, then all in one cell.

    ``lines`` keeps paragraphs on lines of their own; else everything stands on one.
    """
    head = [*report.title, report.meta]
    body = [*report.intro]
    for section in report.sections:
        body += [section.heading, *section.paragraphs]
        if section.grid is not None:
            body.append(one_line(section.grid))
    body += report.closing
    bars = "|" * 320
    return (
        "\n".join(part for part in head if part) + f"\n{bars}\n" + ("\n" if lines else " ").join(body) + f" | {bars}\n"
    )


def dedup(report: Report) -> str:
    """Return the report one cell a line, every line that was seen before dropped."""
    seen: dict[str, None] = {}
    for line in flat_report(report, nl_close).splitlines():
        seen.setdefault(line.strip())
    return "\n".join(seen) + "\n"


def by_style(style: TextStyle) -> TableText:
    """Return a style of `text` as a function."""
    return lambda grid: table_text(grid, style)


def mixed(*styles: TableText) -> TableText:
    """Return a writer that takes the styles in turn, one a table."""
    order = {"disclosure": 0, "applications": 1, "litigation": 2}
    return lambda grid: styles[order[grid.code] % len(styles)](grid)


def _inline(text: str) -> str:
    return text.replace("\n", "")

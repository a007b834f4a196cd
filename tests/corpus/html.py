"""Grids and reports as HTML: tables with real spans, and whole pages as public bodies' sites print them.

The pages' frames stand in `templates/`. What a report says is `document`'s business; where its page
lies on a site, and what list links to it, is `samples`'.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from .document import Report
from .grid import Grid, GridCell, Role

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
# Word marks every run of Latin letters and digits as English.
_RUNS = re.compile(r"[\x21-\x7e]+|[^\x21-\x7e]+")
SHORT = 6  # a table of so few rows is not broken over printed pages
_HEAD_ROLES = {Role.TITLE, Role.CORNER, Role.HEAD, Role.GROUP}


@dataclass(frozen=True)
class Page:
    """How a page is made.

    ``encoding`` is that of the bytes and ``declared`` the name the page gives it (the same when None);
    ``clutter`` writes cells and paragraphs as Word exports them; ``layout_table`` sets the whole page in
    a table; ``container`` is the id of the element around the report's text.
    """

    encoding: str = "utf-8"
    declared: str | None = None
    clutter: bool = False
    layout_table: bool = False
    container: str = "zoom"


def table_html(grid: Grid, *, clutter: bool = False) -> str:
    """Return the grid as a ``<table>`` with rowspan and colspan; a cell without text holds ``&nbsp;``."""
    kind = "form short" if len(grid.rows) <= SHORT else "form"
    lines = [f'<table border="1" cellspacing="0" cellpadding="0" class="{kind}">', "<tbody>"]
    if clutter:
        lines[0] = (
            '<table class=MsoNormalTable border=1 cellspacing=0 cellpadding=0 width="100%"\n'
            " style='border-collapse:collapse;border:none;mso-border-alt:solid windowtext .5pt'>"
        )
    for row in grid.rows:
        lines.append("<tr>")
        lines += [_cell(cell, clutter) for cell in row]
        lines.append("</tr>")
    return "\n".join([*lines, "</tbody>", "</table>"])


def report_html(
    report: Report, page: Page | None = None, *, site: str = "", table: Callable[[Grid], str] | None = None
) -> str:
    """Return the report as a whole page; ``site`` is the name in the page's head (default: the agency).

    ``table`` writes the mark-up of a grid where it is to be another than `table_html`'s.
    """
    page = page or Page()
    return _TEMPLATES.get_template("report.html.j2").render(
        report=report,
        page=page,
        site=site or report.agency,
        declared=page.declared or page.encoding,
        paragraph=lambda text, style="": Markup(_paragraph(text, style, page.clutter)),
        table=lambda grid: Markup(table(grid) if table else table_html(grid, clutter=page.clutter)),
    )


def site_html(template: str, page: Page, **content: object) -> str:
    """Return a page that is no report (a list, an explainer) from the template of that name."""
    declared = page.declared or page.encoding
    return _TEMPLATES.get_template(f"{template}.html.j2").render(page=page, declared=declared, **content)


def page_bytes(html: str, page: Page) -> bytes:
    """Return the page in its encoding; a character that the encoding lacks becomes a reference (``&#…;``)."""
    return html.encode(page.encoding, errors="xmlcharrefreplace")


def _cell(cell: GridCell, clutter: bool) -> str:
    spans = "".join(
        f' {name}="{count}"' for name, count in (("rowspan", cell.rowspan), ("colspan", cell.colspan)) if count > 1
    )
    if not clutter:
        strong = ' class="head"' if cell.role in _HEAD_ROLES else ""
        return f"<td{spans}{strong}>{_broken(cell.text.split(chr(10)))}</td>"
    return (
        f"<td{spans} style='border:solid windowtext 1.0pt;padding:0cm 5.4pt 0cm 5.4pt'>\n"
        f"  {_paragraph(cell.text, 'text-align:center;line-height:18.0pt', clutter)}\n  </td>"
    )


def _broken(lines: Sequence[str]) -> str:
    """Return escaped lines with ``<br>`` between them; empty lines fall."""
    return "<br>".join(str(escape(line)) for line in lines if line) or "&nbsp;"


def _paragraph(text: str, style: str, clutter: bool) -> str:
    if not clutter:
        return f'<p style="{style}">{escape(text)}</p>' if style else f"<p>{escape(text)}</p>"
    runs = "".join(_run(run) for run in _RUNS.findall(text.replace("\n", ""))) or _run("\xa0")
    return f"<p class=MsoNormal style='{style or 'text-indent:32.0pt'}'>{runs}</p>"


def _run(text: str) -> str:
    """Return a run of text as Word exports it; the mark ``<o:p>`` closes every English one."""
    if not text.isascii():
        escaped = str(escape(text)).replace("\xa0", "&nbsp;")
        return f"<span style='font-size:10.5pt;font-family:宋体'>{escaped}</span>"
    return (
        "<span lang=EN-US style='font-size:10.5pt;font-family:\"Times New Roman\",serif'>"
        f"{escape(text)}<o:p></o:p></span>"
    )

"""Renders the figures of one report into complete documents: HTML, flat text, Word, PDF.

Everything printed in a table comes from the `schemas.formats.Format` tree; no row, column or span
is listed here. What the sample reports say (prose, titles, folders) stands in `data/samples/`.
"""

from .document import Report, Section, report_sections
from .docx import write_docx
from .figures import Figures, complete, failing_sums, load_figures, number, save_figures
from .grid import Grid, GridCell, Role, grids, table_grid
from .html import Page, page_bytes, report_html, table_html
from .pdf import write_pdf
from .text import TextStyle, report_text, table_text
from .wording import Wording

__all__ = [
    "Figures",
    "Grid",
    "GridCell",
    "Page",
    "Report",
    "Role",
    "Section",
    "TextStyle",
    "Wording",
    "complete",
    "failing_sums",
    "grids",
    "load_figures",
    "number",
    "page_bytes",
    "report_html",
    "report_sections",
    "report_text",
    "save_figures",
    "table_grid",
    "table_html",
    "table_text",
    "write_docx",
    "write_pdf",
]

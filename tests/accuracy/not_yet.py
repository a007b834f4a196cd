"""What the readers cannot do yet, layout by layout. A layout that comes out right must leave these lists."""

from __future__ import annotations

from . import html

_SLOTS = "blank slots of a row are not told from pads"
_REPEATED = "a head repeated over the slots of a merged cell is taken for several heads"
_EDGE = "the line of table 四 is not read where it begins or ends with blanks"
_ONE_LINE = "a whole table on one line is not divided into cells"

# Media whose documents the readers' entry does not open yet.
NOT_WIRED: dict[str, str] = {}

# Layouts of which something is read falsely: of how many documents is not asked.
FALSE: dict[tuple[str, str], str] = {}

# Layouts of which figures are not read, though no cell is blank.
MISSING: dict[tuple[str, str], str] = {
    ("HTML", "no spans"): "heads without spans stand over other columns than their figures",
    ("HTML", "no merging"): _REPEATED,
    ("HTML", "cells as paragraphs of one cell"): "paragraphs of a cell are not taken for cells",
    ("HTML", "two reports"): "one reading for a page",
    ("flat text", "mdpipe, merged repeated"): _REPEATED,
    **{("flat text", layout): _ONE_LINE for layout in ("a table a line", "mega_pipe", "mega_pipe on one line")},
}

# Layouts of which figures with signs, units and spaces are not read (those documents have no blanks).
MISSING_WORDED: dict[tuple[str, str], str] = {
    ("flat text", "spaces"): "a second space between two figures of a row is taken for the only divider",
}

# Layouts of which figures beside blank cells are not read.
_READ = ("subtotal column", "divs", "unit in the head", "narrative after", "values in no-break spaces")
MISSING_BESIDE_BLANKS: dict[tuple[str, str], str] = {
    **{("HTML", layout): _EDGE for layout in html.NAMES if layout not in _READ},
    **{
        ("flat text", layout): _SLOTS
        for layout in (
            "pipe",
            "mdpipe",
            "mdpipe with rule",
            "pipe_nl",
            "lead_pipe_nl",
            "pipe_inner_nl",
            "tab",
            "tab rows",
            "tab rows, merged once",
            "mixed, blanks kept",
            "labels met, pipe_nl",
            "labels lost after break, pipe_nl",
            "labels damaged, pipe",
            "traditional, pipe_nl",
            "pinyin, tab",
            "Jilin row, tab",
        )
    },
}


def not_read(medium: str, layout: str, blanks: bool) -> str | None:
    """Say why a layout is not read whole today; None where it is."""
    some = MISSING_BESIDE_BLANKS if blanks else MISSING_WORDED
    return MISSING.get((medium, layout)) or some.get((medium, layout))

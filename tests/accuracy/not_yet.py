"""What the readers cannot do yet, layout by layout. A layout that comes out right must leave these lists."""

from __future__ import annotations

_BLANKS_OF_LINE = "a line of figures that begins or ends with blanks is not read"
_SLOTS = "blank slots of a row are not told from pads"
_ONE_LINE = "a whole table on one line is not divided into cells"

# Layouts of which something is read falsely.
FALSE: dict[tuple[str, str], str] = {}

# Layouts of which something that the document holds is not read.
MISSING: dict[tuple[str, str], str] = {
    **{
        ("HTML", layout): _BLANKS_OF_LINE
        for layout in (
            "gbk declared gb2312",
            "th and thead",
            "one table",
            "traditional",
            "unit in the head",
            "values in bold paragraphs",
            "values in comments",
        )
    },
    ("HTML", "parts without heads"): "the part of a table without heads: rows with blanks are not read",
    ("HTML", "no spans"): "heads without spans stand over other columns than their figures",
    ("HTML", "no merging"): "a head repeated over the slots of a merged cell is taken for several columns",
    ("HTML", "cells as paragraphs of one cell"): "paragraphs of a cell are not taken for cells",
    ("HTML", "tabs in pre"): _SLOTS,
    ("HTML", "values in inputs"): "an empty input is withheld, not blank",
    ("HTML", "two reports"): "one reading for a page",
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
            "traditional, pipe_nl",
            "pinyin, tab",
            "Jilin row, tab",
        )
    },
    ("flat text", "mdpipe, merged repeated"): "a head repeated over the slots of a merged cell is taken for several",
    **{("flat text", layout): _ONE_LINE for layout in ("a table a line", "mega_pipe", "mega_pipe on one line")},
    ("flat text", "unit in the head, nl"): "a head with 单位 in it is too unlike the form's",
}

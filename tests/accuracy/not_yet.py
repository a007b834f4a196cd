"""What the readers cannot do yet, layout by layout. A layout that comes out right must leave these lists.

They hold for the documents that every run of the tests reads; what fails beyond, `make accuracy` tells.
"""

from __future__ import annotations

Part = tuple[str, str, bool]  # medium, layout, whether it is about documents with blank cells
WITHOUT_BLANKS, WITH_BLANKS = False, True

_EDGE = "the line of table 四 is not read where it begins or ends with blanks, or its heads are not sure"
_ONE_LINE = "blanks of a table on one line are not told from its spaces"
_PADS = "blank slots of a row are not told from pads"

# Media whose documents the readers' entry does not open yet: left out.
NOT_WIRED: dict[str, str] = {}

# Layouts of which something is read falsely.
FALSE: dict[Part, str] = {}

# Layouts of which some that stands in the document is not read.
MISSING: dict[Part, str] = {
    ("HTML", "cells as paragraphs of one cell", WITHOUT_BLANKS): "tables 二 and 四 need more than runs of paragraphs",
    ("HTML", "every table twice", WITH_BLANKS): _EDGE,
    ("HTML", "two reports", WITHOUT_BLANKS): "a report that has no title is not cut from the one above it",
    ("flat text", "tab rows, merged once", WITH_BLANKS): _PADS,
    ("flat text", "a table a line", WITH_BLANKS): _ONE_LINE,
    ("flat text", "mega_pipe", WITH_BLANKS): _ONE_LINE,
}


def misses_without_blanks(medium: str, layout: str) -> bool:
    """Tell whether figures of a layout are not read though no cell of it is blank."""
    return (medium, layout, WITHOUT_BLANKS) in {**FALSE, **MISSING}

"""What the readers cannot do yet, layout by layout. A layout that comes out right must leave these lists.

They hold for the documents that every run of the tests reads; what fails beyond, `make accuracy` tells.
"""

from __future__ import annotations

Part = tuple[str, str, bool]  # medium, layout, whether it is about documents with blank cells
WITHOUT_BLANKS, WITH_BLANKS = False, True

# Media whose documents the readers' entry does not open yet: left out.
NOT_WIRED: dict[str, str] = {}

# Layouts of which something is read falsely.
FALSE: dict[Part, str] = {}

# Layouts of which some that stands in the document is not read.
MISSING: dict[Part, str] = {}


def misses_without_blanks(medium: str, layout: str) -> bool:
    """Tell whether figures of a layout are not read though no cell of it is blank."""
    return (medium, layout, WITHOUT_BLANKS) in {**FALSE, **MISSING}

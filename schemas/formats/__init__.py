"""The national report formats, one YAML file each, and the frozen types they load into.

A new national format is a new YAML file in this folder: no code lists a row, a column or a sum.
"""

from schemas.formats.load import format_by_code, load_format, load_formats
from schemas.formats.model import Block, Cell, Format, Kind, Layout, Node, SumRule, Table, Term

__all__ = [
    "Block",
    "Cell",
    "Format",
    "Kind",
    "Layout",
    "Node",
    "SumRule",
    "Table",
    "Term",
    "format_by_code",
    "load_format",
    "load_formats",
]

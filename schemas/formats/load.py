"""Reads a format's YAML into the frozen types and expands its sums into rules.

A file that contradicts itself (two cells of one code, a sum over an unknown row) is our fault and
says so with the file's name; it never loads half.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from schemas.errors import InternalError
from schemas.formats.model import Block, Cell, Format, Kind, Layout, Node, SumRule, Table, Term

FOLDER = Path(__file__).parent
# libyaml's loader where the wheel has it: start-up of `nianbao extract` is felt by a person.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def load_formats() -> tuple[Format, ...]:
    """Load every format of the house, oldest first."""
    return tuple(load_format(path) for path in sorted(FOLDER.glob("*.yaml")))


def format_by_code(code: str) -> Format:
    """Return the format with this code (``2019`` or ``2021``).

    Raises:
        KeyError: there is no such format.
    """
    for known in load_formats():
        if known.code == code:
            return known
    raise KeyError(code)


def load_format(path: Path) -> Format:
    """Load one format file.

    Raises:
        InternalError: the file lacks a key, names a cell twice, or sums what it does not have.
    """
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
        tables = tuple(_table(entry) for entry in data["tables"])
        code = str(data["format"])
        cells = tuple(_cells(code, tables))
        first, last = data["years"]
        sums = tuple(rule for entry in data["sums"] for rule in _sum_rules(entry, cells))
        loaded = Format(code, data["notice"], first, last, tables, cells, sums)
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise InternalError(f"{path.name}: not a report format: {error!r}") from error
    if len(loaded.cell_by_key) != len(cells):
        raise InternalError(f"{path.name}: expected every cell once, found a (table, row, column) twice")
    if len({rule.code for rule in sums}) != len(sums):
        raise InternalError(f"{path.name}: expected every rule once, found a rule code twice")
    return loaded


def _table(entry: dict[str, Any]) -> Table:
    return Table(
        code=entry["code"],
        number=entry["number"],
        title=entry["title"],
        title_variants=tuple(entry.get("title_variants", ())),
        layout=Layout(entry["layout"]),
        blocks=tuple(_block(block) for block in entry["blocks"]),
    )


def _block(entry: dict[str, Any]) -> Block:
    return Block(
        title=entry.get("title"),
        corner=tuple(entry.get("corner", ())),
        columns=tuple(_node(column, "columns") for column in entry["columns"]),
        rows=tuple(_node(row, "rows") for row in entry["rows"]),
    )


def _node(entry: dict[str, Any], axis: str) -> Node:
    variants, short = tuple(entry.get("variants", ())), entry.get("short")
    if "group" in entry:
        children = tuple(_node(child, axis) for child in entry[axis])
        return Node(None, entry["group"], variants, children=children, short=short)
    return Node(entry["code"], entry["label"], variants, Kind(entry.get("kind", "count")), short=short)


def _cells(format_code: str, tables: tuple[Table, ...]) -> Iterator[Cell]:
    position = 0
    for table in tables:
        for block in table.blocks:
            for row, row_label in block.row_leaves:
                for column, column_label in block.column_leaves:
                    position += 1
                    yield Cell(
                        format_code,
                        table.code,
                        str(row.code),
                        str(column.code),
                        position,
                        row_label,
                        column_label,
                        column.kind,
                    )


def _sum_rules(entry: dict[str, Any], cells: tuple[Cell, ...]) -> Iterator[SumRule]:
    """Expand one declared sum into a rule for each row (or column) of its table."""
    table, per = entry["table"], entry["per"]
    own = [cell for cell in cells if cell.table_code == table]
    index = {(cell.row_code, cell.column_code): cell for cell in own}
    across = {"row": "row_code", "column": "column_code"}[per]
    for fixed in dict.fromkeys(getattr(cell, across) for cell in own):
        terms = tuple(
            Term(index[(fixed, code) if per == "row" else (code, fixed)], sign)
            for sign, codes in ((1, entry["total"]), (-1, entry["parts"]))
            for code in codes
        )
        code = f"{table}.{entry['code']}.{fixed}"
        yield SumRule(code, entry["code"], table, entry["sentence"], entry["sentence_en"], terms)

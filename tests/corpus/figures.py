"""The figures of one report as published: {(table, row, column): raw text}, loaded from and saved to CSV.

Also what the samples are held to: their completeness and the format's cross-sums. How a figure is
printed is `grid`'s business; how a published text becomes a fact is the extractors', not copied here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from schemas.formats import Format

Key = tuple[str, str, str]
Figures = dict[Key, str]
COLUMNS = ("table_code", "row_code", "column_code", "raw")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")


def load_figures(path: Path) -> Figures:
    """Read a figures CSV.

    Raises:
        ValueError: the header is another one, a line is short, or a cell stands there twice.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        if (header := tuple(next(reader, ()))) != COLUMNS:
            raise ValueError(f"{path.name}: expected the columns {COLUMNS}, found {header}")
        figures: Figures = {}
        for line in reader:
            if len(line) != len(COLUMNS):
                raise ValueError(f"{path.name}, line {reader.line_num}: expected 4 fields, found {len(line)}")
            table, row, column, raw = line
            if (table, row, column) in figures:
                raise ValueError(f"{path.name}, line {reader.line_num}: the cell stands here twice")
            figures[table, row, column] = raw
    return figures


def save_figures(path: Path, form: Format, figures: Mapping[Key, str]) -> None:
    """Write a figures CSV in the format's printed order.

    Raises:
        KeyError: a figure belongs to no cell of the format.
    """
    _refuse_strangers(form, figures)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((*cell.key, figures[cell.key]) for cell in form.cells if cell.key in figures)


def complete(form: Format, figures: Mapping[Key, str], default: str = "0") -> Figures:
    """Return a figure for every cell of the format, in printed order; ``default`` where none was given.

    Raises:
        KeyError: a figure belongs to no cell of the format.
    """
    _refuse_strangers(form, figures)
    return {cell.key: figures.get(cell.key, default) for cell in form.cells}


def number(raw: str) -> Decimal | None:
    """Return the number a sample's raw text states (``+2``, ``1,113``, ``4448257元``), or None."""
    match = _NUMBER.search(raw)
    return Decimal(match[0].replace(",", "")) if match else None


def failing_sums(form: Format, figures: Mapping[Key, str]) -> tuple[str, ...]:
    """Return the codes of the format's cross-sums that these figures break, in the format's order.

    Raises:
        KeyError: a cell of a sum has no figure.
        ValueError: a cell of a sum states no number.
    """
    return tuple(
        rule.code for rule in form.sums if sum(term.sign * _stated(figures, term.cell.key) for term in rule.terms) != 0
    )


def _stated(figures: Mapping[Key, str], key: Key) -> Decimal:
    value = number(figures[key])
    if value is None:
        raise ValueError(f"{key}: expected a number, found {figures[key]!r}")
    return value


def _refuse_strangers(form: Format, figures: Mapping[Key, str]) -> None:
    strangers = sorted(key for key in figures if key not in form.cell_by_key)
    if strangers:
        raise KeyError(f"format {form.code} has no such cells: {strangers}")

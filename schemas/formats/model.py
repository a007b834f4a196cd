"""Frozen types of a report format: its tables as printed, its cells as coded, its sums as rules.

Loading them from YAML is `load`'s business; nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    """What stands in a cell: a count, a signed change, or an amount of money."""

    COUNT = "count"
    SIGNED = "signed"
    AMOUNT = "amount"


class Layout(StrEnum):
    """How a table is printed."""

    LABELLED_ROWS = "labelled_rows"  # each row begins with its label
    ONE_LINE = "one_line"  # one line of numbers under a tree of heads, no row labels


@dataclass(frozen=True)
class Node:
    """A printed row or column head, or a group of them (then ``code`` is None).

    ``short`` is what it is called as a column of a view, where its label is too long for that; of a group an empty
    one says that what is in it goes without its name.
    """

    code: str | None
    label: str
    variants: tuple[str, ...] = ()
    kind: Kind = Kind.COUNT
    children: tuple[Node, ...] = ()
    short: str | None = None

    @property
    def spellings(self) -> tuple[str, ...]:
        """The official label first, then the known variants."""
        return (self.label, *self.variants)

    def leaves(self, path: tuple[str, ...] = ()) -> Iterator[tuple[Node, str]]:
        """Yield each coded node with its label path, joined by ``/`` as in the contract."""
        here = (*path, self.label)
        if self.code is not None:
            yield self, "/".join(here)
        for child in self.children:
            yield from child.leaves(here)


@dataclass(frozen=True)
class Block:
    """A part of a table with column heads of its own."""

    title: str | None
    corner: tuple[str, ...]
    columns: tuple[Node, ...]
    rows: tuple[Node, ...]

    @cached_property
    def row_leaves(self) -> tuple[tuple[Node, str], ...]:
        """Coded rows in printed order, each with its label path."""
        prefix = (self.title,) if self.title else ()
        return tuple(leaf for row in self.rows for leaf in row.leaves(prefix))

    @cached_property
    def column_leaves(self) -> tuple[tuple[Node, str], ...]:
        """Coded columns in printed order, each with its label path."""
        return tuple(leaf for column in self.columns for leaf in column.leaves())


@dataclass(frozen=True)
class Table:
    """One of the report's tables (二, 三, 四); ``exchanged`` where its codes' rows are printed as columns."""

    code: str
    number: str
    title: str
    title_variants: tuple[str, ...]
    layout: Layout
    blocks: tuple[Block, ...]
    exchanged: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell of a format; ``position`` counts from 1 through the whole report."""

    format: str
    table_code: str
    row_code: str
    column_code: str
    position: int
    row_label: str
    column_label: str
    kind: Kind

    @cached_property
    def key(self) -> tuple[str, str, str]:
        """(table, row, column): unique within a format and stable across formats."""
        return (self.table_code, self.row_code, self.column_code)


@dataclass(frozen=True)
class Term:
    """A cell's part in a sum: +1 on the side of the published total, -1 on the side of the parts."""

    cell: Cell
    sign: int


@dataclass(frozen=True)
class SumRule:
    """A cross-sum of one report: the signed sum of its terms is 0 when it holds."""

    code: str
    family: str
    table_code: str
    sentence: str
    sentence_en: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Format:
    """A national format: everything that is printed, coded and bound by sums."""

    code: str
    notice: str
    first_year: int
    last_year: int | None
    tables: tuple[Table, ...]
    cells: tuple[Cell, ...]
    sums: tuple[SumRule, ...]

    @cached_property
    def cell_by_key(self) -> dict[tuple[str, str, str], Cell]:
        """Look a cell up by (table, row, column)."""
        return {cell.key: cell for cell in self.cells}

    def table(self, code: str) -> Table:
        """Return the table with this code; KeyError when the format has none."""
        for table in self.tables:
            if table.code == code:
                return table
        raise KeyError(code)

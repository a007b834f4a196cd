"""The columns of `report_figures`: one for every cell that any format has, and expressions over them.

Codes are stable across formats, so a cell of two formats is one column; where a format has no such cell it is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from schemas.formats import Format, Kind, load_formats
from schemas.formats.names import cell_names

Key = tuple[str, str, str]
# What stands in `report_figures` before the cells: whose they are, and how the report stands to others.
HEAD = {
    "report_no": "INTEGER NOT NULL",
    "report_id": "VARCHAR NOT NULL",
    "agency_id": "VARCHAR",
    "agency": "VARCHAR",
    "year": "INTEGER",
    "format": "VARCHAR NOT NULL",
    "scope": "VARCHAR",
    "level": "VARCHAR",
    "kind": "VARCHAR",
    "province": "VARCHAR",
    "city": "VARCHAR",
    "county": "VARCHAR",
    "grade": "VARCHAR",
    "published_on": "DATE",
    "url": "VARCHAR",
    "previous_no": "INTEGER",
    "included_no": "INTEGER",
    "included_rank": "TINYINT",
    "is_own_part": "BOOLEAN NOT NULL",
    "in_own_layer": "BOOLEAN NOT NULL",
    "is_newest": "BOOLEAN NOT NULL",
}


@dataclass(frozen=True)
class Figure:
    """A cell of the formats as a column; ``labels`` are those of the newest format that has it."""

    key: Key
    kind: Kind
    row_name: str
    column_name: str
    row_label: str
    column_label: str
    formats: tuple[str, ...]
    positions: tuple[int, ...]  # in each of the formats

    @property
    def column(self) -> str:
        """The column of `report_figures` that holds it."""
        return "__".join(self.key)

    @property
    def type(self) -> str:
        """Whole numbers, but for money: no body receives half an application."""
        return "DECIMAL(24, 8)" if self.kind is Kind.AMOUNT else "BIGINT"


@cache
def figures(formats: tuple[Format, ...] | None = None) -> tuple[Figure, ...]:
    """Return every cell of the formats in the newest one's order; what only older ones have follows its row."""
    known = load_formats() if formats is None else formats
    keys: list[Key] = []
    for form in reversed(known):
        for cell in form.cells:
            if cell.key not in keys:
                keys.insert(_place(keys, cell.key), cell.key)
    return tuple(_figure(key, known) for key in keys)


def _place(keys: Sequence[Key], key: Key) -> int:
    """Return where a cell goes: behind the last one of its row, else of its table, else at the end."""
    for width in (2, 1):
        same = [number for number, other in enumerate(keys) if other[:width] == key[:width]]
        if same:
            return same[-1] + 1
    return len(keys)


def _figure(key: Key, known: Iterable[Format]) -> Figure:
    having = [form for form in known if key in form.cell_by_key]
    cells = [form.cell_by_key[key] for form in having]
    kinds = {cell.kind for cell in cells}
    return Figure(
        key,
        Kind.AMOUNT if Kind.AMOUNT in kinds else cells[-1].kind,
        *cell_names(having[-1])[key],
        cells[-1].row_label,
        cells[-1].column_label,
        tuple(form.code for form in having),
        tuple(cell.position for cell in cells),
    )


@cache
def matching(pattern: str, form: str) -> tuple[Figure, ...]:
    """Return the figures that a format has and the pattern ``table.row.column`` matches."""
    return tuple(one for one in figures() if form in one.formats and fnmatchcase(".".join(one.key), pattern))


def by_format(expressions: dict[str, str | None], alias: str = "") -> str:
    """Return what holds of each format as one expression; null where a format has no such thing."""
    found = {code: text for code, text in expressions.items() if text is not None}
    texts = set(found.values())
    if not texts:
        return "NULL"
    # A column that a format does not have is null there anyhow.
    if len(texts) == 1:
        return texts.pop()
    cases = " ".join(f"WHEN '{code}' THEN {text}" for code, text in found.items())
    return f"CASE {alias}format {cases} END"


def sum_of(patterns: Iterable[str], *, yuan: bool = False, alias: str = "") -> str:
    """Return the sum of the cells that the patterns match, null where one of them is."""
    wanted = list(patterns)
    texts: dict[str, str | None] = {}
    for form in load_formats():
        cells = [one for pattern in wanted for one in matching(pattern, form.code)]
        texts[form.code] = " + ".join(in_yuan(one, alias) if yuan else alias + one.column for one in cells) or None
    return by_format(texts, alias)


def in_yuan(one: Figure, alias: str = "") -> str:
    """Return an amount of money in yuan, null without a unit (as `facts.amount_yuan`)."""
    column = alias + one.column
    return f"{column} * CASE {column}__unit WHEN '元' THEN 1 WHEN '万元' THEN 10000 WHEN '亿元' THEN 100000000 END"

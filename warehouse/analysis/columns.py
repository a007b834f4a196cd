"""The columns of the views: each a name, what it is made of, and a sentence in both languages.

What they are selected from is `views`' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemas.english import english_label, english_row
from schemas.formats import Kind, Table, load_formats
from warehouse.analysis.cells import Figure, by_format, figures, in_yuan, sum_of
from warehouse.analysis.declared import Measure, Rate, keys, measures, plain_columns, subtotals, words


@dataclass(frozen=True)
class Column:
    """A column of a view."""

    name: str
    sql: str
    zh: str
    en: str


def plain(name: str, sql: str) -> Column:
    """Return a column whose sentences `views.yaml` has."""
    return Column(name, sql, *plain_columns()[name])


def key_columns(alias: str = "") -> Iterator[Column]:
    """Yield whose figures the row has; codes of level, kind, scope and grade in Chinese words."""
    for name, source, zh, en in keys():
        yield Column(name, worded(source, alias), zh, en)


def worded(source: str, alias: str = "") -> str:
    """Return a column of `report_figures` with its codes in words, where it has any."""
    column = alias + source
    if source not in ("level", "kind", "scope", "grade"):
        return column
    cases = " ".join(f"WHEN '{code}' THEN '{word}'" for code, word in words(source).items())
    return f"CASE {column} {cases} ELSE {column} END"


def cell_columns(table: Table) -> Iterator[Column]:
    """Yield a column for every cell of a table, amounts also by unit and in yuan, then how many are not known."""
    for one in _of(table):
        yield Column(f"{one.row_name}_{one.column_name}", one.column, *_told(one))
        if one.kind is Kind.AMOUNT:
            yield from _money(one)
    yield unknown(_of(table))


def _money(one: Figure) -> Iterator[Column]:
    name = f"{one.row_name}_{one.column_name}"
    zh, en = _told(one)
    yield Column(f"{name}_单位", f"{one.column}__unit", f"{zh}：公布的单位", f"{en}: the unit as published")
    yield Column(f"{name}_元", in_yuan(one), f"{zh}：折合元，没有单位的为空", f"{en}: in yuan, null without a unit")


def row_columns(table: Table, column: str, *, of_any: bool = False) -> Iterator[Column]:
    """Yield a column for every row of a table, of one of its columns, with the sums over groups before their parts.

    With ``of_any`` the sentences are those of a row of any of the table's columns.
    """
    sums = {one.name: one for one in subtotals(table.code)}
    done: set[str] = set()
    for one in _of(table):
        if one.key[2] != column:
            continue
        group = one.row_name.split("_", 1)[0]
        if group in sums and group not in done:
            done.add(group)
            total = sums[group]
            yield Column(group, sum_of([f"{table.code}.{total.rows}.{column}"]), total.zh, total.en)
        if one.row_name not in sums:  # the row is the sum itself: (六)其他处理 of 2019
            yield Column(one.row_name, one.column, *_told(one, of_any=of_any))
    yield unknown(one for one in _of(table) if one.key[2] == column)


def unknown(wanted: Iterable[Figure]) -> Column:
    """Return how many of the cells, of those that the report's format has, hold no number here."""
    chosen = list(wanted)
    counts: dict[str, str | None] = {
        form.code: " + ".join(f"({one.column} IS NULL)::INTEGER" for one in chosen if form.code in one.formats) or None
        for form in load_formats()
    }
    return plain("缺数格数", by_format(counts))


def measure_column(one: Measure | Rate, alias: str = "") -> Column:
    """Return a measure or a rate of one report."""
    return Column(one.name, measured(one, alias), one.zh, one.en)


def measured(one: Measure | Rate, alias: str = "") -> str:
    """Return the expression of a measure or a rate over a row of `report_figures`."""
    if isinstance(one, Measure):
        return sum_of(one.of, yuan=one.yuan, alias=alias)
    part, whole = (measured(measures()[name], alias) for name in (one.part, one.whole))
    return f"{one.per}.0::DOUBLE * ({part}) / nullif({whole}, 0)"


def _of(table: Table) -> list[Figure]:
    return [one for one in figures() if one.key[0] == table.code]


def _told(one: Figure, *, of_any: bool = False) -> tuple[str, str]:
    """Return what a cell is: its printed labels, its codes, the formats that have it."""
    row, column = one.row_label.replace("/", " / "), one.column_label.replace("/", " / ")
    code = ".".join((*one.key[:2], "*" if of_any else one.key[2]))
    formats = "、".join(one.formats)
    shown, english = (row, english_row(*one.key[:2])) if of_any else (f"{row} × {column}", english_label(*one.key))
    return f"{shown}（{code}；{formats}年格式）", f"{english} ({code}; {', '.join(one.formats)})"

"""The views as SQL: which columns from what.

The relation `report_figures` has a row per current report, so none of them joins more than it must, and a question
reads only the columns that it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.english import english_title
from schemas.formats import Layout, Table, load_formats
from warehouse.analysis.cells import HEAD, figures
from warehouse.analysis.columns import (
    Column,
    cell_columns,
    key_columns,
    measure_column,
    measured,
    plain,
    row_columns,
    worded,
)
from warehouse.analysis.declared import measures, ranked, rates, told, words

_SQL = Path(__file__).parent.parent / "sql" / "analysis"
_TOTAL = "total"


@dataclass(frozen=True)
class View:
    """A view: its columns, and the query that selects them."""

    name: str
    columns: tuple[Column, ...]
    query: str

    @property
    def sentences(self) -> tuple[str, str]:
        """What the view is, in both languages; of a table that nobody has described yet, its titles."""
        if self.name in told():
            return told()[self.name].zh, told()[self.name].en
        code = self.name.removeprefix("wide_").removesuffix("_corrected").removesuffix("_by_applicant")
        table = next(table for table in tables() if table.code == code)
        return f"{table.number}、{table.title}", english_title(code)


def template(name: str, /, **parts: str) -> str:
    """Return the text of ``sql/analysis/<name>.sql`` with its ``/* marks */`` replaced by the parts of that name."""
    text = (_SQL / f"{name}.sql").read_text(encoding="utf-8").rstrip().rstrip(";")
    for mark, part in parts.items():
        text = text.replace(f"/* {mark} */", part)
    return text


@cache
def views() -> tuple[View, ...]:
    """Return every view, each after those that it selects from."""
    marks = (plain("更正格数", "corrected_cells"), plain("推定为零格数", "assumed_zeros"))
    return (
        *_reports("", "report_figures", ()),
        _figures_corrected(),
        *_reports("_corrected", "report_figures_corrected", marks),
        _changes(),
        _ranks(),
        _layers(),
        _regions(),
    )


def tables() -> list[Table]:
    """Return the tables of all formats, each as the newest format that has it prints it."""
    return list({table.code: table for form in load_formats() for table in form.tables}.values())


def _reports(suffix: str, source: str, marks: tuple[Column, ...]) -> Iterator[View]:
    """Yield the views that have a row (or one by applicant) for each report, over the figures of ``source``."""
    head = [*key_columns(), *marks]
    for table in tables():
        name = f"wide_{table.code}"
        if _is_crossed(table):
            yield _select(name + suffix, [*head, *row_columns(table, _TOTAL)], source)
            # Six times the long text of the corrected figures would cost every plan half a second.
            if not suffix:
                yield _by_applicant(f"{name}_by_applicant", table, head, source)
        else:
            yield _select(name + suffix, [*head, *cell_columns(table)], source)
    yield _select(f"rates{suffix}", [*head, *map(measure_column, rates().values())], source)


def _is_crossed(table: Table) -> bool:
    """Tell whether a table's columns are parts of a total that stand for every row: the applicants of table 三."""
    if table.layout is not Layout.LABELLED_ROWS or len(table.blocks) > 1:
        return False
    return _TOTAL in [node.code for node, _ in table.blocks[0].column_leaves]


def _by_applicant(name: str, table: Table, head: list[Column], source: str) -> View:
    """Return a row for each column but the total, which is the sum of the others."""
    parts = []
    kinds = {one.key[2]: one for one in figures() if one.key[0] == table.code and one.key[2] != _TOTAL}
    for column, one in kinds.items():
        whose = [
            plain("申请人", f"'{one.column_name}'"),
            plain("申请人类别", f"'{one.column_label.split('/')[0]}'"),
        ]
        parts.append(_select(name, [*head, *whose, *row_columns(table, column, of_any=True)], source))
    return View(name, parts[0].columns, "\nUNION ALL\n".join(part.query for part in parts))


def _figures_corrected() -> View:
    """Return `report_figures` with the corrections that stand alone, and with 0 for the blanks that can only be 0."""
    taken: list[str] = []
    fixed: list[str] = []
    for one in figures():
        table, row, column = one.key
        where = f"table_code = '{table}' AND row_code = '{row}' AND column_code = '{column}'"
        if one.type == "BIGINT":  # a cast would round
            where += " AND value = trunc(value)"
        taken.append(f"max(value) FILTER ({where})::{one.type} AS {one.column}")
        fixed.append(f"coalesce(fixes.{one.column}, report_figures.{one.column}) AS {one.column}")
    query = template("figures_corrected", taken=_listed(taken, 8), fixed=_listed(fixed, 8))
    marks = (plain("corrected_cells", ""), plain("assumed_zeros", ""))
    return View("report_figures_corrected", (*figures_columns(), *marks), query)


def _changes() -> View:
    """Return each measure beside that of the year before, of one body and one scope."""
    columns = [*key_columns("this."), plain("上年报告", "previous.report_id")]
    for one in measures().values():
        now, before = measured(one, "this."), measured(one, "previous.")
        gap = f"({now}) - ({before})"
        columns += [
            measure_column(one, "this."),
            Column(f"{one.name}_上年", before, f"{one.zh}：上一年度", f"{one.en}: the year before"),
            Column(f"{one.name}_增减", gap, f"{one.zh}：比上年增减", f"{one.en}: change"),
            Column(
                f"{one.name}_增减率",
                f"({gap})::DOUBLE / nullif({before}, 0)",
                f"{one.zh}：增减除以上年；上年为 0 时为空",
                f"{one.en}: change divided by the year before, null if that is 0",
            ),
        ]
    joined = "report_figures AS this\nJOIN report_figures AS previous ON previous.report_no = this.previous_no"
    return _select("changes", columns, joined)


def _ranks() -> View:
    """Return ranks by measure: one branch for each, so that a question about one reads that one."""
    head = list(key_columns())
    marks = [plain(name, "") for name in ("指标", "数值", "名次", "参评报告数")]
    shown = _listed([f"{column.sql} AS {column.name}" for column in head], 8)
    parts = [template("ranks", keys=shown, name=one.name, value=f"({measured(one)})::DOUBLE") for one in ranked()]
    return View("ranks", (*head, *marks), "\nUNION ALL\n".join(parts))


def _layers() -> View:
    """Return sums over bodies of one level, kind and scope."""
    shown = {column.name: column for column in key_columns()}
    head = [shown[name] for name in ("年度", "省份", "层级", "类别", "范围")]
    head += [plain(name, "") for name in ("计入机关数", "已含机关数", "已知机关数", "覆盖率", "依据")]
    sums = list(_sums("sum({}) FILTER (counted AND {})"))
    query = template(
        "rollup_layers", sums=_selected(sums), level=worded("level"), kind=worded("kind"), scope=worded("scope")
    )
    return View("rollup_layers", (*head, *sums), query)


def _regions() -> View:
    """Return sums over all local bodies of a region, in which nothing is counted twice."""
    shown = {column.name: column for column in key_columns()}
    places, counts = ("区域层级", "省份", "城市", "区县"), ("有报告机关数", "已知机关数", "覆盖率")
    names = (*places, "年度", "依据", "计入机关数", "已含机关数", "存疑机关数", *counts)
    head = [shown.get(name) or plain(name, "") for name in names]
    # Where the region's government speaks for all, its report alone; else those that do not include each other.
    both = "if(bool_or(speaks), sum({0}) FILTER (speaks AND {1}), sum({0}) FILTER (counted AND {1}))"
    sums = list(_sums(both))
    parts = [
        template("rollup_regions", sums=_selected(sums), level=level, word=words("level")[level], rank=rank, **keys)
        for level, rank, keys in (
            ("province", "1", {"key": "province", "city": "NULL::VARCHAR", "county": "NULL::VARCHAR"}),
            ("city", "2", {"key": "city", "city": "city", "county": "NULL::VARCHAR"}),
            ("county", "3", {"key": "county", "city": "city", "county": "county"}),
        )
    ]
    return View("rollup_regions", (*head, *sums), "\nUNION ALL\n".join(parts))


def _sums(form: str) -> Iterator[Column]:
    """Yield each measure summed, in how many reports it is known, and the rates of the sums.

    ``form`` makes a sum of an expression and the condition under which a report takes part.
    """
    for one in measures().values():
        text = f"({measured(one)})"
        yield Column(one.name, form.format(text, "true"), f"{one.zh}：各报告之和", f"{one.en}: sum over the reports")
        yield Column(
            f"{one.name}_份数",
            f"coalesce({form.format(f'({text} IS NOT NULL)::INTEGER', 'true')}, 0)::BIGINT",
            f"{one.zh}：其中有此数的报告份数",
            f"{one.en}: in how many of the reports it is known",
        )
    for rate in rates().values():
        part, whole = (f"({measured(measures()[name])})" for name in (rate.part, rate.whole))
        above, below = form.format(part, f"{whole} IS NOT NULL"), form.format(whole, f"{part} IS NOT NULL")
        yield Column(
            rate.name,
            f"{rate.per}.0::DOUBLE * {above} / nullif({below}, 0)",
            f"{rate.zh}：两数都有的报告分别求和后相除",
            f"{rate.en}: quotient of the sums over reports that have both figures",
        )


def figures_columns() -> Iterator[Column]:
    """Yield the columns of `report_figures`, which are called by codes: whose they are, then the cells."""
    for name in HEAD:
        yield plain(name, name)
    for table in tables():
        for column in cell_columns(table):
            if column.sql.isidentifier():
                yield Column(column.sql, column.sql, column.zh, column.en)


def _select(name: str, columns: Iterable[Column], source: str) -> View:
    chosen = tuple(columns)
    return View(name, chosen, f"SELECT\n    {_selected(chosen)}\nFROM {source}")


def _selected(columns: Iterable[Column]) -> str:
    return _listed([f"{column.sql} AS {column.name}" for column in columns], 4)


def _listed(texts: list[str], indent: int) -> str:
    return (",\n" + " " * indent).join(texts)

"""The corpus of HTML pages: every layout of pages, tables and labels, with real and made-up figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from tests.corpus import Grid, Page, page_bytes, report_html, table_html
from tests.corpus.flattened import tab_rows
from tests.corpus.grid import Role
from tests.corpus.markup import (
    Markup,
    div_table,
    marked_up,
    paragraphs_in_one_cell,
    preformatted,
    several,
    wraps,
)
from tests.corpus.reshape import (
    blocks,
    filled,
    head_rows,
    spanless,
    split,
    with_first_column,
    with_gaps,
    with_last_column,
    with_subtotal,
    without_heads,
)

from . import losses, wordings
from .reports import Lost, Made, case, make, series
from .truth import Case, Pick, every

MEDIUM = "HTML"
KINDS = ("dense", "real", "blank rows", "worded")
Tables = Callable[[Made], Callable[[Grid], str]]


@dataclass(frozen=True)
class Layout:
    """A way to write a page; ``tables`` gives the writer of its grids."""

    tables: Tables | None = None
    page: Page = field(default_factory=Page)
    words: wordings.Words = wordings.official
    kinds: tuple[str, ...] = KINDS
    lost: Lost = losses.nothing
    headed: bool = True
    change: Callable[[str], str] = str
    order: tuple[int, ...] = (0, 1, 2, 3, 4, 5)  # of the sections


def _simple(write: Callable[[Grid], str]) -> Tables:
    return lambda _: write


def _applications(change: Callable[[Grid], list[Grid]], between: str = "") -> Tables:
    """Write the table of applications in parts, the others as they are."""
    return _simple(lambda grid: several(change(grid) if grid.code == "applications" else [grid], table_html, between))


def _in_parts(*, repeat_head: bool, repeat_group: bool, between: str) -> Tables:
    def tables(made: Made) -> Callable[[Grid], str]:
        at = sorted(made.rng.sample(range(6, 20), 2))
        cut = partial(split, at=at, repeat_head=repeat_head, repeat_group=repeat_group)
        return lambda grid: several(cut(grid) if grid.code == "applications" else [grid], table_html, between)

    return tables


def _subtotals(made: Made) -> Callable[[Grid], str]:
    def write(grid: Grid) -> str:
        if grid.code != "applications":
            return table_html(grid)
        sums = []
        for row in grid.rows[head_rows(grid) :]:
            figures = [cell.text for cell in row if cell.role is Role.VALUE][1:6]
            sums.append(str(sum(int(f) for f in figures)) if all(f.strip().isdecimal() for f in figures) else "")
        return table_html(with_subtotal(grid, figures=sums))

    del made
    return write


def _remarks(made: Made) -> Callable[[Grid], str]:
    texts = made.rng.choice([[], ["见附件"], [""] * 4 + ["含上年结转"]])
    return lambda grid: table_html(with_last_column(grid, texts=texts) if grid.code == "applications" else grid)


def _numbered(grid: Grid) -> str:
    return table_html(with_first_column(grid) if grid.code == "applications" else grid)


def _gapped(*, headed: bool) -> Tables:
    """Write the table of litigation with empty columns between its figures."""
    return _simple(lambda g: table_html(with_gaps(g, headed=headed) if g.code == "litigation" else g))


def _moved_to_one_table(html: str) -> str:
    """Join all tables of the page into the first."""
    return re.sub(
        r"</tbody>\s*</table>(.*?)<table[^>]*>\s*<tbody>", r"<tr><td colspan=10>\1</td></tr>", html, flags=re.S
    )


def _twice_for_phones(html: str) -> str:
    """Print every table a second time, as pages with a version for phones do."""
    return re.sub(r"(<table border.*?</table>)", r"<div class=pc>\1</div><div class=wap>\1</div>", html, flags=re.S)


LAYOUTS: dict[str, Layout] = {
    "plain": Layout(kinds=(*KINDS, "sparse", "blank", "dashed", "damaged")),
    "Word clutter": Layout(page=Page(clutter=True), kinds=(*KINDS, "dashed")),
    "layout table": Layout(page=Page(layout_table=True)),
    "layout table with clutter": Layout(page=Page(layout_table=True, clutter=True)),
    "gbk declared gb2312": Layout(page=Page(encoding="gbk", declared="gb2312")),
    "gb18030 undeclared": Layout(
        page=Page(encoding="gb18030"), change=lambda html: re.sub(r"<meta charset[^>]*>", "", html)
    ),
    "gb18030 declared utf-8": Layout(page=Page(encoding="gb18030", declared="utf-8")),
    "utf-8 declared gbk": Layout(page=Page(declared="gbk")),
    "unclosed cells": Layout(_simple(lambda g: marked_up(g, Markup(closed=False)))),
    "stray tags": Layout(lambda m: lambda g: marked_up(g, Markup(stray=True, seed=m.identity.year))),
    "unclosed and stray": Layout(
        lambda m: lambda g: marked_up(g, Markup(closed=False, stray=True, seed=len(m.report.agency)))
    ),
    "capitals without quotes": Layout(_simple(lambda g: marked_up(g, Markup(shouting=True)))),
    "th and thead": Layout(_simple(lambda g: marked_up(g, Markup(head_cells=True)))),
    "rowspans too long": Layout(
        _simple(lambda g: marked_up(g, Markup(overshoot=3)) if g.code == "disclosure" else table_html(g))
    ),
    "parts with heads": Layout(_in_parts(repeat_head=True, repeat_group=True, between="<p>&nbsp;</p>")),
    "parts without heads": Layout(_in_parts(repeat_head=False, repeat_group=False, between="<br>")),
    "parts, page number between": Layout(_in_parts(repeat_head=False, repeat_group=True, between="<p>— 3 —</p>")),
    "a table per block": Layout(
        _simple(lambda g: several(blocks(g), table_html, "<p></p>") if g.code == "disclosure" else table_html(g))
    ),
    "no heads": Layout(_simple(lambda g: table_html(without_heads(g))), lost=losses.without_heads, headed=False),
    "subtotal column": Layout(_subtotals, kinds=("dense", "real", "worded", "sparse")),
    "remarks column": Layout(_remarks),
    "number column": Layout(_simple(_numbered)),
    "Jilin row": Layout(words=wordings.extra_row),
    "四 before 三": Layout(order=(0, 1, 3, 2, 4, 5)),
    "empty columns in 四": Layout(_gapped(headed=True)),
    "empty columns in 四, headless": Layout(_gapped(headed=False)),
    "spare columns": Layout(words=wordings.spare_columns),
    "one table": Layout(change=_moved_to_one_table),
    "no spans": Layout(_simple(lambda g: table_html(spanless(g))), kinds=("dense", "real", "worded")),
    "no merging": Layout(_simple(lambda g: table_html(filled(g)))),
    "every table twice": Layout(change=_twice_for_phones),
    "divs": Layout(_simple(div_table), kinds=("dense", "real", "sparse"), lost=losses.vanished_blanks),
    "cells as paragraphs of one cell": Layout(
        _simple(paragraphs_in_one_cell), kinds=("dense", "real", "sparse"), lost=losses.vanished_blanks
    ),
    "tabs in pre": Layout(_simple(lambda g: preformatted(tab_rows(g))), kinds=("dense", "real", "blank")),
    "labels met": Layout(words=wordings.met),
    "labels broken": Layout(words=wordings.broken),
    "labels spaced": Layout(words=wordings.gapped),
    "labels lost after break": Layout(words=wordings.lost_after_break),
    "labels damaged": Layout(words=wordings.damaged_labels, kinds=(*KINDS, "dense", "real")),
    "traditional": Layout(words=wordings.traditional),
    "pinyin": Layout(words=wordings.glossed),
    "unit in the head": Layout(words=wordings.money_head, kinds=("dense", "real", "sparse") * 3),
    **{
        f"values in {name}": Layout(_simple(lambda g, wrap=wrap: marked_up(g, Markup(wrap=wrap))))  # type: ignore[misc]
        for name, wrap in wraps().items()
    },
}

NAMES = (*LAYOUTS, "two reports", "narrative after")


def cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked pages, each layout with each of its kinds of figures in both formats."""
    for name, layout in LAYOUTS.items():
        for number, kind, code in series(name, layout.kinds):
            if pick(name, number):
                yield page(name, layout, code, kind, number)
    yield from _two_reports()
    yield from _narrative_after()


def page(name: str, layout: Layout, code: str, kind: str, number: int) -> Case:
    """Return one page of a layout."""
    return written(name, layout, make(code, kind, f"html/{name}", number, layout.words))


def written(name: str, layout: Layout, made: Made) -> Case:
    """Return a report as a page of a layout."""
    table = layout.tables(made) if layout.tables else None
    report = replace(made.report, sections=tuple(made.report.sections[at] for at in layout.order))
    html = layout.change(report_html(report, layout.page, table=table))
    truth = made.truth(layout.lost(made.form, made.figures), headed=layout.headed)
    return case(MEDIUM, name, f"{made.name}.html", page_bytes(html, layout.page), truth)


def _two_reports() -> Iterator[Case]:
    """Two whole reports on one page: last year's below this year's, or a town's below its county's."""
    for number, codes in enumerate((("2021", "2021"), ("2019", "2021"), ("2019", "2019"), ("2021", "2019"))):
        both = [make(code, "dense", "html/two", 100 * number, wordings.official) for code in codes]
        if codes[0] == codes[1]:
            both[1] = make(codes[1], "dense", "html/two", 100 * number + 15, wordings.official)
        bodies = [re.search(r"<div id=\"page\">(.*)</div>\s*</body>", report_html(m.report), re.S) for m in both]
        html = report_html(both[0].report).replace("</body>", f"{bodies[1][1] if bodies[1] else ''}</body>")
        truths = [made.truth() for made in both]
        yield case(MEDIUM, "two reports", f"{'+'.join(codes)} {number}.html", html.encode(), *truths)


def _narrative_after() -> Iterator[Case]:
    """All narrative behind the tables, with numbers and the names of rows in it."""
    for number, code in enumerate(("2019", "2021")):
        made = make(code, "dense", "html/after", 15 * number, wordings.official)
        after = (
            "<p>附：情况说明。全年行政许可 312 件，行政处罚 18 件，行政强制 2 件；规章 0 件。</p>"
            "<p>一、本年新收政府信息公开申请数量较上年增加 12 件，总计 40 件。</p>"
            "<p>（一）予以公开 8 件；（二）部分公开 3 件；四、结转下年度继续办理 1 件。</p>"
        )
        html = report_html(made.report).replace("</body>", f"{after}</body>")
        yield case(MEDIUM, "narrative after", f"{code} {number}.html", html.encode(), made.truth())

"""Properties of reading: any figures in any rendition come back; damage costs what it hits, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schemas.formats import Format, Kind, load_formats
from tests.corpus import Figures, Grid, TextStyle, Wording, flattened, table_html
from tests.corpus.reshape import without_row

from . import html, text, wordings
from .not_yet import misses_without_blanks
from .reports import Made, make
from .score import Verdict, score
from .truth import Case

FORMATS = load_formats()
PAGES = sorted(set(html.LAYOUTS) - {"subtotal column"})  # its sums are those of the figures
RENDITIONS: list[tuple[str, str]] = [(html.MEDIUM, name) for name in PAGES] + [
    (text.MEDIUM, name) for name in text.LAYOUTS
]
# Renditions in which a row stands by itself, so that damage to one is damage to one.
PLAIN: dict[str, Callable[[Made], Case]] = {
    "HTML": lambda made: html.written("plain", html.LAYOUTS["plain"], made),
    **{
        name: lambda made, name=name: text.written(name, text.LAYOUTS[name], made)  # type: ignore[misc]
        for name in ("nl", "pipe", "mdpipe", "pipe_nl", "tab", "tab rows", "gaps")
    },
}
ROWS = [
    (form, str(row.code))
    for form in FORMATS
    for table in form.tables
    if table.code != "litigation"
    for block in table.blocks
    for row, _ in block.row_leaves
]

generated = settings(
    max_examples=60, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


@st.composite
def _figures(draw: st.DrawFn, form: Format) -> Figures:
    numbers = draw(st.lists(st.integers(0, 99_999), min_size=len(form.cells), max_size=len(form.cells)))
    blanks = draw(st.sets(st.integers(0, len(form.cells) - 1), max_size=6))
    figures = {}
    for place, (cell, number) in enumerate(zip(form.cells, numbers, strict=True)):
        raw = f"{number / 100:.2f}" if cell.kind is Kind.AMOUNT else str(number)
        sign = draw(st.sampled_from(["", "-", "+", "减", "增加"])) if cell.kind is Kind.SIGNED else ""
        figures[cell.key] = "" if place in blanks else sign + raw
    return figures


@given(st.data())
@generated
def test_any_figures_in_any_rendition_come_back(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(FORMATS))
    medium, name = data.draw(st.sampled_from(RENDITIONS))
    figures = data.draw(_figures(form))
    layout: html.Layout | text.Layout = html.LAYOUTS[name] if medium == html.MEDIUM else text.LAYOUTS[name]
    made = make(form.code, "given", "property", data.draw(st.integers(0, 14)), layout.words, figures=figures)
    case = html.written(name, layout, made) if isinstance(layout, html.Layout) else text.written(name, layout, made)
    result = score(case)
    assert not [slip for slip in result.slips if slip.verdict in (Verdict.WRONG, Verdict.INVENTED)]
    # Without heads only sums can vouch for the columns (`trust`), and those of made-up figures do not hold.
    is_vouched = layout.headed if isinstance(layout, html.Layout) else True
    if is_vouched and "" not in figures.values() and not misses_without_blanks(medium, name):
        assert result.whole == result.reports


@given(st.data())
@generated
def test_a_label_damaged_by_a_character_or_two_never_gives_a_wrong_figure(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(FORMATS))
    label = data.draw(st.sampled_from([label for label in wordings.labels(form) if len(label) >= 4]))
    damaged = label
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged = damaged[:place] + data.draw(st.sampled_from(["", "口", "人", "?"])) + damaged[place + 1 :]
    rendition = data.draw(st.sampled_from(sorted(PLAIN)))
    made = make(form.code, "dense", f"property/{label}", 0, lambda *_: Wording(labels={label: damaged}))
    result = score(PLAIN[rendition](made))
    false = [slip for slip in result.slips if slip.verdict in (Verdict.WRONG, Verdict.INVENTED)]
    # A unit that is damaged is not told any more.
    assert not [slip for slip in false if slip.key[-1] != "amount"]
    assert result.cells[Verdict.RIGHT] >= 0.5 * sum(result.cells.values())


@pytest.mark.parametrize("rendition", ["HTML", "nl", "pipe", "tab"])
@pytest.mark.parametrize(("form", "row"), ROWS, ids=[f"{form.code}-{row}" for form, row in ROWS])
def test_a_row_that_is_not_there_costs_its_own_cells_only(form: Format, row: str, rendition: str) -> None:
    table = next(cell.table_code for cell in form.cells if cell.row_code == row and cell.table_code != "litigation")
    made = make(form.code, "dense", "property/row", 0)
    sections = tuple(
        replace(section, grid=without_row(section.grid, row))
        if section.grid is not None and section.grid.code == table
        else section
        for section in made.report.sections
    )
    without = replace(made, report=replace(made.report, sections=sections))
    result = score(PLAIN[rendition](without))
    assert {slip.verdict for slip in result.slips} == {Verdict.MISSING}
    assert {slip.key[:2] for slip in result.slips} == {(table, row)}


def test_the_corpus_prints_what_it_says() -> None:
    """A figure of its own in every cell: each stands in the document exactly once more than without it."""
    made = make("2021", "dense", "property/print", 0)
    grids: list[Grid] = [section.grid for section in made.report.sections if section.grid is not None]
    for write in (table_html, flattened.nl, flattened.pipe, flattened.by_style(TextStyle.TAB)):
        printed = "\n".join(write(grid) for grid in grids)
        assert all(raw in printed for raw in made.figures.values())

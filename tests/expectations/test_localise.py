"""The likely wrong cell: what the sums single out, what they leave open, and what is never accused."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.localise import Finding, Limits, Method, Published, State, determined, explain, parts_of
from expectations.localise.evidence import of_change, of_finding
from expectations.localise.slips import SHARES, slip
from expectations.localise.system import figures_of
from schemas.facts import Status
from schemas.formats import format_by_code, load_formats
from tests.accuracy import made
from tests.corpus import load_figures, number
from tests.localise.damages import KINDS
from tests.localise.score import Outcome, campaign, cells_of, true_values
from tests.shared import SAMPLES

FORM = format_by_code("2021")


def position(row: str, column: str, table: str = "applications", code: str = "2021") -> int:
    return format_by_code(code).cell_by_key[table, row, column].position


def quiet(code: str = "2021", **changed: int) -> dict[int, int]:
    """A report of zeros in which one application was received and granted."""
    values = {cell.position: 0 for cell in format_by_code(code).cells}
    for row in ("received_new", "granted", "total"):
        for column in ("natural_person", "total"):
            values[position(row, column, code=code)] = 1
    return values | {int(place): value for place, value in changed.items()}


def litigation(*figures: int) -> dict[int, int]:
    columns = ("upheld", "corrected", "other", "pending", "total")
    where = [position("suit_direct", column, "litigation") for column in columns]
    return quiet() | dict(zip(where, figures, strict=True))


def proposals(finding: Finding) -> list[dict[tuple[str, str], int | None]]:
    return [{c.cell.key[1:]: c.proposed for c in e.changes} for e in finding.explanations]


def sample(name: str, code: str) -> dict[int, int]:
    figures = load_figures(SAMPLES / "figures" / f"{name}.csv")
    found = {cell.position: number(figures[cell.key]) for cell in format_by_code(code).cells}
    return {place: int(value) for place, value in found.items() if value is not None}


def test_nantong_2020_was_meant_to_say_0() -> None:
    (finding,) = explain("2019", cells_of(sample("nantong-yjj-2020", "2019")))
    assert (finding.state, finding.solutions) == (State.EXPLAINED, 1)
    assert set(finding.rules) == {"applications.row_total.refused_third_party", "applications.outcomes.other"}
    (explanation,) = finding.explanations
    (change,) = explanation.changes
    assert explanation.method is Method.ONE_CELL
    assert change.cell.key == ("applications", "refused_third_party", "other")
    assert (change.published, change.proposed) == (1, 0)
    said = of_change(finding, 1, change)
    assert said.zh == (
        "表三“4.保护第三方合法权益”行“其他”列公布为1，似应为0（相差不大，或为计数之误）。"
        "只改这一格，不成立的2项合计全部成立。"
    )
    assert said.en.startswith("applications, refused_third_party × other: published 1, likely meant 0 (a few off).")
    assert "2" in of_finding(finding).zh


@pytest.mark.parametrize("path", sorted((SAMPLES / "figures").glob("*.csv")), ids=lambda path: path.stem)
def test_no_sample_whose_sums_hold_is_accused(path: Path) -> None:
    figures = load_figures(path)
    form = next(form for form in load_formats() if all(cell.key in figures for cell in form.cells))
    published = {}
    for cell in form.cells:
        value = number(figures[cell.key])
        published[cell.position] = Published(value, Status.BLANK if value is None else Status.PUBLISHED)
    failing = {"nantong-yjj-2020": 1, "shili-jyj-2024": 1}
    accused = [f for f in explain(form.code, published) if f.explanations]
    assert len(accused) == failing.get(path.stem, 0)


@pytest.mark.parametrize("kind", ["sparse", "dense", "blank", "blank rows", "dashed"])
@pytest.mark.parametrize("form", load_formats(), ids=lambda form: form.code)
def test_no_report_without_damage_is_accused_whatever_it_leaves_blank(kind: str, form) -> None:
    rng = random.Random(7)
    for _ in range(4):
        figures = made.figures_of(kind, form, rng)
        published = {}
        for cell in form.cells:
            value = number(figures[cell.key])
            published[cell.position] = Published(value, Status.BLANK if value is None else Status.PUBLISHED)
        for finding in explain(form.code, published, Limits(seconds=60)):
            assert finding.state in (State.BLANKS, State.EXPLAINED)
            for explanation in finding.explanations:
                assert all(change.published is None for change in explanation.changes)


@pytest.mark.parametrize("reports", ["real", "sparse", "realistic", "dense"])
def test_one_cell_is_exact_where_sums_can_tell_and_two_or_three_are_found(reports: str) -> None:
    """The whole measurement is `python -m tests.localise`; this is a small part of it."""
    few = {name: KINDS[name] for name in ("1 cell", "2 cells", "3 cells")}
    tallies = campaign(few, reports, trials=25, seed=3)
    one = tallies["1 cell"]
    assert one.telling > 15
    assert one.told_exact == one.telling
    for name, tally in tallies.items():
        assert tally.outcomes[Outcome.MISSED] + tally.outcomes[Outcome.ACCUSED] <= 2, (name, tally.outcomes)


@pytest.mark.parametrize("slips", [name for name in KINDS if "cell" not in name or name == "cells exchanged"])
def test_slips_are_found_and_nobody_else_is_accused(slips: str) -> None:
    (tally,) = campaign({slips: KINDS[slips]}, "sparse", trials=20, seed=5).values()
    assert tally.outcomes[Outcome.MISSED] + tally.outcomes[Outcome.ACCUSED] == 0
    assert tally.outcomes[Outcome.EXACT] > 0


def test_all_five_cells_of_a_block_of_table_4_are_suspect_alike() -> None:
    (finding,) = explain("2021", cells_of(litigation(3, 1, 1, 0, 6)))
    assert (finding.state, finding.solutions) == (State.AMBIGUOUS, 5)
    assert [len(changes) for changes in proposals(finding)] == [1] * 5
    assert {"suit_direct"} == {key[0] for changes in proposals(finding) for key in changes}


def test_a_slip_singles_one_cell_of_a_block_out() -> None:
    (finding,) = explain("2021", cells_of(litigation(12, 3, 0, 1, 61)))
    assert finding.solutions == 1
    assert proposals(finding) == [{("suit_direct", "total"): 16}]
    assert finding.explanations[0].changes[0].slip == "swapped"


def test_parts_are_judged_apart() -> None:
    """An undecided block of table 四 takes nothing from a wrong cell of table 三."""
    values = litigation(3, 1, 1, 0, 6) | {position("granted_part", "other"): 4}
    three, four = explain("2021", cells_of(values))
    assert (three.solutions, four.solutions) == (1, 5)
    assert proposals(three) == [{("granted_part", "other"): 0}]


def test_a_row_shifted_by_a_column_is_one_slip() -> None:
    values = sample("suqian-2023", "2021")
    row = [cell.position for cell in FORM.cells if cell.row_code == "granted"]
    printed = dict(zip(row, [0, *(values[place] for place in row[:-1])], strict=True))
    (finding,) = explain("2021", cells_of(values | printed))
    assert finding.solutions == 1
    assert finding.explanations[0].method is Method.SHIFTED
    changed = {place: value for place, value in printed.items() if value != values[place]}
    assert {c.cell.position: c.proposed for c in finding.explanations[0].changes} == {p: values[p] for p in changed}


def test_two_sums_that_two_cells_could_mend_in_many_rows_never_have_a_sole_explanation() -> None:
    values = quiet() | {position("granted", "natural_person"): 0, position("granted", "business"): 1}
    (finding,) = explain("2021", cells_of(values))
    assert finding.solutions == 1, "two neighbours that changed places are one slip"
    assert proposals(finding) == [{("granted", "natural_person"): 1, ("granted", "business"): 0}]
    values = sample("suqian-2023", "2021")
    values[position("granted", "natural_person")] -= 7
    values[position("granted", "business")] += 7
    (finding,) = explain("2021", cells_of(values))
    assert finding.state is State.AMBIGUOUS
    assert finding.solutions > 1


def test_four_wrong_cells_are_found_by_the_programme_and_six_are_not_believed() -> None:
    values = true_values("dense", FORM, random.Random(1))
    where = [position(row, column) for row, column in (
        ("granted", "business"), ("granted_part", "other"), ("refused_law", "research"), ("carried_in", "nonprofit"),
        ("unable_unclear", "natural_person"), ("rejected_petition", "legal_service"), ("other_misc", "business"),
    )]  # fmt: skip
    wrong = {place: values[place] + 11 * number for number, place in enumerate(where, start=1)}
    (four,) = explain("2021", cells_of(values | {place: wrong[place] for place in where[:4]}), Limits(seconds=30))
    assert four.explanations[0].method is Method.PROGRAMME
    assert {c.cell.position: c.proposed for c in four.explanations[0].changes} == {p: values[p] for p in where[:4]}
    (many,) = explain("2021", cells_of(values | wrong), Limits(seconds=30))
    assert (many.state, many.solutions, many.explanations) == (State.TOO_MANY_CELLS, 0, ())
    (hurried,) = explain("2021", cells_of(values | wrong), Limits(seconds=0))
    assert hurried.state is State.NOT_FOUND
    assert of_finding(hurried).en.startswith("No explanation")


def test_unknown_cells_are_free_and_never_accused() -> None:
    values = quiet()
    published = cells_of(values | {position("granted_part", "other"): 4})
    for row, status in (("refused_law", Status.MISSING), ("refused_query", Status.DASH), ("granted", Status.BLANK)):
        published[position(row, "research")] = Published(None, status)
    (finding,) = explain("2021", published)
    assert finding.solutions == 1
    assert proposals(finding) == [{("granted_part", "other"): 0}]


def test_a_figure_left_out_that_two_sums_give_is_proposed_and_one_that_one_sum_gives_is_not() -> None:
    published = cells_of(quiet())
    published[position("granted", "natural_person")] = Published(None, Status.BLANK)
    (finding,) = explain("2021", published)
    assert finding.explanations[0].method is Method.BLANK
    assert proposals(finding) == [{("granted", "natural_person"): 1}]
    published = cells_of(litigation(3, 1, 1, 0, 5))
    published[position("suit_direct", "upheld", "litigation")] = Published(None, Status.BLANK)
    (finding,) = explain("2021", published)
    assert (finding.state, finding.explanations) == (State.BLANKS, ())


def test_a_part_greater_than_its_total_is_found_though_the_sum_cannot_be_assessed() -> None:
    """One of four figures is blank, so no check can fail; yet 7 and something are never 5."""
    published = cells_of(litigation(7, 0, 0, 0, 5))
    published[position("suit_direct", "pending", "litigation")] = Published(None, Status.BLANK)
    (finding,) = explain("2021", published)
    assert finding.state is State.AMBIGUOUS
    assert all(value is None for changes in proposals(finding) for value in changes.values())


def test_blanks_are_what_the_sums_leave() -> None:
    (part, *_) = parts_of("2021")
    published = cells_of(quiet())
    for column in ("business", "research", "natural_person"):
        published[position("granted", column)] = Published(None, Status.BLANK)
    found = {part.cells[place].column_code: told for place, told in determined(figures_of(part, published)).items()}
    assert {column: value for column, (value, _) in found.items()} == {
        "natural_person": 1, "business": 0, "research": 0,
    }  # fmt: skip


def test_figures_out_of_reach_are_said_to_be() -> None:
    (finding,) = explain("2021", cells_of(quiet() | {position("granted", "other"): 10**15}))
    assert (finding.state, finding.explanations) == (State.NOT_FOUND, ())


def test_a_fraction_among_counts_is_explained_by_a_whole_number() -> None:
    published = cells_of(quiet())
    published[position("granted", "other")] = Published(Decimal("2.5"), Status.PUBLISHED)
    (finding,) = explain("2021", published)
    assert proposals(finding) == [{("granted", "other"): 0}]
    assert finding.explanations[0].changes[0].published == Decimal("2.5")


@pytest.mark.parametrize(
    ("published", "meant", "kind"),
    [(61, 16, "swapped"), (12, 112, "dropped"), (122, 12, "doubled"), (1832, 1932, "mistyped"), (-30, 30, "sign"),
     (0, 45, "left_out"), (1, 10, "swapped"), (100, 101, "near"), (7000, 3, "other"), (2.5, 2, "other")],
)  # fmt: skip
def test_slips_are_told_by_name(published: float, meant: int, kind: str) -> None:
    assert slip(published, meant)[0] == kind


@settings(max_examples=200)
@given(published=st.integers(-(10**6), 10**9), meant=st.integers(0, 10**9))
def test_every_change_has_a_chance(published: int, meant: int) -> None:
    if published != meant:
        kind, chance = slip(float(published), meant)
        assert 0 < chance <= 1
        assert kind in SHARES


def test_a_wrong_figure_that_its_row_total_was_added_up_from_is_one_slip() -> None:
    values = sample("suqian-2023", "2021")
    where = [position("granted", column) for column in ("business", "total")]
    (finding,) = explain("2021", cells_of(values | {place: values[place] + 90 for place in where}))
    assert finding.solutions == 1
    assert finding.explanations[0].method is Method.CARRIED
    assert {c.cell.position: c.proposed for c in finding.explanations[0].changes} == {p: values[p] for p in where}


def test_rows_far_apart_are_never_surely_exchanged() -> None:
    """An outcome in the place of 结转 looks like one that was left out of 总计."""
    values = sample("suqian-2023", "2021")
    rows = [[c.position for c in FORM.cells if c.row_code == row] for row in ("granted_part", "carried_in")]
    printed = dict(zip(rows[0] + rows[1], (values[place] for place in rows[1] + rows[0]), strict=True))
    (finding,) = explain("2021", cells_of(values | printed))
    assert finding.state is State.AMBIGUOUS
    assert finding.explanations[0].method is Method.ROWS_EXCHANGED

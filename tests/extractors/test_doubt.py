"""Doubted figures are kept where sums confirm them, and lost where sums contradict or cannot tell."""

from __future__ import annotations

from decimal import Decimal

from extractors.doubt import Key, disbelieved
from schemas.formats import format_by_code
from tests.warehouse.house import consistent

FORM = format_by_code("2021")
PART = ("applications", "granted", "business")
ROW_TOTAL = ("applications", "granted", "total")
NEIGHBOUR = ("applications", "granted", "research")
LONELY = ("disclosure", "rules", "made")


def values() -> dict[Key, Decimal | None]:
    made: dict[Key, Decimal | None] = {key: Decimal(raw) for key, raw in consistent(FORM, start=3).items()}
    return made


def test_nothing_doubted_nothing_lost_whatever_the_sums_say() -> None:
    read = values()
    read[PART] = Decimal(999)
    assert disbelieved(FORM, read, set()) == set()


def test_a_doubted_figure_whose_sums_hold_is_kept() -> None:
    assert disbelieved(FORM, values(), {PART}) == set()


def test_a_doubted_figure_that_sums_contradict_is_lost_and_its_neighbours_are_not() -> None:
    read = values()
    read[PART] = Decimal(999)
    assert disbelieved(FORM, read, {PART, NEIGHBOUR}) == {PART}


def test_a_doubted_figure_without_sums_is_lost() -> None:
    assert disbelieved(FORM, values(), {LONELY}) == {LONELY}


def test_a_doubted_figure_beside_a_blank_has_no_sum_to_confirm_it() -> None:
    read = values()
    read[NEIGHBOUR] = None
    read["applications", "total", "business"] = None
    assert disbelieved(FORM, read, {PART}) == {PART}


def test_the_same_misreading_in_part_and_total_confirms_nothing() -> None:
    """1 read as 7 in the only part of a suit's row and in its total: the row still adds up."""
    read = values()
    row = {key: Decimal(0) for key in read if key[:2] == ("litigation", "suit_direct")}
    part, total = ("litigation", "suit_direct", "upheld"), ("litigation", "suit_direct", "total")
    read |= row | {part: Decimal(7), total: Decimal(7)}
    assert disbelieved(FORM, read, {part, total}) == {part, total}


def test_what_one_sum_confirmed_lets_another_speak() -> None:
    """The row's part is confirmed by its column; then the row confirms its total."""
    assert disbelieved(FORM, values(), {PART, ROW_TOTAL}) == set()


def test_a_doubted_cell_without_a_number_is_lost() -> None:
    read = values()
    read[PART] = None
    assert disbelieved(FORM, read, {PART}) == {PART}

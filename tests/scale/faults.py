"""What is wrong or odd in the made-up nation, and the book of it: which rules must fail, which cannot be assessed.

A body has one oddity at most, in one year (those of its manner of printing: in all), so its other years stand beside
it as they should, and the book follows from the oddity alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from schemas.formats import Format
from schemas.rules import load_year_rules
from tests.scale.figures import Year
from tests.scale.nation import YEARS, Publisher

PUBLISHED, BLANK, DASH, UNREADABLE, MISSING = range(5)
Entry = tuple[int, int, str]  # body (row of the block), year, rule

# Share of bodies with each.
_SHARES = {
    "outcome": 0.010, "litigation": 0.008, "balance": 0.004, "carried": 0.008, "in_force": 0.004, "money_unit": 0.002,
    "hundredfold": 0.003, "negative": 0.001, "fraction": 0.001, "rule_making": 0.002, "text": 0.002, "copied": 0.002,
    "missing": 0.006, "unreadable": 0.004, "empty_line": 0.006, "blank_zeros": 0.05, "dashed_zeros": 0.02,
}  # fmt: skip
_COUNTED = "natural_person"  # the column that slips between years are put in


@dataclass
class Block:
    """Some bodies with their years as published: figures, the state of each cell, and what the book says."""

    bodies: list[Publisher]
    years: list[Year]
    states: list[np.ndarray]
    clauses: np.ndarray  # how many clauses the prose of each body has
    fails: set[Entry] = field(default_factory=set)
    unknown: set[Entry] = field(default_factory=set)
    halves: set[tuple[int, int]] = field(default_factory=set)  # (body, year) with half a 行政强制
    misstated: set[tuple[int, int]] = field(default_factory=set)
    copied: set[tuple[int, int]] = field(default_factory=set)

    def column(self, at: int, *key: str) -> np.ndarray:
        """Return a view of the figures of one cell in a year, that may be written to."""
        form = self.years[at].form
        return self.years[at].values[:, form.cell_by_key[key[0], key[1], key[2]].position - 1]

    def fail(self, body: int, at: int, *rules: str) -> None:
        """Note that rules fail in a year, where that year is one of the block's."""
        if 0 <= at < len(self.years):
            self.fails |= {(body, self.years[at].year, rule) for rule in rules}


def published(bodies: list[Publisher], years: list[Year], seed: list[int]) -> Block:
    """Put the oddities into figures that hold; the same seed puts the same ones, however many years follow."""
    rng = np.random.default_rng(seed)
    states = [np.zeros(year.values.shape, np.uint8) for year in years]
    clauses = np.clip(rng.lognormal(4.0, 0.5, len(bodies)), 6, 120).astype(int)
    block = Block(bodies, years, states, clauses)
    kinds = [*_SHARES, ""]
    drawn = rng.choice(len(kinds), len(bodies), p=[*_SHARES.values(), 1 - sum(_SHARES.values())])
    when = rng.integers(1, len(YEARS), len(bodies))
    dice = rng.integers(0, 1 << 30, len(bodies))
    for body in np.flatnonzero(drawn < len(_SHARES)).tolist():
        _PUT[kinds[drawn[body]]](block, body, int(when[body]), int(dice[body]))
    # The year after those of the first load has a few of its own.
    for at in range(len(YEARS), len(years)):
        for body in np.flatnonzero((drawn == len(_SHARES)) & (dice % 100 < 2)).tolist():
            (_carried if dice[body] % 2 else _outcome)(block, body, at, int(dice[body]))
    return block


def _outcome(block: Block, body: int, at: int, dice: int) -> None:
    rule = [rule for rule in block.years[at].form.sums if rule.family == "outcomes"][dice % 6]
    cell = [term.cell for term in rule.terms if term.sign < 0][dice // 7 % 19]
    block.column(at, *cell.key)[body] += 1 + dice % 9
    block.fail(body, at, rule.code, f"applications.row_total.{cell.row_code}")


def _litigation(block: Block, body: int, at: int, dice: int) -> None:
    row = ("reconsideration", "suit_direct", "suit_after_reconsideration")[dice % 3]
    block.column(at, "litigation", row, "total")[body] += 1
    block.fail(body, at, f"litigation.row_total.{row}")


def _balance(block: Block, body: int, at: int, dice: int) -> None:
    for column in (_COUNTED, "total"):
        block.column(at, "applications", "received_new", column)[body] += 1 + dice % 5
        block.fail(body, at, f"applications.balance.{column}")


def _carried(block: Block, body: int, at: int, _dice: int) -> None:
    more = 1 if block.column(at, "applications", "received_new", _COUNTED)[body] > 0 else -1
    if more < 0 and block.column(at, "applications", "carried_in", _COUNTED)[body] == 0:
        return
    for column in (_COUNTED, "total"):
        block.column(at, "applications", "carried_in", column)[body] += more
        block.column(at, "applications", "received_new", column)[body] -= more
        block.fail(body, at, f"year_to_year.carried.{column}")


def _in_force(block: Block, body: int, at: int, dice: int) -> None:
    may_make_rules = block.bodies[body].level in ("province", "city")
    row = "rules" if may_make_rules and dice % 2 else "normative_documents"
    at = max(at, 3)  # the form of 2019 and 2020 does not ask for it
    for later in range(at, len(block.years)):
        block.column(later, "disclosure", row, "in_force")[body] += 1 + dice % 3
    block.fail(body, at, f"year_to_year.in_force.{row}")


def _money_unit(block: Block, body: int, at: int, dice: int) -> None:
    at = 3 + dice % 2  # 元 written for 万元
    fees = block.column(at, "disclosure", "fees", "amount")
    if fees[body] > 0:
        fees[body] *= 10_000
        block.fail(body, at, "plausibility.money_unit")


def _hundredfold(block: Block, body: int, at: int, _dice: int) -> None:
    decisions = block.column(at, "disclosure", "penalties", "decisions")
    if decisions[body] > 0:
        decisions[body] *= 300
        block.fail(body, at, "plausibility.hundredfold")
        block.fail(body, at + 1, "plausibility.hundredfold")


def _negative(block: Block, body: int, at: int, _dice: int) -> None:
    block.column(at, "disclosure", "coercion", "decisions")[body] = -1
    block.fail(body, at, "plausibility.negative")


def _fraction(block: Block, body: int, at: int, _dice: int) -> None:
    block.halves.add((body, block.years[at].year))
    block.fail(body, at, "plausibility.fraction")


def _rule_making(block: Block, body: int, at: int, _dice: int) -> None:
    if block.bodies[body].level not in ("county", "township"):
        return
    for column in ("made", "repealed"):  # both, so that those in force stay as they were
        if ("disclosure", "rules", column) in block.years[at].form.cell_by_key:
            block.column(at, "disclosure", "rules", column)[body] = 1
    block.fail(body, at, "plausibility.rule_making")


def _text(block: Block, body: int, at: int, _dice: int) -> None:
    block.misstated.add((body, block.years[at].year))
    block.fail(body, at, "text.received_new")


def _copied(block: Block, body: int, at: int, _dice: int) -> None:
    block.copied.add((body, block.years[at].year))
    if block.clauses[body] >= 25:
        block.fail(body, at, "plausibility.copied_text")


def _missing(block: Block, body: int, at: int, dice: int) -> None:
    first = dice % 180
    _lose(block, body, at, range(first, first + 1 + dice // 180 % 8), MISSING)


def _unreadable(block: Block, body: int, at: int, dice: int) -> None:
    _lose(block, body, at, [dice % 195], UNREADABLE)


def _empty_line(block: Block, body: int, at: int, dice: int) -> None:
    """One row of table 四 without any figure: nothing decides what it should be."""
    row = ("reconsideration", "suit_direct", "suit_after_reconsideration")[dice % 3]
    cells = [cell.position - 1 for cell in block.years[at].form.cells if cell.key[:2] == ("litigation", row)]
    _lose(block, body, at, cells, BLANK)


def _lose(block: Block, body: int, at: int, columns: range | list[int], state: int) -> None:
    block.states[at][body, list(columns)] = state
    lost = {column + 1 for column in columns}
    own, following = block.years[at], block.years[at + 1] if at + 1 < len(block.years) else None
    block.unknown |= {(body, own.year, rule) for rule, cells in _sums(own.form) if lost & cells}
    block.unknown |= {
        (body, own.year, rule)
        for rule, cells in _years(own.form.code, block.years[at - 1].form.code, 0)
        if lost & cells
    }
    if following:
        between = _years(following.form.code, own.form.code, 1)
        block.unknown |= {(body, following.year, rule) for rule, cells in between if lost & cells}


@cache
def _sums(form: Format) -> list[tuple[str, set[int]]]:
    return [(rule.code, {term.cell.position for term in rule.terms}) for rule in form.sums]


@cache
def _years(code: str, previous: str, before: int) -> list[tuple[str, set[int]]]:
    return [
        (rule.code, {term.cell.position for term in rule.terms if term.years_before == before})
        for rule in load_year_rules()
        if (rule.format, rule.previous_format) == (code, previous)
    ]


def _zeros(state: int) -> Callable[[Block, int, int, int], None]:
    """Print no 0 among the parts of table 三, in any year: the totals decide all of them."""

    def put(block: Block, body: int, _at: int, _dice: int) -> None:
        for year, states in zip(block.years, block.states, strict=True):
            parts = [
                cell.position - 1
                for cell in year.form.cells
                if cell.table_code == "applications" and cell.column_code != "total"
            ]
            states[body, parts] = np.where(year.values[body, parts] == 0, state, PUBLISHED)

    return put


_PUT: dict[str, Callable[[Block, int, int, int], None]] = {
    "outcome": _outcome, "litigation": _litigation, "balance": _balance, "carried": _carried, "in_force": _in_force,
    "money_unit": _money_unit, "hundredfold": _hundredfold, "negative": _negative, "fraction": _fraction,
    "rule_making": _rule_making, "text": _text, "copied": _copied, "missing": _missing, "unreadable": _unreadable,
    "empty_line": _empty_line, "blank_zeros": _zeros(BLANK), "dashed_zeros": _zeros(DASH),
}  # fmt: skip

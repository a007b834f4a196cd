"""Ways in which a report comes to be wrong: each takes true figures and returns the cells it spoiled.

A damage is {position: figure as printed}, of cells that sums bind; None where it does not apply to these figures.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from schemas.formats import Format

Values = dict[int, int]
Damage = Callable[[Format, Values, random.Random], Values | None]


def random_cells(count: int) -> Damage:
    """Spoil ``count`` cells anywhere: by another number of about that size, by a few, or by any at all."""

    def damage(form: Format, values: Values, rng: random.Random) -> Values:
        return {place: _another(values[place], rng) for place in rng.sample(bound(form), count)}

    return damage


def bound(form: Format) -> list[int]:
    """Return the positions of the cells that some sum binds."""
    return sorted({term.cell.position for rule in form.sums for term in rule.terms})


def _another(value: int, rng: random.Random) -> int:
    ways = [lambda: rng.randint(0, max(20, 3 * value)), lambda: value + rng.choice([-3, -2, -1, 1, 2, 3])]
    ways.append(lambda: rng.choice([1, 9, 40, 500, 6000]) * rng.randint(1, 9))
    while (found := rng.choice(ways)()) == value or found < 0:
        pass
    return found


def _one(form: Format, values: Values, rng: random.Random, spoil: Callable[[int], int | None]) -> Values | None:
    """Spoil one cell, half the time one that is not 0."""
    places = bound(form)
    full = [place for place in places if values[place]]
    place = rng.choice(full if full and rng.random() < 0.5 else places)
    found = spoil(values[place])
    return None if found is None or found == values[place] else {place: found}


def swapped(form: Format, values: Values, rng: random.Random) -> Values | None:
    """Two digits side by side change places."""

    def spoil(value: int) -> int | None:
        text = str(value)
        if len(text) < 2:
            return None
        at = rng.randrange(len(text) - 1)
        return int(text[:at] + text[at + 1] + text[at] + text[at + 2 :])

    return _one(form, values, rng, spoil)


def dropped(form: Format, values: Values, rng: random.Random) -> Values | None:
    """A digit is lost."""

    def spoil(value: int) -> int | None:
        text = str(value)
        at = rng.randrange(len(text))
        return int(text[:at] + text[at + 1 :]) if len(text) > 1 else None

    return _one(form, values, rng, spoil)


def doubled(form: Format, values: Values, rng: random.Random) -> Values | None:
    """A digit is typed twice."""

    def spoil(value: int) -> int:
        text = str(value)
        at = rng.randrange(len(text))
        return int(text[: at + 1] + text[at:])

    return _one(form, values, rng, spoil)


def mistyped(form: Format, values: Values, rng: random.Random) -> Values | None:
    """A digit is another."""

    def spoil(value: int) -> int:
        text = str(value)
        at = rng.randrange(len(text))
        return int(text[:at] + str(rng.randint(0, 9)) + text[at + 1 :])

    return _one(form, values, rng, spoil)


def sign(form: Format, values: Values, rng: random.Random) -> Values | None:
    """A dash before a figure is read as a sign."""
    return _one(form, values, rng, lambda value: -value)


def _grid(form: Format, table: str) -> list[list[int]]:
    """Return the positions of a table's cells, row by row."""
    rows: dict[str, list[int]] = {}
    for cell in form.cells:
        if cell.table_code == table:
            rows.setdefault(cell.row_code, []).append(cell.position)
    return list(rows.values())


def _changed(values: Values, printed: Values) -> Values | None:
    return {place: value for place, value in printed.items() if value != values[place]} or None


def exchanged(form: Format, values: Values, rng: random.Random) -> Values | None:
    """Two neighbours of table 三, side by side or one above the other, stand in each other's place."""
    grid = _grid(form, "applications")
    row, column = rng.randrange(len(grid) - 1), rng.randrange(len(grid[0]) - 1)
    down = rng.random() < 0.5
    one, two = grid[row][column], grid[row + 1][column] if down else grid[row][column + 1]
    return _changed(values, {one: values[two], two: values[one]})


def shifted(form: Format, values: Values, rng: random.Random) -> Values | None:
    """A row of table 三 stands a column too far to the right or left, with or without its total."""
    row = rng.choice([row for row in _grid(form, "applications") if any(values[place] for place in row)] or [[]])
    if not row:
        return None
    moved = row if rng.random() < 0.5 else row[:-1]
    figures = [values[place] for place in moved]
    figures = [0, *figures[:-1]] if rng.random() < 0.5 else [*figures[1:], 0]
    return _changed(values, dict(zip(moved, figures, strict=True)))


def row_too_low(form: Format, values: Values, rng: random.Random) -> Values | None:
    """A row's figures stand one row too low in table 三, where there were only zeros; its own row is left 0."""
    grid = _grid(form, "applications")
    empty = [
        at for at in range(1, len(grid))
        if not any(values[place] for place in grid[at]) and any(values[place] for place in grid[at - 1])
    ]  # fmt: skip
    if not empty:
        return None
    at = rng.choice(empty)
    printed = {low: values[high] for high, low in zip(grid[at - 1], grid[at], strict=True)}
    return _changed(values, printed | dict.fromkeys(grid[at - 1], 0))


KINDS: dict[str, Damage] = {
    "1 cell": random_cells(1),
    "2 cells": random_cells(2),
    "3 cells": random_cells(3),
    "digits swapped": swapped,
    "digit dropped": dropped,
    "digit doubled": doubled,
    "digit mistyped": mistyped,
    "sign": sign,
    "cells exchanged": exchanged,
    "row shifted": shifted,
    "row too low": row_too_low,
}


def wrong_total(form: Format, values: Values, rng: random.Random) -> Values | None:
    """The row (七)总计 was added up over a part of the outcomes only, in every column."""
    rule_columns = [rule for rule in form.sums if rule.family == "outcomes"]
    left_out = set(rng.sample(sorted({t.cell.row_code for t in rule_columns[0].terms if t.sign < 0}), 3))
    printed = {}
    for rule in rule_columns:
        (total,) = [term.cell.position for term in rule.terms if term.sign > 0]
        parts = [term.cell for term in rule.terms if term.sign < 0 and term.cell.row_code not in left_out]
        printed[total] = sum(values[cell.position] for cell in parts)
    return _changed(values, printed)


def rows_exchanged(form: Format, values: Values, rng: random.Random) -> Values | None:
    """Any two rows of table 三 stand in each other's place."""
    one, two = rng.sample(_grid(form, "applications"), 2)
    printed = {a: values[b] for a, b in zip(one, two, strict=True)}
    return _changed(values, printed | {b: values[a] for a, b in zip(one, two, strict=True)})


def thousandfold(form: Format, values: Values, rng: random.Random) -> Values | None:
    """A separator of thousands was taken for a point, or a point for one: a figure is a thousand times too large."""
    return _one(form, values, rng, lambda value: 1000 * value)


def columns_exchanged(form: Format, values: Values, rng: random.Random) -> Values | None:
    """Two columns of table 三 stand in each other's place in the outcomes only, as after a page break."""
    grid = _grid(form, "applications")
    one, two = rng.sample(range(len(grid[0]) - 1), 2)
    printed = {}
    for row in grid[rng.randrange(3, len(grid) - 3) :]:
        printed |= {row[one]: values[row[two]], row[two]: values[row[one]]}
    return _changed(values, printed)


# Written after the search was finished; their first score is told as it was.
NOT_TUNED_TO: dict[str, Damage] = {
    "part left out of 七": wrong_total,
    "rows exchanged": rows_exchanged,
    "thousandfold": thousandfold,
    "columns exchanged": columns_exchanged,
}

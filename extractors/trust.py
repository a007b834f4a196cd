"""A second net under figures whose columns no head proves: do the rows add up at all?

Sums are used here as evidence of placement only. They never change a figure; where most rows contradict
their own totals the figures were not where we took them to be, and the table counts as not found.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum

from schemas.formats import Format

Key = tuple[str, str, str]


class Placing(Enum):
    """How sure it is that a table's figures stand where they were taken to be."""

    PROVEN = "every head was read, each above its figures"
    COUNTED = "figures were counted off: some head was not read"
    MOVED = "the heads stand in another order than the form's: moved by the publisher, or out of place"


# A publisher's slips are few; figures read from wrong columns fail nearly everywhere.
FEWEST_FAILING = {Placing.COUNTED: 3, Placing.MOVED: 1}


def distrusted(
    wanted: Format, table_code: str, values: Mapping[Key, Decimal | None], placing: Placing, *, uneven: bool
) -> set[Key]:
    """Return the cells of a table that cannot be believed where they were found.

    Under proven heads failing rows are the publisher's own. ``uneven`` says that some rows had too few or
    too many figures: blanks vanished there, or page numbers crept in. Then a row that does not add up may be
    such a row too, and is not believed either.
    """
    failing: set[str] = set()
    assessed = 0
    for rule in wanted.sums:
        if rule.table_code != table_code or rule.family != "row_total":
            continue
        terms = [(term.sign, values.get(term.cell.key)) for term in rule.terms]
        if any(value is None for _, value in terms) or not any(value for _, value in terms):
            continue
        assessed += 1
        if sum(sign * value for sign, value in terms if value is not None):
            failing.add(rule.terms[0].cell.row_code)
    fewest = FEWEST_FAILING.get(placing)
    if fewest and len(failing) >= fewest and 2 * len(failing) > assessed:
        return {key for key in values if key[0] == table_code}
    if uneven:
        return {key for key in values if key[0] == table_code and key[1] in failing}
    return set()

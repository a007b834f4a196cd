"""Figures that recognition doubts, held to the report's own sums: confirmed, or not believed.

A pure function over values; what makes a figure doubtful is the reader's business. A sum never changes
a figure. A sum that fails although nothing in it is doubted is the publisher's own, and nothing is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from decimal import Decimal

from schemas.formats import Format, SumRule

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum of which every term has a value: its cells with their signs."""

    signs: Mapping[Key, int]
    holds: bool

    def speaks_of(self, open_cells: Set[Key]) -> Set[Key]:
        """Return the open cells that the sum confirms or contradicts."""
        found = self.signs.keys() & open_cells
        one_side = len({self.signs[key] for key in found}) == 1
        return found if len(found) == 1 or (self.holds and one_side) else set()


def disbelieved(wanted: Format, values: Mapping[Key, Decimal | None], doubted: Set[Key]) -> set[Key]:
    """Return the doubted cells that no sum confirms, or that a sum contradicts.

    Two misread figures may agree with each other: the only part of a row and its total, both with a 1
    read as 7. So a sum that fails speaks of a doubted cell only when it is the only one left there, and
    one that holds only when all doubted ones left stand on one side of it (parts, whose errors would
    have to make up for each other). A cell is confirmed when every sum that speaks of it holds, and one
    does. It is believed from then on; a contradicted one has no value any more; other sums may speak.
    """
    open_cells = {key for key in doubted if values.get(key) is not None}
    lost = set(doubted) - open_cells
    sums = [known for rule in wanted.sums if (known := _assess(rule, values)) is not None]
    while open_cells:
        contradicted = {key for known in sums if not known.holds for key in known.speaks_of(open_cells)}
        confirmed = {key for known in sums if known.holds for key in known.speaks_of(open_cells)} - contradicted
        if not contradicted and not confirmed:
            break
        lost |= contradicted
        open_cells -= contradicted | confirmed
        sums = [known for known in sums if not known.signs.keys() & lost]
    return lost | open_cells


def _assess(rule: SumRule, values: Mapping[Key, Decimal | None]) -> _Sum | None:
    terms = [(term.sign, values.get(term.cell.key)) for term in rule.terms]
    if any(value is None for _, value in terms):
        return None
    total = sum(sign * value for sign, value in terms if value is not None)
    return _Sum({term.cell.key: term.sign for term in rule.terms}, total == 0)

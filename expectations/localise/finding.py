"""What the search found, as frozen values: changes of cells, explanations made of them, a finding per part.

How they are found is `explain`'s business, how they are told to a person `evidence`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from schemas.formats import Cell


class State(StrEnum):
    """What became of the search over one part of a report."""

    EXPLAINED = "explained"  # one explanation stands out
    AMBIGUOUS = "ambiguous"  # several are equally good
    TOO_MANY_CELLS = "too_many_cells"  # only by changing more cells than is believable
    NOT_FOUND = "not_found"  # not within the time, or figures beyond what can be weighed
    BLANKS = "blanks"  # some figure that is not published makes all sums hold: nothing contradicts


class Method(StrEnum):
    """How an explanation was found."""

    ONE_CELL = "one_cell"
    EXCHANGED = "exchanged"  # two cells stand in each other's place
    SHIFTED = "shifted"  # a row's figures stand one column beside their own
    ROW_OFF = "row_off"  # two neighbouring rows stand in each other's place
    ROWS_EXCHANGED = "rows_exchanged"  # two rows that are no neighbours do: possible, never sure
    CARRIED = "carried"  # a cell is wrong, and so is the total that was added up from it
    WHOLE_ROW = "whole_row"  # one row is wrong in four cells or more, and the other sums give what it should be
    FEW_CELLS = "few_cells"  # two or three cells, all sets of which were tried
    PROGRAMME = "programme"  # least number of cells, by mixed-integer programme
    BLANK = "blank"  # a figure left out that two sums give


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that an explanation changes; ``proposed`` is None where the sums do not say what it should be."""

    cell: Cell
    published: Decimal | None
    proposed: int | None
    slip: str | None  # a slip of typing (`slips`), None for a move of several cells


@dataclass(frozen=True, slots=True)
class Explanation:
    """Changes that, made together, let every sum of the part hold. ``weight`` is the log of its likelihood."""

    method: Method
    changes: tuple[Change, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of one part of a report. ``explanations`` are the equally good ones, likeliest first, up to a
    bound. ``solutions`` is how many there are; where not ``complete`` there may be more, and one is counted for them,
    so that 1 always means that an explanation stands alone."""

    part: int
    rules: tuple[str, ...]
    state: State
    solutions: int = 0
    complete: bool = True
    explanations: tuple[Explanation, ...] = ()

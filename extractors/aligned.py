"""An aligned document: its tokens with the labels met among them, and what stands beside, below or after one.

Rows of grids, runs of figures and the texts of heads are gathered here; which of them are a table's cells
is decided in `cells`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from extractors.align import Alignment, Match
from extractors.marks import Mark, Role
from extractors.plans import BlockPlan, Plan
from extractors.rhythm import Rhythm, Run, rhythm_of, with_blanks
from extractors.slots import Row
from extractors.tokens import Token

_UNIT_ALONE = re.compile(r"[(（][^()（）]{0,8}元[)）]")
Positions = Sequence[int]


class Aligned:
    """Answers what the reading of cells asks of a document; what few documents need is worked out when asked."""

    def __init__(self, tokens: tuple[Token, ...], plan: Plan, alignment: Alignment) -> None:
        self.tokens = tokens
        self.plan = plan
        self.matches = alignment.matches
        self.grids = _grids(tokens)
        # Before each mark: where the marks before it end at the latest.
        self._ends = list(accumulate([match.end + 1 if match else 0 for match in alignment.matches], max, initial=0))

    @cached_property
    def labels(self) -> frozenset[int]:
        """The places of all tokens that are some label."""
        return frozenset(place for match in self.matches if match for place in range(match.start, match.end + 1))

    @cached_property
    def rhythm(self) -> Rhythm | None:
        """How blank cells show in flat text, learnt from all its labelled rows."""
        rows = [
            (self._run_from(match.end + 1), width)
            for mark, width in self.plan.widths.items()
            if (match := self.matches[mark]) and not self.tokens[match.end].grid
        ]
        return rhythm_of(rows)

    @cached_property
    def _shapes(self) -> dict[int, tuple[bool, bool]]:
        """Tell of each grid whether its rows have one length, and whether some begin with an empty cell."""
        return {
            grid: (
                len(set(map(len, rows.values()))) == 1,
                not all(self.tokens[places[0]].text for places in rows.values()),
            )
            for grid, rows in self.grids.items()
        }

    def heads(self, block: BlockPlan) -> list[tuple[Mark, Match | None]]:
        """Return a block's heads level by level, each with its match."""
        marks = self.plan.index.marks
        return [(marks[at], self.matches[at]) for at in block.heads]

    def region(self, block: BlockPlan) -> tuple[int, int]:
        """Return the tokens [start, end) among which a block's heads stand."""
        start = self._ends[block.heads[0]]
        rows = [match.start for at in block.row_marks if (match := self.matches[at])]
        ends = [match.end + 1 for at in block.heads if (match := self.matches[at])]
        end = min(rows) if rows else max(ends, default=start)
        return start, max(start, end)

    def above(self, block: BlockPlan) -> tuple[Mark, Match] | None:
        """Return the title or row that was met last before a block's heads."""
        marks = self.plan.index.marks
        for at in range(block.heads[0] - 1, -1, -1):
            match = self.matches[at]
            if match is not None and marks[at].role is not Role.CORNER:
                return marks[at], match
        return None

    def head_text(self, mark: Mark, match: Match | None, region: tuple[int, int]) -> str | None:
        """Return a head as published; of one that was not met where it belongs, what speaks of money instead."""
        if match is not None:
            after = self.tokens[match.end + 1 : match.end + 2]
            # `采购总金额` and `(亿元)` on a line each.
            end = match.end + bool(after and not after[0].grid and _UNIT_ALONE.fullmatch(after[0].text))
            return "".join(self.tokens[position].text for position in range(match.start, end + 1))
        if mark.code[1] not in self.plan.amounts:
            return None
        moved = [token.text for token in self.tokens if token.key in mark.keys]
        beside = [token.text for token in self.tokens[slice(*region)] if "元" in token.text]
        said = moved if len(moved) == 1 else beside
        return said[0] if len(said) == 1 else None

    def row(self, match: Match) -> Row | None:
        """Return the tokens right of a label that stands in a grid."""
        label = self.tokens[match.end]
        if not label.grid:
            return None
        whole = self.grids[label.grid][label.row]
        if isinstance(whole, range):  # in one run, as nearly everywhere
            right = self.tokens[match.end + 1 : whole.stop]
        else:
            right = self._tokens_at([position for position in whole if position > match.end])
        return Row(right, len(whole) - len(right), label.grid, label.exact, *self._shapes[label.grid])

    def between(self, grid: int, top: int, label: Token) -> list[Token]:
        """Return the heads in a grid: below its row ``top``, above a label and right of it."""
        rows, first = self.grids[grid], label.column + label.colspan
        return [
            token
            for row in range(top + 1, label.row)
            for position in rows.get(row, ())
            if (token := self.tokens[position]).column >= first
        ]

    def line_below(self, last: int) -> Row | None:
        """Return the first row with text below the heads, or what stands right behind them on one line."""
        token = self.tokens[last]
        rows = self.grids.get(token.grid, {})
        beside = self._tokens_at([place for place in rows.get(token.row, ()) if place > last])
        if token.grid and any(cell.text for cell in beside):
            return Row(beside, 0, token.grid)
        number = token.row + 1
        # Heads that are text, or a table of their own, right above one of figures.
        after = self.tokens[last + 1] if last + 1 < len(self.tokens) else token
        if after.grid and after.grid != token.grid:
            token = after
            rows = {token.row: self.grids[token.grid][token.row]}
            number = token.row
        while number in rows:
            cells = self._tokens_at(rows[number])
            if any(cell.text for cell in cells):
                return Row(cells, 0, token.grid, token.exact, *self._shapes[token.grid])
            number += 1
        return None

    def figures_from(self, start: int, count: int) -> tuple[Token, ...]:
        """Return the figures that follow one another in flat text, and the blanks among them if they show."""
        run = self._run_from(start)
        if len(run.tokens) < count and self.rhythm is not None:
            return with_blanks(run, count, self.rhythm) or run.tokens
        return run.tokens

    def _run_from(self, start: int) -> Run:
        end = start
        while end < len(self.tokens) and self.tokens[end].is_value and not self.tokens[end].grid:
            end += 1
        return Run(self.tokens[start:end], self.tokens[end] if end < len(self.tokens) else None)

    def _tokens_at(self, places: Positions) -> tuple[Token, ...]:
        return tuple([self.tokens[place] for place in places])


def _grids(tokens: Sequence[Token]) -> dict[int, dict[int, Positions]]:
    """Return the places of the tokens in each row of each grid."""
    found: dict[int, dict[int, Positions]] = {}
    start, grid, row = 0, 0, -1
    for position, token in enumerate(tokens):
        if token.row != row or token.grid != grid:
            _note(found, grid, row, range(start, position))
            start, grid, row = position, token.grid, token.row
    _note(found, grid, row, range(start, len(tokens)))
    return found


def _note(found: dict[int, dict[int, Positions]], grid: int, row: int, places: range) -> None:
    """Note a run of tokens in one row; a reader may give the cells of a row in several runs."""
    if grid:
        rows = found.setdefault(grid, {})
        rows[row] = [*rows[row], *places] if row in rows else places

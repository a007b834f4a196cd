"""Blank cells of flat text that has one cell a line: they show as blank lines more than the others have.

A publisher's page keeps one rhythm of cells and blank lines through its tables. Where most rows come out at
just as many cells as they have columns, blank lines are believed to be cells; else nothing is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.tokens import Token

# Rows that must agree, and their share of all rows, before blank lines are taken for cells.
FEWEST_ROWS = 5
LEAST_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Run:
    """The figures that follow a label in flat text, and the token that ends them."""

    tokens: tuple[Token, ...]
    after: Token | None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """``gap`` blank lines stand between two cells; between two rows there are ``extra`` cells' worth more."""

    gap: int
    extra: int


def rhythm_of(rows: Sequence[tuple[Run, int]]) -> Rhythm | None:
    """Learn the rhythm of a document from its rows, each with its number of columns; None if there is none."""
    gaps = [token.gap for run, _ in rows for token in run.tokens]
    if not gaps or None in gaps:
        return None
    gap = min(gap for gap in gaps if gap is not None)
    over = Counter(
        len(run.tokens) + sum(blanks) - count for run, count in rows if (blanks := _blanks(run, gap)) is not None
    )
    if not over:
        return None
    extra, agreeing = over.most_common(1)[0]
    if extra < 0 or agreeing < FEWEST_ROWS or agreeing < LEAST_SHARE * len(rows):
        return None
    return Rhythm(gap, extra)


def with_blanks(run: Run, count: int, rhythm: Rhythm) -> tuple[Token, ...] | None:
    """Return a row's ``count`` cells, those that are blank lines included; None where they are not as many."""
    blanks = _blanks(run, rhythm.gap, rhythm.extra)
    if blanks is None or blanks[-1] < rhythm.extra:
        return None
    blanks[-1] -= rhythm.extra
    cells: list[Token] = []
    for token, before in zip(run.tokens, blanks, strict=False):
        cells += [replace(token, text="", key="")] * before
        cells.append(token)
    last = run.tokens[-1] if run.tokens else run.after
    if last is not None:
        cells += [replace(last, text="", key="", is_value=True)] * blanks[-1]
    return tuple(cells) if len(cells) == count else None


def _blanks(run: Run, gap: int, extra: int | None = None) -> list[int] | None:
    """Return the blank cells before each figure and after the last; None where the lines do not divide.

    A heading may follow a table without any gap: with ``extra`` known no blank is seen there.
    """
    found = []
    for token in (*run.tokens, run.after):
        if token is run.after and extra is not None and (token is None or token.gap is None or token.gap < gap):
            found.append(extra)
        elif token is None or token.gap is None or token.gap < gap or (token.gap - gap) % (gap + 1):
            return None
        else:
            found.append((token.gap - gap) // (gap + 1))
    return found

"""Heads that stand one after the other, in flat text or level by level → the orders of columns that they can mean.

Where heads stand above their columns `columns` reads the order off; here only their sequence is known.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from extractors.align import Match
from extractors.columns import ColumnOrder
from extractors.marks import Mark
from extractors.tokens import Token

# Longer text between heads is a note, not a head.
LONGEST_HEAD = 30
# Likeness in percent of a group's damaged name, where nothing else can stand.
LIKENESS_IN_PLACE = 65.0


def orders_of_heads(
    tokens: Sequence[Token],
    heads: Sequence[tuple[Mark, Match | None]],
    region: tuple[int, int],
    matched: frozenset[int],
) -> tuple[ColumnOrder, ...]:
    """Return the orders that heads can mean which stand one after the other: flat text, or several levels.

    ``heads`` are all heads of the block level by level, ``region`` the tokens [start, end) in which they
    stand, ``matched`` every token that is some label. The likeliest order comes first; where there are several
    the length of the rows decides. Empty where nobody can say what the columns are.
    """
    if all(match is not None for _, match in heads) and not _has_stranger(tokens, region, matched):
        # Just the heads, all of them in their order, as nearly everywhere.
        groups = {mark.parent for mark, _ in heads if mark.parent >= 0}
        return (ColumnOrder(tuple(range(len(heads) - len(groups))), proven=True),)
    leaves = leaves_of([mark.parent for mark, _ in heads])
    plain = tuple(range(len(leaves)))
    printed = _printed(tokens, heads, region, matched)
    # A group whose name is lost still holds its columns.
    groups = {mark.parent for mark, _ in heads}
    missing = [place for place, (_, match) in enumerate(heads) if match is None and place not in groups]
    gaps = _gaps(printed, missing, len(heads))
    strangers = sum(s for s, _ in gaps)
    lost = sum(m for _, m in gaps)
    if any(place is not None and place in groups and heads[place][1] is None for place in printed):
        return ()  # a group that was moved takes its columns with it, by names that others have too
    if not strangers and not lost and not missing:
        return (ColumnOrder(plain, proven=all(match is not None for _, match in heads)),)
    if not printed or (strangers == lost and all(s == m for s, m in gaps)):
        # No heads at all, or wording that nobody knows, each in the place of a head.
        return (ColumnOrder(plain, proven=False),)
    return _rearranged(printed, heads, leaves, gaps)


def _rearranged(
    printed: Sequence[int | None],
    heads: Sequence[tuple[Mark, Match | None]],
    leaves: Sequence[int],
    gaps: Sequence[tuple[int, int]],
) -> tuple[ColumnOrder, ...]:
    """Return the orders of heads of which some are strangers, moved or not there."""
    plain = tuple(range(len(leaves)))
    strangers, lost = sum(s for s, _ in gaps), sum(m for _, m in gaps)
    led = gaps[0][0]
    groups = {mark.parent for mark, _ in heads}
    lost_groups = {place for place in groups if place >= 0 and heads[place][1] is None}
    over = {heads[place][0].parent for place in printed if place is not None}
    if any(place in groups and place not in over for place in printed if place is not None):
        return ()  # a group without any column below it: lines that came again were dropped
    if (strangers and lost) or lost_groups or any(place is not None for place in printed[:led]):
        return ()
    # What stands before all heads may belong to the corner, or be columns of its own.
    orders = [_order_of_printed(printed[led:], heads, leaves)]
    if led and led == strangers:
        orders.append((*[None] * led, *orders[0]) if orders[0] else None)
    if None in orders:
        return ()
    if strangers == led and not lost:
        return tuple(ColumnOrder(order, proven=True) for order in orders if order)
    return (ColumnOrder(plain, proven=False), *(ColumnOrder(order, proven=False) for order in orders if order))


def leaves_of(parents: Sequence[int]) -> list[int]:
    """Return the heads under which figures stand, from left to right; all are given level by level."""
    found: list[int] = []
    stack = [place for place, parent in enumerate(parents) if parent < 0][::-1]
    while stack:
        place = stack.pop()
        below = [child for child, parent in enumerate(parents) if parent == place]
        stack += below[::-1]
        if not below:
            found.append(place)
    return found


def _printed(
    tokens: Sequence[Token],
    heads: Sequence[tuple[Mark, Match | None]],
    region: tuple[int, int],
    matched: frozenset[int],
) -> list[int | None]:
    """Return what stands in the region: places of heads, None for a stranger.

    A stranger with the very words of a head that was not met in its order is that head, moved.
    """
    at = {match.start: place for place, (_, match) in enumerate(heads) if match is not None}
    moved: dict[str, list[int]] = {}
    for place, (mark, match) in enumerate(heads):
        for key in mark.keys if match is None else ():
            moved.setdefault(key, []).append(place)
    groups = {mark.parent for mark, _ in heads}
    lost = [place for place in sorted(groups) if place >= 0 and heads[place][1] is None]
    printed: list[int | None] = []
    for position in range(*region):
        token = tokens[position]
        if position in at:
            printed.append(at[position])
        elif position not in matched and _may_be_head(token):
            places = moved.get(token.key, [])
            group = None if len(places) == 1 else _group_in_place(token, heads, lost, position)
            if group is None:
                printed.append(places.pop() if len(places) == 1 else None)
            else:
                lost.remove(group)  # its columns tell where it stands
    return printed


def _group_in_place(
    token: Token, heads: Sequence[tuple[Mark, Match | None]], lost: Sequence[int], position: int
) -> int | None:
    """Return the group of heads whose damaged name a stranger is: between the heads beside it, in words much alike.

    Two characters of 法人或其他组织 may be damaged; the columns below it still say that it is there.
    """
    for group in lost:
        before = all(match is None or match.end < position for _, match in heads[:group])
        after = all(match is None or match.start > position for _, match in heads[group + 1 :])
        if before and after and any(fuzz.ratio(key, token.key) >= LIKENESS_IN_PLACE for key in heads[group][0].keys):
            return group
    return None


def _has_stranger(tokens: Sequence[Token], region: tuple[int, int], matched: frozenset[int]) -> bool:
    return any(position not in matched and _may_be_head(tokens[position]) for position in range(*region))


def _may_be_head(token: Token) -> bool:
    return bool(token.key) and len(token.text) <= LONGEST_HEAD


def _gaps(printed: Sequence[int | None], missing: Sequence[int], count: int) -> list[tuple[int, int]]:
    """Return (strangers, heads not printed) before each of the heads that stand in their order, and at the end."""
    absent = set(missing) - set(printed)
    gaps: list[tuple[int, int]] = []
    strangers, last = 0, -1
    for place in [*(place for place in printed if place is None or place not in missing), count]:
        if place is None:
            strangers += 1
        else:
            gaps.append((strangers, sum(last < head < place for head in absent)))
            strangers, last = 0, place
    return gaps


def _order_of_printed(
    printed: Sequence[int | None], heads: Sequence[tuple[Mark, Match | None]], leaves: Sequence[int]
) -> tuple[int | None, ...] | None:
    """Put the printed heads under their groups and read off the columns; a stranger stands beside its neighbour.

    None where a stranger stands between two levels and may belong to either.
    """
    below: dict[int, list[int | None]] = {}
    before: int | None = None
    for number, place in enumerate(printed):
        if place is not None:
            parent = heads[place][0].parent
            before = parent
        else:
            after = next((heads[later][0].parent for later in printed[number:] if later is not None), before)
            if before is None or after != before:
                return None
            parent = before
        below.setdefault(parent, []).append(place)
    columns = {head: column for column, head in enumerate(leaves)}
    order: list[int | None] = []
    stack: list[int | None] = below.get(-1, [])[::-1]
    while stack:
        place = stack.pop()
        if place is not None and place not in columns:
            stack += below.get(place, [])[::-1]
        else:
            order.append(None if place is None else columns[place])
    return tuple(order)

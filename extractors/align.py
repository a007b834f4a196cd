"""Aligning what a document says with what a format expects: in order, by label.

The chain of exact matches with the greatest weight comes first (so a heading inside a sentence or a
总计 elsewhere on the page cannot pull a label out of order); labels still missing are then sought
by likeness, only between their matched neighbours.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from extractors.marks import MarkIndex, Role
from extractors.tokens import Token

# A label broken over lines (`结果`, `纠正` in seed 004) is at most so many tokens.
LONGEST_BREAK = 4
# Likeness of two keys in percent below which they are different labels: a character or two of
# damage in a label of six still passes; 行政处罚 and 行政强制 (50) or two of the numbered rows do not.
LIKENESS = 75.0
SHORTEST_LIKE = 4
# How far before the first and after the last match a damaged label is sought, in tokens.
REACH = 40
# How far outside of its table's other rows a row is sought that was moved: a row or two, in tokens.
BESIDE = 20


# A mark, the first and last token of its match, and the node before it in the chain.
_Node = tuple[int, int, int, Any]
_NO_NODE: _Node = (-1, -1, -1, None)


@dataclass(slots=True, unsafe_hash=True)  # not frozen for the reason given at `blocks.Line`
class Match:
    """A mark found at tokens ``start`` to ``end`` (inclusive)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """For each mark of the format its match or None; ``weight`` is that of the exact matches."""

    matches: tuple[Match | None, ...]
    weight: int
    rows: int  # coded rows found


def align(tokens: tuple[Token, ...], index: MarkIndex) -> Alignment:
    """Align a run of tokens with a format's marks."""
    matches: list[Match | None] = [None] * len(index.marks)
    weight = _best_chain(tokens, index, matches)
    if weight:
        _draw_last_heads_together(tokens, index, matches)
        _fill_moved_rows(tokens, index, matches)
        _fill_by_likeness(tokens, index, matches)
    rows = sum(matches[place] is not None for place in index.coded_rows)
    return Alignment(tuple(matches), weight, rows)


def _best_chain(tokens: tuple[Token, ...], index: MarkIndex, matches: list[Match | None]) -> int:
    """Fill ``matches`` with the heaviest chain that ascends in both tokens and marks.

    ``marks`` ascend, and with them ``weights``: of all chains that end at or before a mark the heaviest is that
    of the last entry up to it (``last`` is its node). Of equal chains the later in the document wins, because an
    intro that lists the section names precedes the tables.
    """
    marks, weights, last = [-1], [0], [_NO_NODE]
    for start, end, found in _candidates(tokens, index):
        for mark, own in found:  # descending: a token is used once in a chain
            at = bisect_left(marks, mark)
            weight = own + weights[at - 1]
            over = at
            while over < len(marks) and weights[over] <= weight:
                over += 1
            node = (mark, start, end, last[at - 1])
            if over == at + 1:  # the three nearly always meet one entry or none
                marks[at], weights[at], last[at] = mark, weight, node
            elif over > at:
                marks[at:over], weights[at:over], last[at:over] = [mark], [weight], [node]
            elif at == len(marks) or marks[at] != mark:  # else a heavier chain ends here already
                marks.insert(at, mark)
                weights.insert(at, weight)
                last.insert(at, node)
    node = last[-1]
    while node is not _NO_NODE:
        mark, start, end, node = node
        matches[mark] = Match(start, end)
    return weights[-1]


def _candidates(tokens: tuple[Token, ...], index: MarkIndex) -> list[tuple[int, int, tuple[tuple[int, int], ...]]]:
    """Return (first token, last token, marks with weights) for each exact match, broken labels included."""
    found = []
    by_key, prefixes = index.by_key, index.prefixes
    # Figures have no key: most tokens are passed over at once.
    keyed = [position for position, token in enumerate(tokens) if token.key]
    taken = -1
    for position in keyed:
        if position <= taken:
            continue
        token = tokens[position]
        taken = position
        marks = by_key.get(token.key, ())
        if not token.grid and token.key in prefixes:
            joined = token.key
            for further in range(position + 1, min(position + LONGEST_BREAK, len(tokens))):
                if not tokens[further].key or tokens[further].grid:
                    break
                joined += tokens[further].key
                if joined in by_key:
                    taken, marks = further, by_key[joined]
                elif joined not in prefixes:
                    break
        if marks:
            found.append((position, taken, marks))
    return found


def _draw_last_heads_together(tokens: tuple[Token, ...], index: MarkIndex, matches: list[Match | None]) -> None:
    """Take the last heads where they stand with the others, not where their words come again below the figures.

    Of equal chains the later one was taken; after the form's last label nothing holds it back (总计 in the
    table of a chart).
    """
    last = index.marks[-1]
    if last.role is not Role.HEAD:
        return
    own = [
        at
        for at, mark in enumerate(index.marks)
        if (mark.table, mark.block, mark.role) == (last.table, last.block, Role.HEAD)
    ]
    met = [(at, match) for at in own if (match := matches[at]) is not None]
    between = range(met[0][1].end + 1, met[-1][1].start) if met else range(0)
    figure = next((at for at in between if tokens[at].is_value and tokens[at].text), None)
    if figure is None:
        return
    drawn: dict[int, Match] = {}
    start = met[0][1].start
    for at, match in met:
        if match.start < figure:
            start = match.end + 1
            continue
        keys = index.marks[at].keys
        nearer = next((place for place in range(start, figure) if tokens[place].key in keys), None)
        if nearer is None:
            return
        drawn[at] = Match(nearer, nearer)
        start = nearer + 1
    for at, match in drawn.items():
        matches[at] = match


def _fill_moved_rows(tokens: tuple[Token, ...], index: MarkIndex, matches: list[Match | None]) -> None:
    """Match rows that stand elsewhere in their table, by a label that nothing else has."""
    missing = {
        key: place for key, place in index.telling.items() if matches[place] is None and key in index.marks[place].keys
    }
    if not missing:
        return
    spans: dict[int, tuple[int, int]] = {}
    for mark, match in zip(index.marks, matches, strict=True):
        if match is not None and mark.role is Role.ROW:
            first, last = spans.get(mark.table, (match.start, match.end))
            spans[mark.table] = min(first, match.start), max(last, match.end)
    used = {match.start for match in matches if match is not None}
    found: dict[int, list[int]] = {}
    for position, token in enumerate(tokens):
        if token.key in missing and position not in used:
            found.setdefault(missing[token.key], []).append(position)
    for place, positions in found.items():
        first, last = spans.get(index.marks[place].table, (0, -1))
        if len(positions) == 1 and first - BESIDE <= positions[0] <= last + BESIDE:
            matches[place] = Match(positions[0], positions[0])


def _fill_by_likeness(tokens: tuple[Token, ...], index: MarkIndex, matches: list[Match | None]) -> None:
    """Match labels that are damaged, each only between the matched neighbours of its gap."""
    place = 0
    while place < len(matches):
        if matches[place] is not None:
            place += 1
            continue
        end = place
        while end < len(matches) and matches[end] is None:
            end += 1
        before = matches[place - 1] if place else None
        after = matches[end] if end < len(matches) else None
        first = before.end + 1 if before else max(0, (after.start if after else 0) - REACH)
        last = after.start if after else min(len(tokens), first + REACH)
        free = {position: tokens[position].key for position in range(first, last) if tokens[position].key}
        for mark in range(place, end):
            if not free or len(index.marks[mark].keys[0]) < SHORTEST_LIKE:
                continue
            position = _most_alike(index.marks[mark].keys, free)
            if position is not None and not _is_emptied_half(tokens, position, index.marks[mark].keys):
                matches[mark] = Match(position, position)
                free = {later: key for later, key in free.items() if later > position}
        place = end


def _is_emptied_half(tokens: tuple[Token, ...], position: int, keys: tuple[str, ...]) -> bool:
    """Tell a row with blanks whose label is completed by that of the row of figures before or after it.

    A page break cut it (`cut_rows`), and a damaged label keeps its halves apart: its figures are not blank.
    """
    own = tokens[position]
    end = position + 1
    while end < len(tokens) and tokens[end].is_value and tokens[end].row == own.row:
        end += 1
    if not own.grid or all(token.text for token in tokens[position + 1 : end]):
        return False
    first = max(0, position - REACH)
    figure = next((at for at in range(position, first, -1) if _is_figure(tokens[at])), first)
    before = next((tokens[at].key for at in range(figure, first - 1, -1) if tokens[at].key), "")
    figure = next((at for at in range(end, min(len(tokens), end + REACH)) if _is_figure(tokens[at])), end)
    after = next((tokens[at].key for at in range(figure - 1, end - 1, -1) if tokens[at].key), "")
    alone = max(fuzz.ratio(key, own.key) for key in keys)
    return any(fuzz.ratio(key, whole) > alone for key in keys for whole in (before + own.key, own.key + after))


def _is_figure(token: Token) -> bool:
    return token.is_value and bool(token.text)


def _most_alike(keys: tuple[str, ...], free: dict[int, str]) -> int | None:
    """Return the token most like any of ``keys``; None when none is like enough, or two are equally."""
    scored: dict[int, float] = {}
    for key in keys:
        for _, score, position in process.extract(key, free, scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=2):
            scored[position] = max(score, scored.get(position, 0.0))
    if not scored:
        return None
    top = max(scored.values())
    likeliest = [position for position, score in scored.items() if score == top]
    return likeliest[0] if len(likeliest) == 1 else None

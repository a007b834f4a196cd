"""Rows that a page break cuts where nothing else joins them: half a label with the figures, half without.

Word processors that end a table with each page, and pages made of such files, leave two rows. Read as they stand
the half without figures is a row of blanks. Only halves that make a known label of a row are put together; of a
figure that stands in both nobody knows how it goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from extractors.known_labels import Halves, halves
from extractors.tokens import Token


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a grid: its tokens [start, end), the place of its last label, whether figures stand behind that."""

    start: int
    label: int
    end: int
    filled: bool


def with_whole_rows(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Put the halves of rows together: the label at the half with figures, the other half's label and blanks gone."""
    known = halves()
    if known.ends.isdisjoint([token.key for token in tokens]):
        return tokens
    changed: dict[int, Token | None] = {}
    above: _Row | None = None
    for row in _rows(tokens, known):
        if above is not None and tokens[row.label].key in known.ends:
            first, second = changed.get(above.label) or tokens[above.label], tokens[row.label]
            if first.key + second.key in known.rows and above.end - above.label == row.end - row.label:
                kept, gone = (row, above) if row.filled and not above.filled else (above, row)
                if above.filled and row.filled:
                    changed |= _both(tokens, changed, above, row)
                changed |= dict.fromkeys(range(gone.label, gone.end))
                text, key = first.text + second.text, first.key + second.key
                changed[kept.label] = replace(tokens[kept.label], text=text, key=key)
                above = kept
                continue
        above = row
    kept_tokens = (changed.get(place, token) for place, token in enumerate(tokens))
    return tuple(token for token in kept_tokens if token is not None) if changed else tokens


def _both(
    tokens: Sequence[Token], changed: Mapping[int, Token | None], above: _Row, below: _Row
) -> dict[int, Token | None]:
    """Return the cells of two halves that both hold figures: one that stands in both may be cut, and is no number."""
    found: dict[int, Token | None] = {}
    for place, other in zip(range(above.label + 1, above.end), tokens[below.label + 1 : below.end], strict=True):
        own = changed.get(place) or tokens[place]
        if other.text:
            found[place] = replace(own, text=f"{own.text} {other.text}" if own.text else other.text)
    return found


def _rows(tokens: Sequence[Token], known: Halves) -> Iterator[_Row]:
    """Yield the rows that have a label and cells behind it, heads and corners left out."""
    start = 0
    while start < len(tokens):
        end = start + 1
        first = tokens[start]
        if not first.grid:
            start = end
            continue
        while end < len(tokens) and (tokens[end].row, tokens[end].grid) == (first.row, first.grid):
            end += 1
        label = end - 1
        while label >= start and tokens[label].is_value:
            label -= 1
        if start <= label < end - 1 and tokens[label].key not in known.heads:
            yield _Row(start, label, end, any(token.text for token in tokens[label + 1 : end]))
        start = end

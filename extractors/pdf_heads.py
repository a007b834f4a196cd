"""The heads of unruled tables: which of them stand right above figures, and in which order they are read.

Where they stand on the page is all that is known of them; which figures are theirs is said by `pdf_columns`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from extractors.marks import Mark, Role, mark_index
from extractors.pdf_words import Label, Word
from schemas.formats import Layout, load_formats


def top_of(piece: Label | Word) -> tuple[float, float]:
    """Return the place of a head from top to bottom, then from left to right."""
    return (piece.first, piece.x0) if isinstance(piece, Label) else (piece.y, piece.x0)


def leaves(heads: Sequence[Label | Word]) -> list[Label | Word]:
    """Return the heads that have no head below them, from left to right."""
    lowest = [
        head
        for head in heads
        if not any(top_of(o)[0] > _last(head) and o.x0 < head.x1 and head.x0 < o.x1 for o in heads if o is not head)
    ]
    return sorted(lowest, key=lambda head: head.x0)


def _last(piece: Label | Word) -> float:
    return piece.last if isinstance(piece, Label) else piece.y


def in_form_order(heads: Sequence[Label]) -> list[Label | Word]:
    """Order the heads of a one-line table as the form does, level by level, where they are just its own.

    Centred heads stand at any height: by place alone the order of levels cannot be told.
    """
    lowest = [head for head in leaves(heads) if isinstance(head, Label)]
    for marks, across in _one_line_marks():
        if len(lowest) != len(across) or any(h.key not in m.keys for h, m in zip(lowest, across, strict=True)):
            continue
        place = {id(mark): head for mark, head in zip(across, lowest, strict=True)}
        above = [head for head in heads if head not in lowest]
        for mark in marks:
            if id(mark) not in place and (own := [head for head in above if head.key in mark.keys]):
                place[id(mark)] = own[0]
        return [place[id(mark)] for mark in marks if id(mark) in place]
    return sorted(heads, key=top_of)


@lru_cache(maxsize=1)
def _one_line_marks() -> tuple[tuple[tuple[Mark, ...], tuple[Mark, ...]], ...]:
    """Return for each table of one line its heads as the form reads, and those above figures from left to right."""
    found = []
    for known in load_formats():
        for number, table in enumerate(known.tables):
            if table.layout is not Layout.ONE_LINE:
                continue
            marks = tuple(m for m in mark_index(known.code).marks if m.table == number and m.role is Role.HEAD)
            by_code = {mark.code: mark for mark in marks if mark.code[0] is not None}
            across = tuple(
                by_code[row.code, column.code]
                for block in table.blocks
                for row, _ in block.row_leaves
                for column, _ in block.column_leaves
            )
            found.append((marks, across))
    return tuple(found)

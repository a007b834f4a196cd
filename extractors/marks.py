"""A format's labels in the order in which its form prints them: what a document is aligned to.

Derived from the format's tree, so that a new national format needs no code here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from schemas.formats import Block, Format, Layout, Node, Table, load_formats
from schemas.labels import label_key

# A label of fewer characters also stands in prose by itself.
SHORTEST_TELLING = 4
# Numbers that a word processor counts by itself are often lost on the way: 1.属于国家秘密, (七)总计.
_NUMBER = re.compile(r"^(?:[一二三四五六七八九十]+、|[(（][一二三四五六七八九十]+[)）]|\d+\.)")


class Role(Enum):
    """What a label is in its table."""

    TITLE = "title"
    CORNER = "corner"
    HEAD = "head"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Mark:
    """A label of the form. ``code`` is set on coded rows and columns.

    ``weight`` says how much an exact match proves: a long label stands nowhere else by chance.
    """

    role: Role
    table: int
    block: int
    code: tuple[str | None, str | None]  # (row, column)
    keys: tuple[str, ...]
    weight: int
    parent: int = -1  # of a head: the place among its block's heads of the group it stands under
    bare: tuple[str, ...] = ()  # of a row: its keys without the number before them


@dataclass(frozen=True, slots=True, eq=False)  # each is made once: it stands for itself wherever it is a key
class MarkIndex:
    """The marks of a format with the look-ups that alignment needs."""

    form: Format
    marks: tuple[Mark, ...]
    by_key: dict[str, tuple[tuple[int, int], ...]]  # (mark, weight); descending: a token is used once in a chain
    prefixes: frozenset[str]
    coded_rows: tuple[int, ...]
    telling: dict[str, int]  # keys that are only those of one coded row, and are long enough to be nothing else
    anew: dict[str, int]  # these, and the same of heads of a line of figures, which has no rows to tell it by


@lru_cache(maxsize=8)
def mark_index(code: str) -> MarkIndex:
    """Return the marks of the format with this code, in reading order."""
    return index_of(next(known for known in load_formats() if known.code == code))


def index_of(wanted: Format) -> MarkIndex:
    """Return the marks of a format, in reading order."""
    marks = tuple(_marks(wanted))
    by_key: dict[str, list[tuple[int, int]]] = {}
    for index, mark in enumerate(marks):
        for key in mark.keys:
            by_key.setdefault(key, []).insert(0, (index, mark.weight))
        for key in mark.bare:
            # Less than a head of the same words (总计), which has no number to lose.
            by_key.setdefault(key, []).insert(0, (index, min(len(key), mark.weight) - 1))
    prefixes = frozenset(key[:end] for key in by_key for end in range(1, len(key)))
    own = {key: found[0][0] for key, found in by_key.items() if len(key) >= SHORTEST_TELLING and len(found) == 1}
    telling = {key: place for key, place in own.items() if marks[place].role is Role.ROW and marks[place].code[0]}
    lines = {number for number, table in enumerate(wanted.tables) if table.layout is Layout.ONE_LINE}
    heads = {
        key: place
        for key, place in own.items()
        if len(key) > SHORTEST_TELLING and marks[place].role is Role.HEAD and marks[place].table in lines
    }
    rows = tuple(place for place, mark in enumerate(marks) if mark.role is Role.ROW and mark.code[0])
    marks_of = {key: tuple(found) for key, found in by_key.items()}
    return MarkIndex(wanted, marks, marks_of, prefixes, rows, telling, telling | heads)


@lru_cache(maxsize=8)
def distinctive_keys(code: str) -> frozenset[str]:
    """Return the label keys that only this format has: by them a document's format is known."""
    own = set(mark_index(code).by_key)
    for other in load_formats():
        if other.code != code:
            own -= set(mark_index(other.code).by_key)
    return frozenset(own)


def _marks(wanted: Format) -> Iterator[Mark]:
    for number, table in enumerate(wanted.tables):
        titles = (table.title, *table.title_variants)
        yield _mark(Role.TITLE, number, -1, (None, None), [f"{n}{t}" for t in titles for n in ("", table.number)])
        for place, block in enumerate(table.blocks):
            if block.title:
                yield _mark(Role.TITLE, number, place, (None, None), [block.title])
            for corner in block.corner:
                yield _mark(Role.CORNER, number, place, (None, None), [corner])
            yield from _block_marks(table, number, block, place)


def _block_marks(table: Table, number: int, block: Block, place: int) -> Iterator[Mark]:
    if table.layout is Layout.ONE_LINE:
        for node, row_code, parent in _by_level(block.rows, block.columns):
            code = (row_code, node.code if row_code else None)
            yield _mark(Role.HEAD, number, place, code, node.spellings, parent)
        return
    for node, _, parent in _by_level(block.columns):
        yield _mark(Role.HEAD, number, place, (None, node.code), node.spellings, parent)
    for node in _preorder(block.rows):
        yield _mark(Role.ROW, number, place, (node.code, None), node.spellings)


def _by_level(nodes: Iterable[Node], below: tuple[Node, ...] = ()) -> Iterator[tuple[Node, str | None, int]]:
    """Yield heads level by level, as a table prints them, with the code of the head each stands under.

    ``below`` are the columns that stand under every coded node (layout ``one_line``). The number is the place
    in this sequence of the head above, -1 at the top.
    """
    level: list[tuple[Node, str | None, int]] = [(node, None, -1) for node in nodes]
    count = 0
    while level:
        yield from level
        deeper: list[tuple[Node, str | None, int]] = []
        for place, (node, above, _) in enumerate(level, count):
            deeper += [(child, None, place) for child in node.children]
            if below and node.code and above is None:
                deeper += [(column, node.code, place) for column in below]
        count += len(level)
        level = deeper


def _preorder(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _preorder(node.children)


def _mark(  # noqa: PLR0917
    role: Role,
    table: int,
    block: int,
    code: tuple[str | None, str | None],
    spellings: Iterable[str],
    parent: int = -1,
) -> Mark:
    spellings = tuple(spellings)
    keys = tuple(dict.fromkeys(label_key(spelling) for spelling in spellings))
    bare = dict.fromkeys(label_key(_NUMBER.sub("", spelling)) for spelling in spellings) if role is Role.ROW else ()
    return Mark(
        role, table, block, code, keys, min(len(keys[0]), 12), parent, tuple(key for key in bare if key not in keys)
    )

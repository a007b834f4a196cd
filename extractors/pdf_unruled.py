"""Tables without rulings: rows by their labels, columns by the places of heads and figures.

Only what the labels of the formats prove to be a row is made one; everything else stays running text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from extractors.pdf_heads import in_form_order, top_of
from extractors.pdf_labels import vocabulary
from extractors.pdf_lines import PageLine
from extractors.pdf_words import Label, Word, canvas, find_labels
from extractors.pdf_wrapped import MOST_LINES, NEXT_FIGURE, NEXT_PAGE, has_digit, overlap, unwrapped
from extractors.values import looks_like_value

# Shares of the font's height: text this far from a figure's baseline is on its line; heads and rows of
# one table are no further from one another than this, an empty row from the one above it.
ON_LINE = 0.45
APART = 9.0
NEXT_ROW = 5.0
# Lines of one number are no further apart than this where text stands beside the second: it is a row of its own.
CLOSE = 1.6
# A line of so many characters between two rows is prose: the table ended before it.
LONGEST_BETWEEN = 45


@dataclass(slots=True, eq=False)
class UnruledRow:
    """A row: its label, if it has one, and what stands right of it."""

    label: Label | None
    figures: list[Word]
    rests: list[Word] = field(default_factory=list)  # words that complete wrapped figures

    @property
    def y(self) -> float:
        """Where its first line stands on the canvas."""
        return self.label.first if self.label else self.figures[0].y


@dataclass(slots=True)
class UnruledTable:
    """A table with the words it is made of."""

    heads: list[Label | Word]
    rows: list[UnruledRow]
    groups: list[Label] = field(default_factory=list)  # labels of rows without figures

    def parts(self) -> Iterator[Word]:
        """Yield the words that the table takes out of the running text."""
        for piece in (*self.heads, *self.groups, *(row.label for row in self.rows if row.label)):
            yield from piece.words if isinstance(piece, Label) else (piece,)
        for row in self.rows:
            yield from row.figures
            yield from row.rests


Ruled = Mapping[int, Sequence[tuple[float, float]]]


def unruled_tables(lines: Sequence[PageLine], ruled: Ruled) -> list[UnruledTable]:
    """Find the tables among the lines that stand outside of rulings, in the order of the canvas.

    ``ruled`` gives the heights (top, bottom) of the ruled tables by page number.
    """
    found = canvas(lines)
    labels = find_labels(found)
    return _Tables(found, labels, ruled).all() if labels else []


class _Tables:
    def __init__(self, found: Sequence[Word], labels: Sequence[Label], ruled: Ruled) -> None:
        taken = {id(word) for label in labels for word in label.words}
        self.free = [word for word in found if id(word) not in taken]
        self.heights = [word.y for word in self.free]
        self.labels = labels
        self.ruled = ruled
        self.owners = self._owners()

    def all(self) -> list[UnruledTable]:
        """Return the tables with labelled rows, and those of one line under their heads."""
        known = vocabulary()
        tables: list[UnruledTable] = []
        heads: list[Label] = []
        groups: list[Label] = []
        previous: float | None = None
        used: set[int] = set()
        for label in self.labels:
            row = self._row(label, used) if label.key in known.rows else None
            if row is None and label.key in known.heads:
                if blank := self._blank_table(heads, groups):
                    self._end(tables, groups)
                    tables.append(blank)
                    heads, groups = [], []
                if not heads and tables:
                    previous = None
                heads.append(label)
                continue
            if row is None:
                groups.append(label)
                continue
            used |= {id(word) for word in row.figures}
            rows = [label.first, *(group.first for group in groups if group.key in known.rows)]
            near = [head for head in heads if any(0 < row - head.last < APART * head.height for row in rows)]
            if near or previous is None or self._prose_between(previous, label.first):
                self._end(tables, groups)
                tables += self._one_line([head for head in heads if head not in near], used)
                tables.append(UnruledTable([*self._with_strangers(near, label)], []))
                bottom = max((head.last for head in near), default=label.first)
                groups = [group for group in groups if group.first > bottom]
            tables[-1].rows.append(row)
            tables[-1].groups += groups
            heads, groups, previous = [], [], label.last
        self._end(tables, groups)
        tables += self._one_line(heads, used)
        for table in tables:
            self._add_orphans(table, used)
        for table in tables:
            empty = [group for group in table.groups if group.key in known.rows and self._is_empty(group, used)]
            table.rows += [UnruledRow(group, []) for group in empty]
            table.groups = [group for group in table.groups if group not in empty]
        return tables

    def _blank_table(self, heads: Sequence[Label], groups: Sequence[Label]) -> UnruledTable | None:
        """Return the table of which no row has figures, if there is one between heads and those of the next table."""
        rows = [group for group in groups if group.key in vocabulary().rows]
        if not rows or not heads or not all(self._is_empty(row, set()) for row in rows):
            return None
        near = [head for head in heads if 0 < rows[0].first - head.last < APART * head.height]
        if len(near) < len(heads):
            return None
        return UnruledTable([*self._with_strangers(near, rows[0])], [], rows)

    def _add_orphans(self, table: UnruledTable, used: set[int]) -> None:
        """Give figures just below or above a row's to that row: the rest of a number that was wrapped.

        Where they are not surely that, the row has two figures in one column, and fits none.
        """
        whole = [word for row in table.rows for word in row.figures]
        for row in [row for row in table.rows if row.figures]:
            for _ in range(MOST_LINES):
                row.figures += self._orphans(row.figures, used)
            lines = {word.y for word in row.figures}
            strange = any(self._labelled(row.figures, y) for y in lines)
            joined = None if strange else unwrapped(row.figures, whole, only_row=row.label is None)
            if joined is not None and len(joined) < len(row.figures):
                row.rests = [word for word in row.figures if all(word.box != kept.box for kept in joined)]
                row.figures = joined
                used |= {id(word) for word in row.rests}  # no longer free; else they are some row's, nobody knows whose

    def _orphans(self, own: Sequence[Word], used: set[int]) -> list[Word]:
        """Return figures over or below a row's that no other row has, on the next line or at the next page's top."""
        top, bottom = min(word.y for word in own), max(own, key=lambda word: word.y)
        reach = NEXT_FIGURE * bottom.height
        return [
            word
            for word in self._between(top - reach, bottom.y + NEXT_PAGE * bottom.height)
            if id(word) not in used
            and not any(word is figure for figure in own)
            and (word.page is not bottom.page or word.y - bottom.y <= reach)
            and has_digit(word)
            and not (word.y - bottom.y > CLOSE * word.height and self._labelled(own, word.y))
            and any(overlap(word, figure) and not self._parted(word, figure, own, used) for figure in own)
        ]

    def _parted(self, word: Word, figure: Word, own: Sequence[Word], used: set[int]) -> bool:
        """Tell whether another row's figure stands between a word and a figure over or below it."""
        low, high = sorted((word.y, figure.y))
        return any(
            id(other) in used and low < other.y < high and overlap(other, word)
            for other in self._between(low, high)
            if not any(other is each for each in own)
        )

    def _labelled(self, figures: Sequence[Word], y: float) -> bool:
        """Tell whether unknown text stands left of a row's figures at this height: a label that is none of ours."""
        left = min(word.x0 for word in figures)
        near = [word for word in self._between(y, y) if abs(word.y - y) <= ON_LINE * word.height]
        return any(word.x1 < left and not looks_like_value(word.text) for word in near)

    def _end(self, tables: Sequence[UnruledTable], groups: Sequence[Label]) -> None:
        """Give the last table the empty rows that follow its last row closely."""
        for group in groups:
            if tables and tables[-1].rows and tables[-1].rows[-1].label:
                last = max(label.last for label in (tables[-1].rows[-1].label, *tables[-1].groups))
                if group.key in vocabulary().rows and 0 < group.first - last < NEXT_ROW * group.height:
                    tables[-1].groups.append(group)

    def _is_empty(self, label: Label, used: set[int]) -> bool:
        """Tell a row whose figures were left blank from one whose figures were not understood."""
        near = self._between(label.first - label.height, label.last + label.height)
        free = [word for word in near if word.x0 > label.x1 - 1.0 and id(word) not in used]
        _, top, _, bottom = label.words[0].box
        beside = any(top < low and high < bottom for high, low in self.ruled.get(label.words[0].page.number, ()))
        return not free and not beside and not self._right_of(label)

    def _owners(self) -> dict[int, Label]:
        """Tell of each word which row's label it stands right of: the nearest one.

        A group's label may stand beside any of its rows, and is in one form a row's own.
        """
        owners: dict[int, Label] = {}
        for label in self.labels:
            if label.key in vocabulary().rows:
                for word in self._right_of(label):
                    if id(word) not in owners or owners[id(word)].x1 < label.x1:
                        owners[id(word)] = label
        return owners

    def _right_of(self, label: Label) -> list[Word]:
        return [word for word in self._between(label.first, label.last) if word.x0 > label.x1 - 1.0]

    def _row(self, label: Label, used: set[int]) -> UnruledRow | None:
        """Return a row's label with what stands right of it; None for a label in running text."""
        own = [word for word in self._right_of(label) if self.owners[id(word)] is label and id(word) not in used]
        if not any(looks_like_value(word.text) for word in own):
            return None
        return UnruledRow(label, sorted(own, key=lambda word: (word.x0, word.y)))

    def _between(self, first: float, last: float) -> list[Word]:
        reach = ON_LINE * 9.0
        return self.free[bisect_left(self.heights, first - reach) : bisect_right(self.heights, last + reach)]

    def _prose_between(self, first: float, last: float) -> bool:
        return any(len(word.text) > LONGEST_BETWEEN for word in self._between(first, last))

    def _with_strangers(self, heads: Sequence[Label], row: Label) -> Iterator[Label | Word]:
        """Yield heads from top to bottom with the unknown words among them, which head columns too."""
        if not heads:
            return
        left = min(head.x0 for head in heads)
        top, bottom = min(head.first for head in heads), max(head.last for head in heads)
        strangers = [
            word
            for word in self._between(top, bottom)
            if word.x1 > left and word.y < row.first - 1.0 and not looks_like_value(word.text)
        ]
        pieces: list[Label | Word] = [*heads, *strangers]
        yield from sorted(pieces, key=top_of)

    def _one_line(self, heads: Sequence[Label], used: set[int]) -> list[UnruledTable]:
        """Return the table of one line of figures under heads, where heads have such a line."""
        if len(heads) < 2:
            return []
        bottom = max(head.last for head in heads)
        height = heads[-1].height
        below = [word for word in self._between(bottom + height, bottom + 5 * height) if id(word) not in used]
        first = next((word.y for word in below if looks_like_value(word.text)), None)
        if first is None:
            return []
        figures = [word for word in below if abs(word.y - first) <= ON_LINE * word.height]
        if len(figures) < 2 or not all(looks_like_value(word.text) for word in figures):
            return []
        used |= {id(word) for word in figures}
        return [UnruledTable(in_form_order(heads), [UnruledRow(None, sorted(figures, key=lambda word: word.x0))])]

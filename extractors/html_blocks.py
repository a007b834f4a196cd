"""Tags → blocks: what each tag does to the text around it, and what a person cannot see and is left out.

How tables are laid out is `html_grid`'s business; which parser the tags come from, nobody here knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from extractors.blocks import Block
from extractors.html_grid import PICTURE, UNSEEN, GridBuilder
from extractors.linked import file_named
from extractors.markup import PLAIN, VOID, Tag, attributes_of, look_of, tags_of_cells

_BLOCK_TAGS = frozenset(
    re.split(
        r"\s+",
        """address article aside blockquote body br caption center dd div dl dt fieldset figcaption figure
        footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol option p pre section table tbody
        td tfoot th thead title tr ul""",
    )
)
# A figure set small above another is a footnote mark, not further digits of it.
_APART_TAGS = frozenset({"sup", "sub"})
_PICTURE_TAGS = frozenset(["canvas", "object", "embed", "iframe", "audio", "video", "svg", "select"])
# Never shown and never meant to be: a cell that holds only these is blank.
_INERT = frozenset({"style", "template", "head", "datalist", "noembed", "noframes"})
# Not to be read as the cell's text, though the publisher put something there: struck out, written by
# a script, set above the line, or drawn. A cell that holds only these is not blank.
_WITHHELD = _PICTURE_TAGS | {"script", "noscript", "del", "s", "strike", "rt", "rp"}
_NOT_READ = _INERT | _WITHHELD
# Elements that show a file in the page.
_SHOWING_FILES = frozenset({"iframe", "embed", "object"})


def build_blocks(tags: Iterable[Tag], metadata: dict[str, str] | None = None) -> tuple[Block, ...]:
    """Lay out a stream of tags as lines and grids, in document order.

    What had to be left out is noted in ``metadata`` under ``cut``.
    """
    builder = build(tags)
    if builder.cut and metadata is not None:
        metadata.setdefault("cut", builder.cut)
    return tuple(builder.blocks)


def build(tags: Iterable[Tag]) -> GridBuilder:
    """Lay out a stream of tags; the builder holds the blocks, and the pictures and files met on the way."""
    builder = GridBuilder()
    starts, ends = _acts(builder)
    unseen = _Unseen(builder)
    for text, opened, attributes, content, closed, _ in _without_placed_cells(tags, builder, unseen):
        if unseen.depth:
            unseen.pass_over(text, opened, content, closed)
            continue
        # White space between the tags of a table is no paragraph's beginning; that of a cell or <pre> may count.
        if text and (not text.isspace() or builder.paragraph or builder.in_cell or builder.preformatted):
            builder.into.append(text)
        if closed:
            if act := ends.get(closed):
                act()
            continue
        look = look_of(attributes) if attributes else PLAIN
        if look.hidden or opened in _NOT_READ:
            if opened in _SHOWING_FILES and not look.hidden:
                _file(builder, opened, attributes or "")
            unseen.begin(opened, content)
        elif content is not None and opened in ("td", "th"):
            builder.place_cell(look, content)
        else:
            if begin := starts.get(opened):
                begin(attributes or "")
            if content is not None:
                builder.into.append(content)
                if act := ends.get(opened):
                    act()
    builder.close()
    return builder


def _without_placed_cells(tags: Iterable[Tag], builder: GridBuilder, unseen: _Unseen) -> Iterator[Tag]:
    """Place cells that came as one in the row at hand; yield the other tags, and cells that are in no row singly."""
    for tag in tags:
        cells = tag[5]
        if cells is None:
            yield tag
        elif unseen.depth or not builder.place_cells(cells):
            yield tag[0], None, None, None, None, None
            yield from tags_of_cells(cells)


class _Unseen:
    """The element at hand that is not read, and all within it.

    A hidden cell takes its column with it, a hidden row its cells, as in a browser.
    """

    def __init__(self, builder: GridBuilder) -> None:
        self.builder = builder
        self.depth = 0  # of the tag at hand, counted from that element; each start has its end
        self.traceless = True  # else text within it leaves a trace, so that its cell is not taken for blank

    def begin(self, tag: str | None, content: str | None) -> None:
        self.traceless = tag in _NOT_READ
        if tag in _WITHHELD:
            self.builder.withhold(PICTURE if tag in _PICTURE_TAGS else UNSEEN)
        if content is None:
            self.depth = int(tag not in VOID)
        else:
            self._leave_trace(content)

    def pass_over(self, text: str, opened: str | None, content: str | None, closed: str | None) -> None:
        self._leave_trace(text)
        if content is not None:
            self._leave_trace(content)
        elif opened and opened not in VOID:
            self.depth += 1
        elif closed and closed not in VOID:
            self.depth -= 1

    def _leave_trace(self, text: str) -> None:
        if not self.traceless and text and not text.isspace():
            self.builder.withhold(UNSEEN)
            self.traceless = True


def _acts(
    builder: GridBuilder,
) -> tuple[dict[str | None, Callable[[str], None]], dict[str | None, Callable[[], None]]]:
    """Return what is done where a tag opens and closes. Others (span, font, a …) do not divide text."""
    starts: dict[str | None, Callable[[str], None]] = dict.fromkeys(_BLOCK_TAGS, lambda _: builder.break_line())
    starts |= dict.fromkeys(_APART_TAGS, lambda _: builder.into.append(" "))
    starts |= dict.fromkeys(("img", "image"), lambda attributes: _picture(builder, attributes))
    starts["a"] = lambda attributes: _file(builder, "a", attributes)
    starts |= {
        "table": lambda _: builder.open_table(),
        "tr": lambda _: builder.open_row(),
        "td": builder.open_cell,
        "th": builder.open_cell,
        "pre": lambda _: builder.start_preformatted(),
        "input": lambda attributes: builder.withhold(_content(attributes_of(attributes))),
        "textarea": lambda _: builder.withhold(UNSEEN),
    }
    ends: dict[str | None, Callable[[], None]] = dict.fromkeys(_BLOCK_TAGS, builder.break_line)
    ends |= dict.fromkeys(_APART_TAGS, lambda: builder.into.append(" "))
    ends |= {
        "table": builder.close_table,
        "td": builder.close_cell,
        "th": builder.close_cell,
        "pre": builder.end_preformatted,
    }
    return starts, ends


def _picture(builder: GridBuilder, attributes: str) -> None:
    builder.withhold(PICTURE)
    builder.note_part(True, attributes_of(attributes).get("src", ""))


def _file(builder: GridBuilder, tag: str, attributes: str) -> None:
    """Note a link if its address says that it is a document and no page."""
    if "." in attributes and (address := file_named(tag, attributes_of(attributes))):
        builder.note_part(False, address)


def _content(attributes: dict[str, str]) -> str:
    """A field's content is text like any other, an empty field is blank; what a tick says is not known."""
    kind = attributes.get("type", "text").strip().lower()
    if kind in ("hidden", "submit", "button", "reset"):
        return ""
    value = attributes.get("value", "")
    if kind in ("checkbox", "radio", "image", "file", "range", "color", "password"):
        return PICTURE
    return f" {value} "

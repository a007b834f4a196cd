"""Canonical mark-up, as the HTML standard serialises a tree, taken apart into tags and the text before them.

Both parsers' trees are read in this one form, because a regular expression walks it several times as fast
as Python walks nodes. It holds only for what a parser wrote: there every `<` and `"` that is no mark-up is
escaped and every element is closed. A page as published must never be read with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple

# (text before the tag, name of the element that it opens, attributes as written, content, name of the element
# that it closes, cells). Where an element holds nothing but text, as most do, its opening tag may bring that
# text as content; then no closing tag follows. Of a comment all but the text is None. Cells that follow each
# other and hold nothing but text may come as one, in their mark-up (`cells_in`, `tags_of_cells`): then all
# but the text before them is None. A plain tuple, for pages have thousands of them.
Tag = tuple[str, str | None, str | None, str | None, str | None, str | None]

# Elements without content. Inside of <math> some of them are closed by a tag, which means nothing either.
VOID = frozenset(
    re.split(
        r"\s+",
        "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr",
    )
)
MAX_SPAN = 200
# A name may hold any character but these, even `"` and `<`; a value is always there and always quoted.
_ATTRIBUTE = r' =?[^\s/>=]*+="[^"]*+"'
_ANY_TAG = (
    rf"<(?P<name>[A-Za-z][^\s/>]*+)((?:{_ATTRIBUTE})*+)>(?:([^<]*+)</(?P=name)>)?"
    r"|</([A-Za-z][^\s/>]*+)>|<!--.*?-->|<[!?][^>]*>"
)
_TAG = re.compile(_ANY_TAG, re.DOTALL)
_ONE_CELL = rf"<t[dh](?:{_ATTRIBUTE})*+>[^<]*+</t[dh]>"
_TAG_OR_CELLS = re.compile(rf"({_ONE_CELL}(?:\s*+{_ONE_CELL})++)|{_ANY_TAG}", re.DOTALL)
_BETWEEN_CELLS = re.compile(r"</t[dh]>\s*+<t[dh]>")
_CELL = re.compile(rf"<t[dh]((?:{_ATTRIBUTE})*+)>([^<]*+)<")
_NAME_AND_VALUE = re.compile(r' (=?[^\s/>=]*+)="([^"]*+)"')
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# An article of WeChat is kept invisible until a script has laid it out; saved pages stay so.
_WECHAT_BODY = "js_content"
_SPAN = re.compile(r"\s*(\d{1,9})")
# The same few attributes stand on most elements of a page, and of a publisher's other pages.
_MOST_KEPT = 4096
_LONGEST_KEPT = 600


class Look(NamedTuple):
    """What an element's attributes say of its place: a span is that of a cell."""

    hidden: bool
    rowspan: int
    colspan: int


PLAIN = Look(False, 1, 1)


def tags_of(markup: str, most: int) -> tuple[Iterable[Tag], bool]:
    """Return the first ``most`` tags of canonical mark-up, and whether there are more."""
    markup = markup.replace("&nbsp;", "\xa0")
    if markup.count("<") > most:  # some may have to be left out: each is counted
        return _plain_tags(markup, most)
    pieces = _TAG_OR_CELLS.split(markup)
    texts, contents = pieces[:-1:6], pieces[4::6]
    if "&" in markup:
        texts, contents = _unescaped(texts), _unescaped(contents)
    return zip(texts, pieces[2::6], pieces[3::6], contents, pieces[5::6], pieces[1::6], strict=True), False


def tags_of_cells(cells: str) -> Iterable[Tag]:
    """Return the tags of cells that came as one."""
    tags, _ = _plain_tags(cells, 0)
    return tags


def cells_in(cells: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return attributes and text of each of the cells that came as one, and the texts of the plain ones after them."""
    first = cells.find("<td>", cells.rfind('"') + 1)  # behind the last attribute
    led: list[tuple[str, str]] = _CELL.findall(cells if first < 0 else cells[:first])
    plain = _BETWEEN_CELLS.split(cells[first + 4 : -5]) if first >= 0 else []
    if "&" in cells:
        led = [(attributes, unescape(text)) for attributes, text in led]
        plain = [unescape(text) for text in plain]
    return led, plain


def _plain_tags(markup: str, most: int) -> tuple[Iterable[Tag], bool]:
    pieces = _TAG.split(markup, most)
    texts, contents = _unescaped(pieces[:-1:5]), _unescaped(pieces[3::5])
    tags = zip(texts, pieces[1::5], pieces[2::5], contents, pieces[4::5], repeat(None))
    return tags, "<" in pieces[-1]


def _unescaped(texts: list[str | None]) -> list[Any]:
    return [unescape(text) if text and "&" in text else text for text in texts]


def unescape(text: str) -> str:
    """Undo the escapes of canonical mark-up; it has no others."""
    text = text.replace("&nbsp;", "\xa0").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    return text.replace("&amp;", "&")


def attributes_of(written: str) -> dict[str, str]:
    """Return an element's attributes by name."""
    return {name: unescape(value) for name, value in _NAME_AND_VALUE.findall(written)}


def written(attributes: Iterable[tuple[str, str]]) -> str:
    """Write attributes as canonical mark-up has them; those of other name spaces (`{…}href`) are left out."""
    kept = ((name, value.replace("&", "&amp;").replace('"', "&quot;")) for name, value in attributes)
    return "".join(f' {name}="{value}"' for name, value in kept if not name.startswith("{"))


def look_of(attributes: str) -> Look:
    """Read the attributes by which an element is hidden or spans several cells."""
    return _kept_look(attributes) if len(attributes) <= _LONGEST_KEPT else _look(attributes)


def _look(attributes: str) -> Look:
    named = attributes_of(attributes)
    return Look(_is_hidden(named), _span(named.get("rowspan")), _span(named.get("colspan")))


_kept_look = lru_cache(_MOST_KEPT)(_look)


def _is_hidden(attributes: dict[str, str]) -> bool:
    """Tell an element that its own mark-up hides or strikes out. Style sheets are not consulted."""
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    if not style:
        return False
    declared = {}
    for declaration in _CSS_COMMENT.sub("", style).lower().split(";"):
        name, _, value = declaration.partition(":")
        declared[name.strip()] = value.replace("!important", "").strip()  # of two the later holds
    invisible = declared.get("visibility") in ("hidden", "collapse") and attributes.get("id") != _WECHAT_BODY
    return (
        declared.get("display") == "none"
        or invisible
        or "line-through" in declared.get("text-decoration", "") + declared.get("text-decoration-line", "")
    )


def _span(value: str | None) -> int:
    """Read a span attribute as browsers do, but bounded; nonsense counts as 1."""
    digits = _SPAN.match(value or "")
    return min(max(int(digits[1]), 1), MAX_SPAN) if digits else 1

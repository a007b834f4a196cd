"""Canonical mark-up, as the HTML standard serialises a tree, taken apart into tags and the text before them.

Both parsers' trees are read in this one form, because a regular expression walks it several times as fast
as Python walks nodes. It holds only for what a parser wrote: there every `<` and `"` that is no mark-up is
escaped and every element is closed. A page as published must never be read with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

# (text before the tag, name of the element that it opens, attributes as written, content, name of the element
# that it closes). Where an element holds nothing but text, as most do, its opening tag may bring that text
# as content; then no closing tag follows. Of a comment all but the text is None. A plain tuple, for pages
# have thousands of them.
Tag = tuple[str, str | None, str | None, str | None, str | None]

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
_TAG = re.compile(
    rf"<([A-Za-z][^\s/>]*+)((?:{_ATTRIBUTE})*+)>(?:([^<]*+)</\1>)?|</([A-Za-z][^\s/>]*+)>|<!--.*?-->|<[!?][^>]*>",
    re.DOTALL,
)
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
    pieces = _TAG.split(markup, most)
    texts, contents = pieces[:-1:5], pieces[3::5]
    if "&" in markup:
        texts = [unescape(text) if "&" in text else text for text in texts]
        contents = [unescape(text) if text and "&" in text else text for text in contents]
    return zip(texts, pieces[1::5], pieces[2::5], contents, pieces[4::5], strict=True), "<" in pieces[-1]


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

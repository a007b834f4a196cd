"""HTML → blocks, by either of two parsers: lexbor (fast) or html5lib (the standard's reference).

Both are walked without recursion into the same events; what a person cannot see is taken out of them
here, and `html_grid` turns the rest into blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from extractors.blocks import Document
from extractors.html_grid import END, PICTURE_TAGS, START, TEXT, WITHHELD, Event, build_blocks
from extractors.media import Medium, decode

# <meta name=…> fields that publishing systems fill (SITES, "Page metadata worth trying first").
_META = {"articletitle": "title", "pubdate": "published", "contentsource": "issuer"}
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Never shown and never meant to be: a cell that holds only these is blank.
_INERT = frozenset({"style", "template", "head", "datalist"})
# Not to be read as the cell's text, though the publisher put something there: struck out, written by
# a script, set above the line, or drawn. A cell that holds only these is not blank.
_WITHHELD = PICTURE_TAGS - {"img", "image"} | {"script", "noscript", "del", "s", "strike", "rt", "rp"}
# Elements walked before the rest of a page is let be. Real pages have some 20,000.
MOST_EVENTS = 400_000
# The reference parser reads half a megabyte a second; real pages with tables are below that.
LONGEST_FOR_REFERENCE = 1_000_000


def read_html(data: bytes) -> Document:
    """Read a page with lexbor."""
    text, encoding = decode(data)
    tree = LexborHTMLParser(text)
    metadata = {"encoding": encoding, "parser": "lexbor"}
    for node in tree.css("head > title, meta[name]"):
        attributes = node.attributes
        if node.tag == "title":
            metadata.setdefault("page_title", node.text(strip=True))
        else:
            _note_meta(metadata, attributes.get("name"), attributes.get("content"))
    walk = _LexborWalk(tree.root)
    blocks = build_blocks(_visible(walk, metadata), metadata)
    metadata["depth"] = str(walk.deepest)
    return Document(Medium.HTML, blocks, metadata)


def read_html_by_reference(data: bytes) -> Document:
    """Read a page with html5lib: some 50 times slower, and right by definition."""
    import html5lib

    text, encoding = decode(data)
    metadata = {"encoding": encoding, "parser": "html5lib"}
    if len(text) > LONGEST_FOR_REFERENCE:
        return Document(Medium.HTML, (), {**metadata, "cut": "too long for the reference parser"})
    root = html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=False)
    for element in root.findall("./head/*"):
        if element.tag == "title":
            metadata.setdefault("page_title", (element.text or "").strip())
        elif element.tag == "meta":
            _note_meta(metadata, element.get("name"), element.get("content"))
    return Document(Medium.HTML, build_blocks(_visible(_etree_events(root), metadata), metadata), metadata)


def _note_meta(metadata: dict[str, str], name: str | None, content: str | None) -> None:
    known = _META.get((name or "").lower())
    if known and content and content.strip():
        metadata.setdefault(known, content.strip())


def _visible(events: Iterable[Event], metadata: dict[str, str]) -> Iterator[Event]:
    """Leave out what a reader of the page does not see; say where something was left out.

    A hidden cell takes its column with it, a hidden row its cells, as in a browser.
    """
    hidden = 0  # depth below the element that is hidden; each start has its end
    withheld = False
    for number, event in enumerate(events):
        if number >= MOST_EVENTS:
            metadata["cut"] = f"elements after the first {MOST_EVENTS}"
            return
        kind, name, attributes = event
        if hidden:
            hidden += (kind == START) - (kind == END)
            if withheld and kind == TEXT and name.strip():
                yield WITHHELD, "", None
                withheld = False
        elif kind != START:
            yield event
        elif name in _INERT or name in _WITHHELD or (attributes and _is_hidden(attributes)):
            hidden, withheld = 1, name not in _INERT
            if name in _WITHHELD:
                yield WITHHELD, name, None
        else:
            yield event


def _is_hidden(attributes: dict[str, str | None]) -> bool:
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
    return (
        declared.get("display") == "none"
        or declared.get("visibility") in ("hidden", "collapse")
        or "line-through" in declared.get("text-decoration", "") + declared.get("text-decoration-line", "")
    )


class _LexborWalk:
    """Walks a tree in document order, without recursion, and remembers how deep it went.

    Depth is counted because comparing two nodes, to know the root again, compares their mark-up.
    """

    def __init__(self, root: Any) -> None:
        self.root = root
        self.deepest = 0

    def __iter__(self) -> Iterator[Event]:
        node, depth = self.root, 0
        while True:
            tag = node.tag or "-instruction"  # <?php …?> and its like have no name
            child = None
            if tag == "-text":
                yield TEXT, node.text_content or "", None
            elif not tag.startswith("-"):  # else a comment or the like
                yield START, tag, node.attributes
                child = node.child
                if child is None:
                    yield END, tag, None
            if child is not None:
                node, depth = child, depth + 1
                self.deepest = max(self.deepest, depth)
                continue
            while depth and node.next is None:
                node, depth = node.parent, depth - 1
                yield END, node.tag, None
            if not depth:
                return
            node = node.next


def _etree_events(root: Any) -> Iterator[Event]:
    stack: list[tuple[Any, Any]] = [(root, None)]
    while stack:
        element, children = stack.pop()
        named = isinstance(element.tag, str)  # comments have a function for a tag
        tag = element.tag.rpartition("}")[2] if named else ""  # {http://www.w3.org/2000/svg}svg
        if children is None:
            if named:
                yield START, tag, element.attrib
                if element.text:
                    yield TEXT, element.text, None
            children = iter(element)
        child = next(children, None) if named else None
        if child is not None:
            stack.append((element, children))
            stack.append((child, None))
            continue
        if named:
            yield END, tag, None
        if element.tail and stack:
            yield TEXT, element.tail, None

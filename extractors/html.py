"""HTML → blocks, by either of two parsers: lexbor (fast) or html5lib (the standard's reference).

Both are walked without recursion into the same events; `html_grid` turns events into blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from extractors.blocks import Document
from extractors.html_grid import END, START, TEXT, Event, build_blocks
from extractors.media import Medium, decode

# <meta name=…> fields that publishing systems fill (SITES, "Page metadata worth trying first").
_META = {"articletitle": "title", "pubdate": "published", "contentsource": "issuer"}


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
    blocks = build_blocks(walk)
    metadata["depth"] = str(walk.deepest)
    return Document(Medium.HTML, blocks, metadata)


def read_html_by_reference(data: bytes) -> Document:
    """Read a page with html5lib: some 50 times slower, and right by definition."""
    import html5lib

    text, encoding = decode(data)
    root = html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=False)
    metadata = {"encoding": encoding, "parser": "html5lib"}
    for element in root.findall("./head/*"):
        if element.tag == "title":
            metadata.setdefault("page_title", (element.text or "").strip())
        elif element.tag == "meta":
            _note_meta(metadata, element.get("name"), element.get("content"))
    return Document(Medium.HTML, build_blocks(_etree_events(root)), metadata)


def _note_meta(metadata: dict[str, str], name: str | None, content: str | None) -> None:
    known = _META.get((name or "").lower())
    if known and content and content.strip():
        metadata.setdefault(known, content.strip())


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
            tag = node.tag
            child = None
            if tag == "-text":
                yield TEXT, node.text_content or "", None
            elif not tag.startswith("-"):  # else a comment or the like
                yield START, tag, node.attributes if tag in ("td", "th") else None
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
        if children is None:
            if named:
                yield START, element.tag, element.attrib
                if element.text:
                    yield TEXT, element.text, None
            children = iter(element)
        child = next(children, None) if named else None
        if child is not None:
            stack.append((element, children))
            stack.append((child, None))
            continue
        if named:
            yield END, element.tag, None
        if element.tail and stack:
            yield TEXT, element.tail, None

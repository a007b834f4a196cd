"""HTML → blocks, by either of two parsers: lexbor (fast) or html5lib (the standard's reference).

Both hand over their tree as canonical mark-up (`markup`), of which `html_blocks` makes the blocks. Nothing
here recurses: pages come from strangers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from extractors.blocks import Document
from extractors.html_blocks import build
from extractors.markup import VOID, Tag, look_of, tags_of, written
from extractors.media import Medium, decode

# <meta name=…> fields that publishing systems fill (SITES, "Page metadata worth trying first").
_META = {"articletitle": "title", "pubdate": "published", "contentsource": "issuer"}
# What stands in these is written to mark-up without escapes, so it is taken out of the tree before. Two
# hold text that a browser shows; the others are not read anyway (`html_blocks`).
_SHOWN_RAW = frozenset({"xmp", "plaintext"})
_RAW = "script, iframe, svg, xmp, plaintext"
_NEVER_SHOWN = ["style", "template", "noembed", "noframes"]
# Tags read before the rest of a page is let be. Real pages have some 10,000.
MOST_TAGS = 150_000
# Lexbor needs the square of an element's attributes in time: from a thousand on they are left out. In a page
# shorter than this they cannot be too many.
_SOUP = re.compile(
    r"(<[A-Za-z][^\s/>]*+)"
    r"(?:[\s/]++[^\s=>/]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+))?+){1000,}+"
)
LONGEST_WITH_SOUP = 100_000
# The reference parser reads half a megabyte a second, and needs the square of the nesting in time; real
# pages with tables are shorter, and their elements are nested less than 60 deep.
LONGEST_FOR_REFERENCE = 1_000_000
DEEPEST_FOR_REFERENCE = 300


def read_html(data: bytes) -> Document:
    """Read a page with lexbor."""
    text, encoding = decode(data)
    tree = _parsed(text)
    metadata = {"encoding": encoding, "parser": "lexbor"}
    for node in tree.css("head > title, meta[name]"):
        if node.tag == "title":
            metadata.setdefault("page_title", node.text(strip=True))
        else:
            attributes = node.attributes
            _note_meta(metadata, attributes.get("name"), attributes.get("content"))
    tags, cut = tags_of(_canonical(tree), MOST_TAGS)
    if cut:
        metadata["cut"] = f"mark-up after the first {MOST_TAGS} tags"
    return _document(tags, metadata)


def _parsed(text: str) -> LexborHTMLParser:
    return LexborHTMLParser(_SOUP.sub(r"\1", text) if len(text) > LONGEST_WITH_SOUP else text)


def _document(tags: Iterable[Tag], metadata: dict[str, str]) -> Document:
    builder = build(tags)
    if builder.cut:
        metadata.setdefault("cut", builder.cut)
    return Document(Medium.HTML, tuple(builder.blocks), metadata, tuple(builder.parts))


def _canonical(tree: LexborHTMLParser) -> str:
    """Write a tree as mark-up in which all that looks like a tag is one."""
    tree.strip_tags(_NEVER_SHOWN)
    for node in reversed(tree.css(_RAW)):  # the inner ones first: emptying the outer one ends their life
        if node.tag in _SHOWN_RAW and not look_of(written(_valued(node.attributes))).hidden:
            node.unwrap()
        else:
            node.inner_html = ""
    return tree.html or ""


def _valued(attributes: dict[str, str | None]) -> Iterator[tuple[str, str]]:
    return ((name, value or "") for name, value in attributes.items())


def read_html_by_reference(data: bytes) -> Document:
    """Read a page with html5lib: some 50 times slower, and right by definition.

    A page that it would take too long for is returned without blocks, ``metadata["cut"]`` says why.
    """
    import html5lib

    text, encoding = decode(data)
    metadata = {"encoding": encoding, "parser": "html5lib"}
    if len(text) > LONGEST_FOR_REFERENCE:
        return Document(Medium.HTML, (), {**metadata, "cut": "too long for the reference parser"})
    if _depth(text) > DEEPEST_FOR_REFERENCE:
        return Document(Medium.HTML, (), {**metadata, "cut": "nested too deeply for the reference parser"})
    root = html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=False)
    for element in root.findall("./head/*"):
        if element.tag == "title":
            metadata.setdefault("page_title", (element.text or "").strip())
        elif element.tag == "meta":
            _note_meta(metadata, element.get("name"), element.get("content"))
    tags = _etree_tags(root)
    document = _document(islice(tags, MOST_TAGS), metadata)
    if next(tags, None) is not None:
        metadata["cut"] = f"mark-up after the first {MOST_TAGS} tags"
    return document


def _depth(text: str) -> int:
    """Tell how deep a page's elements are nested, by the parser that does not mind."""
    tags, _ = tags_of(_canonical(_parsed(text)), MOST_TAGS)
    steps = (
        bool(opened and content is None and opened not in VOID) - bool(closed)
        for _, opened, _, content, closed, _ in tags
    )
    return max(accumulate(steps), default=0)


def _note_meta(metadata: dict[str, str], name: str | None, content: str | None) -> None:
    known = _META.get((name or "").lower())
    if known and content and content.strip():
        metadata.setdefault(known, content.strip())


def _etree_tags(root: Any) -> Iterator[Tag]:
    """Walk a tree in document order and yield its tags as `markup.tags_of` does."""
    text = ""
    stack: list[tuple[Any, Any]] = [(root, None)]
    while stack:
        element, children = stack.pop()
        named = isinstance(element.tag, str)  # comments have a function for a tag
        tag = element.tag.rpartition("}")[2] if named else ""  # {http://www.w3.org/2000/svg}svg
        if children is None:
            if named:
                yield text, tag, written(element.attrib.items()), None, None, None
                text = element.text or ""
            children = iter(element)
        child = next(children, None) if named else None
        if child is not None:
            stack.append((element, children))
            stack.append((child, None))
            continue
        if named and tag not in VOID:
            yield text, None, None, None, tag, None
            text = ""
        text += element.tail or ""

"""Word files (.docx) → blocks: the body's elements become the mark-up events that pages are read from.

So paragraphs, tables, nested tables and pictures are laid out by the same builder. What a reader of the
printed document does not see is left out here: deleted, hidden and struck-out text, fields' instructions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from extractors.blocks import Document
from extractors.html_blocks import build_blocks
from extractors.media import Medium
from extractors.package import MOST_BYTES, Package, main_part, parse_xml
from extractors.word_events import END, PICTURE, START, TEXT, UNSEEN, Event, as_tags
from extractors.word_looks import PLAIN, Looks, Styles, attribute, child, looks_of, name_of
from extractors.word_numbers import Numbers
from extractors.word_tables import WordCell, table_rows
from schemas.errors import DocumentError

# Elements walked before the rest is let be. Real reports have some 20,000.
MOST_ELEMENTS = 600_000
_SKIPPED = frozenset(
    re.split(
        r"\s+",
        """pPr rPr tblPr tblGrid tblPrEx trPr tcPr sectPr sdtPr sdtEndPr del moveFrom delText delInstrText softHyphen
        footnoteReference endnoteReference commentReference annotationRef footnoteRef endnoteRef rt rubyPr fldData
        footnote endnote proofErr bookmarkStart bookmarkEnd lastRenderedPageBreak other:Fallback""",
    )
)
_DRAWN = frozenset({"drawing", "pict", "object"})
# Fields that show nothing where they stand: marks for an index or a table of contents.
_SILENT_FIELD = re.compile(r"\s*(?:XE|TC|RD|TA|SET|ASK|PRIVATE)\b", re.IGNORECASE)
_BREAK: Event = (START, "br", None)
_ABSOLUTE = re.compile(r"position\s*:\s*absolute", re.IGNORECASE)


def read_word(data: bytes) -> Document:
    """Read a .docx or .docm.

    Raises:
        DocumentError: ``damaged``, ``encrypted`` or ``too_large``.
    """
    package = Package(data)
    main = main_part(package, "word/document.xml")
    root = package.xml(main)
    body = child(root, "body")
    if body is None:
        raise DocumentError("damaged", f"expected the body of a Word document in {main}, found none")
    folder = main.rpartition("/")[0]
    styles, numbers = (package.xml(f"{folder}/{part}.xml") for part in ("styles", "numbering"))
    document = _document(Medium.DOCX, body, styles, numbers)
    title = _title(package)
    # Word keeps the title of the file that this one was once made from. It is believed where the text has it.
    if title and any(title == _folded(line.text) for line in document.lines()):
        document.metadata["title"] = title
    return document


def read_word_xml(data: bytes) -> Document:
    """Read a Word document that is one piece of XML: of Word 2003, or a package written flat.

    Raises:
        DocumentError: ``damaged``, or ``too_large``.
    """
    if len(data) > MOST_BYTES:
        raise DocumentError("too_large", f"expected at most {MOST_BYTES} bytes of XML, found {len(data)}")
    root = parse_xml(data, "a Word document")
    parts: dict[str, Any] = {}
    for element in root.iter():
        if isinstance(element.tag, str) and (name := name_of(element.tag)) in ("body", "styles", "numbering"):
            parts.setdefault(name, element)
    if "body" not in parts:
        raise DocumentError("damaged", "expected the body of a Word document in XML, found none")
    return _document(Medium.OFFICE_XML, parts["body"], parts.get("styles"), parts.get("numbering"))


def _document(medium: Medium, body: Any, styles: Any, numbers: Any) -> Document:
    walk = _Walk(Styles(styles), Numbers(numbers))
    metadata: dict[str, str] = {}
    blocks = build_blocks(as_tags(walk.events(body)), metadata)
    if walk.cut:
        metadata["cut"] = f"elements after the first {MOST_ELEMENTS}"
    return Document(medium, blocks, metadata)


def _title(package: Package) -> str:
    root = package.xml("docProps/core.xml")
    for element in root if root is not None else ():
        if isinstance(element.tag, str) and element.tag.endswith("}title"):
            return _folded(element.text or "")
    return ""


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", text)


class _Frame:
    """An element that is being walked: its children still to come, what ends it, how its text looks."""

    __slots__ = ("children", "end", "looks")

    def __init__(self, children: Iterator[Any], end: Event | None, looks: Looks) -> None:
        self.children = children
        self.end = end
        self.looks = looks


class _Walk:
    """Turns a body into events, without recursion. Fields are open across elements, so they live here."""

    def __init__(self, styles: Styles, numbers: Numbers) -> None:
        self.styles = styles
        self.numbers = numbers
        self.fields: list[list[bool]] = []  # of each open field: whether its result began, whether it shows
        self.cells = 0
        self.cut = False

    def events(self, body: Any) -> Iterator[Event]:
        stack = [_Frame(iter(body), None, PLAIN)]
        count = 0
        while stack:
            frame = stack[-1]
            item = next(frame.children, None)
            if item is None:
                stack.pop()
                if frame.end is not None:
                    yield from self._close(frame.end)
            elif isinstance(item, tuple):
                yield item
            elif isinstance(item, WordCell):
                yield from self._open_cell(item, stack)
            elif isinstance(item.tag, str):
                count += 1
                if count > MOST_ELEMENTS:
                    self.cut = True
                    return
                yield from self._element(item, stack)

    def _close(self, end: Event) -> Iterator[Event]:
        if end[1] == "p":  # an instruction that is not over with its paragraph would swallow the document
            self.fields = [field for field in self.fields if field[0]]
        elif end[1] == "td":
            self.cells -= 1
            self.fields = []
        yield end

    def _open_cell(self, cell: WordCell, stack: list[_Frame]) -> Iterator[Event]:
        yield START, "td", {"rowspan": str(cell.rowspan), "colspan": str(cell.colspan)}
        children = iter(()) if cell.element is None or cell.deleted else iter(cell.element)
        if cell.deleted:
            yield UNSEEN
        self.cells += 1
        self.fields = []
        stack.append(_Frame(children, (END, "td", None), PLAIN))

    def _element(self, element: Any, stack: list[_Frame]) -> Iterator[Event]:
        """Yield what an element shows; what has children of interest is put on the stack."""
        name = name_of(element.tag)
        looks = stack[-1].looks
        if name == "t":
            yield from self._text(element.text or "", looks)
        elif name == "r":
            own = looks_of(properties := child(element, "rPr"))
            whole = own.over(self.styles.looks(properties, "rStyle")).over(looks)
            stack.append(_Frame(iter(element), None, whole))
        elif name == "p":
            properties = child(element, "pPr")
            yield START, "p", None
            if (counted := child(properties, "numPr")) is not None:
                yield from self._counted(counted)
            stack.append(_Frame(iter(element), (END, "p", None), self.styles.looks(properties, "pStyle")))
        elif name == "tbl":
            yield START, "table", None
            stack.append(_Frame(_table_items(element), (END, "table", None), PLAIN))
        elif name == "fldChar":
            yield from self._field(attribute(element, "fldCharType"))
        elif name == "instrText":
            if self.fields and _SILENT_FIELD.match(element.text or ""):
                self.fields[-1][1] = False
        elif name in _DRAWN:
            yield from self._drawn(element, looks, stack)
        elif name not in _SKIPPED:
            yield from self._mark(name, looks)
            if name == "other:AlternateContent":
                first = element[0] if len(element) else None
                is_choice = first is not None and name_of(str(first.tag)) != "other:Fallback"
                element = [first] if is_choice else first  # one of them is shown, not both
            if element is not None and name not in ("sym", "other:oMath"):
                stack.append(_Frame(iter(element), None, looks))

    def _counted(self, properties: Any) -> Iterator[Event]:
        """Yield the number that Word prints before a paragraph: no part of a figure, but its cell is not blank."""
        number = self.numbers.next(properties)
        if number:
            yield TEXT, number, None
        if number != "" and self.cells:
            yield PICTURE if number else UNSEEN

    def _drawn(self, element: Any, looks: Looks, stack: list[_Frame]) -> Iterator[Event]:
        if _holds_text(element):
            stack.append(_Frame(iter(element), None, looks))
        elif not looks.hidden:
            yield UNSEEN if _floats(element) else PICTURE

    def _mark(self, name: str, looks: Looks) -> Iterator[Event]:
        """Yield what stands for a character or a picture and is neither."""
        if name in ("tab", "ptab"):
            yield from self._text("\t", looks)
        elif name == "noBreakHyphen":
            yield from self._text("-", looks)
        elif name in ("br", "cr"):
            yield _BREAK
        elif name in ("sym", "other:oMath", "contentPart") and not looks.hidden:
            yield PICTURE

    def _text(self, text: str, looks: Looks) -> Iterator[Event]:
        if looks.hidden or not all(result for result, _ in self.fields):
            return
        if looks.struck:
            if text.strip():
                yield UNSEEN
        elif looks.raised:
            yield START, "sup", None
            yield TEXT, text, None
            yield END, "sup", None
        else:
            yield TEXT, text, None

    def _field(self, kind: str | None) -> Iterator[Event]:
        if kind == "begin":
            self.fields.append([False, True])
        elif kind == "separate" and self.fields:
            self.fields[-1][0] = True
        elif kind == "end" and self.fields:
            result, shows = self.fields.pop()
            if not result and shows and all(outer for outer, _ in self.fields):
                yield UNSEEN  # a tick box, a formula: drawn, but without text


def _table_items(table: Any) -> Iterator[Any]:
    for row in table_rows(table):
        yield START, "tr", None
        yield from row
        yield END, "tr", None


def _holds_text(drawing: Any) -> bool:
    return any(isinstance(found.tag, str) and name_of(found.tag) == "txbxContent" for found in drawing.iter())


def _floats(drawing: Any) -> bool:
    """Tell a seal or line that floats over the page from a picture that stands in the text."""
    return any(
        isinstance(found.tag, str) and (found.tag.endswith("}anchor") or _ABSOLUTE.search(found.get("style") or ""))
        for found in drawing.iter()
    )

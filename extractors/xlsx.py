"""The sheets of an .xlsx as sparse cells of text: what is stored, as its format prints it.

Read from the XML itself: calamine hands over an error as an empty cell, does not tell formats, and lays out
a sheet with one far cell as billions. Which cells make a table is for `sheet_grid`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from extractors.html_grid import PICTURE
from extractors.number_formats import BUILT_IN, shown
from extractors.package import Package, main_part
from extractors.sheet_grid import MOST_CELLS, MOST_MERGED, MOST_SHEETS, Range, Sheet
from schemas.errors import DocumentError

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_OFF = frozenset({"0", "false"})


def xlsx_sheets(data: bytes) -> list[Sheet]:
    """Return the sheets in the workbook's order, those of charts left out.

    Raises:
        DocumentError: ``damaged``, ``encrypted`` or ``too_large``.
    """
    package = Package(data)
    main = main_part(package, "xl/workbook.xml")
    book = package.xml(main)
    if book is None or _name(book) != "workbook":
        raise DocumentError("damaged", f"expected a workbook in {main}, found none")
    folder = main.rpartition("/")[0]
    parts = _relations(package, main, folder)
    by_kind = dict(parts.values())
    texts = _shared_texts(package.xml(by_kind.get("sharedStrings", f"{folder}/sharedstrings.xml")))
    looks = _Looks(package.xml(by_kind.get("styles", f"{folder}/styles.xml")))
    properties = next(_children(book, "workbookPr"), None)
    looks.from_1904 = properties is not None and properties.get("date1904", "0").lower() not in _OFF
    sheets = []
    for entry in list(_descendants(book, "sheet"))[:MOST_SHEETS]:
        relation = next((value for key, value in entry.attrib.items() if key.endswith("}id")), "")
        kind, part = parts.get(relation, ("", ""))
        root = package.xml(part) if kind == "worksheet" else None
        if root is not None:
            sheet = Sheet(entry.get("name", ""), hidden=entry.get("state", "visible") != "visible")
            _fill(sheet, root, looks, texts)
            sheets.append(sheet)
    return sheets


class _Looks:
    """Number format and struck-out font of each cell style."""

    def __init__(self, root: Any) -> None:
        self.from_1904 = False
        formats, struck, self._styles = dict(BUILT_IN), [], list[tuple[str, bool]]()
        for group in root if root is not None else ():
            if _name(group) == "numFmts":
                formats |= {_integer(each.get("numFmtId")): each.get("formatCode", "") for each in group}
            elif _name(group) == "fonts":
                struck = [any(_is_strike(mark) for mark in font) for font in group]
            elif _name(group) == "cellXfs":
                for style in group:
                    font = _integer(style.get("fontId"))
                    code = formats.get(_integer(style.get("numFmtId")), "")
                    self._styles.append((code, font < len(struck) and struck[font]))

    def of(self, cell: Any) -> tuple[str, bool]:
        number = _integer(cell.get("s"))
        return self._styles[number] if number < len(self._styles) else ("", False)


def _fill(sheet: Sheet, root: Any, looks: _Looks, texts: list[str]) -> None:
    row = -1
    for element in _descendants(root, "row", "col", "mergeCell"):
        name = _name(element)
        hidden = element.get("hidden", "0").lower() not in _OFF
        if name == "col" and hidden:
            last = min(_integer(element.get("max")), _integer(element.get("min")) + 20_000)
            sheet.hidden_columns |= set(range(_integer(element.get("min")) - 1, last))
        elif name == "mergeCell" and len(sheet.merged) < MOST_MERGED:
            merged = _range(element.get("ref", ""))
            if merged is not None:
                sheet.merged.append(merged)
        elif name == "row":
            row = _integer(element.get("r")) - 1 if element.get("r") else row + 1
            if hidden:
                sheet.hidden_rows.add(row)
                continue
            _fill_row(sheet, element, row, looks, texts)


def _fill_row(sheet: Sheet, element: Any, row: int, looks: _Looks, texts: list[str]) -> None:
    column = -1
    for cell in _children(element, "c"):
        place = _PLACE.fullmatch(cell.get("r", ""))
        column = _column(place[1]) if place else column + 1
        text = _cell_text(cell, looks, texts)
        if text:
            if len(sheet.cells) >= MOST_CELLS:
                sheet.cut = True
                return
            sheet.cells[int(place[2]) - 1 if place else row, column] = text


def _cell_text(cell: Any, looks: _Looks, texts: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        text = "".join(_rich_text(inline) for inline in _children(cell, "is"))
    else:
        stored = next((value.text or "" for value in _children(cell, "v")), "")
        if kind == "s":
            number = _integer(stored.strip())
            text = texts[number] if number < len(texts) else PICTURE
        elif kind == "n":
            text = _number(stored, looks.of(cell)[0], looks.from_1904)
        elif kind == "b":
            text = {"1": "TRUE", "0": "FALSE"}.get(stored.strip(), stored)
        else:
            text = _unescaped(stored)  # a formula's text, an error (#REF!), a day
    text = " ".join(text.split())
    return PICTURE if text and looks.of(cell)[1] else text


def _number(stored: str, code: str, from_1904: bool) -> str:
    try:
        return shown(float(stored), code, from_1904=from_1904) if stored.strip() else ""
    except ValueError:
        return stored


def _shared_texts(root: Any) -> list[str]:
    return [_rich_text(item) for item in root] if root is not None else []


def _rich_text(item: Any) -> str:
    """Return the text of runs that are not struck out; what is spoken (``rPh``) is none of it."""
    parts, struck = [], False
    for element in item:
        if _name(element) == "t":
            parts.append(element.text or "")
        elif _name(element) == "r":
            if any(_is_strike(mark) for properties in _children(element, "rPr") for mark in properties):
                struck = True
                parts.append(" ")
            else:
                parts += [text.text or "" for text in _children(element, "t")]
    text = _unescaped("".join(parts))
    return PICTURE if struck and not text.strip() else text


def _is_strike(mark: Any) -> bool:
    return _name(mark) == "strike" and mark.get("val", "1").lower() not in _OFF


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _relations(package: Package, main: str, folder: str) -> dict[str, tuple[str, str]]:
    """Return id → (kind, part) of what the workbook refers to."""
    root = package.xml(f"{folder}/_rels/{main.rpartition('/')[2]}.rels")
    found = {}
    for relation in root if root is not None else ():
        target = str(relation.get("Target", ""))
        part = target if target.startswith("/") else f"{folder}/{target.removeprefix('./')}"
        kind = str(relation.get("Type", "")).rpartition("/")[2]
        found[str(relation.get("Id"))] = (kind, part)
    return found


def _range(reference: str) -> Range | None:
    first, _, last = reference.partition(":")
    start, end = _PLACE.fullmatch(first), _PLACE.fullmatch(last)
    if start is None or end is None:
        return None
    return int(start[2]) - 1, _column(start[1]), int(end[2]) - 1, _column(end[1])


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _integer(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _children(element: Any, name: str) -> Iterator[Any]:
    return (child for child in element if _name(child) == name)


def _descendants(element: Any, *names: str) -> Iterator[Any]:
    return (found for found in element.iter() if _name(found) in names)

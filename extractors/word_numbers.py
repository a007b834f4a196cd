"""The numbers that Word counts itself: 一、 (二) 3. before paragraphs of a list stand in no text of the file.

Labels lose them in most copies of a page (seed 003), but in the file they can be counted again, as Word does.
"""

from __future__ import annotations

import re
from typing import Any

from extractors.word_looks import attribute, child, name_of

_DIGITS = "〇一二三四五六七八九"
_CHINESE = frozenset(
    re.split(
        r"\s+",
        """chineseCounting chineseCountingThousand japaneseCounting taiwaneseCounting taiwaneseCountingThousand
        ideographDigital""",
    )
)
_LEVELS = 9
# (format, text such as `%1、`, first number) of each level of a list.
Level = tuple[str, str, int]


class Numbers:
    """Counts the paragraphs of every list of a document, in the order in which they are met."""

    def __init__(self, root: Any) -> None:
        """Take the root of ``numbering.xml``, or None where there is none."""
        self._kinds: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, tuple[str, dict[int, int]]] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()
        for element in root if root is not None else ():
            name = name_of(element.tag) if isinstance(element.tag, str) else ""
            if name == "abstractNum":
                levels = {_number(level, "ilvl"): _level(level) for level in _named(element, "lvl")}
                self._kinds[attribute(element, "abstractNumId") or ""] = levels
            elif name == "num":
                starts = {
                    _number(override, "ilvl"): _number(child(override, "startOverride"), "val")
                    for override in _named(element, "lvlOverride")
                    if child(override, "startOverride") is not None
                }
                kind = child(element, "abstractNumId")
                self._lists[attribute(element, "numId") or ""] = (_value(kind), starts)

    def next(self, properties: Any) -> str | None:
        """Count a paragraph with the ``w:numPr`` given: return what Word prints before it.

        Empty where nothing is printed; None where that is not known: a bullet, letters, a list that is not there.
        """
        number = _value(child(properties, "numId"))
        if number == "0":
            return ""
        if number not in self._lists:
            return None
        kind, starts = self._lists[number]
        levels = self._kinds.get(kind, {})
        at = min(_number(child(properties, "ilvl"), "val"), _LEVELS - 1)
        if at not in levels:
            return None
        counts = self._counts.setdefault(kind, [None] * _LEVELS)
        if number not in self._begun:  # a list that begins anew though it is of the same kind
            self._begun.add(number)
            for level, start in starts.items():
                if level < _LEVELS:
                    counts[level] = start - 1
        before = counts[at]
        counts[at] = levels[at][2] if before is None else before + 1
        counts[at + 1 :] = [None] * (_LEVELS - at - 1)
        return _printed(levels, at, counts)


def _printed(levels: dict[int, Level], at: int, counts: list[int | None]) -> str | None:
    text = levels[at][1]
    for level in range(at + 1):
        if f"%{level + 1}" in text:
            form, _, start = levels.get(level, ("", "", 1))
            count = counts[level]
            printed = _in_form(start if count is None else count, form)
            if printed is None:
                return None
            text = text.replace(f"%{level + 1}", printed)
    return text if levels[at][0] != "bullet" else None


def _in_form(number: int, form: str) -> str | None:
    """Write a number in one of Word's forms; None for those that no report counts in."""
    if form in ("decimal", "decimalHalfWidth"):
        return str(number)
    if form == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    if form == "none":
        return ""
    if form not in _CHINESE or not 0 < number < 100:
        return None
    tens, ones = divmod(number, 10)
    if not tens or form == "ideographDigital":
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def _level(element: Any) -> Level:
    start = child(element, "start")
    return (
        _value(child(element, "numFmt")) or "decimal",
        _value(child(element, "lvlText")),
        1 if start is None else _number(start, "val"),
    )


def _named(element: Any, name: str) -> list[Any]:
    return [found for found in element if isinstance(found.tag, str) and name_of(found.tag) == name]


def _value(element: Any) -> str:
    return "" if element is None else attribute(element, "val") or ""


def _number(element: Any, name: str) -> int:
    text = "" if element is None else attribute(element, name) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0

"""Marks that extractors and chats leave in flat text and that are no text of the page: bold, bullets, entities,
numbers of lines.

Dividers of cells are not touched (`drawn_text`, `flat_text`); line numbers stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# `**规章**`; masked text (`主动***息`) has other runs of stars.
_BOLD = re.compile(r"(?<![*\w])\*\*(?![*\s])([^*|\t]+?)(?<!\s)\*\*(?![*\w])")
# Blanks of every width that were written as entities and never read as such.
_BLANK = re.compile(r"&(?:nbsp|ensp|emsp|thinsp|#160|#xa0|#8194|#8195);", re.IGNORECASE)
# A hyphen is no bullet: it may be a sign, or a dash in a cell.
_BULLET = re.compile(r"^(\s*)[•●▪◦■◆·] +")
_QUOTE = re.compile(r"^> ?")
# `12<tab>规章`, `12: 规章`; the number of a blank line may stand alone. Other white space is the line's own.
_NUMBERED = re.compile(r"^ *(\d{1,6})(?:[\t:：.、)）] ?|  ?|$)")
# Lines with text from which on their running numbers cannot be figures.
FEWEST_NUMBERED = 40


def unmarked(lines: Sequence[str]) -> list[str]:
    """Return lines without such marks; a quotation's only where it is the whole text."""
    filled = [line for line in lines if line.strip()]
    if filled and all(line.startswith(">") for line in filled):
        lines = [_QUOTE.sub("", line) for line in lines]
    return [_plain(line) for line in _without_numbers(lines)]


def _without_numbers(lines: Sequence[str]) -> Sequence[str]:
    """Return lines without the number before each; as they are, where one has none or another than is its turn.

    Blank lines are counted by some programs, and passed over by others.
    """
    filled = [number for number, line in enumerate(lines) if line.strip()]
    if len(filled) < FEWEST_NUMBERED or not all(_NUMBERED.match(lines[number]) for number in filled):
        return lines
    found = [_NUMBERED.match(line) for line in lines]
    said = [int(match[1]) for number in filled if (match := found[number])]
    if all(number - turn == said[0] - filled[0] for number, turn in zip(said, filled, strict=True)) or all(
        number - turn == said[0] for turn, number in enumerate(said)
    ):
        return [line[match.end() :] if match else line for line, match in zip(lines, found, strict=True)]
    return lines


def _plain(line: str) -> str:
    if "&" in line:
        line = _BLANK.sub("\xa0", line)
    if "**" in line:
        line = _BOLD.sub(r"\1", line)
    return line if line.isascii() else _BULLET.sub(r"\1", line)

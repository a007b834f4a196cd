"""A number stored in a sheet and its cell's format → the text that stands in the cell.

The digits are those stored, in the shortest form; the format says what is printed around them, and whether
something else is printed: a date, a percentage, a dash for zero, thousands or 万 of what is stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from math import isfinite

from extractors.html_grid import PICTURE

# The formats that files do not spell out, by number; 27-36 and 50-58 are dates in Chinese Excel.
BUILT_IN = {
    **dict.fromkeys(range(5, 9), "0"),
    **{9: "0%", 10: "0.00%", 12: "# ?/?", 13: "# ??/??", 49: "@"},
    **{41: '_ * 0_ ;_ * -0_ ;_ * "-"_ ;_ @_ ', 42: '_ * 0_ ;_ * -0_ ;_ * "-"_ ;_ @_ '},
    **{43: '_ * 0_ ;_ * -0_ ;_ * "-"??_ ;_ @_ ', 44: '_ * 0_ ;_ * -0_ ;_ * "-"??_ ;_ @_ '},
    **dict.fromkeys([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)], "yyyy/m/d"),
}
_SECTION = re.compile(r'(?:"[^"]*"|\\.|!.|_.|\*.|\[[^\]]*\]|[^;])*', re.DOTALL)
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]|(?P<digits>[0#?][0#?.,]*)'
    r"|(?P<general>General|G/通用格式)|(?P<point>[.,])|(?P<exponent>[Ee][+-])|(?P<date>AM/PM|A/P|上午/下午|[ymdhsebg]+)"
    r"|(?P<text>@)|(?P<percent>%)|(?P<fraction>/)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_COLOURS = re.compile(
    r"(?:black|blue|cyan|green|magenta|red|white|yellow|colou?r ?\d+|[黑蓝绿红白黄]色?|颜色\d+)", re.I
)
_CURRENCY = re.compile(r"\$([^-\]]*)(?:-.*)?")
# Longer formats are no publisher's; Excel allows 255 characters.
LONGEST = 300
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)


def number_text(number: float) -> str:
    """Return a number's shortest form without an exponent: ``12``, ``2031.9``, ``0.3`` for 0.1 + 0.2."""
    if not isfinite(number):
        return PICTURE
    digits = Decimal(format(number, ".15g"))  # sheets keep 15 digits
    return "0" if not digits else format(digits, "f")


def shown(number: float, code: str, *, from_1904: bool = False) -> str:
    """Return the text of a cell that holds ``number`` under the format ``code``.

    What cannot be told, or is not what is stored (``0.0,`` prints thousands), is `PICTURE`: unreadable.
    """
    if not code or code.lower() == "general":
        return number_text(number)
    if len(code) > LONGEST:
        return PICTURE
    sections = _sections(code)
    if any(re.match(r"[<>=]", found) for section in sections for found in re.findall(r"\[([^\]]*)\]", section)):
        return PICTURE  # sections with conditions of their own
    own_section = number < 0 and len(sections) > 1
    zero = number == 0 and len(sections) > 2
    parts = _parts(sections[2 if zero else 1 if own_section else 0])
    if parts is not None and parts.kind == "date":
        return _date(number, from_1904)
    sign = "-" if number < 0 and not own_section else ""
    return PICTURE if parts is None else parts.around(number, sign)


@dataclass(slots=True)
class _Parts:
    """What a section of a format prints: something of a kind, texts around it, a digit for zero or none."""

    kind: str = "literal"
    before: str = ""
    after: str = ""
    prints_zero: bool = False

    def around(self, number: float, sign: str) -> str:
        if self.kind == "literal":
            return self.before
        if self.kind == "fraction" and number != int(number):
            return PICTURE
        digits = number_text(abs(number))
        if self.kind == "percent":
            digits = number_text(abs(number) * 100) + "%"
        if number == 0 and not self.prints_zero:
            digits = ""
        return f"{sign}{self.before}{digits}{self.after}".strip()


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[str, ...]:
    """Divide a format at its semicolons, those in quotes and brackets left alone."""
    found, at = [], 0
    while at <= len(code):
        match = _SECTION.match(code, at)
        end = match.end() if match else len(code)
        found.append(code[at:end])
        at = end + 1
    return tuple(found)


@lru_cache(maxsize=512)
def _parts(section: str) -> _Parts | None:
    """Take a section apart; None where nothing can be told of what it prints."""
    parts = _Parts()
    for match in _TOKEN.finditer(section):
        name = match.lastgroup or ""
        if name == "date":
            return _Parts("date")
        if name in ("digits", "general", "text"):
            if not _is_whole(match[0], name) or parts.after:
                return None  # thousands of what is stored, or something within its digits
            parts.kind = "number" if parts.kind == "literal" else parts.kind
            parts.prints_zero |= name != "digits" or "0" in match[0]
        elif name == "point":
            return None
        elif name in ("percent", "fraction"):
            parts.kind = name
        else:
            literal = _literal(match, name)
            if literal is None or re.search(r"\d", literal):
                return None  # digits that are not stored
            if parts.kind == "literal":
                parts.before += literal
            else:
                parts.after += literal
    return parts


def _is_whole(digits: str, name: str) -> bool:
    return name != "digits" or not re.search(r",(?:\.|$)", digits)


def _literal(match: re.Match[str], name: str) -> str | None:
    """Return the text that a token prints, which may be none at all; None where that cannot be told."""
    if name == "bracket":
        if currency := _CURRENCY.fullmatch(match["bracket"]):
            return currency[1]
        return "" if _COLOURS.fullmatch(match["bracket"]) else None  # else elapsed time, Chinese numerals
    return match[name] if name in ("quoted", "escaped", "other") else ""


def _date(number: float, from_1904: bool) -> str:
    """Return a day as text, which is no figure whatever was meant."""
    try:
        day = (_EPOCH_1904 if from_1904 else _EPOCH) + timedelta(days=number)
    except (OverflowError, ValueError):
        return PICTURE
    return f"{day.year}年{day.month}月{day.day}日"

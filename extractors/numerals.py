"""A figure of running text → its number, its unit and how exact it is. What is counted is not known here."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from schemas.facts import VALUE_DECIMALS, VALUE_DIGITS

NUMERALS = "零〇一二两三四五六七八九十百千万"
COUNT = "件"
_DIGITS = {char: value for value, chars in enumerate(["零〇", "一", "二两", *"三四五六七八九"]) for char in chars}
_TENS = {"十": 10, "百": 100, "千": 1000}
_SCALE = {"": 1, "万": 10_000, "亿": 100_000_000}


class Figure(NamedTuple):
    """A number with its unit: ``件`` for all that is counted, else money; ``step`` is one in its last printed place."""

    value: Decimal
    unit: str
    step: Decimal


def read_figure(match: re.Match[str]) -> Figure | None:
    """Read a match of the pattern of figures (`statement_words`); None where it is no exact number.

    1.23万件 are 12,300 with a step of 100. Of money the unit keeps what is printed: 2.98 亿元.
    """
    if match["bare"]:
        return Figure(Decimal(0), COUNT, Decimal(1))
    if match["more"] or match["more_behind"]:
        return None
    if match["number"]:
        value = Decimal(match["number"].replace(",", ""))
        step = Decimal(1).scaleb(int(value.as_tuple().exponent))
    else:
        number = numeral(match["numeral"])
        if number is None:
            return None
        value, step = Decimal(number), Decimal(1)
    scale = match["scale"] or ""
    unit = f"{scale}元" if match["money"] else COUNT
    if unit == COUNT:
        value, step = value * _SCALE[scale], step * _SCALE[scale]
    if value.adjusted() >= VALUE_DIGITS - VALUE_DECIMALS or step < Decimal(1).scaleb(-VALUE_DECIMALS):
        return None  # the warehouse would not hold it
    return Figure(value, unit, step) if unit != COUNT or step >= 1 else None  # 3.5件 is no count


def numeral(text: str) -> int | None:
    """Read a number in Chinese numerals (零, 两, 十二, 一百零五, 三万); None where it is none (一二)."""
    total = section = 0
    digit: int | None = None
    for char in text:
        if char in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[char]
        elif char in _TENS:
            section += (1 if digit is None else digit) * _TENS[char]
            digit = None
        else:
            total, section, digit = (total + section + (digit or 0)) * 10_000, 0, None
    return total + section + (digit or 0)

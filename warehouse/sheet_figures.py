"""Figures in a spreadsheet: which can be numbers there without losing a digit, and with which look.

A spreadsheet keeps fifteen digits of a number in binary; what is longer must stay text.
"""

from __future__ import annotations

import re
from decimal import Decimal

_DECIMALS = re.compile(r"[.．](\d+)")
_UNIT = re.compile(r"单位[:：](万元|亿元|元)")


def fits(value: Decimal, digits: int) -> bool:
    """Whether a figure has at most so many digits, zeros that only fill its column not counted."""
    return len(number(value).lstrip("-").replace(".", "").lstrip("0")) <= digits


def number(value: Decimal) -> str:
    """Return a figure in plain digits, without zeros that only fill its column: 2 for 2.00000000."""
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def decimals_shown(value: Decimal, raw: str) -> str:
    """Return the number format that shows a figure with as many decimals as were printed: 12.50 as ``0.00``."""
    own = len(number(value).partition(".")[2])
    printed = _DECIMALS.search(raw)
    shown = max(own, len(printed[1]) if printed else 0)
    return "0" + ("." + "0" * shown if shown else "")


def unit_of_head(label: str) -> str | None:
    """Return the unit that a column's head states: 万元 of 本年收费金额(单位:万元)."""
    found = _UNIT.search(label)
    return found[1] if found else None

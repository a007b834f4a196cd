"""A cell's text → value, unit, status. Damaged text never becomes a number; unknown is never 0.

Where the text came from and what it means is not known here, only whether the cell holds a count,
a signed change or an amount of money.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from schemas.facts import VALUE_DECIMALS, VALUE_DIGITS, Status, Unit
from schemas.formats import Kind

# Characters that print nothing, not even a gap; and those with white space of every kind.
_UNSEEN = [*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF, 0xAD]
_BLANKS = rf"[\s{''.join(map(chr, _UNSEEN))}]"
_INVISIBLE = re.compile(_BLANKS + "+")
_DASHES = frozenset({"-", "--", "—", "——", "–", "/", "\\", "无", "─", "―", "/-", "-/-", "//"})
# Only width is folded. NFKC would also turn a footnote mark (`5²`, `①`) into digits.
_FOLD_WIDTH: dict[int, int | None] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLD_WIDTH |= {0x3000: 0x20, 0x2212: 0x2D} | dict.fromkeys(_UNSEEN)
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
# What is counted may be said behind the figure, as prose does (`6宗`, `49份`); 万件 would be another number.
_COUNTER = r"(?: ?(?:人次|[件条宗起个份篇项次]))?"
_COUNTED = re.compile(rf"(?P<number>[+-]?{_NUMBER}){_COUNTER}")
# Signed changes are also written in words: `减3` (宣城气象局 2020).
_CHANGE = re.compile(rf"(?P<word>(?:增加?|减少?) ?)?(?P<number>[+-]?{_NUMBER}){_COUNTER}")
# `7380元整(单位:人民币)` (施集镇 2020), `4448257元` (法库县 2020), `0.37万元`, `43.2万`; the bracket may
# only speak of currency, for anything else could change what the number means.
_MONEY = re.compile(
    rf"(?:人民币|[¥￥])?(?P<number>[+-]?{_NUMBER})(?P<unit>亿元?|万元?|元)?整?"
    r"(?:\((?:单位:?)?(?:人民币)?(?P<bracket>亿元|万元|元)?\))?"
)
_TRADITIONAL_MONEY = str.maketrans("萬億單幣圓圆金額總費購為計", "万亿单币元元金额总费购为计")
# Only a unit that begins where a word begins is ours: 千元, 百万元, 万美元 and 公元 are not 元 or 万元.
_HEAD_UNIT = re.compile(r"(?:^|[^\u4e00-\u9fff]|金额|总额|单位|人民币|[以按为])(亿元|万元|元)")
# How each of the above begins, width unfolded. Most texts are labels and prose, and end here.
_OPENING = re.compile(_BLANKS + r"*[0-9０-９+＋\-－−/／\\＼—–─―无零增减人¥￥]")
# Figures and labels come again and again; a longer text is none that does.
_MOST_KEPT = 4096
_LONGEST_KEPT = 40
_AMOUNT, _COUNT = Kind.AMOUNT, Kind.COUNT  # looking a member up takes longer than the rest of the question


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell's text says."""

    value: Decimal | None
    unit: Unit | None
    status: Status


_BLANK = Reading(None, None, Status.BLANK)
_DASH = Reading(None, None, Status.DASH)
_UNREADABLE = Reading(None, None, Status.UNREADABLE)


def clean_cell(text: str) -> str:
    """Fold width, drop what prints nothing, and white space at the ends; inner gaps stay, for they may divide."""
    if text.isascii() and text.isalnum():
        return text
    return _INVISIBLE.sub(" ", text.translate(_FOLD_WIDTH)).strip()


def read_value(text: str, kind: Kind, head: str | None = None) -> Reading:
    """Read a cell's text as a cell of ``kind``.

    ``head`` is the text of the column's head as published; an amount takes its unit from there when
    the cell names none. Counts never have a unit. A number of more digits than the warehouse holds
    exactly is ``unreadable``.
    """
    if kind is _COUNT and len(text) <= _LONGEST_KEPT:
        return _kept_count(text)  # as nearly all: a key of one text is found in a third of the time
    if kind is not _AMOUNT:
        head = None
    return _kept_reading(text, kind, head) if len(text) <= _LONGEST_KEPT else _read_text(text, kind, head)


def _read_text(text: str, kind: Kind = Kind.COUNT, head: str | None = None) -> Reading:
    cleaned = clean_cell(text)
    if not cleaned:
        return _BLANK
    if cleaned in _DASHES:
        return _DASH
    if cleaned == "零":
        cleaned = "0"
    if kind is Kind.AMOUNT:
        return _read_amount(cleaned, head)
    pattern = _CHANGE if kind is Kind.SIGNED else _COUNTED
    match = pattern.fullmatch(cleaned)
    if match is None:
        return _UNREADABLE
    number = match["number"]
    word = match["word"] if kind is Kind.SIGNED else None
    if word and number[0] in "+-":
        return _UNREADABLE
    return _published("-" + number if word and word[0] == "减" else number, None)


_kept_reading = lru_cache(_MOST_KEPT)(_read_text)
_kept_count = lru_cache(_MOST_KEPT)(_read_text)


def looks_like_value(text: str) -> bool:
    """Tell whether a line of flat text can be a cell: a number, an amount, a change or a dash."""
    if _OPENING.match(text) is None:
        return False
    cleaned = clean_cell(text)
    if cleaned in _DASHES or cleaned == "零":
        return True
    return bool(_match_money(cleaned) or _CHANGE.fullmatch(cleaned))


def unit_of_head(head: str | None) -> Unit | None:
    """Return the unit of money that a column's head names, e.g. 万元 of 本年收费金额(单位:万元).

    None where it names none, several, or one that the house does not know (千元, 美元).
    """
    if not head:
        return None
    folded = _INVISIBLE.sub("", head).translate(_TRADITIONAL_MONEY)
    found = _HEAD_UNIT.findall(folded)
    return Unit(found[0]) if len(set(found)) == 1 and len(found) == folded.count("元") else None


def _read_amount(cleaned: str, head: str | None) -> Reading:
    if re.search(r"[0-9] [0-9]", cleaned):
        return _UNREADABLE
    match = _match_money(cleaned)
    if match is None:
        return _UNREADABLE
    named, bracket = match["unit"], match["bracket"]
    if named and not named.endswith("元"):
        named += "元"
    if named and bracket and named != bracket:
        return _UNREADABLE
    unit = named or bracket
    return _published(match["number"], Unit(unit) if unit else unit_of_head(head))


def _match_money(cleaned: str) -> re.Match[str] | None:
    return _MONEY.fullmatch(cleaned.replace(" ", "").translate(_TRADITIONAL_MONEY))


def _published(number: str, unit: Unit | None) -> Reading:
    value = Decimal(number.replace(",", ""))
    _, digits, exponent = value.as_tuple()
    decimals = -int(exponent)
    if decimals > VALUE_DECIMALS or len(digits) - decimals > VALUE_DIGITS - VALUE_DECIMALS:
        return _UNREADABLE
    return Reading(value, unit, Status.PUBLISHED)

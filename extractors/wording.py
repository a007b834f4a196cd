"""The words by which identity is read: `identity.yaml` compiled, and text cleaned so that they fit.

What the words are asked for (titles, evidence, scope) is the business of the modules so named.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from schemas.labels import PRONUNCIATION, TRADITIONAL, simplified

LONGEST_TITLE = 90
LONGEST_AGENCY = 40
_INVISIBLE = re.compile(r"\[bookmark:[^\]]*\]|[\u200b-\u200f\u2060\ufeff]")
_SPACE = re.compile(r"\s+")
# A text has few different ones: replacing these takes a tenth of what `str.translate` takes.
_NARROW = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_WIDE = frozenset(_NARROW)
_NUMERALS = dict(zip("〇○零O0一二三四五六七八九", "00000123456789", strict=True))
_CHINESE_YEAR = re.compile(r"(?<![一-龥])?二[〇○零O0][〇○零O0一二三四五六七八九]{2}(?=年)")
_CHINESE_DAY = re.compile(r"(?<=\d年)([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日")
_WORD_LISTS = ("traditional", "sections", "not_titles", "navigation", "own_kinds")


@cache
def words() -> dict[str, Any]:
    """Return identity.yaml with its patterns compiled; lists stay lists."""
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("identity.yaml").read_text(encoding="utf-8"))
    for name in ("body_ends", "named_ends"):
        found[name] = found[name].replace(" ", "")
    ends = f"(?:{found['body_ends']}|{found['place_ends']})"
    found["body"] = rf"(?:[一-龥()]|第\d{{1,3}}){{1,{LONGEST_AGENCY}}}?{ends}(?:\([一-龥]{{2,20}}\))?"
    # A signature is that of a body, a place does not sign.
    found["signing"] = rf"[一-龥()]{{2,{LONGEST_AGENCY}}}(?:{found['body_ends']})"
    found["signed"] = f"(?P<agency>{found['signing']})(?P<date>{found['date']})"
    found["named"] = rf"[一-龥]{{0,20}}?(?:{found['named_ends']})(?:{found['named_goes_on']})?"
    title_words = found["title"]
    found["title"] = rf"(?P<before>.{{0,{LONGEST_TITLE}}}?)(?:{found['title']}){found['title_tail']}"
    found["opening"] = rf".{{2,{LONGEST_TITLE}}}?(?:{title_words}){found['title_ends']}"
    found["traditional"] = {ord(pair[0]): pair[1] for pair in found["traditional"].split()}
    found["heading"] = [re.compile(found["section_number"] + f"(?:{section})[:。]?") for section in found["sections"]]
    found["opened"] = [re.compile("一、" + f"(?:{section})") for section in found["sections"]]
    found["glued"] = [re.compile(found["glued_number"] + f"(?:{section})") for section in found["sections"]]
    # 我局, 我镇: by level, which noun was said and how the body's name then ends.
    found["own_nouns"] = [
        [(re.compile(f"我(?!{found['own_kind_not']}){noun}"), ends) for noun, ends in kinds.items()]
        for kinds in found["own_kinds"]
    ]
    for name, value in found.items():
        if isinstance(value, str) and name not in _WORD_LISTS:
            found[name] = re.compile(value)
    return found


def clean(text: str) -> str:
    """Fold width and white space; drop control characters; years and days in numerals become digits."""
    for wide in _WIDE.intersection(text):
        text = text.replace(wide, _NARROW[wide])
    if "(" in text:  # 公開(kāi): pronunciation that converters leave behind
        text = PRONUNCIATION.sub("", text)
    # What is printable holds nothing invisible, and of white space the plain space only.
    if not text.isprintable() or "  " in text or "[bookmark:" in text:
        text = _SPACE.sub(" ", _INVISIBLE.sub("", text))
        text = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    if "二" in text:
        text = _CHINESE_YEAR.sub(lambda found: "2" + "".join(_NUMERALS[char] for char in found[0][1:]), text)
    if "月" in text:
        text = _CHINESE_DAY.sub(lambda found: f"{_number(found[1])}月{_number(found[2])}日", text)
    return text.strip()


def _number(numeral: str) -> int:
    """Read 一 … 三十一."""
    tens, ten, ones = numeral.rpartition("十")
    return (_NUMERALS_OF.get(tens, 1) * 10 if ten else 0) + _NUMERALS_OF.get(ones, 0)


_NUMERALS_OF = {char: int(digit) for char, digit in _NUMERALS.items()}


def fold(text: str) -> str:
    """Return cleaned text without any white space."""
    return clean(text).replace(" ", "")


def plain(text: str) -> str:
    """Write traditional characters as simplified ones, one for one, so that places in the text hold."""
    return text if text.isascii() else simplified(text).translate(words()["traditional"])


def traditional() -> str:
    """Return every character that `plain` writes otherwise."""
    return "".join(map(chr, words()["traditional"])) + TRADITIONAL


def is_body(name: str) -> bool:
    """Tell whether a text may be the name of one public body."""
    rules = words()
    return (
        2 <= len(name) <= LONGEST_AGENCY
        and rules["pronouns"].match(name) is None
        and rules["body"].fullmatch(name) is not None
        and rules["kinds_only"].fullmatch(name) is None
        and rules["not_in_names"].search(name) is None
    )

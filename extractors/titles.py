"""A report's title: which line is it, and which body and year does it name.

Pages carry titles of other reports too (links, lists, the way to the page); which of them is the page's
own is asked in `title_choice`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from extractors.places import find_places
from extractors.wording import LONGEST_TITLE, clean, is_body, plain, words

# Characters by which a title is seen to begin anew: a place and the beginning of a body's name.
SHORTEST_AGAIN = 6


@dataclass(frozen=True, slots=True)
class Title:
    """A title taken apart. ``on_path`` marks a step of the way to the page (首页 > …).

    ``joined`` marks one made of several lines; ``at`` is the place of its (last) line among those searched.
    """

    text: str
    agency: str | None
    year: int | None
    on_path: bool = False
    joined: bool = False
    at: int = -1

    @property
    def full(self) -> bool:
        """Whether both body and year are named."""
        return self.agency is not None and self.year is not None


def parse_title(text: str) -> Title | None:
    """Take one title apart; None when the text is none."""
    # Every title holds 报告 or 年报; most lines of a page have neither, and much is none by its length.
    return _parse_title(text) if _may_be_title(text) and len(text) <= 10 * LONGEST_TITLE else None


def _may_be_title(text: str) -> bool:
    return "报" in text or "報" in text


@lru_cache(1024)  # a page has its title in its head, its path and its text
def _parse_title(text: str) -> Title | None:
    cleaned = clean(text)
    spaced = plain(cleaned)
    found = _parse_simplified(spaced)
    if found is None or spaced == cleaned:
        return found
    # Title and name are given as published, traditional characters and all.
    published, simple = cleaned.replace(" ", ""), spaced.replace(" ", "")

    def as_published(part: str) -> str:
        start = simple.find(part)
        return published[start : start + len(part)] if start >= 0 else part

    return replace(found, text=as_published(found.text), agency=as_published(found.agency) if found.agency else None)


def _parse_simplified(spaced: str) -> Title | None:
    rules = words()
    if len(spaced) > 2 * LONGEST_TITLE or any(other in spaced for other in rules["not_titles"]):
        return None
    spaced = rules["tags"].sub("", spaced).strip()
    spaced = rules["labels"].sub("", spaced).strip()
    folded = spaced.replace(" ", "")
    match = rules["title"].fullmatch(folded) if len(folded) <= LONGEST_TITLE else None
    if match is None or "信息公开" in match["before"].removeprefix("政府信息公开"):
        return None
    before = _opening(spaced, len(match["before"]))
    # 2 0 2 3 年: spaces between digits are none of ours; those around the year still divide words.
    before = re.sub(r"(?<=\d) (?=[\d年])", "", before)
    years = {int(found["year"]) for found in rules["title_year"].finditer(before)}
    tail = rules["tail_year"].fullmatch(match["tail"] or "")
    if not years and tail:
        years = {int(tail["year"])}
    name = rules["title_year"].sub(" ", before).strip()
    for _ in range(2):
        name = rules["title_noise"].sub("", name).strip()
    agency = _own_name(name)
    return Title(folded, agency if is_body(agency) else None, years.pop() if len(years) == 1 else None)


def _opening(spaced: str, count: int) -> str:
    """Return the opening of a text that holds ``count`` characters besides spaces."""
    for position, char in enumerate(spaced):
        if not count:
            return spaced[:position]
        count -= char != " "
    return spaced


def _own_name(name: str) -> str:
    """Drop what stands before the body's name: navigation, a site's name (桐乡市人民政府 桐乡市水利局)."""
    rules = words()
    parts = name.split()
    while len(parts) > 1 and parts[0] in rules["navigation"]:
        parts = parts[1:]
    text = "".join(parts)
    divides = {len("".join(parts[:count])) for count in range(1, len(parts))}
    if rules["vertical"].match(text):
        return text
    for start, place in reversed(list(find_places(text))):
        left, right = text[:start], text[start:]
        # 江苏省盐城市亭湖区…: a chain of places is one name; (…) is the body's second name.
        if not left or left[-1] == "(" or rules["place_ends"].search(left[-1]):
            continue
        if rules["branches"].search(right) or not is_body(right):
            continue
        if start in divides or place[:-1] in left or left.endswith("政府"):
            return right
    own = rules["own_government"].search(text)
    return own["body"] if own and own.start() > 1 else text


def titles_of(lines: Sequence[str]) -> Iterator[Title]:
    """Yield the titles in a page's first lines, in order. Steps of a path count as whole titles only."""
    rules = words()
    for at, line in enumerate(lines):
        # Only the shortest of lines can be titles; a path of some steps is longer.
        if len(line) > 4 * LONGEST_TITLE or not _may_be_title(line):
            continue
        steps = rules["crumb"].split(clean(line))
        for step in steps:
            found = first_title(step)
            if found and len(steps) == 1:
                yield replace(found, at=at)
            elif found and found.full:
                yield replace(found, at=at, on_path=True)


def first_title(text: str) -> Title | None:
    """Parse a text that may go on with the site's name: 某局2022年…报告_某市人民政府."""
    whole = parse_title(text) or _said_twice(text)
    if whole:
        return whole
    parts = words()["site_divider"].split(text)
    return next((found for part in parts if (found := parse_title(part))), None) if len(parts) > 1 else None


def _said_twice(text: str) -> Title | None:
    """Parse a title that two lines of a page ran together to: 某局2022年…年度报告某局2022年…工作年度报告."""
    again = text.find(text[:SHORTEST_AGAIN], SHORTEST_AGAIN)
    if again < 0 or not _may_be_title(text):
        return None
    first, second = parse_title(text[:again]), parse_title(text[again:])
    same = first and second and first.full and (first.agency, first.year) == (second.agency, second.year)
    return first if same else None


def joined_titles(head: Sequence[str]) -> Iterator[Title]:
    """Yield titles split over two or three lines: 施集镇2020年度政府信息公开工作 / 年度报告."""
    if not any(_may_be_title(line) for line in head):
        return
    lines = [clean(line) for line in head]
    for count in (2, 3):
        for start in range(len(lines) - count + 1):
            parts = lines[start : start + count]
            if not any(_may_be_title(part) for part in parts):
                continue
            if any(not part or len(part) > 50 or part[-1] in "。;:," or ">" in part for part in parts):
                continue
            # A whole title and its neighbour, which may be another column's or body's name.
            if any((whole := parse_title(part)) and whole.full for part in parts):
                continue
            found = parse_title(" ".join(parts))
            if found and found.agency:
                yield replace(found, joined=True, at=start + count - 1)


def opening_title(head: Sequence[str]) -> Title | None:
    """Find a full title that opens a whole report in one paragraph; what is before it may be navigation.

    The last word before the year counts alone only where it begins with a place: names have gaps, too.
    """
    rules = words()
    for line in head:
        start = plain(line[: 4 * LONGEST_TITLE])
        found = rules["opening"].match(start) if _may_be_title(start) else None
        if not found or not any(head.search(plain(line)) for head in rules["opened"]):
            continue
        text = line[: found.end()].strip()
        last = text.split(" ")[-1]
        for candidate in (text, last if any(not at for at, _ in find_places(plain(last))) else ""):
            title = parse_title(candidate)
            if title and title.full:
                return title
    return None

"""What a report's text says, besides its title, of who publishes it (of which year and when: `dating`).

Each function names one kind of evidence and returns what it supports with the words that say so; which is
asked first is the business of `identity`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from extractors.places import find_places
from extractors.wording import is_body, plain, words

LONGEST_HEADING = 40
# A closing stands after the last section; what follows it by more is the site's footer and lists.
CLOSING_LINES = 40
# A name in passing proves nothing: it takes three, or one where a body speaks of its own site.
FEWEST_MENTIONS = 3

Agency = tuple[str | None, str]


class Announced(NamedTuple):
    """A report that the text says it publishes: 现公布某局2022年政府信息公开工作年度报告."""

    agency: str
    year: int
    words: str


# How narrow the level of the body is that speaks (我局 0, 我镇 1, 我县 2), and how its name must end.
Kind = tuple[int, re.Pattern[str]]


def signature(lines: Sequence[str]) -> Agency:
    """Find the body that signs: a line that is its name, with a date as the next line or behind it."""
    rules = words()
    tail = closing(lines)
    for above, below in pairwise(["", *tail]):
        if rules["signing"].fullmatch(above) and rules["date"].match(below) and is_body(above):
            return above, f"signature: {above} {below}"
        if (signed := rules["signed"].fullmatch(below)) and is_body(signed["agency"]):
            return signed["agency"], f"signature: {below}"
    return None, ""


def closing(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines after the last section's head, or the last few."""
    heads = [at for at, line in enumerate(lines) if section_of(line) is not None]
    return lines[heads[-1] + 1 :][:CLOSING_LINES] if heads else lines[-8:]


def section_of(line: str) -> int | None:
    """Tell which section a line is the head of, if any: a short line that is its name but for a number."""
    return _section_of(line) if len(line) <= LONGEST_HEADING else None


@lru_cache(4096)  # asked several times of each line
def _section_of(line: str) -> int | None:
    return next((index for index, head in enumerate(words()["heading"]) if head.fullmatch(plain(line))), None)


def sections(lines: Sequence[str]) -> set[int]:
    """Return which of the six sections have a head, on a line of its own or numbered inside a line."""
    found = {index for line in lines if (index := section_of(line)) is not None}
    rules = words()
    numbered = [plain(line) for line in lines if rules["glued_number"].search(line)]
    for index, glued in enumerate(rules["glued"]):
        if any(glued.search(line) for line in numbered):
            found.add(index)
    return found


def own_kind(lines: Sequence[str]) -> Kind | None:
    """Tell by 我局, 我镇, 我县 how the name of the body that speaks must end, and how narrow that level is."""
    rules = words()
    text = "\n".join(lines)
    if "我" not in text:
        return None
    for level, nouns in enumerate(rules["own_nouns"]):
        used = [ends for noun, ends in nouns if noun.search(text)]
        if used:
            return level, re.compile(f"(?:{'|'.join(used)})$")
    return None


def contradicted(agency: str | None, kind: Kind | None) -> bool:
    """Whether a bureau or town speaks (我局, 我镇) and the name is of another kind of body.

    我市 and 我县 contradict nothing: bureaus write so of the place that they are in.
    """
    return bool(agency and kind and kind[0] < 2 and not kind[1].search(re.sub(r"\(.*\)$", "", agency)))


def compiled_by(lines: Sequence[str]) -> Iterator[Agency]:
    """Yield who compiled this report, in so many words."""
    for line in lines:
        if "报告由" in line or "年报由" in line:
            for found in words()["compiled_by"].finditer(line):
                if is_body(found["agency"]):
                    yield found["agency"], f"compiled by: {found[0]}"


def announced(lines: Sequence[str]) -> Iterator[Announced]:
    """Yield the reports that the text says it publishes, with body and year."""
    for line in lines:
        if "公布" in line or "发布" in line or "现" in line:
            for found in words()["announced"].finditer(line):
                if is_body(found["agency"]):
                    yield Announced(found["agency"], int(found["year"]), found[0])


def announced_by(lines: Sequence[str]) -> Iterator[Agency]:
    """Yield whose report the text says it publishes."""
    for found in announced(lines):
        yield found.agency, f"announced: {found.words}"


def contacts(lines: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield whom readers are told to ask: the body, its office (党政办, 办公室, often none), and the words."""
    for line in lines:
        if "请" in line or "可" in line or "径" in line:
            for found in words()["contact"].finditer(line):
                name = found["agency"]
                # 市教育局 is no whole name, 市中区教育局 is.
                whole = name[0] not in "市县区省州旗局镇乡" or _begins_with_place(name)
                if whole and is_body(name):
                    yield name, found["office"] or "", found[0]


def contact(lines: Sequence[str], kind: Kind | None) -> Agency:
    """Find whom to ask (请与某镇人民政府党政办联系), where that is the body itself.

    It is where it is of the kind that speaks. Where the text says 本机关 only, the one body that it names is;
    but governments send their readers to bureaus of theirs, and bureaus name a government's office.
    """
    rules = words()
    for name, office, said in contacts(lines):
        if kind and kind[1].search(name):
            return name, f"contact: {said}"
        full = name + office
        of_government = office == "办公室" and name.endswith("政府")
        if kind and not (kind[0] == 0 and of_government and kind[1].search(full)):
            continue
        if not kind and (of_government or rules["asked_for_others"].search(full) or not _begins_with_place(name)):
            continue
        # 我办 is also said in reports of governments, which tell of the whole place.
        if kind and rules["of_a_place"].search("\n".join(lines)):
            continue
        if all(other in full for other, _, _ in _named(lines)):
            return (full if kind else name), f"contact: {said}"
    return None, ""


def _begins_with_place(name: str) -> bool:
    return next((start == 0 for start, _ in find_places(name)), False)


def _named(lines: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield the bodies that running text names after their place, with some text before and behind each."""
    rules = words()
    text = "\n".join(lines)
    last = 0
    for start, place in find_places(text):
        if start < last:  # 江苏省南通市…: the shorter place begins inside the name
            continue
        body = rules["named"].match(text, start + len(place))
        name = text[start : body.end()] if body else ""
        if body and is_body(name):
            last = body.end()
            yield name, text[max(0, start - 4) : start], text[last : last + 12]


def named_in_text(lines: Sequence[str], kind: Kind | None) -> Agency:
    """Find the one body that the prose names as itself; none where partners and superiors are named.

    A name counts where no partner's word stands beside it. It takes three of them, of which none may be
    rivalled, and one that speaks of the body's own site or account; where the text says 我局, one such is
    enough if no other bureau is named at all.
    """
    rules = words()
    own: Counter[str] = Counter()
    passing: Counter[str] = Counter()
    speaking: set[str] = set()
    for name, before, after in _named(lines):
        if kind and not kind[1].search(name):
            continue
        partner = rules["partner_before"].search(before) or rules["partner_after"].match(after)
        if partner or (name.endswith("政府") and rules["portal"].match(after)):
            passing[name] += 1
        else:
            own[name] += 1
            if rules["self_named"].match(after):
                speaking.add(name)
    ranked = [name for name, _ in own.most_common() if name in speaking]
    rivals = {name for name in (*own, *passing) if not ranked or name != ranked[0]}
    if not ranked:
        return None, ""
    best, count = ranked[0], own[ranked[0]]
    alone = kind is not None and not rivals
    ahead = count >= FEWEST_MENTIONS and all(count >= 2 * (own[name] + passing[name]) for name in rivals)
    return (best, f"named in the text: {best} ({count} times)") if alone or ahead else (None, "")

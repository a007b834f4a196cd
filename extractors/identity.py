"""Whose report it is and of which year: title and date, each with the evidence that decided.

Evidence is asked in a stated order (`_agency_evidence`, `_year_evidence`), the document itself before
what the crawler saw around it. The format is not decided here, and never by the year.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from extractors.blocks import Document
from extractors.places import place_names

_NOISE = re.compile(r"\[bookmark:[^\]]*\]|[\s\u200b\ufeff]+")
_FOLD_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
HEAD_LINES = 60
LONGEST_TITLE = 90
LONGEST_AGENCY = 40
LONGEST_DATED = 70


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known from outside the document: the link that led to it, the registry's entry."""

    link_text: str | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who and when; ``evidence`` maps a field to where it was read, e.g. ``year`` → ``title: …``."""

    agency: str | None = None
    year: int | None = None
    title: str | None = None
    published_on: date | None = None
    is_report: bool = False
    evidence: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Title:
    text: str
    agency: str | None
    year: int | None


@cache
def _words() -> dict[str, Any]:
    path = Path(__file__).with_suffix(".yaml")
    words: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    ends = words["body_ends"].replace(" ", "")
    words["title"] = re.compile(rf"(?P<before>.{{0,{LONGEST_TITLE}}}?)(?:{words['title']}){words['title_tail']}")
    words["body"] = re.compile(rf"[一-龥()]{{1,{LONGEST_AGENCY}}}(?:{ends})")
    words["body_here"] = re.compile(rf"[一-龥]{{0,20}}?(?:{ends})")
    for name in (
        "title_year",
        "title_noise",
        "first_section",
        "compiled_by",
        "period",
        "narrative_year",
        "date",
    ):
        words[name] = re.compile(words[name])
    return words


def identify(document: Document, hints: Hints = Hints()) -> Identity:
    """Read a document's identity. What no evidence supports stays None."""
    lines = [folded for line in document.lines() if (folded := _fold(line.text))]
    # A report's running text is some hundred lines; where a page is all table the cells do not count.
    head = _head(lines)
    title = _document_title(document, head)
    hinted = _parse_title(hints.link_text) if hints.link_text else None
    evidence: dict[str, str] = {}
    agency = _first(evidence, "agency", _agency_evidence(title, hinted, hints, lines))
    year = _first(evidence, "year", _year_evidence(title, hinted, lines))
    dated = [line.text.translate(_FOLD_WIDTH) for line in document.lines()]
    published_on = _first(evidence, "published_on", _date_evidence(document, dated, len(head)))
    if year is None and published_on is not None:
        year = published_on.year - 1
        evidence["year"] = f"year before publication: {published_on.isoformat()}"
    sections = sum(any(section in line for line in lines) for section in _words()["sections"])
    shown = title or hinted
    return Identity(
        agency=agency,
        year=year,
        title=shown.text if shown else None,
        published_on=published_on,
        # List pages carry the words of a title too, but none of the sections.
        is_report=sections >= 3 or (title is not None and sections >= 1),
        evidence=evidence,
    )


def identify_by_hints(hints: Hints) -> Identity:
    """Tell what the link and the registry say of a document that cannot be read itself."""
    hinted = _parse_title(hints.link_text) if hints.link_text else None
    evidence: dict[str, str] = {}
    agency = _first(evidence, "agency", _agency_evidence(None, hinted, hints, []))
    year = _first(evidence, "year", _year_evidence(None, hinted, []))
    return Identity(agency, year, hinted.text if hinted else None, None, hinted is not None, evidence)


def _first(evidence: dict[str, str], name: str, candidates: Iterator[tuple[Any, str]]) -> Any:
    for value, why in candidates:
        if value is not None:
            evidence[name] = why
            return value
    return None


def _fold(text: str) -> str:
    return _NOISE.sub("", text.translate(_FOLD_WIDTH))


def _head(lines: list[str]) -> list[str]:
    """Return the lines before the first section, where titles and dates stand."""
    for position, line in enumerate(lines[:HEAD_LINES]):
        if _words()["first_section"].match(line):
            return lines[:position]
    return lines[:HEAD_LINES]


def _document_title(document: Document, head: list[str]) -> _Title | None:
    """Find the title: a line, else lines that together are one, else the page's own title field."""
    singles = [found for line in head if (found := _parse_title(line))]
    joins = [found for count in (2, 3) for found in _joined(head, count)]
    fields = [
        found
        for name in ("title", "page_title")
        for part in re.split(r"[_|]|(?<=[告报])-", document.metadata.get(name, ""))
        if (found := _parse_title(part))
    ]
    for found in (*singles, *joins, *fields):
        if found.agency and found.year:
            return found
    return next(iter((*singles, *fields, *joins)), None)


def _joined(head: list[str], count: int) -> Iterator[_Title]:
    """Yield titles split over ``count`` lines: 施集镇2020年度政府信息公开工作 / 年度报告."""
    for start in range(len(head) - count + 1):
        parts = head[start : start + count]
        if any(len(part) > 50 or part[-1] in "。;:," for part in parts):
            continue
        found = _parse_title("".join(parts))
        if found and found.agency and _words()["body"].fullmatch(found.agency):
            yield found


def _parse_title(text: str) -> _Title | None:
    """Take a title apart; None when the text is none."""
    words = _words()
    folded = _fold(text)
    if len(folded) > LONGEST_TITLE or any(other in folded for other in words["not_titles"]):
        return None
    match = words["title"].fullmatch(folded)
    if match is None or "信息公开" in match["before"]:
        return None
    before = match["before"]
    year = words["title_year"].search(before)
    name = words["title_year"].sub("", before, count=1)
    name = words["title_noise"].sub("", words["title_noise"].sub("", name))
    agency = name if 2 <= len(name) <= LONGEST_AGENCY and not re.search(r"[\d,。;:]", name) else None
    if agency and agency[0] in words["pronouns"]:
        agency = None
    return _Title(folded, agency, int(year[1]) if year else None)


def _agency_evidence(
    title: _Title | None, hinted: _Title | None, hints: Hints, lines: list[str]
) -> Iterator[tuple[str | None, str]]:
    if title:
        yield title.agency, f"title: {title.text}"
    for line in lines:
        if found := _words()["compiled_by"].search(line):
            name = found["agency"]
            yield (None if name[0] in _words()["pronouns"] else name), f"compiled by: {found[0]}"
    yield _signature(lines)
    if hinted:
        yield hinted.agency, f"link text: {hinted.text}"
    yield hints.agency, f"source registry: {hints.agency}"
    yield _named_in_text(lines)


def _signature(lines: list[str]) -> tuple[str | None, str]:
    """Find the body that signs: a line that is its name, with a date as the next line."""
    if len(lines) < 2:
        return None, ""
    words = _words()
    lines = lines[-8:]
    for above, below in pairwise(lines):
        if words["body"].fullmatch(above) and words["date"].match(below) and len(above) >= 4:
            return above, f"signature: {above} {below}"
    return None, ""


def _named_in_text(lines: list[str]) -> tuple[str | None, str]:
    """Find the one body that the prose names in full; two equally likely ones give none."""
    text = "\n".join(lines)
    counts: Counter[str] = Counter()
    for place in place_names():
        start = text.find(place)
        while start >= 0:
            body = _words()["body_here"].match(text, start + len(place))
            if body and body.end() - start > len(place):
                counts[text[start : body.end()]] += 1
            start = text.find(place, start + 1)
    # 南通市应急管理局 also contains shorter places that begin inside it; keep the longest at a spot.
    ranked = [
        (name, count)
        for name, count in counts.most_common()
        if not any(name != other and other.endswith(name) and counts[other] >= count for other in counts)
    ]
    if not ranked or (len(ranked) > 1 and ranked[1][1] == ranked[0][1]):
        return None, ""
    return ranked[0][0], f"named in the text: {ranked[0][0]} ({ranked[0][1]} times)"


def _year_evidence(title: _Title | None, hinted: _Title | None, lines: list[str]) -> Iterator[tuple[int | None, str]]:
    if title:
        yield title.year, f"title: {title.text}"
    for line in lines:
        if found := _words()["period"].search(line):
            yield int(found["year"]), f"statistics period: {found[0]}"
    if hinted:
        yield hinted.year, f"link text: {hinted.text}"
    counts = Counter(year for line in lines for year in _words()["narrative_year"].findall(line))
    ranked = counts.most_common(2)
    if ranked and (len(ranked) == 1 or ranked[0][1] >= 2 * ranked[1][1]):
        yield int(ranked[0][0]), f"narrative: {ranked[0][0]}年 ({ranked[0][1]} times)"


def _date_evidence(document: Document, lines: list[str], head: int) -> Iterator[tuple[date | None, str]]:
    """Look for a date with its white space kept: `2021-01-29 17:11` must not become `2021-01-2917`."""
    for where, texts in (
        ("page field", [document.metadata.get("published", "")]),
        ("head of the page", lines[:head]),
        ("signature", lines[-8:]),
    ):
        for text in texts:
            # Dates in sentences are those of the period, of notices, of anything.
            if len(text.strip()) <= LONGEST_DATED and not _words()["period"].search(text):
                for found in _words()["date"].finditer(text):
                    yield _date(found), f"{where}: {found[0]}"


def _date(found: re.Match[str]) -> date | None:
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None

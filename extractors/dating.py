"""What a report's text says of its year, and of the day on which it came out.

Each function names one kind of evidence and returns what it supports with the words that say so; which is
asked first is the business of `identity`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from extractors.wording import fold, words

LONGEST_DATED = 70


def periods(lines: Sequence[str], published: date | None) -> Iterator[tuple[int, str]]:
    """Yield the years of statistics periods, the best first: this report's own, then the latest.

    A period that began when the report was out already is an error of somebody's.
    """
    rules = words()
    found = []
    for line in lines:
        if "12月" not in line:  # no period ends without
            continue
        for sentence in re.split("[。;!?]", line):
            for period in rules["period"].finditer(sentence):
                year = int(period["year"])
                if rules["period_other"].search(sentence) or (published and year > published.year):
                    continue
                own = rules["period_own"].search(sentence) is not None
                found.append(((own, year), f"statistics period: {period[0]}"))
    for (_, year), why in sorted(found, key=lambda entry: entry[0], reverse=True):
        yield year, why


def announced_year(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the year in 现将我镇2020年度政府信息公开年度报告公布如下."""
    for line in lines:
        if found := words()["announced_year"].search(line):
            yield int(found["year"]), f"announced: {found[0]}"


def narrated_year(lines: Sequence[str], published: date | None) -> tuple[int | None, str]:
    """Find the year that prose and publication both support; where they disagree, none.

    A report comes out in the year after; one put out in December may be of the same year (VARIANTS 1).
    """
    rules = words()
    # The dates of a page's head and closing are no prose; a year to come is a link's or a plan's.
    prose = [line for line in lines if len(line) > LONGEST_DATED or not rules["date"].search(line)]
    years = (int(year) for line in prose for year in rules["narrative_year"].findall(line))
    counts = Counter(year for year in years if published is None or year <= published.year)
    ranked = counts.most_common(2)
    leads = ranked[0][0] if ranked and (len(ranked) == 1 or ranked[0][1] >= 2 * ranked[1][1]) else None
    if published is None:
        return leads, f"narrative: {leads}年 ({counts[leads]} times)" if leads else ""
    before = published.year - 1
    if leads == published.year and published.month == 12:
        return leads, f"narrative: {leads}年 ({counts[leads]} times), published {published.isoformat()}"
    if leads in (None, before) or before in counts:
        return before, f"year before publication: {published.isoformat()}"
    return None, ""


def publication_dates(
    field: str, lines: Sequence[str], head: int, others: Sequence[str]
) -> Iterator[tuple[date | None, str]]:
    """Look for the date with its white space kept: `2021-01-29 17:11` must not become `2021-01-2917`.

    ``others`` are lines that cannot date the page: titles of other reports, with their own dates.
    """
    rules = words()
    first = [line for line in lines[:head] if line not in others and not rules["not_published"].search(line)]
    labelled = [line for line in first if rules["published"].search(line)]
    for where, texts in (
        ("page field", [field]),
        ("head of the page", [*labelled, *first]),
        ("signature", lines[-8:]),
    ):
        for text in texts:
            # Dates in sentences are those of the period, of notices, of anything.
            if len(text) <= LONGEST_DATED and not rules["period"].search(fold(text)):
                for found in rules["date"].finditer(text):
                    yield _date(found), f"{where}: {found[0]}"


def _date(found: re.Match[str]) -> date | None:
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None

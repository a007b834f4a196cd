"""Whose and which year's figure a statement gives: why it may not be that of the report's own cells.

One `Doubts` goes along a sentence from left to right, for what was said before bears on the figures that follow.
Words stand in `statements.yaml` under ``doubts``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from extractors.statement_words import Said, words
from schemas.facts import Scope

# 民政局 and 财政局 end alike; a name is the body's own when it ends as that does, in so many characters.
SHORTEST_NAME = 3
# Years that are not named by number.
THIS_YEAR, AN_EARLIER = 0, -1
THE_WHOLE = ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose prose it is: against these a figure's words are held."""

    agency: str | None = None
    year: int | None = None
    scope: Scope | None = None


@dataclass
class Doubts:
    """What a sentence has said so far of other years and other bodies."""

    speaker: Speaker
    other_year: bool = False
    other_body: bool = False

    def see_year(self, text: str) -> None:
        """Note which year the sentence speaks of from here on."""
        for year in _years(text, compared=False):
            self.other_year = not self._is_own(year)

    def of(self, said: Said, phrase: str, sentence: str) -> str | None:
        """Tell why a figure may not be that of the cells: ``other_year`` and so on; None where nothing speaks for it.

        ``phrase`` are the words before the figure, of which those from ``said.start`` on tell its kind.
        """
        doubts = words().doubts
        ahead = phrase[: said.start]
        clause = max(phrase.rfind(mark, 0, said.start) for mark in "，；") + 1
        if self.other_year or self._is_of_other_year(said, phrase[clause:]):
            return "other_year"
        if doubts["period"].search(doubts["whole_year"].sub("", ahead)):
            return "period"
        if doubts["joined"].search(ahead):
            return "several"
        self._see_body(ahead, phrase[clause : said.start])
        if self.other_body:
            return "other_body"
        weak = said.kind in words().weak and not doubts["says_topic"].search(phrase[clause:])
        if weak and doubts["other_topic"].search(doubts["not_topic"].sub("", sentence)):
            return "other_topic"
        return None

    def _is_of_other_year(self, said: Said, clause: str) -> bool:
        """Whether its own clause compares (较2023年收到的46件), or carries between other years than this report."""
        year = self.speaker.year
        if (said.last and said.last + 1 != year) or (said.next and said.next - 1 != year):
            return True
        return not all(map(self._is_own, _years(clause, compared=True)))

    def _is_own(self, year: int) -> bool:
        return year in (THIS_YEAR, self.speaker.year)

    def _see_body(self, ahead: str, lead: str) -> None:
        """Note whether the figures from here on are another body's, or those of a part of this one.

        A body counts where it opens a clause, or stands in the figure's own (``lead``).
        """
        for clause in re.split("[，；:()]", ahead)[:-1]:
            self._see_named(_body(clause, opening=True))
        self._see_named(_body(lead, opening=False))

    def _see_named(self, name: str | None) -> None:
        if name is not None:
            self.other_body = name != THE_WHOLE and not self._is_self(name)

    def _is_self(self, name: str) -> bool:
        agency, name = _shortened(self.speaker.agency or ""), _shortened(name)
        tails = (name[start:] for start in range(len(name) - SHORTEST_NAME + 1))
        tail = next((tail for tail in tails if agency.endswith(tail)), "")
        # 市政府 of a city's report that gathers all is the city's own office.
        gathers = self.speaker.scope is not Scope.OWN and re.search("[省市州盟县区旗]政府$", agency)
        return len(tail) > (len("市政府") if gathers else 0)


@lru_cache(8192)  # the same phrases come in all reports
def _years(text: str, *, compared: bool) -> tuple[int, ...]:
    """Return the years of which the text speaks, or those it compares with.

    Left out are years in names of documents and those that something was carried from or to.
    """
    doubts = words().doubts
    if not doubts["year"].search(text):
        return ()
    text = doubts["titles"].sub("", doubts["whole_year"].sub("", text))
    years = []
    for match in doubts["year"].finditer(text):
        ahead = text[: match.start()]
        if doubts["named"].search(ahead) or doubts["carried"].match(text[match.end() :]):
            continue
        if bool(doubts["compared"].search(ahead)) is compared:
            years.append(THIS_YEAR if match["own"] else int(match["year"] or AN_EARLIER))
    return tuple(years)


@lru_cache(8192)
def _body(clause: str, *, opening: bool) -> str | None:
    """Return the body that a clause names (with ``opening`` only at its beginning), or `THE_WHOLE`; None without."""
    doubts = words().doubts
    text = doubts["no_body"].sub("", clause.removeprefix("其中"))
    if doubts["whole"].search(text):
        return THE_WHOLE
    named = doubts["body"].match(text) if opening else doubts["body"].search(text)
    return named[0] if named else None


def _shortened(name: str) -> str:
    return name.replace("人民政府", "政府").replace("政府办公室", "政府办")

"""A report's prose → the figures it states about its own tables, each with its sentence and what speaks against it.

The tables' own text is not read here, and nothing is compared. Words stand in `statements.yaml`; a figure
whose words are not known is passed over, one that may be another year's or body's says so (``doubt``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from extractors.numerals import COUNT, Figure, read_figure
from extractors.prose import Passage
from extractors.statement_doubts import Doubts, Speaker
from extractors.statement_words import Said, kinds_of, words
from extractors.wording import clean, plain, traditional
from schemas.statements import Statement

MOST_STATEMENTS = 200
LONGEST_SENTENCE = 1_000
_ENDS = re.compile(r"(?<=[。！？!?])")
_COMMAS = re.compile(r"(?<=[，；,;])")
_BETWEEN = re.compile(r"(?<!\d) | (?!\d)")
# Every comma but that of a number (also printed 134，907.8) becomes ，.
_WIDE, _WIDTH = re.compile("[！-～]"), 0xFEE0
_LOOSE_COMMA = re.compile(r",(?!\d{3}(?!\d))|(?<!\d),")
_ZERO = Figure(Decimal(0), COUNT, Decimal(1))


def statements_of(prose: Iterable[Passage], speaker: Speaker) -> tuple[Statement, ...]:
    """Read the statements of a report's prose, in order; at most `MOST_STATEMENTS`."""
    found: list[Statement] = []
    rules = words()
    for text, locator in prose:
        if not rules.about.search(text):
            continue
        for raw, end in _sentences(text):
            if rules.about.search(raw) and rules.states.search(raw):
                context = text[max(0, end - LONGEST_SENTENCE) : end]
                found += _Sentence(raw.strip(), locator, context, Doubts(speaker)).statements()
            if len(found) >= MOST_STATEMENTS:
                return tuple(found[:MOST_STATEMENTS])
    return tuple(found)


def _sentences(text: str) -> Iterator[tuple[str, int]]:
    """Yield sentences with their ends; one that is too long (a whole page in a line) in parts that end at commas."""
    end = 0
    for sentence in _ENDS.split(text):
        part = ""
        for piece in [sentence] if len(sentence) <= LONGEST_SENTENCE else _COMMAS.split(sentence):
            if part and len(part) + len(piece) > LONGEST_SENTENCE:
                yield part, end
                part = ""
            end += len(piece)
            part += piece if len(piece) <= LONGEST_SENTENCE else ""  # without a comma it is no prose
        yield part, end


def folded(raw: str) -> str:
    """Fold a sentence: width, traditional characters, spaces that divide no figures; commas become ，."""
    # Nearly every sentence differs in nothing but the width of its marks; the long way costs several times as much.
    if _odd().search(raw) or not raw.isprintable():
        raw = plain(clean(raw))
    narrow = _WIDE.sub(lambda found: chr(ord(found[0]) - _WIDTH), raw)
    return _LOOSE_COMMA.sub("，", _BETWEEN.sub("", narrow).replace(";", "；"))


@cache
def _odd() -> re.Pattern[str]:
    """Traditional characters, pronunciation behind them (公開(kāi)), numerals that may be years."""
    return re.compile(f"[{traditional()}]|[(（][a-zāáǎàēéěèīíǐìōóǒòūúǔù]|二[〇○零O0]")


@dataclass
class _Sentence:
    """One sentence, read from left to right; ``context`` is its paragraph up to its own end."""

    raw: str
    locator: str
    context: str
    doubts: Doubts
    text: str = ""
    # Of each list (`statements.yaml`): the head and the item said last.
    list_words: dict[int, tuple[str, str]] = field(default_factory=dict)

    def statements(self) -> Iterator[Statement]:
        """Yield what is stated: figures, then what there was none of."""
        self.text = folded(self.raw)
        figures = list(words().figure.finditer(self.text))
        starts = [*(figure.start() for figure in figures[1:]), len(self.text)]
        stated: set[str] = set()
        end = 0
        for figure, until in zip(figures, starts, strict=False):
            before, after = self.text[end : figure.start()], self.text[figure.end() : until]
            end = figure.end()
            if statement := self._figure(before, figure, after):
                stated.add(statement.kind)
                yield statement
        yield from self._none(stated)

    def _figure(self, before: str, match: re.Match[str], after: str) -> Statement | None:
        rules = words()
        if "；" in before:
            before = before.rpartition("；")[2]
            self.list_words, self.doubts.other_body = {}, False
        ahead = self.text[: match.start()]
        within = ahead.count("(") > ahead.count(")")  # what is said once outside of brackets is not meant within
        phrase = before if within else self._completed(before)
        self.doubts.see_year(before)
        figure = read_figure(match)
        vague = match["numeral"] and rules.vague_before.search(before)
        if figure is None or vague or rules.rounded_before.search(before) or rules.rounded_after.match(after):
            return None
        for said in kinds_of(phrase, after.partition("；")[0].partition("。")[0], figure.unit != COUNT):
            if said.needs is None or said.needs.search(self.context):
                return self._statement(said, phrase, figure)
        return None

    def _completed(self, before: str) -> str:
        """Return a figure's words with what the list around it said once: 、行政规范性文件 of 制发规章2件、…"""
        for number, known in enumerate(words().lists):
            heads, items = known.head.findall(before), known.item.findall(before)
            if not heads and not items:
                continue
            head, item = self.list_words.get(number, ("", ""))
            if head and (bare := known.only_item.fullmatch(before)):
                return _joined(bare, head, behind=known.head_last)
            if item and (bare := known.only_head.fullmatch(before)):
                before = _joined(bare, item)
            self.list_words[number] = (heads[-1] if heads else head, items[-1] if items else item)
        return before

    def _none(self, stated: set[str]) -> Iterator[Statement]:
        """Yield the kinds of which the sentence says that there was none."""
        if not words().denies.search(self.text):
            return
        for kind in words().kinds:
            match = next((found for pattern in kind.none if (found := pattern.search(self.text))), None)
            if match and kind.kind not in stated:
                self.doubts.other_year = self.doubts.other_body = False
                before = self.text[: match.start()].rpartition("；")[2]
                self.doubts.see_year(before)
                yield self._statement(Said(kind.kind, len(before), None, None, None), before, _ZERO)

    def _statement(self, said: Said, phrase: str, figure: Figure) -> Statement:
        doubt = self.doubts.of(said, phrase, self.text)
        return Statement(said.kind, *figure, doubt, self.raw, self.locator)


def _joined(bare: re.Match[str], other: str, *, behind: bool = False) -> str:
    """Put the words that a phrase lacks before its own, or behind them."""
    lead, own = bare.string[: bare.start("own")], bare["own"]
    return f"{lead}{own}{other}" if behind else f"{lead}{other}{own}"

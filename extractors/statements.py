"""A report's prose → the figures it states about its own tables, each with its sentence and what speaks against it.

The tables' own text is not read here, and nothing is compared. Words stand in `statements.yaml`; a figure
whose words are not known is passed over, one that may be another year's or body's says so (``doubt``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from extractors.blocks import Block, Line
from extractors.statement_words import Said, Words, kinds_of, words
from extractors.tokens import LONGEST_LABEL
from extractors.wording import clean, plain
from schemas.facts import Scope
from schemas.statements import Statement

MOST_STATEMENTS = 200
LONGEST_SENTENCE = 1_000
# Shorter text is a label, a heading or a cell.
SHORTEST_PROSE = 6
_FIGURE_AHEAD = re.compile(
    r"[\d零〇一二两三四五六七八九十百千]\s?[余多]?[万亿]?[余多]?[件条宗起个份例项部元篇次]|[为:：][0零无]"
)
_NONE_AHEAD = re.compile("未|没|无")
_NONE_OF = re.compile("申请|复议|诉讼|结转|规章|规范性文件")
_ENDS = re.compile(r"(?<=[。！？!?])")
_BETWEEN = re.compile(r"(?<!\d) | (?!\d)")
# Every comma but that of a number (also printed 134，907.8) becomes ，.
_LOOSE_COMMA = re.compile(r",(?!\d{3}(?!\d))|(?<!\d),")
_DIGITS = {char: value for value, chars in enumerate(["零〇", "一", "二两", *"三四五六七八九"]) for char in chars}
_TENS = {"十": 10, "百": 100, "千": 1000}
_SCALE = {"万": 10_000, "亿": 100_000_000}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose prose it is: against these a figure's words are held."""

    agency: str | None = None
    year: int | None = None
    scope: Scope | None = None


def statements_of(blocks: Iterable[Block], speaker: Speaker) -> tuple[Statement, ...]:
    """Read the statements of a document's prose, in order; at most `MOST_STATEMENTS`."""
    found: list[Statement] = []
    for text, locator in _prose(blocks):
        said = 0
        for raw in _ENDS.split(text):
            said += len(raw)
            if _may_state(raw):
                found += _Sentence(raw.strip(), locator, speaker, text[:said][-LONGEST_SENTENCE:]).statements()
        if len(found) >= MOST_STATEMENTS:
            break
    return tuple(found[:MOST_STATEMENTS])


def _prose(blocks: Iterable[Block]) -> Iterator[tuple[str, str]]:
    """Yield running text with its place: lines, and cells too long for a label (the page in a layout's table)."""
    for block in blocks:
        if isinstance(block, Line):
            if len(block.text) >= SHORTEST_PROSE:
                yield block.text, block.place or f"line {block.number}"
            continue
        for cell in block.cells:
            if len(cell.text) > LONGEST_LABEL:
                place = (
                    f"line {cell.line}"
                    if cell.line
                    else f"table {block.number}, row {cell.row + 1}, column {cell.column + 1}"
                )
                yield cell.text, cell.place or place


def _may_state(raw: str) -> bool:
    if _FIGURE_AHEAD.search(raw):
        return True
    return _NONE_AHEAD.search(raw) is not None and _NONE_OF.search(raw) is not None


def folded(raw: str) -> str:
    """Fold a sentence: width, traditional characters, spaces that divide no figures; commas become ，."""
    text = _BETWEEN.sub("", plain(clean(raw)).replace(";", "；"))
    return _LOOSE_COMMA.sub("，", text)


@dataclass
class _Sentence:
    """One sentence on its way from left to right: what it has said so far bears on the next figure."""

    raw: str
    locator: str
    speaker: Speaker
    context: str  # its paragraph, up to its own end
    text: str = ""
    other_year: bool = False
    other_body: bool = False
    list_words: dict[int, tuple[str, str]] = field(default_factory=dict)

    def statements(self) -> Iterator[Statement]:
        """Yield what is stated: figures, then what there was none of."""
        self.text = folded(self.raw)
        rules = words()
        end = 0
        figures = list(rules.figure.finditer(self.text))
        stated: set[str] = set()
        for place, figure in enumerate(figures):
            until = figures[place + 1].start() if place + 1 < len(figures) else len(self.text)
            before, after = self.text[end : figure.start()], self.text[figure.end() : until]
            end = figure.end()
            for statement in self._figure(before, figure, after, rules):
                stated.add(statement.kind)
                yield statement
        yield from self._none(rules, stated)

    def _figure(self, before: str, figure: re.Match[str], after: str, rules: Words) -> Iterator[Statement]:
        if "；" in before:
            before = before.rpartition("；")[2]
            self.list_words, self.other_body = {}, False
        ahead = self.text[: figure.start()]
        within = ahead.count("(") > ahead.count(")")  # what is said once outside of brackets is not meant within
        phrase = before if within else self._completed(before, rules)
        self._see_year(before)
        read = _value(figure)
        vague = figure["numeral"] and rules.vague_before.search(before)
        if read is None or vague or rules.rounded_before.search(before) or rules.rounded_after.match(after):
            return
        value, unit, step = read
        cut = re.split("[。；]", after)[0]
        for said in kinds_of(phrase, cut, unit != "件"):
            if said.needs is None or said.needs.search(self.context):
                yield self._statement(said, phrase, value, unit, step)
                return

    def _none(self, rules: Words, stated: set[str]) -> Iterator[Statement]:
        """Yield the kinds of which the sentence says that there was none."""
        if not (_NONE_AHEAD.search(self.text) and _NONE_OF.search(self.text)):
            return
        for kind in rules.kinds:
            match = next((found for pattern in kind.none if (found := pattern.search(self.text))), None)
            if match and kind.kind not in stated:
                self.other_year = self.other_body = False
                before = self.text[: match.start()].rpartition("；")[2]
                self._see_year(before)
                said = Said(kind.kind, len(before), None, None, None)
                yield self._statement(said, before, Decimal(0), "件", Decimal(1))

    def _statement(self, said: Said, phrase: str, value: Decimal, unit: str, step: Decimal) -> Statement:
        doubt = self._doubt(said, phrase)
        return Statement(said.kind, value, unit, step, doubt, self.raw[:LONGEST_SENTENCE], self.locator)

    def _completed(self, before: str, rules: Words) -> str:
        """Return a figure's words with what the list around it said once: 、行政规范性文件 of 制发规章2件、…"""
        for number, known in enumerate(rules.lists):
            head, item = self.list_words.get(number, ("", ""))
            if head and (bare := known.only_item.fullmatch(before)):
                return _joined(bare, head, behind=known.head_last)
            if item and (bare := known.only_head.fullmatch(before)):
                before = _joined(bare, item)
            heads, items = known.head.findall(before), known.item.findall(before)
            self.list_words[number] = (heads[-1] if heads else head, items[-1] if items else item)
        return before

    def _see_year(self, before: str) -> None:
        """Note which year the sentence speaks of from here on."""
        for match, _ in self._years(before):
            self.other_year = not self._is_own(match)

    def _years(self, text: str, *, compared: bool = False) -> Iterator[tuple[re.Match[str], str]]:
        """Yield the mentions of years, or (``compared``) those of comparisons; names and carry-overs left out."""
        doubts = words().doubts
        text = doubts["titles"].sub("", doubts["whole_year"].sub("", text))
        for match in doubts["year"].finditer(text):
            ahead = text[: match.start()]
            if doubts["named"].search(ahead) or doubts["carried"].match(text[match.end() :]):
                continue
            if bool(doubts["compared"].search(ahead)) is compared:
                yield match, ahead

    def _is_own(self, match: re.Match[str]) -> bool:
        return bool(match["own"]) or (bool(match["year"]) and int(match["year"]) == self.speaker.year)

    def _doubt(self, said: Said, phrase: str) -> str | None:
        """Tell why a figure may not be that of this report's cells."""
        doubts = words().doubts
        year = self.speaker.year
        clause = max(phrase.rfind(mark, 0, said.start) for mark in "，；") + 1
        lead = phrase[clause : said.start]
        compared = any(not self._is_own(match) for match, _ in self._years(phrase[clause:], compared=True))
        carried = (said.last is not None and said.last + 1 != year) or (said.next is not None and said.next - 1 != year)
        if self.other_year or compared or carried:
            return "other_year"
        if doubts["period"].search(doubts["whole_year"].sub("", phrase[: said.start])):
            return "period"
        if doubts["joined"].search(phrase[: said.start]):
            return "several"
        self._see_body(phrase[: said.start], lead)
        if self.other_body:
            return "other_body"
        weak = said.kind in words().weak and not doubts["says_topic"].search(phrase[clause:])
        if weak and doubts["other_topic"].search(doubts["not_topic"].sub("", self.text)):
            return "other_topic"
        return None

    def _see_body(self, before: str, lead: str) -> None:
        """Note whether the figures from here on are another body's, or those of a part of this one."""
        doubts = words().doubts
        for clause in (*re.split("[，；:()]", before)[:-1], lead):
            text = doubts["no_body"].sub("", clause.removeprefix("其中"))
            if doubts["whole"].search(text):
                self.other_body = False
            elif named := doubts["body"].match(text) if clause is not lead else doubts["body"].search(text):
                self.other_body = not self._is_self(named[0])

    def _is_self(self, name: str) -> bool:
        agency, name = (_shortened(text) for text in (self.speaker.agency or "", name))
        tail = next((name[start:] for start in range(len(name) - 1) if agency.endswith(name[start:])), "")
        if not tail:
            return False
        # 市政府 of a city's report that gathers all is the city's own office.
        gathers = self.speaker.scope is not Scope.OWN and re.search("[省市州盟县区旗]政府$", agency)
        return not gathers or len(tail) > len("市政府")


def _shortened(name: str) -> str:
    return name.replace("人民政府", "政府").replace("政府办公室", "政府办")


def _joined(bare: re.Match[str], other: str, *, behind: bool = False) -> str:
    """Put the words that a phrase lacks before its own, or behind them."""
    lead, own = bare.string[: bare.start("own")], bare["own"]
    return f"{lead}{own}{other}" if behind else f"{lead}{other}{own}"


def _value(figure: re.Match[str]) -> tuple[Decimal, str, Decimal] | None:
    """Return a figure's value, unit and step; None where it is not exact or no number."""
    if figure["bare"]:
        return Decimal(0), "件", Decimal(1)
    if figure["more"] or figure["more_behind"]:
        return None
    if figure["number"]:
        value = Decimal(figure["number"].replace(",", ""))
        step = Decimal(1).scaleb(int(value.as_tuple().exponent))
    else:
        number = numeral(figure["numeral"])
        if number is None:
            return None
        value, step = Decimal(number), Decimal(1)
    if len(value.as_tuple().digits) > 18:
        return None
    scale = figure["scale"] or ""
    if figure["money"]:
        return value, f"{scale}元", step
    factor = _SCALE.get(scale, 1)
    return value * factor, "件", step * factor


def numeral(text: str) -> int | None:
    """Read a number in Chinese numerals (零, 两, 十二, 一百二十); None where it is none."""
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[char]
        elif char in _TENS:
            section += (digit or 1) * _TENS[char]
            digit = 0
        else:  # 万
            total, section, digit = (total + section + digit) * 10_000, 0, 0
    return total + section + digit

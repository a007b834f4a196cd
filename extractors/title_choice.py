"""Which of the titles on a page is its own: what the rest of the page supports, or none.

Links to other reports, the column's head and a field that was copied from last year stand beside it. A
wrong one is worse than none: what else the page says is weighed, and where that does not decide, nobody does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from extractors.dating import LONGEST_DATED
from extractors.evidence import Announced, Kind, contradicted
from extractors.places import find_places
from extractors.titles import Title, first_title, joined_titles, opening_title, parse_title, titles_of
from extractors.wording import plain, words

# What speaks for one of several bodies, by weight. The page's own title field counts more where the body
# also stands in a visible title: there are fields copied from other reports. A title before the first
# section is mostly the page's own, but links may stand there too (a column at the side): it needs more.
_FIELD_SEEN, _FIELD, _SAID, _NEAREST, _DATED, _CONTACT, _BARE, _PROSE, _CONTRADICTED = 3, 2, 2, 1, 1, 1, 1, 1, -3
_MARGIN = 2
# … and for one of several years. A field is copied from last year more often than a period is.
_YEAR_OF_PERIOD, _YEAR_OF_FIELD, _YEAR_ANNOUNCED, _YEAR_NEAREST = 4, 3, 2, 1


@dataclass(frozen=True, slots=True)
class Support:
    """What else on the page speaks for one of several titles.

    ``said`` are the bodies that sign or compile the report, ``asked`` whom its readers are told to ask,
    ``prose`` the text of its sections.
    """

    said: tuple[str, ...]
    asked: tuple[str, ...]
    announced: tuple[Announced, ...]
    years: tuple[int, ...]
    prose: str
    kind: Kind | None
    ends_at_section: bool  # the head ends where the report begins: its last title is the nearest


class Chosen(NamedTuple):
    """The page's own title; ``disputed`` where there are several and nothing decides whose the report is."""

    title: Title | None
    disputed: bool = False


def choose_title(head: Sequence[str], fields: Sequence[str], support: Support) -> Chosen:
    """Find the page's own title: a line or several that together are one, else the page's title field."""
    singles = list(titles_of(head))
    own = [found for field in fields if (found := first_title(field))]
    full = [title for title in singles if title.full]
    joined = list(_joined(head, full))
    whole = [*full, *(title for title in joined if title.full)]
    if whole:
        return _Choice(head, whole, singles, own, support).chosen()
    for title in (*own, opening_title(head)):
        if title and title.full:
            return Chosen(title)
    return Chosen(next(iter((*(title for title in singles if title.agency), *own, *singles, *joined)), None))


def _joined(head: Sequence[str], full: Sequence[Title]) -> Iterator[Title]:
    """Yield the titles of several lines; beside whole ones only those that are none of them.

    A site's name above a bare title (桐乡市人民政府 / 2022年…报告) is one only where no whole title follows.
    """
    found = list(joined_titles(head))
    last = max((title.at for title in full), default=-1)
    for title in found:
        if full and title.at < last and is_site_like(title.agency):
            continue
        if not any(same_body(title.agency, other.agency) for other in full):
            yield _with_place(title, found)


def _with_place(title: Title, others: Sequence[Title]) -> Title:
    """Take 兴国县 / 统计局 / 2022年…报告 with the place that is a line of its own."""
    for other in others:
        if other.at == title.at and other.agency and title.agency and other.agency.endswith(title.agency):
            place = other.agency.removesuffix(title.agency)
            if any((start, name) == (0, plain(place)) for start, name in find_places(plain(place))):
                return other
    return title


def is_site_like(agency: str | None) -> bool:
    """Tell whether a name may be that of the site: a government's, though not a town's."""
    return agency is not None and re.search("(?<![镇乡鎮鄉])人民政府$|(?<![镇乡鎮鄉民])政府$", agency) is not None


def same_body(one: str | None, other: str | None) -> bool:
    """Tell whether two names may be one body's: the full and the short one, with 人民政府 or without."""
    if not one or not other:
        return False
    first, second = _core(one), _core(other)
    return first.endswith(second) or second.endswith(first)


@lru_cache(1024)  # a page's few names are compared with each other
def _core(name: str) -> str:
    name = re.sub(r"\(.*\)$", "", plain(name))
    return name.removesuffix("政府").removesuffix("人民") if name.endswith("政府") else name


class _Choice:
    """One page's full titles, visible and in its fields, and what speaks for each."""

    def __init__(
        self, head: Sequence[str], visible: list[Title], singles: list[Title], own: list[Title], support: Support
    ) -> None:
        self.head = head
        self.own = [title for title in own if title.full]
        self.bare = [title for title in singles if not title.full]
        self.support = support
        self.visible = [_long_form(title, [*singles, *own]) for title in visible]
        last = [title for title in self.visible if not title.on_path]
        self.nearest = max(last, key=lambda title: title.at) if last and support.ends_at_section else None

    def chosen(self) -> Chosen:
        """Return the title of the body and the year that the page supports."""
        group = self._body()
        # A body that only the text names is found there (`evidence.compiled_by`), with its own year.
        known = [title for title in group if title.at >= 0] or [title for title in group if title in self.own]
        if not known:
            return Chosen(None, disputed=not group)
        scores = {title.year: self._year_score(title.year, group) for title in known}
        if len(scores) > 1:
            top = max(scores.values())
            if not top or list(scores.values()).count(top) > 1:
                return Chosen(None)
            known = [title for title in known if scores[title.year] == top]
        return Chosen(known[0])

    def _body(self) -> list[Title]:
        """Return the titles of one body: the only one, or the one that is best supported."""
        groups: list[list[Title]] = []
        several = any(not same_body(title.agency, self.visible[0].agency) for title in self.visible)
        signed = [Title("", name, None) for name in self.support.said] if several else []
        for title in (*self.visible, *self._unseen(), *signed):
            group = next((group for group in groups if _is_of(title, group)), None)
            if group is None:
                groups.append([title])
            else:
                group.append(title)
        if len(groups) == 1:
            return groups[0]
        dated = [group for group in groups if any(self._is_dated(title) for title in group)]
        scored = [(self._score(group) + _DATED * (dated == [group]), group) for group in groups]
        (best, group), (second, _) = sorted(scored, key=lambda entry: entry[0], reverse=True)[:2]
        return group if best > 0 and best - second >= _MARGIN else []

    def _is_dated(self, title: Title) -> bool:
        """Whether date or source of publication stands below a title: links have none, or all have."""
        below = self.head[title.at + 1] if 0 <= title.at < len(self.head) - 1 else ""
        rules = words()
        return (
            len(below) <= LONGEST_DATED
            and parse_title(below) is None
            and any(rules[rule].search(below) for rule in ("date", "published"))
        )

    def _unseen(self) -> Iterator[Title]:
        """Yield the titles that are only in the page's fields or sentences, where they rival the visible ones.

        A field that nothing on the page agrees with is a template's.
        """
        for title in self.own:
            split = all(other.joined for other in self.visible)
            if split or self._said(title.agency) or self._in_bare(title.agency):
                yield title
        for announced in self.support.announced:
            yield Title(announced.words, announced.agency, announced.year)

    def _score(self, group: list[Title]) -> int:
        names = {title.agency for title in group}
        seen = any(title.at >= 0 for title in group) or any(self._in_bare(name) for name in names)

        def any_of(others: Sequence[str | None]) -> bool:
            return any(same_body(name, other) for name in names for other in others)

        return (
            (_FIELD_SEEN if seen else _FIELD) * any_of([title.agency for title in self.own])
            + _SAID * any_of(self.support.said)
            + _SAID * any_of([announced.agency for announced in self.support.announced])
            + _NEAREST * (self.nearest in group and self._may_be_nearest())
            + _CONTACT * any_of(self.support.asked)
            + _PROSE * (seen and any(self._in_prose(name) for name in names))
            + _BARE * any(self._in_bare(name) for name in names)
            + _CONTRADICTED * all(contradicted(name, self.support.kind) for name in names)
        )

    def _may_be_nearest(self) -> bool:
        """A title before the first section counts where the period has its year, and not as a site's name."""
        title, years = self.nearest, self.support.years
        return (
            title is not None
            and not (title.joined and is_site_like(title.agency))
            and (not years or title.year in years)
        )

    def _said(self, agency: str | None) -> bool:
        announced = (found.agency for found in self.support.announced)
        return any(same_body(agency, other) for other in (*self.support.said, *self.support.asked, *announced))

    def _in_prose(self, agency: str | None) -> bool:
        # A place alone stands in everybody's prose.
        return agency is not None and not words()["place_ends"].search(agency[-1]) and agency in self.support.prose

    def _in_bare(self, agency: str | None) -> bool:
        return any(same_body(agency, title.agency) for title in self.bare)

    def _year_score(self, year: int | None, group: list[Title]) -> int:
        return (
            _YEAR_OF_PERIOD * (year in self.support.years)
            + _YEAR_OF_FIELD * any(title.year == year and _is_of(title, group) for title in self.own)
            + _YEAR_ANNOUNCED * any(found.year == year for found in self.support.announced)
            + _YEAR_NEAREST * (self.nearest is not None and self.nearest in group and self.nearest.year == year)
        )


def _is_of(title: Title, group: Sequence[Title]) -> bool:
    return any(same_body(title.agency, other.agency) for other in group)


def _long_form(title: Title, known: list[Title]) -> Title:
    """Take 广州市越秀区退役军人事务局 where the page says 区退役军人事务局 first."""
    longer = [
        other.agency
        for other in known
        if other.agency and title.agency and other.agency.endswith(title.agency) and other.year in (None, title.year)
    ]
    return replace(title, agency=max(longer, key=len)) if longer else title

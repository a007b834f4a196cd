"""Whose report it is and of which year: title and date, each with the evidence that decided.

Evidence is asked in a stated order (`_agency_evidence`, `_year_evidence`), the document itself before
what the crawler saw around it. The format is not decided here, and never by the year. A wrong body or
year is worse than none: where evidence disagrees, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from extractors import dating
from extractors import evidence as asked
from extractors.blocks import Document, Grid, Line
from extractors.scope import scope_of
from extractors.title_choice import Support, choose_title
from extractors.titles import Title, parse_title
from extractors.wording import clean, fold, words
from schemas.facts import Scope

HEAD_LINES = 60
# A report's running text is some 10,000 characters; what is beyond is tables, lists or an attack.
MOST_TEXT = 100_000
MOST_AT_THE_END = 60
MOST_FIRST_ROWS = 6


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known from outside the document: the link that led to it, the registry's entry."""

    link_text: str | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who and when; ``evidence`` maps a field to where it was read, e.g. ``year`` → ``title: …``.

    ``scope`` is None where nothing is said or what is said disagrees; then its evidence may still be there.
    """

    agency: str | None = None
    year: int | None = None
    title: str | None = None
    published_on: date | None = None
    is_report: bool = False
    scope: Scope | None = None
    evidence: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Page:
    """A document's lines, cleaned, with white space (``spaced``) and without (``lines``)."""

    spaced: list[str]
    lines: list[str]
    head: int
    has_sections: bool


def identify(document: Document, hints: Hints = Hints()) -> Identity:
    """Read a document's identity. What no evidence supports stays None."""
    page = _page(document)
    fields = [document.metadata[name] for name in ("title", "page_title") if document.metadata.get(name)]
    hinted = parse_title(hints.link_text) if hints.link_text else None
    signed = asked.signature(page.lines)
    period_years = tuple(year for year, _ in dating.periods(page.lines, None))
    kind = asked.own_kind(page.lines)
    support = Support(
        said=tuple(name for name, _ in (signed, *asked.compiled_by(page.lines)) if name),
        asked=tuple(
            name if not name.endswith("政府") else name + office for name, office, _ in asked.contacts(page.lines)
        ),
        # 发布某局2021年…报告 alone may be told of last year's.
        announced=tuple(found for found in asked.announced(page.lines) if found.words.startswith("现")),
        years=period_years[:1],
        prose="\n".join(page.lines[page.head :]),
        kind=kind,
        ends_at_section=page.has_sections,
    )
    title, disputed = choose_title(page.spaced[: page.head], fields, support)
    evidence: dict[str, str] = {}
    others = [
        line
        for line in page.spaced[: page.head]
        if (other := parse_title(line)) and title and (other.agency, other.year) != (title.agency, title.year)
    ]
    dates = dating.publication_dates(document.metadata.get("published", ""), page.spaced, page.head, others)
    published_on = _first(evidence, "published_on", dates)
    # Where titles of several bodies stand and none is better supported, the text was asked in vain already.
    lines, signing = ([], (None, "")) if disputed else (page.lines, signed)
    agency = _first(evidence, "agency", _agency_evidence(title, hinted, hints, lines, signing, kind=kind))
    year = _year(evidence, title, hinted, page.lines, published_on)
    sections = asked.sections(page.lines)
    about = title is None and any(words()["about_reports"].fullmatch(line) for line in page.lines[: page.head])
    shown = title or hinted
    scope, words_of_scope = scope_of(shown, agency, page.lines, kind)
    if words_of_scope:
        evidence["scope"] = words_of_scope
    return Identity(
        agency=agency,
        year=year,
        title=shown.text if shown else None,
        published_on=published_on,
        # List pages carry the words of a title too, but none of the sections; notices list the sections.
        is_report=not about and (len(sections) >= 3 or (title is not None and len(sections) >= 1)),
        scope=scope,
        evidence=evidence,
    )


def identify_by_hints(hints: Hints) -> Identity:
    """Tell what the link and the registry say of a document that cannot be read itself."""
    hinted = parse_title(hints.link_text) if hints.link_text else None
    evidence: dict[str, str] = {}
    agency = _first(evidence, "agency", _agency_evidence(None, hinted, hints, [], (None, ""), kind=None))
    year = _year(evidence, None, hinted, [], None)
    return Identity(agency, year, hinted.text if hinted else None, None, hinted is not None, evidence=evidence)


def _first(evidence: dict[str, str], name: str, candidates: Iterable[tuple[Any, str]]) -> Any:
    for value, why in candidates:
        if value is not None:
            evidence[name] = why
            return value
    return None


def _page(document: Document) -> _Page:
    """Clean the running text, of a huge page its beginning and its very end."""
    texts = list(_texts(document))
    total = 0
    for count, text in enumerate(texts):
        total += len(text)
        if total > MOST_TEXT:
            rest = texts[count + 1 :][-MOST_AT_THE_END:]
            part = text[: MOST_TEXT - total + len(text)]
            texts = [*texts[:count], part, *(end for end in rest if len(end) < 2 * dating.LONGEST_DATED)]
            break
    spaced = [cleaned for text in texts if (cleaned := clean(text))]
    lines = [text.replace(" ", "") for text in spaced]
    starts = (at for at, line in enumerate(lines[:HEAD_LINES]) if asked.section_of(line) is not None)
    head = next(starts, None)
    return _Page(spaced, lines, min(len(lines), HEAD_LINES) if head is None else head, head is not None)


def _texts(document: Document) -> Iterator[str]:
    """Yield the running text, and of a table before the first section the rows of one cell that open it.

    Workbooks saved as pages have their title, and the sections' heads, in tables (惠安县民政局 2021).
    """
    opening = True
    for block in document.blocks:
        if isinstance(block, Line):
            opening = opening and asked.section_of(fold(block.text)) is None
            yield block.text
        elif opening:
            for text in _first_rows(block):
                opening = opening and asked.section_of(fold(text)) is None
                yield text


def _first_rows(grid: Grid) -> list[str]:
    """Return the texts of the rows of one cell with which a table begins, at most a few."""
    texts: list[str] = []
    for _, row in groupby(grid.cells[: 4 * MOST_FIRST_ROWS], key=lambda cell: cell.row):
        filled = [cell.text for cell in row if cell.text.strip()]
        if len(filled) != 1 or len(texts) == MOST_FIRST_ROWS:
            break
        texts += filled
    return texts


def _agency_evidence(
    title: Title | None,
    hinted: Title | None,
    hints: Hints,
    lines: Sequence[str],
    signed: asked.Agency,
    *,
    kind: asked.Kind | None,
) -> Iterator[asked.Agency]:
    if title and not (title.joined and _is_site_head(title, kind, signed[0])):
        yield title.agency, f"title: {title.text}"
    for agency, why in (*asked.compiled_by(lines), *asked.announced_by(lines), signed):
        if not asked.contradicted(agency, kind):
            yield agency, why
    if hinted:
        yield hinted.agency, f"link text: {hinted.text}"
    yield hints.agency, f"source registry: {hints.agency}"
    yield asked.contact(lines, kind)
    yield asked.named_in_text(lines, kind)


def _is_site_head(title: Title, kind: Any, signed: str | None) -> bool:
    """Whether the line above a title without a body is the site's name (桐乡市人民政府), not the body's."""
    agency = title.agency or ""
    if signed:
        return not (signed.startswith(agency) or signed.endswith(agency) or agency.endswith(signed))
    return asked.contradicted(agency, kind)


def _year(
    evidence: dict[str, str], title: Title | None, hinted: Title | None, lines: Sequence[str], published: date | None
) -> int | None:
    """Take the first year that the report says of itself and that is not after its publication."""
    said = [(year, why) for year, why in _year_evidence(title, hinted, lines, published) if year is not None]
    possible = [(year, why) for year, why in said if published is None or year <= published.year]
    if possible:
        year: int | None = _first(evidence, "year", possible)
    elif said:  # the title's year is after the publication: one of the two is wrong
        year = None
    else:
        year = _first(evidence, "year", [dating.narrated_year(lines, published)])
    return year


def _year_evidence(
    title: Title | None, hinted: Title | None, lines: Sequence[str], published: date | None
) -> Iterator[tuple[int | None, str]]:
    periods = list(dating.periods(lines, published))
    # A title without a body may be the head of a column: against the period it needs the publication.
    column = title and not title.agency and periods and periods[0][0] != title.year
    if title and (not column or (published and title.year == published.year - 1)):
        yield title.year, f"title: {title.text}"
    yield from periods[:1]
    yield from dating.announced_year(lines)
    if hinted:
        yield hinted.year, f"link text: {hinted.text}"

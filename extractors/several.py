"""Several reports in one document: two years on one page, a town's report after the county's.

A document is cut where its tables begin anew under the title of another report, or where the whole report
begins anew from its first section, in other words than above: a title alone may be a link, tables alone may
be last year's beside this year's, and the same words again are a copy for another screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from extractors import dating
from extractors import evidence as asked
from extractors.blocks import Document, Grid, Line
from extractors.titles import Title, joined_titles, titles_of
from extractors.tokens import Token
from extractors.wording import fold

# What a page says of itself holds for its first report only.
_OWN_FIELDS = ("title", "page_title", "published")
# Share of a run's lines that stand in the run before it too, from which on it is a copy of that.
LEAST_COPIED = 0.7


def reports_of(document: Document, tokens: Sequence[Token], cuts: Sequence[int]) -> tuple[Document, ...]:
    """Cut a document into its reports, each with its title, prose and tables; itself where it has but one.

    ``cuts`` are the tokens at which its tables begin anew.
    """
    starts = list(_starts(document, tokens, cuts))
    if not starts:
        return (document,)
    others = {name: value for name, value in document.metadata.items() if name not in _OWN_FIELDS}
    ends = [*starts[1:], len(document.blocks)]
    rest = [
        replace(document, blocks=document.blocks[start:end], metadata=others)
        for start, end in zip(starts, ends, strict=True)
    ]
    return (replace(document, blocks=document.blocks[: starts[0]]), *rest)


def _starts(document: Document, tokens: Sequence[Token], cuts: Sequence[int]) -> Iterator[int]:
    """Yield the blocks at which further reports begin."""
    blocks = _blocks_of_tokens(document, tokens)
    known = {_who_and_when(title) for _, title in _titles(document, 0, blocks[_next_figure(tokens, 0)] + 1)}
    begun, start = 0, blocks[_next_figure(tokens, 0)]
    for cut in cuts:
        # Where the formats differ the cut stands some rows too late: the title is sought before it too.
        end = blocks[_next_figure(tokens, cut)] + 1
        titles = list(_titles(document, start, end))
        found = [entry for entry in titles if _who_and_when(entry[1]) not in known]
        block: int | None
        if found:
            block, title = found[-1]
            known.add(_who_and_when(title))
        else:  # under the title of a report above it stands another version of that
            block = None if titles else _untitled(document, begun, start, end)
        if block is not None:
            begun, start = block, end
            yield block


def _untitled(document: Document, begun: int, start: int, end: int) -> int | None:
    """Return the block before ``end`` at which a report without a title begins; None where none does.

    ``begun`` and ``start`` are the blocks at which the report before it, and its figures, begin.
    """
    lines = {at: fold(block.text) for at, block in enumerate(document.blocks) if isinstance(block, Line)}
    heads = [(at, section) for at, line in lines.items() if (section := asked.section_of(line)) is not None]
    later = [at for at, section in heads if start <= at < end and section > 1]
    openings = [at for at, section in heads if section == 0]
    opening = next((at for at in openings if later and later[0] < at < end), None)
    if opening is None or _is_copy(lines, begun, opening):
        return None
    # Where the report above opens with a sentence (its period, whom to ask), this one does so too.
    first = next((at for at in openings if begun <= at < start), begun)
    kinds = {kind for at in range(begun, first) for kind in _kinds(lines.get(at, ""))}
    last = max(at for at in later if at < opening)
    return next((at for at in range(last + 1, opening) if kinds.intersection(_kinds(lines.get(at, "")))), opening)


def _is_copy(lines: dict[int, str], begun: int, opening: int) -> bool:
    before = {line for at, line in lines.items() if begun <= at < opening}
    after = [line for at, line in lines.items() if at >= opening and asked.section_of(line) is None]
    return sum(line in before for line in after) >= LEAST_COPIED * len(after)


def _kinds(line: str) -> Iterator[str]:
    """Yield the kinds of sentences with which a report opens that a line holds."""
    for kind, found in (
        ("period", dating.periods([line], None)),
        ("contact", asked.contacts([line])),
        ("compiled", asked.compiled_by([line])),
        ("announced", asked.announced([line])),
    ):
        if any(True for _ in found):
            yield kind


def _who_and_when(title: Title) -> tuple[str | None, int | None]:
    return title.agency, title.year


def _titles(document: Document, start: int, end: int) -> Iterator[tuple[int, Title]]:
    """Yield the titles among the lines of some blocks that name a body or a year, with the block of each."""
    lines = [(at, block.text) for at, block in enumerate(document.blocks[start:end], start) if isinstance(block, Line)]
    for place, (at, text) in enumerate(lines):
        following = [other for _, other in lines[place : place + 3]]
        singles = [title for title in titles_of([text]) if not title.on_path]
        starting = [title for title in joined_titles(following) if title.text.startswith(text.replace(" ", ""))]
        title = next((found for found in (*singles, *starting) if found.agency or found.year), None)
        if title:
            yield at, title


def _next_figure(tokens: Sequence[Token], start: int) -> int:
    places = (place for place in range(start, len(tokens)) if tokens[place].is_value and tokens[place].text)
    return next(places, len(tokens) - 1)


def _blocks_of_tokens(document: Document, tokens: Sequence[Token]) -> list[int]:
    """Return for each token the place of its block in the document."""
    grids = {block.number: at for at, block in enumerate(document.blocks) if isinstance(block, Grid)}
    lines = {block.number: at for at, block in enumerate(document.blocks) if isinstance(block, Line)}
    return [grids[token.grid] if token.grid else lines[token.line or 0] for token in tokens]

"""Several reports in one document: two years on one page, a town's report after the county's.

A document is cut where its tables begin anew under the title of another report, and nowhere else: a title
alone may be a link, tables alone may be last year's beside this year's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from extractors.blocks import Document, Grid, Line
from extractors.titles import Title, joined_titles, titles_of
from extractors.tokens import Token

# What a page says of itself holds for its first report only.
_OWN_FIELDS = ("title", "page_title", "published")


def reports_of(document: Document, tokens: Sequence[Token], cuts: Sequence[int]) -> tuple[Document, ...]:
    """Cut a document into its reports, each with its title, prose and tables; itself where it has but one.

    ``cuts`` are the tokens at which its tables begin anew.
    """
    starts = [start for start, _ in _starts(document, tokens, cuts)]
    if not starts:
        return (document,)
    others = {name: value for name, value in document.metadata.items() if name not in _OWN_FIELDS}
    ends = [*starts[1:], len(document.blocks)]
    rest = [
        replace(document, blocks=document.blocks[start:end], metadata=others)
        for start, end in zip(starts, ends, strict=True)
    ]
    return (replace(document, blocks=document.blocks[: starts[0]]), *rest)


def _starts(document: Document, tokens: Sequence[Token], cuts: Sequence[int]) -> Iterator[tuple[int, Title]]:
    """Yield the block and the title at which a further report begins."""
    blocks = _blocks_of_tokens(document, tokens)
    known = {_who_and_when(title) for _, title in _titles(document, 0, blocks[_next_figure(tokens, 0)] + 1)}
    start = blocks[_next_figure(tokens, 0)]
    for cut in cuts:
        # Where the formats differ the cut stands some rows too late: the title is sought before it too.
        end = blocks[_next_figure(tokens, cut)] + 1
        found = [entry for entry in _titles(document, start, end) if _who_and_when(entry[1]) not in known]
        if found:
            block, title = found[-1]
            known.add(_who_and_when(title))
            start = end
            yield block, title


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

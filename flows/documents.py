"""Reading one document within a worker: it asks for time where its medium needs it, and answers in bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from extractors.identity import Hints
from extractors.media import Medium, sniff
from extractors.parts import Fetch, nothing_at_hand
from extractors.read import ReportReading, read_reports
from flows.worker import want_more_time

# Characters of a text that a reading gives out: cells, titles and names of real reports have below 500,
# but a stranger's page may have one cell of megabytes.
LONGEST_TEXT = 10_000
_QUICK = frozenset({Medium.HTML, Medium.TEXT})

_Text = TypeVar("_Text", str, str | None)


def read_document(
    data: bytes,
    source: str,
    hints: Hints = Hints(),  # noqa: B008 - frozen
    fetch: Fetch = nothing_at_hand,
) -> tuple[ReportReading, ...]:
    """Read the reports of one document; texts longer than any real one come back cut, with an ellipsis for the rest.

    Raises:
        DocumentError: as `read_reports`.
    """
    if data.strip() and (sniff(data) not in _QUICK or b"data:image/" in data):
        want_more_time()
    return tuple(map(bounded, read_reports(data, source, hints, fetch)))


def bounded(reading: ReportReading) -> ReportReading:
    """Cut the texts of a reading that are longer than any real one."""
    identity = reading.identity
    facts = reading.facts
    agency, title = _cut(identity.agency), _cut(identity.title)
    if any(len(fact.raw or "") > LONGEST_TEXT for fact in facts) or agency != identity.agency:
        facts = tuple(fact._replace(raw=_cut(fact.raw), agency=agency) for fact in facts)
    if facts is reading.facts and title == identity.title and agency == identity.agency:
        return reading
    return replace(reading, identity=replace(identity, agency=agency, title=title), facts=facts)


def _cut(text: _Text) -> _Text:
    return text if text is None or len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"

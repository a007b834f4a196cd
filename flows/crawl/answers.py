"""What a response says for its capture: a pure function of it and of what its address gave last time.

Which outcome an answer stands for is `outcomes`' knowledge, writing the capture the spider's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flows.crawl.attachments import name_said
from flows.crawl.captures import Capture, Outcome
from flows.crawl.known import KnownDocument, KnownPage
from flows.crawl.middlewares import CUT_OFF, NOT_MODIFIED, PLACED, text_headers
from flows.crawl.outcomes import outcome_of_response
from flows.crawl.resumed import REPLAYED

# What an answer decides of a capture; the rest is of the visit.
_DECIDED = (
    *("outcome", "status", "content_type", "digest", "size", "file", "offset", "message"),
    *("redirected_to", "links", "etag", "last_modified", "file_name"),
)


def answer_of(response: Any, pages: Mapping[str, KnownPage]) -> dict[str, Any]:
    """Return the fields of a capture that a response decides. Of one from the first part of a crawl, those of then."""
    if before := response.meta.get(REPLAYED):
        return as_before(before)
    headers: dict[str, list[str]] = {}
    for name, value in text_headers(response.headers):
        headers.setdefault(name.lower(), []).append(value)
    outcome, message = outcome_of_response(response.status, response.body, CUT_OFF in response.flags, headers)
    place: KnownDocument = response.meta[PLACED]
    known = pages.get(response.url)
    if outcome is Outcome.FOUND and known:
        outcome = Outcome.UNCHANGED if known.digest == place.digest else Outcome.CHANGED
    is_not_modified = NOT_MODIFIED in response.flags
    said = {
        "content_type": _first(headers, "content-type"),
        "etag": _first(headers, "etag"),
        "last_modified": _first(headers, "last-modified"),
        "file_name": name_said(_first(headers, "content-disposition")),
    }
    if known and is_not_modified:  # a host that sends no body again often does not repeat what it said of it
        said = {name: value or getattr(known, name) for name, value in said.items()}
    return {
        **said,
        "outcome": outcome,
        "fetched_at": datetime.now(UTC),
        "status": 304 if is_not_modified else response.status,
        "digest": place.digest,
        "size": len(response.body),
        "file": place.file,
        "offset": place.offset,
        "message": message,
        "redirected_to": response.url if response.meta.get("redirect_urls") else None,
    }


def as_before(before: Capture) -> dict[str, Any]:
    """Return what an earlier part of this crawl wrote of a visit, for its capture in this part."""
    return {
        **{name: getattr(before, name) for name in _DECIDED},
        "fetched_at": datetime.fromisoformat(before.fetched_at),
    }


def _first(headers: dict[str, list[str]], name: str) -> str | None:
    return next(iter(headers.get(name, ())), None)

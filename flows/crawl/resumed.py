"""The first part of a crawl that was killed: what need not be asked again, answered from the archive.

The spider walks the whole way again, so nothing has to be remembered of a crawl but its captures and its bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flows.crawl.captures import Capture, Visit, visit_key
from flows.crawl.known import KnownDocument
from flows.crawl.middlewares import PLACED, response_of
from flows.crawl.replay import read_payload
from schemas.errors import InternalError

REPLAYED = "replayed"  # in a request's meta: the Capture that an answer from the archive stands for


class Resumed:
    """Captures of the first part, by what a crawl asks once."""

    def __init__(self, captures: Iterable[Capture] = ()) -> None:
        self.captures = tuple(capture for capture in captures if capture.outcome.is_final)
        self._by_key = {visit_key(c.source_id, c.role, c.url): c for c in self.captures}

    def capture_of(self, visit: Visit) -> Capture | None:
        """Return what came of a visit before, if it came to an end."""
        return self._by_key.get(visit_key(visit.source.id, visit.role, visit.url))

    def response(self, before: Capture, request: Any, archive: Path) -> Any:
        """Return the response that was captured; None where no document came, or the archive has lost it."""
        if not (before.outcome.has_document and before.file and before.digest and before.offset is not None):
            return None
        try:
            body = read_payload(archive, before.file, before.offset)
        except InternalError:
            return None
        request.meta[REPLAYED] = before
        request.meta[PLACED] = KnownDocument(before.digest, before.file, before.offset)
        headers = {"Content-Type": before.content_type} if before.content_type else {}
        return response_of(before.redirected_to or before.url, headers, body, request, flags=[])

"""Which outcome a response or a failed request stands for, with one line for a person.

Publishers' answers and the downloader's exceptions are translated here and nowhere else. Acting on an
outcome (retry, follow, record) is not done here.
"""

from __future__ import annotations

import re
from http.client import responses

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from twisted.internet.error import ConnectError, ConnectionClosed

from flows.crawl.captures import Outcome

GONE = {404, 410}
BLOCKED = {403, 412, 429, 521}
# A challenge page of a WAF answers 200. Ours to recognise, never to solve.
_CHALLENGE = re.compile(rb"wzws[-_]?(?:waf|challenge|confirm|question|method)|/wzwsre", re.IGNORECASE)
# A failure of these kinds is no publisher's doing.
OUR_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, TypeError)
_CHALLENGE_SIZE = 32 * 1024
_MEANINGS: dict[type[Exception], tuple[Outcome, str]] = {
    DownloadCancelledError: (Outcome.TOO_LARGE, "the body is larger than this crawler takes"),
    DownloadTimeoutError: (Outcome.TIMEOUT, "no answer in time"),
    CannotResolveHostError: (Outcome.UNREACHABLE, "the host's name has no address"),
    DownloadConnectionRefusedError: (Outcome.UNREACHABLE, "the host refuses connections"),
}


class RefusedAddress(IgnoreRequest):  # type: ignore[misc]
    """An address that this crawl must not ask: another host, another scheme, a private network."""


class TooLarge(IgnoreRequest):  # type: ignore[misc]
    """A body that grows beyond the limit when unzipped."""


def outcome_of_response(status: int, body: bytes, is_cut_off: bool = False) -> tuple[Outcome, str | None]:
    """Return the outcome of an answer, and why when no document came with it."""
    if status in GONE:
        return Outcome.GONE, f"HTTP {status}"
    if status in BLOCKED:
        return Outcome.BLOCKED, f"HTTP {status}: the site refuses this crawler"
    if not 200 <= status < 300:
        return Outcome.ERROR, f"HTTP {status} {responses.get(status, '')}".strip()
    if len(body) <= _CHALLENGE_SIZE and _CHALLENGE.search(body):
        return Outcome.BLOCKED, f"HTTP {status} with a challenge page in place of the document"
    if is_cut_off:
        return Outcome.ERROR, f"the connection ended after {len(body)} bytes, before the body was whole"
    return Outcome.FOUND, None


def outcome_of_failure(error: BaseException) -> tuple[Outcome, str]:
    """Return the outcome of a request that got no answer, and why."""
    said = " ".join(str(error).split())[:300] or type(error).__name__
    if isinstance(error, IgnoreRequest):
        return _outcome_of_refusal(error, said)
    for kind, meaning in _MEANINGS.items():
        if isinstance(error, kind):
            return meaning
    if isinstance(error, DownloadFailedError | ConnectError | ConnectionClosed):
        return Outcome.UNREACHABLE, f"the connection failed: {said}"
    return Outcome.ERROR, f"{type(error).__name__}: {said}"


def _outcome_of_refusal(error: IgnoreRequest, said: str) -> tuple[Outcome, str]:
    if isinstance(error, TooLarge):
        return Outcome.TOO_LARGE, said
    if isinstance(error, RefusedAddress):
        return Outcome.ERROR, said
    if "robots.txt" in said:
        return Outcome.ROBOTS_FORBIDDEN, "robots.txt forbids this address"
    return Outcome.ERROR, said

"""Which outcome a response or a failed request stands for, with one line for a person.

Publishers' answers and the downloader's exceptions are translated here and nowhere else. What a guard's
refusal looks like is data, in `refusals.yaml`. Acting on an outcome (retry, follow, record) is not done here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from http.client import responses
from pathlib import Path
from urllib.parse import urlsplit

import yaml
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
# A failure of these kinds is no publisher's doing.
OUR_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, TypeError)
_REFUSALS = Path(__file__).with_name("refusals.yaml")
_CHALLENGE_SIZE = 32 * 1024
_FRONT_PAGE = re.compile(r"/(?:(?:index|default)\.[a-z]+)?", re.IGNORECASE)
_MEANINGS: dict[type[Exception], tuple[Outcome, str]] = {
    DownloadCancelledError: (Outcome.TOO_LARGE, "the body is larger than this crawler takes"),
    DownloadTimeoutError: (Outcome.TIMEOUT, "no answer in time"),
    CannotResolveHostError: (Outcome.UNREACHABLE, "the host's name has no address"),
    DownloadConnectionRefusedError: (Outcome.UNREACHABLE, "the host refuses connections"),
}


class NotAsked(IgnoreRequest):  # type: ignore[misc]
    """A visit that this crawl does not make, or gives up, with the outcome that it has instead."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


class RefusedAddress(NotAsked):
    """An address that this crawl must not ask: another host, another scheme, a private network."""

    def __init__(self, message: str) -> None:
        super().__init__(Outcome.ERROR, message)


@dataclass(frozen=True)
class _Refusals:
    statuses: frozenset[int]
    statuses_with_a_sign: frozenset[int]
    headers: frozenset[str]
    cookies: re.Pattern[str]
    pages: re.Pattern[bytes]
    scripts: re.Pattern[bytes]


def outcome_of_response(
    status: int, body: bytes, is_cut_off: bool = False, headers: Mapping[str, Iterable[str]] | None = None
) -> tuple[Outcome, str | None]:
    """Return the outcome of an answer, and why when no document came with it.

    `headers` has lower-case names, each with all its values.
    """
    if refusal := _refusal(status, body, headers or {}):
        return Outcome.BLOCKED, refusal
    if status in GONE:
        return Outcome.GONE, f"HTTP {status}"
    if not 200 <= status < 300:
        return Outcome.ERROR, f"HTTP {status} {responses.get(status, '')}".strip()
    if is_cut_off:
        return Outcome.ERROR, f"the connection ended after {len(body)} bytes, before the body was whole"
    return Outcome.FOUND, None


def led_to_the_front_page(asked: str, answered: str) -> bool:
    """Tell a page that is no more, where the site shows its front page instead of saying so."""
    return bool(_FRONT_PAGE.fullmatch(urlsplit(answered).path or "/")) and not _FRONT_PAGE.fullmatch(
        urlsplit(asked).path or "/"
    )


def outcome_of_failure(error: BaseException) -> tuple[Outcome, str]:
    """Return the outcome of a request that got no answer, and why."""
    said = " ".join(str(error).split())[:300] or type(error).__name__
    if isinstance(error, NotAsked):
        return error.outcome, said
    if isinstance(error, IgnoreRequest):
        return _outcome_of_refusal(said)
    for kind, meaning in _MEANINGS.items():
        if isinstance(error, kind):
            return meaning
    if isinstance(error, DownloadFailedError | ConnectError | ConnectionClosed):
        return Outcome.UNREACHABLE, f"the connection failed: {said}"
    return Outcome.ERROR, f"{type(error).__name__}: {said}"


def _refusal(status: int, body: bytes, headers: Mapping[str, Iterable[str]]) -> str | None:
    known = _refusals()
    if status in known.statuses:
        return f"HTTP {status}: the site refuses this crawler"
    is_small = len(body) <= _CHALLENGE_SIZE
    if is_small and known.pages.search(body):
        return f"HTTP {status} with a challenge page in place of the document"
    if status not in known.statuses_with_a_sign:
        return None
    cookie = next((found[1] for value in headers.get("set-cookie", ()) if (found := known.cookies.match(value))), None)
    sign = cookie or next((name for name in headers if name in known.headers), None)
    if sign is None and is_small and known.scripts.search(body):
        sign = "a script in place of a page"
    return f"HTTP {status} with {sign}: the site refuses this crawler" if sign else None


@cache
def _refusals() -> _Refusals:
    entries = yaml.safe_load(_REFUSALS.read_text(encoding="utf-8"))
    pages, scripts = (re.compile("|".join(entries[name]).encode(), re.IGNORECASE) for name in ("pages", "scripts"))
    cookies = re.compile(rf"\s*({'|'.join(map(re.escape, entries['cookies']))})=", re.IGNORECASE)
    return _Refusals(
        frozenset(entries["statuses"]),
        frozenset(entries["statuses_with_a_sign"]),
        frozenset(entries["headers"]),
        cookies,
        pages,
        scripts,
    )


def _outcome_of_refusal(said: str) -> tuple[Outcome, str]:
    """Return what Scrapy's own refusals stand for; it has no kinds of them, only sentences."""
    if "robots.txt" in said:
        return Outcome.ROBOTS_FORBIDDEN, "robots.txt forbids this address"
    return Outcome.ERROR, said

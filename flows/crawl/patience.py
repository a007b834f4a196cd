"""Waiting: a host in trouble is left alone, longer each time; one that says how long is obeyed.

`LastGate` is where a request goes out and its answer comes in, before the host's next one is sent. Whether a failure
is asked again is `PatientRetry`'s; the everyday pace is `politeness`'.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.downloadermiddlewares.retry import RetryMiddleware

from flows.crawl.captures import Visit
from flows.crawl.outcomes import NotAsked

# The longest that a host may ask us to stay away (Retry-After) and be asked again this night.
MAX_WAIT_S = 300.0
_SAY_HOW_LONG = frozenset({429, 503})
_NEVER_ZERO_S = 0.001


class LastGate(HTTP11DownloadHandler):  # type: ignore[misc]
    """Asks a host, unless that has become too much while the request waited; after a failure the host has its rest."""

    async def download_request(self, request: Any) -> Any:
        """Return the response to a request."""
        visit: Visit | None = request.meta.get("visit")
        rations = self._crawler.spider.rations
        if visit and (why_not := rations.why_not(visit, urlsplit(request.url).netloc)):
            raise NotAsked(*why_not)
        try:
            response = await super().download_request(request)
        except Exception:
            self._leave_alone(request, self._back_off(request))
            raise
        if response.status in _SAY_HOW_LONG and (wait := retry_after(response)) is not None:
            self._leave_alone(request, min(wait, MAX_WAIT_S))
        elif response.status in _retried(self._crawler):
            self._leave_alone(request, self._back_off(request))
        return response

    def _back_off(self, request: Any) -> float:
        seconds: float = self._crawler.settings.getfloat("NIANBAO_BACK_OFF")
        tries: int = request.meta.get("retry_times", 0)
        return float(min(seconds * 2**tries, MAX_WAIT_S))

    def _leave_alone(self, request: Any, seconds: float) -> None:
        """Have a host asked nothing for some time: its slot believes that it was asked just before the end of it."""
        slot = self._crawler.engine.downloader.slots.get(request.meta.get("download_slot"))
        if slot is not None:
            slot.delay = max(slot.delay, _NEVER_ZERO_S)  # without a delay a slot keeps no time
            slot.lastseen = max(slot.lastseen, monotonic() + seconds - slot.delay)


class PatientRetry(RetryMiddleware):  # type: ignore[misc]
    """Asks again after a failure that may pass, and after a refusal only where the host says when."""

    def process_response(self, request: Any, response: Any) -> Any:
        """Ask again, or hand the response on."""
        wait = retry_after(response) if response.status in _SAY_HOW_LONG else None
        if wait is None:
            return super().process_response(request, response)
        if wait > MAX_WAIT_S:
            return response
        return self._retry(request, f"{response.status} Retry-After") or response


def retry_after(response: Any) -> float | None:
    """Return the seconds that a host asks to be left alone; None when it does not say."""
    said = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if said.isdigit():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _retried(crawler: Any) -> set[int]:
    return set(map(int, crawler.settings.getlist("RETRY_HTTP_CODES")))

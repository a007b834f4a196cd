"""robots.txt as RFC 9309 wants it read: what is not there allows everything, what cannot be had forbids for now.

Scrapy asks for the file and parses it; here is only what its answer stands for. It is asked once a crawl.
"""

from __future__ import annotations

from typing import Any

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware

from flows.crawl.captures import Outcome
from flows.crawl.middlewares import text_headers
from flows.crawl.outcomes import NotAsked, RefusedAddress, outcome_of_failure, outcome_of_response

_MOST_BYTES = 500 * 1024  # of the file, as the RFC asks at least


class _NotNow:
    """Stands for rules that could not be had: nothing may be asked until they can."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        self.outcome, self.message = outcome, message


class Robots(RobotsTxtMiddleware):  # type: ignore[misc]
    """Obeys robots.txt: 2xx says what is allowed, 4xx allows all, 5xx and silence allow nothing tonight."""

    def process_request_2(self, rules: Any, request: Any) -> None:
        """Refuse a request that the rules forbid, or whose rules are not known."""
        if isinstance(rules, _NotNow):
            raise NotAsked(rules.outcome, rules.message)
        super().process_request_2(rules, request)

    async def _parse_robots(self, response: Any, netloc: str, request: Any) -> None:
        if response.status >= 500:
            headers: dict[str, list[str]] = {}
            for name, value in text_headers(response.headers):
                headers.setdefault(name.lower(), []).append(value)
            outcome, message = outcome_of_response(response.status, response.body, headers=headers)
            if outcome is not Outcome.BLOCKED:
                outcome = Outcome.ROBOTS_FORBIDDEN
            self._settle(netloc, _NotNow(outcome, f"robots.txt: {message}: nothing is allowed for now"))
        elif response.status >= 300:
            self._settle(netloc, None)
        else:
            await super()._parse_robots(response.replace(body=response.body[:_MOST_BYTES]), netloc, request)

    def _robots_error(self, error: Exception, netloc: str) -> None:
        outcome, message = outcome_of_failure(error)
        if outcome in {Outcome.TIMEOUT, Outcome.UNREACHABLE}:
            self._settle(netloc, _NotNow(outcome, f"robots.txt: {message}"))
        elif outcome is Outcome.TOO_LARGE or isinstance(error, RefusedAddress) or "redirections" in str(error):
            self._settle(netloc, None)  # what leads nowhere is as good as none
        else:
            self._settle(netloc, _NotNow(outcome, f"robots.txt: {message}"))

    def _settle(self, netloc: str, rules: Any) -> None:
        waiting = self._parsers[netloc]
        self._parsers[netloc] = rules
        waiting.callback(rules)

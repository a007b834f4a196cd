"""How much of a crawl each source may take, and when a host has said no often enough.

Pure bookkeeping: the spider notes what was asked and what came of it, and asks here before it asks a host.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flows.crawl.captures import Outcome, Role, Visit
from flows.crawl.source import Source

# What a source may take where its registry entry does not say so.
MAX_LIST_PAGES = 50  # one after another, of one list
MAX_PAGES = 20_000
MAX_DEPTH = 60
# Refusals or silences of a host, one after another, after which it is left alone until the next crawl.
MAX_REFUSALS = 5
_SILENCE = frozenset({Outcome.BLOCKED, Outcome.TIMEOUT, Outcome.UNREACHABLE})


@dataclass
class Rations:
    """What was taken so far, by source, and how often each host has refused since it last answered."""

    clock: Callable[[], float] = time.monotonic
    _visits: dict[str, int] = field(default_factory=dict)
    _started: dict[str, float] = field(default_factory=dict)
    _refusals: dict[str, int] = field(default_factory=dict)
    _last_refusal: dict[str, Outcome] = field(default_factory=dict)

    def is_too_far(self, visit: Visit) -> str | None:
        """Say why a visit must not even be queued; None when it may. Counts it then."""
        source = visit.source
        if visit.role is Role.LIST and visit.page > MAX_LIST_PAGES:
            return f"not visited: the list goes on after {MAX_LIST_PAGES} pages"
        if visit.depth > (most := source.max_depth or MAX_DEPTH):
            return f"not visited: more than {most} links from the source's list page"
        if self._visits.get(source.id, 0) >= (most := source.max_pages or MAX_PAGES):
            return f"not visited: the source has more than {most:,} pages"
        self._visits[source.id] = self._visits.get(source.id, 0) + 1
        return None

    def why_not(self, visit: Visit, netloc: str) -> tuple[Outcome, str] | None:
        """Say with which outcome and why a queued visit is not made after all; None when it is."""
        if self._refusals.get(netloc, 0) >= MAX_REFUSALS:
            last = self._last_refusal[netloc]
            return last, f"not asked: {netloc} gave {MAX_REFUSALS} times in a row no page, the last was: {last}"
        source: Source = visit.source
        started = self._started.setdefault(source.id, self.clock())
        if source.max_seconds is not None and self.clock() - started > source.max_seconds:
            return Outcome.OVER_LIMIT, f"not asked: the source's {source.max_seconds:g} seconds are over"
        return None

    def note(self, netloc: str, outcome: Outcome) -> None:
        """Note what came of asking a host."""
        if outcome in _SILENCE:
            self._refusals[netloc] = self._refusals.get(netloc, 0) + 1
            self._last_refusal[netloc] = outcome
        else:
            self._refusals.pop(netloc, None)

"""What a person sees of a crawl: on a terminal a bar for all and one for each source that is busy, else a plain log.

The crawler's events come in; what they mean to the night is not decided here.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TextIO

Tell = Callable[[dict[str, Any]], None]
TICK_S = 60.0
_MOST_BARS = 10
_TOLD = frozenset({"mended", "restarted", "timeout"})


@dataclass
class Tally:
    """How far a crawl is: visits by source and outcome, and how many wait."""

    sources: tuple[str, ...]
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    queued: dict[str, int] = field(default_factory=dict)
    all_queued: int = 0

    def note(self, event: dict[str, Any]) -> None:
        """Count one event of the crawler."""
        if event.get("event") == "restarted":  # it walks the whole way again
            self.outcomes.clear()
            self.queued.clear()
        if event.get("event") == "fetched":
            source = event["source"]
            self.outcomes.setdefault(source, Counter())[event["outcome"]] += 1
            self.queued[source] = event.get("source_queued", 0)
            self.all_queued = event.get("queued", 0)

    @property
    def visits(self) -> int:
        """Visits made."""
        return sum(counted.total() for counted in self.outcomes.values())

    def lines(self) -> Iterator[str]:
        """Yield a line for each source, in the order of the registry."""
        for source in self.sources:
            counted = self.outcomes.get(source)
            if counted is None:
                yield f"crawl: {source}: not visited"
                continue
            parts = ", ".join(f"{count} {outcome}" for outcome, count in counted.most_common())
            yield f"crawl: {source}: {parts}"

    def so_far(self) -> str:
        """Put all sources into one line."""
        busy = sum(1 for left in self.queued.values() if left)
        return f"crawl: {self.visits:,} visits, {self.all_queued:,} queued, {busy} of {len(self.sources)} sources busy"


@contextmanager
def crawl_progress(sources: Iterable[str], out: TextIO | None = None) -> Iterator[Tell]:
    """Show a crawl of these sources while the context lasts; yields what takes the crawler's events."""
    tally, stream, started = Tally(tuple(sources)), out or sys.stderr, time.monotonic()
    if stream.isatty():
        with _bars(tally, stream) as tell:
            yield tell
    else:
        yield _log(tally, stream)
        for line in tally.lines():
            print(line, file=stream)
    print(f"crawl: {tally.visits} visits, {time.monotonic() - started:.1f} s", file=stream, flush=True)


def _log(tally: Tally, stream: TextIO) -> Tell:
    told = time.monotonic()

    def tell(event: dict[str, Any]) -> None:
        nonlocal told
        tally.note(event)
        if event.get("event") in _TOLD:
            print(f"crawl: {_said(event)}", file=stream, flush=True)
        if time.monotonic() - told >= TICK_S:
            told = time.monotonic()
            print(tally.so_far(), file=stream, flush=True)

    return tell


@contextmanager
def _bars(tally: Tally, stream: TextIO) -> Iterator[Tell]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<24.24}"), BarColumn(40), TimeElapsedColumn(), MofNCompleteColumn())
    with Progress(*columns, TextColumn("visits"), console=Console(file=stream), transient=False) as progress:
        whole = progress.add_task("crawl", total=None)
        bars: dict[str, Any] = {}

        def tell(event: dict[str, Any]) -> None:
            tally.note(event)
            if event.get("event") in _TOLD:
                progress.console.print(f"crawl: {_said(event)}")
            if event.get("event") != "fetched":
                return
            source = event["source"]
            left, done = tally.queued[source], tally.outcomes[source].total()
            if not left and source in bars:
                progress.remove_task(bars.pop(source))
            elif left and source not in bars and len(bars) < _MOST_BARS:
                bars[source] = progress.add_task(source)
            if source in bars:
                progress.update(bars[source], completed=done, total=done + left)
            progress.update(whole, completed=tally.visits, total=tally.visits + tally.all_queued)

        yield tell
        for bar in bars.values():
            progress.remove_task(bar)
        progress.update(whole, completed=tally.visits, total=tally.visits)


def _said(event: dict[str, Any]) -> str:
    if event["event"] == "timeout":
        return f"stopped after {event['seconds']:g} s, what was still to be visited is noted"
    return str(event.get("message", event["event"]))

"""Timing contestants in turns, so that whatever else the machine does meets all of them alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any


def race(contestants: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Run each contestant once in every round; return the median seconds of each."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(rounds):
        names = list(contestants) if turn % 2 else list(reversed(contestants))
        for name in names:
            started = time.perf_counter()
            contestants[name]()
            times[name].append(time.perf_counter() - started)
    return {name: median(found) for name, found in times.items()}


def table(rows: list[tuple[str, ...]], head: tuple[str, ...]) -> str:
    """Write rows as a Markdown table whose columns line up."""
    everything = [head, *rows]
    widths = [max(len(row[place]) for row in everything) for place in range(len(head))]
    lines = [" | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in everything]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in lines)

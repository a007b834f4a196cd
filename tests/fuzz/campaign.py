"""Many inputs through the workers, so that a crash or a hang costs its seed and nothing else; and the sum of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from flows.limits import Limits
from flows.workers import Failure, WorkerPool
from tests.fuzz.oracle import Outcome, fuzz

# A report is read in milliseconds, and the oracle's html5lib needs a second where a mutation multiplied a page.
LIMITS = Limits(seconds=30, scan_seconds=120, memory_mb=1024)


# Seconds between two signs of life.
EVERY = 10.0


@dataclass
class Summary:
    """What a campaign found; every failure is said when it is found, in case the campaign does not reach its end."""

    inputs: int = 0
    readings: int = 0
    values: int = 0
    crashes: int = 0
    hangs: int = 0
    invented: int = 0  # values
    odd: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    slowest: list[Outcome] = field(default_factory=list)
    moved: list[Outcome] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, seed: int, answer: Outcome | Failure) -> list[str]:
        """Count one more; return what is wrong with it."""
        self.inputs += 1
        if isinstance(answer, Failure):
            self.codes[answer.code] += 1
            self.hangs += answer.code == "too_slow"
            self.crashes += answer.code != "too_slow"
            wrong = [f"seed {seed}: {answer.code}: {answer.message}"]
        else:
            self.codes[f"{answer.medium}: {answer.code}"] += 1
            self.readings += answer.code == "facts"
            self.values += answer.published
            self.invented += len(answer.invented)
            self.odd += len(answer.odd)
            self.slowest = sorted([*self.slowest, answer], key=lambda outcome: -outcome.seconds)[:5]
            if answer.moved:
                self.moved.append(answer)
            wrong = [f"seed {seed}: {answer.recipe}: {said}" for said in (*answer.invented, *answer.odd)][:3]
        self.failures += wrong
        return wrong

    @property
    def told(self) -> str:
        """The outcome in one line."""
        return (
            f"{self.inputs:,} inputs: {self.crashes:,} crashes, {self.hangs:,} hangs, "
            f"{self.invented:,} values not in the bytes, {self.odd:,} other faults"
        )

    def __str__(self) -> str:
        lines = [f"{self.readings:,} readings with {self.values:,} published values"]
        lines += [f"  {count:>7,}  {code}" for code, count in self.codes.most_common()]
        lines += ["slowest:", *(f"  {o.seconds:6.2f} s  seed {o.seed}: {o.recipe}" for o in self.slowest)]
        lines.append(
            f"{len(self.moved)} readings with a figure in a cell where it was not printed (tags or lines lost):"
        )
        lines += [f"  {o.moved:>4} figures  seed {o.seed}: {o.recipe}" for o in self.moved[:10]]
        return "\n".join([*lines, *self.failures[:40], self.told])


def campaign(seeds: Iterable[int], say: Callable[[str], None] = lambda _: None) -> Summary:
    """Read the input of each seed in worker processes; an interrupt ends it with what was found until then.

    ``say`` is given each failure at once, and every ten seconds how far it is.
    """
    given = list(seeds)
    summary = Summary()
    begun = told = time.monotonic()
    with WorkerPool(fuzz, LIMITS) as pool, suppress(KeyboardInterrupt):
        for seed, answer in zip(given, pool.map(given), strict=True):
            for wrong in summary.add(seed, answer):
                say(wrong)
            now = time.monotonic()
            if now - told > EVERY:
                told = now
                left = (now - begun) / summary.inputs * (len(given) - summary.inputs)
                say(f"{now - begun:6.0f} s  {summary.told}; some {left:.0f} s left")
    return summary

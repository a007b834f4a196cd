"""Many inputs through the workers, so that a crash or a hang costs its seed and nothing else; and the sum of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from flows.limits import Limits
from flows.workers import Failure, WorkerPool
from tests.fuzz.oracle import Outcome, fuzz

# A report is read in milliseconds, and the oracle's html5lib needs a second where a mutation multiplied a page.
LIMITS = Limits(seconds=30, scan_seconds=120, memory_mb=1024)


@dataclass
class Summary:
    """What a campaign found."""

    inputs: int = 0
    readings: int = 0
    values: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    slowest: list[Outcome] = field(default_factory=list)
    moved: list[Outcome] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, seed: int, answer: Outcome | Failure) -> None:
        """Count one more."""
        self.inputs += 1
        if isinstance(answer, Failure):
            self.codes[answer.code] += 1
            self.failures.append(f"seed {seed}: {answer.code}: {answer.message}")
            return
        self.codes[f"{answer.medium}: {answer.code}"] += 1
        self.readings += answer.code == "facts"
        self.values += answer.published
        self.failures += [f"seed {seed}: {answer.recipe}: {failure}" for failure in answer.failures]
        self.slowest = sorted([*self.slowest, answer], key=lambda outcome: -outcome.seconds)[:5]
        if answer.moved:
            self.moved.append(answer)

    def __str__(self) -> str:
        lines = [f"{self.inputs:,} inputs: {self.readings:,} readings with {self.values:,} published values"]
        lines += [f"  {count:>7,}  {code}" for code, count in self.codes.most_common()]
        lines += ["slowest:", *(f"  {o.seconds:6.2f} s  seed {o.seed}: {o.recipe}" for o in self.slowest)]
        lines.append(
            f"{len(self.moved)} readings with a figure in a cell where it was not printed (tags or lines lost):"
        )
        lines += [f"  {o.moved:>4} figures  seed {o.seed}: {o.recipe}" for o in self.moved[:10]]
        lines += [f"{len(self.failures)} failures", *(f"  {failure}" for failure in self.failures[:40])]
        return "\n".join(lines)


def campaign(seeds: Iterable[int]) -> Summary:
    """Read the input of each seed in worker processes; an interrupt ends it with what was found until then."""
    given = list(seeds)
    summary = Summary()
    with WorkerPool(fuzz, LIMITS) as pool, suppress(KeyboardInterrupt):
        for seed, answer in zip(given, pool.map(given), strict=True):
            summary.add(seed, answer)
    return summary

"""What was measured, as Markdown tables: two nations side by side, one ten times as large as the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from tests.scale.phases import PHASES, Took
from tests.scale.queries import load_queries

_TELLING = {
    "build": "making up and loading", "resolve": "resolving names", "judge": "judging all",
    "fill": "analysts' tables", "night": "loading a night", "judge night": "judging a night", "suites": "suites",
    "close": "publishing", "ask": "questions",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """One nation: what each phase took, its peak of memory in bytes, and verdicts that are not those of the book."""

    reports: int
    took: dict[str, Took]
    memory: dict[str, int]
    differences: int

    def seconds(self, phase: str, *what: str) -> float:
        return sum(self.took[phase].seconds[one] for one in what)

    def count(self, phase: str, what: str) -> float:
        return self.took[phase].counts.get(what, 0)


def tables(small: Measured, large: Measured) -> str:
    """Return all tables."""
    both = (small, large)
    work = [
        _line("bodies", both, lambda one: f"{one.count('build', 'bodies'):,.0f}"),
        _line("reports, with the night's", both, _reports),
        _line("facts", both, lambda one: f"{one.count('close', 'facts') / 1e6:,.1f} M"),
        _line("first load, facts a second", both, _rate),
        _line("resolving the names of all bodies", both, _s("resolve", "resolving")),
        _line("judging all of it", both, _s("judge", "sorting", "judging")),
        _line("looking for wrong cells in all of it", both, _s("judge", "suspects")),
        _line("filling the analysts' tables", both, _s("fill", "first fill")),
        _line("verdicts", both, lambda one: f"{one.count('judge night', 'checks') / 1e6:,.1f} M"),
        _line("verdicts that differ from the known faults", both, lambda one: f"{one.differences:,}", "0"),
        _line("loading a night of new reports", both, _s("night", "loading", "closing the file"), "60 s"),
        _line(
            "judging that night, wrong cells included",
            both,
            _s("judge night", "sorting", "judging", "suspects"),
            "60 s",
        ),
        _line("suites of that night", both, _s("suites", "suites")),
        _line("importing Great Expectations before", both, _s("suites", "importing Great Expectations")),
        _line("analysts' tables: that night's part", both, _s("close", "analysis")),
        _line("writing the file anew, when a tenth is empty", both, _s("close", "compacting")),
        _line("counting and publishing it", both, _s("close", "counting the night", "publishing")),
        _line("file", both, lambda one: f"{one.count('close', 'bytes') / 1e6:,.0f} MB", "1,500 MB"),
        _line("bytes a fact, all told", both, _bytes),
        _line("most memory", both, lambda one: _gb(max(one.memory.values())), "6 GB"),
        _line("every sum of every report, from the facts", both, lambda one: _asked(one, load_queries()[-1].name)),
    ]
    memory = [_line(_TELLING[phase], both, lambda one, phase=phase: _gb(one.memory[phase])) for phase in PHASES]
    questions = [
        _line(query.name, both, lambda one, name=query.name: _asked(one, name), "0.5" if query.common else "2")
        for query in load_queries()[:-1]
    ]
    heads = tuple(f"{one.reports:,} reports" for one in both)
    return "\n\n".join(
        [
            _markdown(("what", *heads, "target"), work),
            _markdown(("question: median / worst, seconds", *heads, "target"), questions),
            _markdown(("bytes of the file, by table", *heads, "target"), _sizes(both)),
            _markdown(("most memory, by phase", *heads, "target"), memory),
        ]
    )


def _reports(one: Measured) -> str:
    return f"{one.count('build', 'reports') + one.count('night', 'reports'):,.0f}"


def _bytes(one: Measured) -> str:
    return f"{one.count('close', 'bytes') / one.count('close', 'facts'):.1f}"


def _asked(one: Measured, name: str) -> str:
    times = one.took["ask"].times[name]
    return f"{median(times):.2f} / {max(times):.2f}"


def _rate(one: Measured) -> str:
    return f"{one.count('build', 'facts') / one.seconds('build', 'loading facts', 'loading captures'):,.0f}"


def _sizes(both: tuple[Measured, Measured]) -> list[tuple[str, ...]]:
    """List the largest tables, and what is in none (indexes, free blocks)."""
    sizes = [
        {what[9:]: size for what, size in one.took["close"].counts.items() if what.startswith("bytes of ")}
        for one in both
    ]
    largest = sorted(sizes[1], key=lambda table: -sizes[1][table])[:10]
    lines = [(f"`{table}`", *(f"{of.get(table, 0) / 1e6:,.0f} MB" for of in sizes), "") for table in largest]
    rest = [
        one.count("close", "bytes") - sum(of.get(t, 0) for t in largest) for one, of in zip(both, sizes, strict=True)
    ]
    return [*lines, ("all others, indexes", *(f"{size / 1e6:,.0f} MB" for size in rest), "")]


def _line(
    what: str, both: tuple[Measured, Measured], tell: Callable[[Measured], str], target: str = ""
) -> tuple[str, ...]:
    return (what, *map(tell, both), target)


def _s(phase: str, *what: str) -> Callable[[Measured], str]:
    return lambda one: f"{one.seconds(phase, *what):,.1f} s"


def _gb(size: float) -> str:
    return f"{size / 1e9:.1f} GB"


def _markdown(heads: tuple[str, ...], lines: list[tuple[str, ...]]) -> str:
    rule = tuple("---" if not place else "---:" for place in range(len(heads)))
    return "\n".join("| " + " | ".join(row) + " |" for row in (heads, rule, *lines))

"""What a person sees while a night runs: bars on a terminal, one plain line per stage elsewhere.

Stages only say how far they are; nothing here knows what they do.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Called with how many steps are done and, where it has become known, how many there are.
Report = Callable[[int, int | None], None]


@contextmanager
def stage(name: str, total: int | None = None, unit: str = "") -> Iterator[Report]:
    """Show one stage on stderr while the context lasts; yields the function that reports progress."""
    if sys.stderr.isatty():
        with _bar(name, total, unit) as report:
            yield report
        return
    started = time.monotonic()
    done = 0

    def note(count: int, _total: int | None = None) -> None:
        nonlocal done
        done = count

    yield note
    counted = f"{done} {unit}, " if unit else ""
    print(f"{name}: {counted}{time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)


@contextmanager
def _bar(name: str, total: int | None, unit: str) -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<9}"), BarColumn(40), TimeElapsedColumn())
    counted = (MofNCompleteColumn(), TextColumn(unit)) if unit else ()
    with Progress(*columns, *counted, console=Console(stderr=True)) as progress:
        task = progress.add_task(name, total=total)

        def report(done: int, of: int | None = None) -> None:
            progress.update(task, completed=done, total=of if of is not None else total)

        yield report
        # A stage without known length is whole when it ends.
        shown = progress.tasks[0]
        progress.update(task, total=shown.total or shown.completed or 1, completed=shown.total or shown.completed or 1)

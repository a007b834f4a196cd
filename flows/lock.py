"""The lock that keeps nights from overlapping, whatever started them: a schedule, a person, an ingest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from flows.settings import Settings
from schemas.errors import PassingError


@contextmanager
def only_night(settings: Settings) -> Iterator[None]:
    """Hold the lock of this home while the context lasts.

    Raises:
        PassingError: another night holds it. The lock falls with its process, so none is ever stale.
    """
    lock = FileLock(settings.root / "night.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise PassingError(
            f"{settings.root}: expected no other night here, found one running; try again when it has ended"
        ) from error
    try:
        yield
    finally:
        lock.release()

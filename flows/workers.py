"""A pool of processes that read documents: each with limits on time, memory and output, each replaceable.

Our own rather than a library's: of those at hand (pebble, the standard library's executors) the death of one
worker can break the whole pool, their workers outlive a parent that is killed, and what a worker started
(LibreOffice) outlives the worker. There is no thread here; the processes are started by `nursery`.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from threading import Lock
from typing import Any, Generic, Self, TypeVar

from flows.limits import Limits
from flows.nursery import Nursery
from flows.worker import DONE, LARGEST_ANSWER, MORE, TOO_MUCH_MEMORY

Item = TypeVar("Item")
Answer = TypeVar("Answer")

# Answers that may wait for an earlier one, in bytes and in number: what one slow document may cost.
_MOST_WAITING_BYTES = 64 << 20
_MOST_WAITING = 20_000


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that broke a limit, or its reader: ``code`` as in `problems`, ``message`` without its name."""

    code: str
    message: str


@dataclass(slots=True)
class _Job:
    number: int
    item: Any
    retried: bool = False


@dataclass(slots=True, eq=False)
class _Worker:
    pid: int
    channel: Connection
    job: _Job | None = None
    started: float = 0.0
    deadline: float = 0.0
    read: int = 0  # documents


@dataclass(slots=True)
class _Answers:
    """What has been answered and not yet been given out, by number."""

    kept: dict[int, tuple[Any, int]] = field(default_factory=dict)
    size: int = 0
    next: int = 0

    def put(self, number: int, answer: Any, size: int = 0) -> None:
        self.kept[number] = (answer, size)
        self.size += size

    def take(self) -> Iterator[Any]:
        while self.next in self.kept:
            answer, size = self.kept.pop(self.next)
            self.size -= size
            self.next += 1
            yield answer

    @property
    def full(self) -> bool:
        return self.size > _MOST_WAITING_BYTES or len(self.kept) > _MOST_WAITING


class WorkerPool(Generic[Item, Answer]):
    """Applies one function, found by its name in its module, to many items in worker processes.

    ``fork`` takes this very process as the mould of the workers, which is quick, and safe only while it is
    small and has one thread; else a fresh interpreter is.
    """

    def __init__(self, function: Callable[[Item], Answer], limits: Limits, *, fork: bool = False) -> None:
        self._function, self._limits = function, limits
        self._nursery = Nursery(function, limits.memory_mb, fork=fork)
        self._workers: list[_Worker] = []
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all workers, whatever they are doing."""
        for worker in self._workers:
            worker.channel.close()
        self._workers.clear()
        self._nursery.close()

    def map(self, items: Iterable[Item]) -> Iterator[Answer | Failure]:
        """Yield the answer to each item, in their order, as soon as it and those before it are there.

        Items and answers are pickled. One call at a time is served, others wait.
        """
        with self._lock:
            jobs = (_Job(number, item) for number, item in enumerate(items))
            again: deque[_Job] = deque()
            answers = _Answers()
            try:
                while True:
                    self._hand_out(jobs, again, answers)
                    if not any(worker.job for worker in self._workers):
                        return
                    self._listen(again, answers)
                    self._hand_out(jobs, again, answers)  # before the caller takes its time
                    yield from answers.take()
            finally:
                # Left early, or by an error: what they are at is of no use to the next call.
                for worker in [worker for worker in self._workers if worker.job]:
                    self._end(worker)

    def _hand_out(self, jobs: Iterator[_Job], again: deque[_Job], answers: _Answers) -> None:
        """Give every idle worker a document. One that has killed a worker gets a fresh one for itself."""
        while True:
            idle = next((worker for worker in self._workers if worker.job is None), None)
            if idle is None and len(self._workers) >= self._limits.processes:
                return
            if not again and answers.full:
                return
            job = again.popleft() if again else next(jobs, None)
            if job is None:
                return
            if job.retried and idle is not None and idle.read:
                self._end(idle)
                idle = None
            worker = idle or self._start()
            worker.job, worker.started = job, time.monotonic()
            worker.deadline = worker.started + self._limits.seconds
            with suppress(OSError):  # it died while idle: heard in a moment
                worker.channel.send_bytes(pickle.dumps(job.item, pickle.HIGHEST_PROTOCOL))

    def _listen(self, again: deque[_Job], answers: _Answers) -> None:
        """Wait until a worker says something, dies, or has run out of time."""
        busy: dict[object, _Worker] = {worker.channel: worker for worker in self._workers if worker.job}
        left = min(worker.deadline for worker in busy.values()) - time.monotonic()
        ready = wait([worker.channel for worker in busy.values()], max(0.0, left))
        for channel in ready:
            worker = busy.pop(channel)
            try:
                message = worker.channel.recv_bytes(LARGEST_ANSWER + 1024)
            except (EOFError, OSError):
                self._bury(worker, again, answers)
            else:
                self._hear(worker, message, again, answers)
        now = time.monotonic()
        for worker in busy.values():
            if worker.job and worker.deadline < now:
                allowed = worker.deadline - worker.started
                answers.put(
                    worker.job.number,
                    Failure("too_slow", f"expected to be read within {allowed:g} s, was not and has been given up"),
                )
                self._end(worker)

    def _hear(self, worker: _Worker, message: bytes, again: deque[_Job], answers: _Answers) -> None:
        """Take an answer, a failure, or the wish for more time."""
        job = worker.job
        assert job is not None
        kind, used_up, *said = pickle.loads(message)
        if kind == MORE:
            worker.deadline = worker.started + max(self._limits.seconds, self._limits.scan_seconds)
            return
        worker.job, worker.read = None, worker.read + 1
        if kind == DONE:
            answers.put(job.number, said[0], len(message))
        elif said[0] == TOO_MUCH_MEMORY:
            # What earlier documents left behind may have been too much, not this one.
            self._blame(job, self._memory_failure(), fresh=worker.read == 1, again=again, answers=answers)
        else:
            answers.put(job.number, Failure(*said))
        if used_up:
            self._end(worker)

    def _bury(self, worker: _Worker, again: deque[_Job], answers: _Answers) -> None:
        """See how a worker ended that nobody had told to."""
        job = worker.job
        assert job is not None
        status, memory = self._end(worker)
        killed = os.waitstatus_to_exitcode(status) == -signal.SIGKILL
        if killed or memory > self._limits.memory_mb * 1024 * 0.9:
            failure = self._memory_failure()
        else:
            failure = Failure("reader_failed", f"the reader died of it, which is our fault: {_end_of(status)}")
        self._blame(job, failure, fresh=worker.read == 0, again=again, answers=answers)

    @staticmethod
    def _blame(job: _Job, failure: Failure, *, fresh: bool, again: deque[_Job], answers: _Answers) -> None:
        """Blame a document only for what it does to a worker that has read nothing else before."""
        if fresh or job.retried:
            answers.put(job.number, failure)
        else:
            job.retried = True
            again.append(job)

    def _memory_failure(self) -> Failure:
        return Failure(TOO_MUCH_MEMORY, f"expected to be read with {self._limits.memory_mb} MB, takes more")

    def _start(self) -> _Worker:
        worker = _Worker(*self._nursery.fork())
        self._workers.append(worker)
        return worker

    def _end(self, worker: _Worker) -> tuple[int, int]:
        self._workers.remove(worker)
        worker.channel.close()
        return self._nursery.end(worker.pid)


def _end_of(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


_pools: dict[tuple[Any, Limits], WorkerPool[Any, Any]] = {}
_pools_lock = Lock()


def shared_pool(function: Callable[[Item], Answer], limits: Limits) -> WorkerPool[Item, Answer]:
    """Return this process's pool for a function; it lasts until the process ends.

    Tasks are many and short, and any process may run them (Dask), so the pool is the process's own.
    """
    with _pools_lock:
        if (function, limits) not in _pools:
            _pools[function, limits] = WorkerPool(function, limits)
            atexit.register(_pools[function, limits].close)
        return _pools[function, limits]

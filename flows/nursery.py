"""Our end of the nursery: starting it, and asking it for workers and for their end.

What the nursery itself does is in `worker`.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any, NoReturn

from flows.worker import ANSWER, END, FORK, REQUEST, nurse
from schemas.errors import InternalError

_HOUSE = Path(__file__).resolve().parents[1]


class Nursery:
    """The process that forks workers and ends them: this one's copy, or a fresh interpreter."""

    def __init__(self, function: Callable[[Any], Any], memory_mb: int, *, fork: bool) -> None:
        self._control, theirs = socket.socketpair()
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `close`
        self._process: subprocess.Popen[bytes] | None = None
        self._pid = 0
        with theirs:
            if fork:
                self._pid = os.fork()
                if self._pid == 0:
                    self._control.close()
                    _be_nursery(theirs, function, memory_mb)
            else:
                self._process = self._start(theirs, function, memory_mb)

    def _start(self, theirs: socket.socket, function: Callable[[Any], Any], memory_mb: int) -> subprocess.Popen[bytes]:
        target = f"{function.__module__}:{function.__name__}"
        paths = (str(_HOUSE), os.environ.get("PYTHONPATH"))
        return subprocess.Popen(
            [sys.executable, "-m", "flows.worker", str(theirs.fileno()), target, str(memory_mb)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            pass_fds=[theirs.fileno()],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            start_new_session=True,  # Ctrl-C is ours to handle: workers end when we do
        )

    def fork(self) -> tuple[int, Connection]:
        """Start a worker; return its process id and our end of its channel."""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            pid, _ = self._ask(FORK, 0, [theirs.fileno()])
            if pid < 0:
                raise InternalError("expected to start a process that reads documents, found no room for one")
            return pid, Connection(ours.detach())

    def end(self, pid: int) -> tuple[int, int]:
        """End a worker; return its wait status and its greatest memory in KiB."""
        return self._ask(END, pid)

    def _ask(self, what: bytes, pid: int, descriptors: Iterable[int] = ()) -> tuple[int, int]:
        answer = b""
        with suppress(OSError):
            socket.send_fds(self._control, [REQUEST.pack(what, pid)], list(descriptors))
            answer = self._control.recv(ANSWER.size, socket.MSG_WAITALL)
        if len(answer) < ANSWER.size:
            self._said.seek(0)
            said = self._said.read()[-2000:].decode(errors="replace").strip().splitlines()
            raise InternalError(f"the process that starts readers has died: {said[-1] if said else 'without a word'}")
        first, second = ANSWER.unpack(answer)
        return first, second

    def close(self) -> None:
        """End the nursery and with it every worker."""
        self._control.close()
        self._said.close()
        if self._process is not None:
            self._process.wait()
        elif self._pid:
            with suppress(ChildProcessError):
                os.waitpid(self._pid, 0)
            self._pid = 0


def _be_nursery(control: socket.socket, function: Callable[[Any], Any], memory_mb: int) -> NoReturn:
    try:
        os.setsid()
        nurse(control, function, memory_mb)
    finally:
        os._exit(1)

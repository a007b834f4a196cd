"""The processes in which strangers' documents are read: a nursery that forks workers, and what a worker does.

The nursery is small, has one thread and reads nothing itself, so forking there is quick and safe whatever
the night's own process has loaded. It ends its workers with everything they started, and itself when the
process that asked for it is gone, however that ended. The other side is `workers`.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import os
import pickle
import resource
import shutil
import signal
import socket
import struct
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

# Requests (what, process id) and answers (process id or wait status, greatest memory in KiB). ``FORK`` comes
# with the worker's end of its channel; ``END`` kills a worker, if it still lives, and tells how it ended.
REQUEST, ANSWER = struct.Struct("!cq"), struct.Struct("!qq")
FORK, END = b"f", b"e"
# What a worker says, each with whether it is used up: more time is wanted; an answer; a failure (code, message).
MORE, DONE, FAILED = "more", "done", "failed"
TOO_MUCH_MEMORY = "too_much_memory"
# Bytes of one answer. A report's 200 facts take some 40 KB.
LARGEST_ANSWER = 16 << 20
# Bytes of one file that a reader may write (what LibreOffice converts to).
_LARGEST_FILE = 512 << 20
_SUBREAPER, _DEATH_SIGNAL = 36, 1  # prctl(2)

_channel: Connection | None = None


def want_more_time() -> None:
    """Say that the document at hand is of a medium that may take its time. Outside a worker nothing happens."""
    if _channel is not None:
        _channel.send_bytes(pickle.dumps((MORE, False)))


def nurse(control: socket.socket, function: Callable[[Any], Any], memory_mb: int) -> NoReturn:
    """Fork and end workers as asked until the asking side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for stream in range(3):  # readers' libraries print, and nothing they print is meant for our user
        os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    control.set_inheritable(False)
    prctl = _prctl()
    prctl(_SUBREAPER, 1)  # what a dead worker left running becomes our child, and is found
    _preload(function)
    gc.freeze()  # shared with the workers: counting references is all that may touch it
    folder = _temporary_folder()
    workers: set[int] = set()
    with suppress(OSError):  # the asking side may go at any moment
        while True:
            request, passed, _, _ = socket.recv_fds(control, REQUEST.size, 1)
            if len(request) < REQUEST.size:
                break
            what, pid = REQUEST.unpack(request)
            if what == END:
                workers.discard(pid)
                control.sendall(ANSWER.pack(*_end(pid, folder, workers)))
                continue
            pid = _fork()
            if pid == 0:
                with control:
                    _be_worker(Connection(passed[0]), function, memory_mb, (prctl, folder))
            os.close(passed[0])
            if pid > 0:
                workers.add(pid)
            control.sendall(ANSWER.pack(pid, 0))
    for pid in tuple(workers):
        workers.discard(pid)
        _end(pid, folder, workers)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _be_worker(channel: Connection, function: Callable[[Any], Any], memory_mb: int, given: Any) -> NoReturn:
    """Work, and never return into the nursery's loop whatever happens."""
    try:
        _take_limits(memory_mb, *given)
        work(channel, function, memory_mb)
    finally:
        os._exit(1)


def work(channel: Connection, function: Callable[[Any], Any], memory_mb: int) -> NoReturn:
    """Answer one item after the other until nobody asks; whatever an item does to this process, it is alone."""
    global _channel  # noqa: PLW0603 - one per process, for `want_more_time`
    _channel = channel
    while True:
        try:
            item = pickle.loads(channel.recv_bytes())
        except (EOFError, OSError):
            os._exit(0)
        answer = _answer(function, item, memory_mb)
        with suppress(OSError):
            channel.send_bytes(answer)
        del item, answer


def _answer(function: Callable[[Any], Any], item: Any, memory_mb: int) -> bytes:
    used_up = False
    try:
        answer = function(item)
        used_up = _resident() > memory_mb << 19  # half of what it may take
        packed = pickle.dumps((DONE, used_up, answer), pickle.HIGHEST_PROTOCOL)
        if len(packed) <= LARGEST_ANSWER:
            return packed
        code, found = "too_much_output", f"expected at most {LARGEST_ANSWER:,} bytes of facts, found {len(packed):,}"
    except MemoryError:
        code, found, used_up = TOO_MUCH_MEMORY, "", True
    except Exception as error:  # one document must never cost another
        code, found = "reader_failed", f"the reader failed, which is our fault: {repr(error)[:500]}"
        # C libraries have other words for it: lexbor says "Can't parse HTML".
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > memory_mb << 9:  # KiB: half of what it may take
            code, used_up = TOO_MUCH_MEMORY, True
    return pickle.dumps((FAILED, used_up, code, found), pickle.HIGHEST_PROTOCOL)


def _fork() -> int:
    try:
        return os.fork()
    except OSError:  # no more processes
        return -1


def _take_limits(memory_mb: int, prctl: Callable[..., int], folder: Path | None) -> None:
    """Take on the limits, and the fate of the nursery."""
    os.setpgid(0, 0)
    prctl(_DEATH_SIGNAL, signal.SIGKILL)
    # Not the address space: numpy and onnxruntime reserve far more of it than they use.
    _limit(resource.RLIMIT_DATA, memory_mb << 20)
    _limit(resource.RLIMIT_FSIZE, _LARGEST_FILE)
    _limit(resource.RLIMIT_CORE, 0)
    for library in ("OMP", "OPENBLAS"):  # there is a worker on every core already
        os.environ[f"{library}_NUM_THREADS"] = "1"
    if folder is not None:
        own = folder / str(os.getpid())
        own.mkdir()
        os.environ["TMPDIR"] = tempfile.tempdir = str(own)
    with suppress(OSError):  # where the machine runs out of memory, the kernel takes us first
        Path("/proc/self/oom_score_adj").write_text("500")


def _limit(what: int, most: int) -> None:
    hard = resource.getrlimit(what)[1]
    with suppress(OSError, ValueError):
        resource.setrlimit(what, (most, most) if hard == resource.RLIM_INFINITY or most < hard else (hard, hard))


def _end(pid: int, folder: Path | None, workers: set[int]) -> tuple[int, int]:
    """End a worker and whatever it started; return its wait status and its greatest memory in KiB."""
    # Looked at first, reaped last: until it is reaped its number cannot belong to anyone else.
    ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    if ended is None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    _, status, usage = os.wait4(pid, 0)
    while strays := _children() - workers:  # whose parents are dead; theirs come to us when these die
        for stray in strays:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(stray, signal.SIGKILL)
                os.waitpid(stray, 0)
    if folder is not None:
        shutil.rmtree(folder / str(pid), ignore_errors=True)
    return status, usage.ru_maxrss


def _children() -> set[int]:
    me = os.getpid()
    try:
        return set(map(int, Path(f"/proc/self/task/{me}/children").read_text().split()))
    except OSError:  # not Linux: strays are nobody's children there
        return set()


def _prctl() -> Callable[..., int]:
    try:
        found: Callable[..., int] = ctypes.CDLL(None).prctl
    except (OSError, AttributeError):  # not Linux: the nursery still ends its workers when it is left
        return lambda *_: 0
    return found


def _preload(function: Callable[[Any], Any]) -> None:
    """Load what every reading needs, once for all workers; and what the module of ``function`` says in `prepare`."""
    from extractors.marks import mark_index
    from schemas.formats import load_formats

    for known in load_formats():
        mark_index(known.code)
    getattr(sys.modules[function.__module__], "prepare", lambda: None)()


def _temporary_folder() -> Path | None:
    try:
        return Path(tempfile.mkdtemp(prefix="nianbao-"))
    except OSError:  # nowhere to write; most documents need no file
        return None


def _resident() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return 0


def main() -> NoReturn:
    """Run a nursery: ``python -m flows.worker <file descriptor> <module>:<function> <memory in MB>``."""
    descriptor, target, memory_mb = sys.argv[1:]
    module, _, name = target.partition(":")
    # Its functions are those of the module as others import it, not of this `__main__`.
    worker = importlib.import_module("flows.worker")
    function = getattr(importlib.import_module(module), name)
    sys.exit(worker.nurse(socket.socket(fileno=int(descriptor)), function, int(memory_mb)))


if __name__ == "__main__":
    main()

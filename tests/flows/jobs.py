"""What the workers' tests let workers do; found there by name, so it stands in a module of its own."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from pathlib import Path

from flows.worker import want_more_time


def do(job: tuple[str, str]) -> str:
    """Do what the first word says with the second."""
    what, given = job
    return _DEEDS[what](given)


def _echo(given: str) -> str:
    return given


def _pid(_: str) -> str:
    return str(os.getpid())


def _sleep(seconds: str) -> str:
    time.sleep(float(seconds))
    return f"slept {seconds}"


def _sleep_long(seconds: str) -> str:
    want_more_time()
    return _sleep(seconds)


def _spin(_: str) -> str:
    sum(range(10**15))  # C code that lets no Python signal handler run
    return "never"


def _allocate(megabytes: str) -> str:
    return f"{len(bytes(int(megabytes) << 20)) >> 20} MB"


def _hoard(megabytes: str) -> str:
    _HOARD.append(os.urandom(1 << 20) * int(megabytes))
    return "hoarded"


def _crash(_: str) -> str:
    ctypes.string_at(0)
    return "never"


def _exit(code: str) -> str:
    os._exit(int(code))


def _crash_if_used(marker: str) -> str:
    """Crash as what an earlier document left behind may let it: not in a process that is fresh."""
    if _HOARD:
        os.abort()
    return marker


def _raise(_: str) -> str:
    raise RecursionError("deep")


def _talk(_: str) -> str:
    print("a library's chatter")
    print("a library's warning", file=sys.stderr, flush=True)
    os.write(2, b"a C library's warning\n")
    return sys.stdin.read()


def _answer_at_length(megabytes: str) -> str:
    return "x" * (int(megabytes) << 20)


def _leave_children(folder: str) -> str:
    """Start what LibreOffice is like: a process in our group, and one that left it and lost its parent."""
    (Path(folder) / "worker").write_text(str(os.getpid()))
    for name, session in (("child", "False"), ("grandchild", "True")):
        code = (
            "import pathlib, subprocess, sys;"
            f"p = subprocess.Popen(['sleep', '600'], start_new_session={session});"
            f"pathlib.Path({folder!r}, {name!r}).write_text(str(p.pid))"
        )
        subprocess.run([sys.executable, "-c", code], check=True)
    time.sleep(600)
    return "never"


def _temporary(_: str) -> str:
    import tempfile

    return tempfile.mkstemp()[1]


_HOARD: list[bytes] = []
_DEEDS = {name[1:]: deed for name, deed in list(globals().items()) if name.startswith("_") and callable(deed)}

"""Several pages printed to PDF by one Chromium, over its debugging pipe: starting it takes longer than a print.

`pdf` prints a single page; what a page says and how it is styled is not known here.
"""

from __future__ import annotations

import base64
import fcntl
import itertools
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .pdf import CHROMIUM

SECONDS = 60
_OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
# Chromium reads what it is told from its third open file and answers into the fourth.
_START = "import os, sys; os.dup2({told}, 3); os.dup2({answers}, 4); os.execvp(sys.argv[1], sys.argv[1:])"


def print_pages(pages: Iterable[str], options: Mapping[str, object] | None = None) -> Iterator[bytes]:
    """Yield each page (HTML) as a PDF; ``options`` are those of the protocol's `Page.printToPDF`.

    Raises:
        RuntimeError: Chromium refuses a command, ends, or does not answer in time.
    """
    pages = list(pages)
    if not pages:
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, _Chromium(Path(folder)) as chromium:
        target = chromium.ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = chromium.ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        chromium.ask("Page.enable", {}, session)
        for number, html in enumerate(pages):
            page = Path(folder, f"{number}.html")
            page.write_text(html, encoding="utf-8")
            chromium.ask("Page.navigate", {"url": page.as_uri()}, session)
            chromium.wait_for("Page.loadEventFired")
            told = {"preferCSSPageSize": True, "printBackground": True, **(options or {})}
            yield base64.b64decode(chromium.ask("Page.printToPDF", told, session)["data"])


class _Chromium:
    """A running Chromium; at the end of the block it is ended."""

    def __init__(self, folder: Path) -> None:
        reads, self._told = _pipe()
        self._answers, writes = _pipe()
        command = [*_OPTIONS, "--remote-debugging-pipe", f"--user-data-dir={folder / 'profile'}", "about:blank"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START.format(told=reads, answers=writes), CHROMIUM, *command],
            pass_fds=(reads, writes),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(reads)
        os.close(writes)
        self._numbers = itertools.count(1)
        self._rest = b""
        self._events: list[str] = []

    def __enter__(self) -> _Chromium:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._told)  # that ends it
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._answers)

    def ask(self, method: str, parameters: Mapping[str, object], session: str = "") -> dict[str, Any]:
        """Give a command and return its result."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        told = json.dumps(message).encode() + b"\0"
        while told:
            told = told[os.write(self._told, told) :]
        self._events.clear()
        while (answer := self._next()).get("id") != number:
            self._events.append(answer.get("method", ""))
        if "error" in answer:
            raise RuntimeError(f"chromium refused {method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def wait_for(self, event: str) -> None:
        """Wait until Chromium tells the event, which may have come before the last command's result."""
        while event not in self._events:
            self._events.append(self._next().get("method", ""))

    def _next(self) -> dict[str, Any]:
        until = time.monotonic() + SECONDS
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._answers], [], [], max(0.0, until - time.monotonic()))
            part = os.read(self._answers, 1 << 20) if ready else b""
            if not part:
                raise RuntimeError(f"expected an answer of chromium within {SECONDS} s, found none")
            self._rest += part
        message, _, self._rest = self._rest.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer


def _pipe() -> tuple[int, int]:
    """Return a pipe's ends, numbered above those that Chromium is given."""
    ends = os.pipe()
    higher = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return higher[0], higher[1]

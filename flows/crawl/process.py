"""Starting the crawler as a process of its own and listening to it.

The night's own process never imports Scrapy, and outlives whatever happens to the crawl. A crawler that is killed
is started again and goes on where it was; what was captured before a crash is on disk and comes with the error.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Timer
from typing import Any

from flows.crawl.captures import Capture, merge_captures, read_captures
from flows.crawl.known import Known
from flows.crawl.manners import Manners
from flows.crawl.mending import mend_run
from flows.crawl.site import serve_folder
from flows.crawl.sources import load_registry
from schemas.errors import InternalError

TIMEOUT_S = 6 * 3600.0
# Times that a crawler which was killed is started again, by memory's end for one.
MOST_RESTARTS = 3
GRACE_S = 5.0
_HOUSE = Path(__file__).resolve().parents[2]


class CrawlerDiedError(InternalError):
    """The crawler's process ended badly. `captures` are the visits it had written down until then."""

    def __init__(self, message: str, captures: tuple[Capture, ...]) -> None:
        super().__init__(message)
        self.captures = captures


def crawl(
    registry_path: Path,
    *,
    archive: Path,
    name: str,
    work: Path,
    contact: str,
    known: Known | None = None,
    resume: Sequence[Path] = (),
    manners: Manners | None = None,
    on_event: Callable[[dict[str, Any]], None] | None = None,
    timeout_s: float = TIMEOUT_S,
) -> tuple[Capture, ...]:
    """Crawl every source of a registry; return the captures, in the order of the visits.

    ``resume`` are captures files that earlier parts of this crawl left: what they have is not asked for again, and
    is among the captures. After `timeout_s` the crawler is stopped: `on_event` gets `{"event": "timeout"}`, and
    what was still to be visited is among the captures with that outcome. Log and captures file stay in `work`.

    Raises:
        UserError: the registry has a mistake.
        CrawlerDiedError: the crawler failed; its captures are attached, its log file is named.
    """
    registry_path = registry_path.resolve()
    registry = load_registry(registry_path)
    tell = on_event or (lambda _: None)
    ends = time.monotonic() + timeout_s
    parts = list(resume)
    with serve_folder(registry.serve) if registry.serve else nullcontext() as base_url:
        registry.at(base_url)  # a mistake is told here, not in the other process
        options = [
            *("--registry", str(registry_path), "--archive", str(archive.resolve()), "--contact", contact),
            *(("--base-url", base_url) if base_url else ()),
            *(("--manners", json.dumps(asdict(manners))) if manners else ()),
        ]
        for left in range(MOST_RESTARTS, -1, -1):
            files = _fresh_files(work.resolve(), name)
            (known or Known()).write(files.known)
            code, is_late = _run(_command(options, name, files, parts), files.log, ends - time.monotonic(), tell)
            parts.append(files.captures)
            if code >= 0 or is_late or not left:
                break
            for mended in mend_run(archive, name):
                tell({"event": "mended", "message": str(mended)})
            tell({"event": "restarted", "message": f"the crawler was ended by signal {-code} and is started again"})
    captures = merge_captures(map(read_captures, parts))
    if is_late:
        tell({"event": "timeout", "seconds": timeout_s, "done": len(captures)})
    elif code != 0:
        raise CrawlerDiedError(
            f"the crawler ended with code {code} after {len(captures)} visits; its log is {files.log}",
            captures,
        )
    return captures


def _command(options: list[str], name: str, files: _Files, resume: Sequence[Path]) -> list[str]:
    return [
        *(sys.executable, "-m", "flows.crawl", *options, "--name", name),
        *("--captures", str(files.captures), "--known", str(files.known), "--log", str(files.log)),
        *(part for path in resume for part in ("--resume", str(path))),
    ]


def _run(command: list[str], log: Path, timeout_s: float, tell: Callable[[dict[str, Any]], None]) -> tuple[int, bool]:
    """Run a crawler to its end; return its exit code, and whether its time was over."""
    with _started(command, log, timeout_s) as (process, clock):
        for event in _events(process):
            tell(event)
        return process.wait(), clock.rang


@dataclass(frozen=True)
class _Files:
    captures: Path
    known: Path
    log: Path


class _Clock:
    """Stops a process when its time is over: first politely, then not."""

    def __init__(self, process: subprocess.Popen[str], seconds: float) -> None:
        self.rang = False
        self._process = process
        self._timer = Timer(seconds, self._ring)
        self._timer.daemon = True
        self._timer.start()

    def _ring(self) -> None:
        if self._process.poll() is None:
            self.rang = True
            _stop(self._process)

    def cancel(self) -> None:
        self._timer.cancel()


@contextmanager
def _started(command: list[str], log: Path, timeout_s: float) -> Iterator[tuple[subprocess.Popen[str], _Clock]]:
    """Run a command while the context lasts; it never outlives it, and never writes to the terminal."""
    with log.open("ab") as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(),
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is ours to handle: we stop it below
        )
    with process:
        clock = _Clock(process, timeout_s)
        try:
            yield process, clock
        finally:
            clock.cancel()
            _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is not None:
        return
    # Once lets it finish what is under way, twice lets it write down what is not.
    for end in (process.terminate, process.terminate, process.kill):
        end()
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_S)
            return


def _events(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    for line in process.stdout:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and "event" in event:
            yield event


def _environment() -> dict[str, str]:
    """Return the crawler's environment: it finds our rooms, and asks no proxy for this machine."""
    names = dict(os.environ)
    names["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_HOUSE), names.get("PYTHONPATH"))))
    for key in ("no_proxy", "NO_PROXY"):
        names[key] = ",".join(filter(None, (names.get(key), "127.0.0.1,localhost")))
    return names


def _fresh_files(work: Path, name: str) -> _Files:
    """Return the files of a run; those that an earlier run of the same name left are kept."""
    work.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        stem = name if number == 1 else f"{name}-{number}"
        captures = work / f"{stem}.captures.jsonl"
        if not captures.exists():
            captures.touch()
            return _Files(captures, work / f"{stem}.known.jsonl", work / f"{stem}.log")
        number += 1

"""`nianbao serve`: a Prefect server of our own on loopback, and the night on its schedule.

The scheduler lives in a server, so one is started as a child of this process (unless PREFECT_API_URL
names another) and ends with it. Nights never overlap: the runner starts one at a time, and the night's
own lock holds against runs that a person starts. (A concurrency limit kept by Prefect's server would not
do: its leases live in memory, its count in the database, so a machine that lost power would cancel every
later night.)
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from flows.orchestration import prepare_prefect
from flows.settings import Settings
from schemas.errors import InternalError, UserError

START_TIMEOUT_S = 180.0


def serve(settings: Settings) -> None:
    """Run the night on its schedule until interrupted.

    Raises:
        UserError: the cron expression or time zone is none.
        InternalError: the Prefect server did not come up.
    """
    prepare_prefect(settings)
    own_port = None if os.environ.get("PREFECT_API_URL") else _free_port()
    if own_port:
        # Prefect reads its settings when it is imported, which the next line does.
        os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{own_port}/api"
    from prefect.schedules import Cron

    try:
        schedule = Cron(settings.schedule.cron, timezone=settings.schedule.timezone)
    except ValueError as error:
        raise UserError(f"settings: schedule: expected a cron expression and a time zone: {error}") from error
    # Until the runner takes over: a service manager ends us with SIGTERM, and our server must not outlive us.
    signal.signal(signal.SIGTERM, _interrupt)
    # A shell that starts us in the background has SIGINT ignored; asyncio must see it to stop.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with _server(settings, own_port) if own_port else nullcontext():
        print(
            f"Nights start at “{settings.schedule.cron}” ({settings.schedule.timezone}), "
            f"home {settings.root}. Ctrl-C ends this.",
            flush=True,
        )
        with suppress(KeyboardInterrupt):
            _run_on(schedule)


def _run_on(schedule: Any) -> None:
    """Start nights on a schedule until interrupted; what a night had not done is done by the next."""
    from prefect.runner import Runner

    from flows.night import night

    class InterruptedRunner(Runner):
        """Ends on SIGTERM as on Ctrl-C; Prefect's own handler ends in a traceback inside asyncio."""

        def handle_sigterm(self, *_: Any, **__: Any) -> None:
            signal.raise_signal(signal.SIGINT)

    runner = InterruptedRunner(name="nianbao", limit=1, pause_on_shutdown=False)
    runner.add_flow(
        night,
        name="nightly",
        schedules=[schedule],
        parameters={"trigger": "schedule"},
    )
    asyncio.run(runner.start())


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def _server(settings: Settings, port: int) -> Iterator[None]:
    """Run a Prefect server on a loopback port while the context lasts."""
    settings.log.mkdir(parents=True, exist_ok=True)
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-ui"]
    command = [sys.executable, "-m", "prefect", "server", "start", *options]
    with (settings.log / "prefect-server.log").open("ab") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait(f"http://127.0.0.1:{port}/api/health", process, settings.log / "prefect-server.log")
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(health: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(health, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise InternalError(f"the Prefect server did not come up within {START_TIMEOUT_S:.0f} s; its log is {log}")

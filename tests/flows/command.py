"""Running `nianbao` as a person does: a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

NIANBAO = Path(sys.executable).with_name("nianbao")
# What no person should ever see.
NOISE = ("Traceback", "Warning", "WARNING", " | INFO", "telemetry", "deprecated")


def environment(**extra: str) -> dict[str, str]:
    """Return this environment without anything that a developer's shell may have set for us."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("NIANBAO_", "PREFECT_", "GX_"))}
    return {**clean, "PYTHONIOENCODING": "utf-8", **extra}


def nianbao(*arguments: str | Path, cwd: Path, timeout: float = 240, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; its output is checked for noise here, for every test."""
    done = subprocess.run(
        [NIANBAO, *map(str, arguments)],
        cwd=cwd,
        env=environment(**extra),
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
    noise = [word for word in NOISE if word in done.stdout + done.stderr]
    assert not noise, done.stdout + done.stderr
    return done

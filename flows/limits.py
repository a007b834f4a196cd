"""What reading one document may cost, and by how many processes at once documents are read.

`extract` asks here rather than in `settings`, whose checks take longer to import than a report to read.
"""

from __future__ import annotations

import os
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PREFIX = "NIANBAO_READING"


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits per document, and the number of workers (0: as many as this process may use cores)."""

    workers: int = 0
    # Pages and texts take milliseconds; the worst that is let through takes some seconds.
    seconds: float = 60.0
    # PDF, Word, sheets, archives, pictures: recognising a page takes 5 s, and 20 s on a busy machine.
    scan_seconds: float = 300.0
    # Recognising a page of 200 dpi peaks at 0.8 GB; LibreOffice, whose memory counts apart, at 0.2 GB.
    memory_mb: int = 2048

    @property
    def processes(self) -> int:
        """The number of worker processes."""
        return self.workers or cores()


def cores() -> int:
    """Count the cores that this process may use."""
    with suppress(AttributeError):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def config_file() -> Path:
    """Return the settings file, which need not exist."""
    return Path(os.environ.get("NIANBAO_CONFIG", "nianbao.toml"))


def load_limits() -> Limits:
    """Return the limits of this installation; the whole settings are loaded only where some are set.

    Raises:
        UserError: the settings have a mistake.
    """
    if not any(name.upper().startswith(_PREFIX) for name in os.environ) and not _is_set(config_file()):
        return Limits()
    from flows.settings import load_settings

    return load_settings().limits


def _is_set(file: Path) -> bool:
    try:
        return "reading" in tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return True  # the settings say what is wrong with it

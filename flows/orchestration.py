"""The environment in which Prefect runs: its home inside ours, no telemetry, no noise.

Must be called before anything imports Prefect, which reads these variables once.
"""

from __future__ import annotations

import os
import warnings

from flows.settings import Settings


def prepare_prefect(settings: Settings) -> None:
    """Set what Prefect and Great Expectations read from the environment; what is set already wins."""
    home = settings.root / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    wanted = {
        "PREFECT_HOME": str(home),
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "DO_NOT_TRACK": "1",
        # The first start in a fresh home migrates a database: 13-18 s were measured on two cores.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
        "GX_ANALYTICS_ENABLED": "false",
        "PYTHONWARNINGS": "ignore",
        # The flow reads its settings in whatever process runs it.
        "NIANBAO_HOME": str(settings.root),
        "NIANBAO_SOURCES": str(settings.sources.resolve()),
    }
    for name, value in wanted.items():
        if name.startswith("NIANBAO_"):
            os.environ[name] = value
        else:
            os.environ.setdefault(name, value)
    for name in ("no_proxy", "NO_PROXY"):
        hosts = [host for host in os.environ.get(name, "").split(",") if host]
        os.environ[name] = ",".join(dict.fromkeys([*hosts, "127.0.0.1", "localhost"]))
    warnings.filterwarnings("ignore")

"""The fixtures of the list families as sites: a list's pages by address, and what a crawl of them must find."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).with_name("families")
FAMILIES = sorted(path.stem for path in _FOLDER.glob("*.yaml"))


@dataclass(frozen=True)
class Site:
    """One family's list: `pages` are bodies by address."""

    family: str
    list: str
    years: str | None
    pages: dict[str, str]
    reports: tuple[str, ...]

    @property
    def host(self) -> str:
        return f"{self.family}.example"

    def at_port(self, port: int) -> Site:
        """Return the site as it is when its host listens on a port."""

        def placed(text: str) -> str:
            return text.replace(self.host, f"{self.host}:{port}")

        pages = {placed(url): placed(body) for url, body in self.pages.items()}
        return Site(self.family, placed(self.list), self.years, pages, tuple(map(placed, self.reports)))


def load_site(family: str) -> Site:
    """Load a family's fixture."""
    told: dict[str, Any] = yaml.safe_load((_FOLDER / f"{family}.yaml").read_text(encoding="utf-8"))
    return Site(family, told["list"], told.get("years"), told["pages"], tuple(told["reports"]))

"""What a crawl takes from every host alike, as the settings say it. How it is kept is `politeness`'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Manners:
    """Seconds for an answer, tries after the first, seconds before the second try (then doubled), bytes of a body.

    ``resolve`` maps host names to addresses, as /etc/hosts does.
    """

    answer_s: float = 60.0
    retries: int = 2
    back_off_s: float = 10.0
    max_bytes: int = 64 << 20
    resolve: Mapping[str, str] = field(default_factory=dict)

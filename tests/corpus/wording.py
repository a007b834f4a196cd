"""How one publisher set the national form: reworded labels, full-width punctuation, rows of its own.

What the form itself says stands in the format files; where its cells stand is `grid`'s business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_HALF, _FULL = "(),:;", "（），：；"
_TO_FULL, _TO_HALF = str.maketrans(_HALF, _FULL), str.maketrans(_FULL, _HALF)


def full_width(text: str) -> str:
    """Return the text with the brackets, commas, colons and semicolons of Chinese print."""
    return text.translate(_TO_FULL)


def half_width(text: str) -> str:
    """Return the text with ASCII brackets, commas, colons and semicolons, as copies of pages often have."""
    return text.translate(_TO_HALF)


@dataclass(frozen=True)
class Wording:
    """A publisher's deviations from the form; none by default.

    ``labels`` maps an official label to the printed one (a line break in it breaks the line within the
    cell); ``notes`` maps a table's code to rows added at its end; ``spare`` counts grid columns beyond
    the widest block of a table with several blocks, over which last cells are stretched.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    full_width: bool = False
    spare: int = 0

    def printed(self, label: str) -> str:
        """Return the label as this publisher prints it."""
        text = self.labels.get(label, label)
        return full_width(text) if self.full_width else text

"""Slips of typing: how one figure becomes another under a person's hands, and how likely that is.

After deductive's correct_typos (R), which keeps a candidate only if it is one slip apart from what was published; here
each slip has a likelihood instead, because a figure of one digit is one slip apart from any other. The shares are
estimates of how people err, not measured; they decide only between explanations that the sums cannot tell apart.
"""

from __future__ import annotations

from functools import lru_cache

# Of a hundred wrong figures, how many are wrong in this way.
SHARES = {
    "swapped": 0.10,  # 61 for 16
    "dropped": 0.12,  # 12 for 112
    "doubled": 0.10,  # 122 for 12, and a nought too many
    "added": 0.05,  # 132 for 12
    "mistyped": 0.25,  # 18 for 13
    "sign": 0.02,  # -3 for 3
    "near": 0.22,  # counted wrongly: a few off
    "left_out": 0.08,  # 0 stands where a figure was due
    "other": 0.06,
}


def _swapped(meant: str) -> list[str]:
    return [
        meant[:place] + meant[place + 1] + meant[place] + meant[place + 2 :]
        for place in range(len(meant) - 1)
        if meant[place] != meant[place + 1]
    ]


def _dropped(meant: str) -> list[str]:
    return [meant[:place] + meant[place + 1 :] for place in range(len(meant))] if len(meant) > 1 else []


def _doubled(meant: str) -> list[str]:
    return [] if meant == "0" else [meant[: place + 1] + meant[place:] for place in range(len(meant))]


def _added(meant: str) -> list[str]:
    return [meant[:place] + digit + meant[place:] for place in range(len(meant) + 1) for digit in "0123456789"]


def _mistyped(meant: str) -> list[str]:
    return [
        meant[:place] + digit + meant[place + 1 :]
        for place in range(len(meant))
        for digit in "0123456789"
        if digit != meant[place]
    ]


_TYPED = {"swapped": _swapped, "dropped": _dropped, "doubled": _doubled, "added": _added, "mistyped": _mistyped}


@lru_cache(maxsize=65536)
def slip(published: float, meant: int) -> tuple[str, float]:
    """Return the likeliest slip by which ``published`` came from ``meant``, and the chance of it by any slip.

    ``meant`` is a whole number >= 0; ``published`` may be anything but that number.
    """
    chances = {"other": SHARES["other"] / (12 * (abs(published) + 1))}
    if published == -meant:
        chances["sign"] = SHARES["sign"]
    if published == int(published) and published >= 0:
        seen = str(int(published))
        for kind, ways in _TYPED.items():
            ends = ways(str(meant))
            # Noughts that a slip leaves in front are not seen: 10 → 01 is 1.
            hits = sum(end == seen or (end[0] == "0" and end.lstrip("0") == seen) for end in ends)
            if hits:
                chances[kind] = SHARES[kind] * hits / len(ends)
        gap = abs(int(published) - meant)
        chances["near"] = SHARES["near"] / (2 * gap * (gap + 1))
        if published == 0:
            chances["left_out"] = SHARES["left_out"]
    kind = max(chances, key=lambda name: chances[name])
    return kind, sum(chances.values())

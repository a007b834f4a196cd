"""The page's colours: text can be read on its ground, and no two grades look alike to the colour-blind."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from expectations.report.message import COLOURS
from expectations.report.render import TEMPLATES

CSS = (TEMPLATES / "page.css").read_text(encoding="utf-8")
VARIABLES = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", CSS))
BARS = dict(re.findall(r"\.f-(\w+) { fill: ([^;]+); }", CSS))
# Machado, Oliveira and Fernandes 2009, severity 1: linear RGB as a deuteranope, a protanope, a tritanope sees it.
SEEN_BY = {
    "deuteranope": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "protanope": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "tritanope": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
Colour = tuple[float, float, float]


def linear(colour: str) -> Colour:
    """Return linear RGB of ``#rrggbb`` or ``var(--name)``."""
    code = VARIABLES[colour[6:-1]] if colour.startswith("var") else colour
    parts = [int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def lightness(colour: Colour) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def lab(colour: Colour) -> Colour:
    """Return CIE L*a*b* under D65."""
    red, green, blue = (min(1.0, max(0.0, part)) for part in colour)
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((lightness(linear(one)), lightness(linear(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((text, "paper") for text in ("ink", "soft", "good", "theirs", "ours")),
        ("good", "good-wash"),
        ("theirs", "theirs-wash"),
        ("ours", "ours-wash"),
        ("lack", "lack-wash"),
        ("soft", "wash"),
        ("soft", "ours-wash"),
    ],
)
def test_text_can_be_read_on_its_ground(text: str, ground: str) -> None:
    assert contrast(VARIABLES[text], VARIABLES[ground]) >= 4.5  # WCAG 2.2 AA


@pytest.mark.parametrize("eye", ["everybody", *SEEN_BY])
def test_grades_are_told_apart_by_every_eye(eye: str) -> None:
    seen = {}
    for grade, colour in BARS.items():
        rgb = linear(colour)
        if eye in SEEN_BY:
            first, second, third = (sum(a * b for a, b in zip(row, rgb, strict=True)) for row in SEEN_BY[eye])
            rgb = first, second, third
        seen[grade] = lab(rgb)
    assert len(seen) == 5
    for one, other in combinations(seen, 2):
        apart = sum((a - b) ** 2 for a, b in zip(seen[one], seen[other], strict=True)) ** 0.5
        assert apart > 10, (one, other, round(apart, 1))


def test_the_mail_has_the_pages_colours() -> None:
    for grade, colour in COLOURS.items():
        assert linear(colour) == linear(BARS[grade])

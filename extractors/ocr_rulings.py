"""The ruling lines of a prepared page: solid, dashed, thin and grey ones, level and upright.

A line is what is darker than both its sides all along: the edge of a shaded cell is none, and strokes of
characters in a row do not lie on one line.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from extractors.ocr_pages import Picture
from extractors.ocr_prepare import PRINT

# How far to each side of a line its surroundings are looked at: near, for figures may all but touch a
# thin line, and farther off for thick ones. Thicker still are bars.
SIDES = (5, 10)
# Least darkness of a line against both sides, of 255, once noise is averaged out along it.
FAINTEST = 14
SHORTEST_LEVEL = 4 * PRINT
SHORTEST_UPRIGHT = 2.2 * PRINT
# A line is as dark all along, nearly, and without gaps; strokes of a row of characters may lie on one
# straight as well, but leave gaps. Where two lines cross, either has a gap of the other's thickness.
EVENNESS = 0.45
MOST_GAP = 7
LEAST_COVERED = 0.85
STEEPEST = 0.02
# Lines that print touches are found by their ink: so black, so thick at most, and over two tight rows at least.
BLACK = 128
THICKEST = 0.35 * PRINT
SHORTEST_SOLID = 1.5 * PRINT
# A fill darker than this is written on in white.
DARK_FILL = 175
MOST_RULINGS = 2000


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight from ``start`` to ``end`` along its direction; across it lies at ``at + slope * along``.

    ``dark`` is how much darker it is than its sides, of 255; ``thickness`` is in pixels.
    """

    start: float
    end: float
    at: float
    slope: float
    dark: float
    thickness: float = 0.0  # where it is known

    def across(self, along: float) -> float:
        """Return where the line lies at a place along it."""
        return self.at + self.slope * along


@dataclass(frozen=True, slots=True)
class Rulings:
    """All lines, and for each direction how much darker each pixel is than both its sides."""

    level: tuple[Ruling, ...]
    upright: tuple[Ruling, ...]
    level_dark: Picture
    upright_dark: Picture  # transposed: [x, y]
    solid: bool = False  # lines without a gap, found by their ink: see `find_solid`


def find_rulings(*planes: Picture) -> Rulings:
    """Find the lines of a prepared page, in any of its planes (a seal hides black lines, or lines are red)."""
    found = [_in_plane(plane) for plane in planes]
    first = found[0]
    for other in found[1:]:
        first = Rulings(
            tuple(_joined([*first.level, *other.level])),
            tuple(_joined([*first.upright, *other.upright])),
            cv2.max(first.level_dark, other.level_dark),
            cv2.max(first.upright_dark, other.upright_dark),
        )
    return first


def find_solid(grey: Picture) -> Rulings:
    """Find the lines of a prepared page that are black without a gap: those that print may touch.

    Beside such a line nothing need be light. What is dark over so many pixels in a row is no character.
    """
    sides = np.ascontiguousarray(grey.T)
    level = tuple(_solid(grey, SHORTEST_LEVEL))
    places = sorted(line.across((line.start + line.end) / 2) for line in level)
    rows = [gap for gap in (b - a for a, b in pairwise(places)) if gap > 0.5 * PRINT]
    # The upright stroke of a character that touches the lines above and below it is as long as a row is high.
    shortest = max(SHORTEST_SOLID, 1.5 * float(np.percentile(rows, 20))) if rows else SHORTEST_SOLID
    return Rulings(level, tuple(_solid(sides, shortest)), 255 - grey, 255 - sides, solid=True)


def _solid(grey: Picture, shortest: float) -> list[Ruling]:
    """Return the level lines of a picture that are black all along."""
    black = (grey < BLACK).astype(np.uint8)
    runs = cv2.morphologyEx(black, cv2.MORPH_OPEN, np.ones((1, int(shortest)), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    found = []
    for label in (np.argsort(-stats[1:, cv2.CC_STAT_WIDTH])[:MOST_RULINGS] + 1).tolist():
        left, top, wide, high, area = (int(value) for value in stats[label])
        if area > THICKEST * wide or high > THICKEST + STEEPEST * wide:
            continue
        region = labels[top : top + high, left : left + wide] == label
        middles = (region * np.arange(high)[:, None]).sum(axis=0) / np.maximum(region.sum(axis=0), 1)
        slope, at = (float(value) for value in np.polyfit(np.arange(wide), middles, 1))
        dark = 255.0 - float(grey[top : top + high, left : left + wide][region].mean())
        found.append(Ruling(left, left + wide, top + at - slope * left, slope, dark, area / wide))
    return found


def _with_light_heads(grey: Picture) -> Picture:
    """Return the picture with dark fills inverted and outlined: heads are also white on blue, lines too."""
    dark = cv2.morphologyEx((grey < DARK_FILL).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    size = int(1.3 * PRINT)
    filled = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((size, size), np.uint8))
    if not filled.any():
        return grey
    usual = float(np.median(grey[filled > 0]))
    inverted = np.clip((255 - grey.astype(np.float32)) + usual, 0, 255).astype(np.uint8)
    light = np.where(filled > 0, inverted, grey)
    outline = cv2.morphologyEx(filled, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    light[outline > 0] = 0
    return light


def _in_plane(plane: Picture) -> Rulings:
    grey = _with_light_heads(plane)
    sides = np.ascontiguousarray(grey.T)
    level_dark, upright_dark = _darkness(grey, 0.4 * PRINT), _darkness(sides, 0.3 * PRINT)
    return Rulings(
        tuple(_joined(_lines(grey, level_dark, 2.5 * PRINT, SHORTEST_LEVEL))),
        tuple(_joined(_lines(sides, upright_dark, 1.5 * PRINT, SHORTEST_UPRIGHT))),
        level_dark,
        upright_dark,
    )


def _darkness(grey: Picture, along: float) -> Picture:
    """Return how much darker each pixel is than the darker of its two sides, averaged ``along`` rows."""
    mean = cv2.blur(grey, (int(along) | 1, 1))
    found = np.zeros_like(mean)
    for side in SIDES:
        padded = cv2.copyMakeBorder(mean, side, side, 0, 0, cv2.BORDER_CONSTANT, value=(255,))
        found = cv2.max(found, cv2.subtract(cv2.min(padded[: -2 * side], padded[2 * side :]), mean))
    return found


def _lines(grey: Picture, dark: Picture, along: float, shortest: float) -> list[Ruling]:
    """Return the level lines of a picture."""
    mean = _darkness(grey, along)
    # Only crests: else a line runs together with the print beside it.
    highest = cv2.dilate(mean, np.ones((7, 1), np.uint8))
    crest = (mean >= FAINTEST) & (mean >= cv2.subtract(highest, np.full_like(mean, 3)))
    likely = cv2.dilate(crest.astype(np.uint8), np.ones((3, 1), np.uint8))
    likely = cv2.morphologyEx(likely, cv2.MORPH_CLOSE, np.ones((1, int(PRINT)), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(likely, connectivity=8)
    order = np.argsort(-stats[1:, cv2.CC_STAT_WIDTH])[:MOST_RULINGS] + 1
    found = []
    for label in order:
        left, top, wide, high, _ = (int(value) for value in stats[label])
        if wide < shortest:
            break
        if high > PRINT and high > 0.02 * wide:
            continue
        region = np.where(
            labels[top : top + high, left : left + wide] == label, dark[top : top + high, left : left + wide], 0
        )
        found.extend(_straights(region, left, top, shortest))
    return found


def _straights(region: Picture, left: int, top: int, shortest: float) -> list[Ruling]:
    """Return the pieces of a line in a region; none where what is dark does not lie on one straight."""
    peak = region.max(axis=0)
    where = region.argmax(axis=0).astype(float)
    # A thick line's darkest pixel may be anywhere across it: its middle counts.
    strong = region >= np.maximum(peak * 0.8, 1)
    weight = strong.sum(axis=0)
    where = np.where(weight > 0, (strong * np.arange(len(region))[:, None]).sum(axis=0) / np.maximum(weight, 1), where)
    known = np.flatnonzero(peak >= FAINTEST * 0.8)
    if len(known) < 0.5 * shortest:
        return []
    slope, at = 0.0, float(np.median(where[known]))
    kept = known
    for _ in range(3):
        near = np.abs(where[kept] - (at + slope * kept)) <= 3
        if near.sum() < 10:
            return []
        kept = kept[near]
        slope, at = (float(value) for value in np.polyfit(kept, where[kept], 1))
    if abs(slope) > STEEPEST:
        return []
    strength = np.where(np.abs(where - (at + slope * np.arange(len(peak)))) <= 2.5, peak, 0)
    found = []
    for start, end in _runs(strength >= FAINTEST * 0.8, MOST_GAP):
        usual = float(np.percentile(strength[start:end], 70))
        for first, last in _runs(strength[start:end] >= EVENNESS * usual, MOST_GAP):
            piece = strength[start + first : start + last]
            if last - first >= shortest and np.mean(piece >= EVENNESS * usual) >= LEAST_COVERED:
                found.append(Ruling(left + start + first, left + start + last, top + at - slope * left, slope, usual))
    return found


def _runs(true: Picture, gap: int) -> list[tuple[int, int]]:
    """Return [start, end) of the runs of a row of booleans; gaps of at most ``gap`` do not end one."""
    places = np.flatnonzero(true)
    if not len(places):
        return []
    breaks = np.flatnonzero(np.diff(places) > gap + 1)
    starts, ends = [0, *(breaks + 1)], [*breaks, len(places) - 1]
    return [(int(places[i]), int(places[j]) + 1) for i, j in zip(starts, ends, strict=True)]


def _joined(found: list[Ruling]) -> list[Ruling]:
    """Join pieces of one line."""
    joined: list[Ruling] = []
    for ruling in sorted(found, key=lambda r: r.start):
        for place, other in enumerate(joined):
            gap = ruling.start - other.end
            middle = (ruling.start + other.end) / 2
            if gap < PRINT and abs(ruling.across(middle) - other.across(middle)) <= 3:
                longer = max(ruling, other, key=lambda r: r.end - r.start)
                joined[place] = Ruling(other.start, max(ruling.end, other.end), longer.at, longer.slope, longer.dark)
                break
        else:
            joined.append(ruling)
    return joined

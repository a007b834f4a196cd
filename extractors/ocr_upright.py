"""Which way up a page lies: by how legible a few of its lines are, for scans lie on their side or head."""

from __future__ import annotations

import cv2
import numpy as np

from extractors.ocr_engine import recognise
from extractors.ocr_marks import marks_of
from extractors.ocr_pages import Page, Picture
from extractors.ocr_prepare import PRINT, Sheet, prepare

# Lines that are tried, and the confidence that upright print has.
TRIED = 6
LEGIBLE = 0.85


def upright(page: Page) -> Sheet:
    """Return the page prepared the way up in which its lines are most legible."""
    best = prepare(page)
    most = legibility(best)
    if most is None or most >= LEGIBLE:
        return best
    for quarters in (2, 1, 3):
        sheet = prepare(page, quarters)
        found = legibility(sheet) or 0.0
        if found > most + 0.1:
            best, most = sheet, found
        if found >= LEGIBLE:
            break
    return best


def legibility(sheet: Sheet) -> float | None:
    """Return the median confidence in a few lines of text, 0 to 1; None where the page is empty."""
    strips = _strips(sheet.ink)
    if not strips:
        return 0.0 if np.count_nonzero(sheet.ink < 128) > 5 * PRINT**2 else None
    return float(np.median([seen.mean if len(seen.text) > 2 else 0.0 for seen in recognise(strips)]))


def _strips(grey: Picture) -> list[Picture]:
    """Cut out lines of print as long as labels, from all over the page."""
    ink = (grey < 140).astype(np.uint8)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, int(0.6 * PRINT)), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=4)
    found = [
        (left, top, wide, high)
        for left, top, wide, high, _ in (map(int, row) for row in stats[1:])
        if 0.6 * PRINT <= high <= 1.7 * PRINT and 4 * PRINT <= wide <= 25 * PRINT
    ]
    step = max(1, len(found) // TRIED)
    cuts = [
        grey[max(0, top - 5) : top + high + 5, max(0, left - 8) : left + wide + 8] for left, top, wide, high in found
    ]
    return [cut for cut in cuts[::step][: 2 * TRIED] if not marks_of(cut).blank]

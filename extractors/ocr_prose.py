"""The running text of a page, outside of its tables: detected, recognised, put in reading order.

It serves identity (title, agency, date) and the headings between tables; no figure is taken from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from extractors.ocr_engine import detect, recognise
from extractors.ocr_pages import Picture
from extractors.ocr_prepare import PRINT, Sheet

# Detection is done at this share of the sheet's size: finer costs memory, and finds nothing more.
DETECTION_SCALE = 0.5
# Text that recognition is less sure of is grain or part of a picture.
LEAST_SURE = 0.5
# A full page has some 50 lines, a picture of a whole report 200; each takes a tenth of a second.
MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class Text:
    """A line of running text with its sides on the sheet."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def read_prose(sheet: Sheet, tables: list[tuple[float, float, float, float]]) -> list[Text]:
    """Return the lines outside of the tables' bounds (left, top, right, bottom), from top to bottom."""
    grey = sheet.ink.copy()
    for bounds in tables:
        left, top, right, bottom = (round(side) for side in bounds)
        grey[max(0, top - 8) : bottom + 8, max(0, left - 8) : right + 8] = 255
    rows = np.flatnonzero((grey < 140).any(axis=1))
    if not len(rows):
        return []
    first, last = max(0, int(rows[0]) - 20), int(rows[-1]) + 20
    boxes = detect(cv2.resize(grey[first:last], None, fx=DETECTION_SCALE, fy=DETECTION_SCALE))
    boxes = [
        (
            left / DETECTION_SCALE,
            top / DETECTION_SCALE + first,
            right / DETECTION_SCALE,
            bottom / DETECTION_SCALE + first,
        )
        for left, top, right, bottom in boxes
    ]
    boxes = boxes[:MOST_LINES]
    seen = recognise([_cut(grey, box) for box in boxes])
    texts = [
        Text(found.text, *box)
        for found, box in zip(seen, boxes, strict=True)
        if found.text and found.mean >= LEAST_SURE
    ]
    return _lines(texts)


def _cut(grey: Picture, box: tuple[float, float, float, float]) -> Picture:
    left, top, right, bottom = (round(side) for side in box)
    return grey[max(0, top) : max(bottom, top + 4), max(0, left) : max(right, left + 4)]


def _lines(texts: list[Text]) -> list[Text]:
    """Join what stands on one level into lines."""
    lines: list[list[Text]] = []
    for text in sorted(texts, key=lambda t: t.top + t.bottom):
        middle = (text.top + text.bottom) / 2
        if lines and all(other.top < middle < other.bottom for other in lines[-1][-1:]):
            lines[-1].append(text)
        else:
            lines.append([text])
    joined = []
    for line in lines:
        line.sort(key=lambda t: t.left)
        # Parts of one sentence are near each other; others are columns of their own.
        words = line[0].text
        for before, after in pairwise(line):
            words += ("" if after.left - before.right < PRINT else " ") + after.text
        joined.append(Text(words, line[0].left, min(t.top for t in line), line[-1].right, max(t.bottom for t in line)))
    return joined

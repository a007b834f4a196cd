"""A page's picture made ready: upright, straight, of one size of print; the red of seals taken out.

Nothing is recognised here. Boxes found on the prepared page are led back to the published picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from extractors.ocr_pages import Page, Picture

# Height of a Chinese character on a prepared page, in pixels: about that of 10.5 pt at 200 dpi.
PRINT = 30.0
LARGEST_SCALE = 4.0
# Grey of the palest print that is made black: grain and stains of blank paper are paler.
PALEST = 200
# Scans are turned by a few degrees; more is another orientation.
STEEPEST = 6.0
LONGEST_SIDE = 9000  # a picture of a whole report, all pages below each other


@dataclass(frozen=True, slots=True)
class Sheet:
    """A prepared page. ``ink`` is grey without red, ``plain`` grey with it; ``to_page`` leads back."""

    ink: Picture
    plain: Picture
    to_page: Picture  # 2 x 3, from pixels of the sheet to pixels of the page
    page: Page

    @property
    def red(self) -> bool:
        """Whether something red stands on the page."""
        return self.ink is not self.plain

    @property
    def planes(self) -> tuple[Picture, ...]:
        """The page in grey: without red, and with it where there is any."""
        return (self.ink, self.plain) if self.red else (self.ink,)

    def place(self, left: float, top: float, right: float, bottom: float) -> str:
        """Return the locator of a box of the sheet: page and box on the published page."""
        corners = np.array([[left, top, 1], [right, top, 1], [left, bottom, 1], [right, bottom, 1]])
        found = corners @ self.to_page.T * self.page.unit
        box = (*found.min(axis=0), *found.max(axis=0))
        return f"page {self.page.number}, box " + " ".join(str(max(0, round(float(side)))) for side in box)


def prepare(page: Page, quarter_turns: int = 0) -> Sheet:
    """Return the page turned by so many quarter turns to the left, set straight and scaled."""
    turn, turned = _turn(page.picture, quarter_turns)
    grey, without_red = _with_even_paper(cv2.cvtColor(turned, cv2.COLOR_RGB2GRAY)), _without_red(turned)
    print_ = grey if without_red is None else _with_even_paper(without_red)
    dark = _darkness(print_)  # of print alone: beside a seal pale print does not look pale
    plain = _blackened(grey, dark)
    inked = plain if without_red is None else _blackened(print_, dark)
    scale = _scale(inked)
    angle = skew(inked)
    height, width = plain.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    wide, high = int(height * sine + width * cosine) + 1, int(height * cosine + width * sine) + 1
    matrix[:, 2] += ((wide - width) / 2, (high - height) / 2)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC

    def set_straight(plane: Picture) -> Picture:
        return cv2.warpAffine(plane, matrix, (wide, high), flags=method, borderValue=(255,))

    straight = set_straight(plain)
    ink = straight if without_red is None else set_straight(inked)
    back = turn @ np.vstack([cv2.invertAffineTransform(matrix), [0, 0, 1]])
    return Sheet(ink, straight, back[:2], page)


def _without_red(picture: Picture) -> Picture | None:
    """Return the picture in grey without the red of seals, under which black print stays; None without red.

    Compression smears red over its neighbourhood and leaves it darker than paper.
    """
    soft = cv2.blur(picture, (3, 3))
    red = (cv2.subtract(soft[..., 0], cv2.max(soft[..., 1], soft[..., 2])) > 35).astype(np.uint8)
    if np.count_nonzero(red) < 100:
        return None
    near = cv2.dilate(red, np.ones((5, 5), np.uint8)) > 0
    channel = picture[..., 0]
    lifted = np.clip((channel.astype(np.float32) - 60) * 255 / 160, 0, 255).astype(np.uint8)
    return np.where(near, lifted, channel)


def _turn(picture: Picture, quarters: int) -> tuple[Picture, Picture]:
    """Return the matrix from the turned picture back to the picture, and the turned picture."""
    height, width = picture.shape[:2]
    back = {
        0: [[1, 0, 0], [0, 1, 0]],
        1: [[0, -1, width - 1], [1, 0, 0]],
        2: [[-1, 0, width - 1], [0, -1, height - 1]],
        3: [[0, 1, 0], [-1, 0, height - 1]],
    }[quarters % 4]
    return np.array([*back, [0, 0, 1]], dtype=float), np.ascontiguousarray(np.rot90(picture, quarters))


def _with_even_paper(grey: Picture) -> Picture:
    """Return the picture with its paper's light evened out: paper is white."""
    small = cv2.resize(grey, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    size = max(3, min(small.shape) // 12 | 1)
    paper = cv2.GaussianBlur(cv2.dilate(small, np.ones((size, size), np.uint8)), (0, 0), size / 2)
    light = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return np.minimum(grey.astype(np.float32) * 255 / np.maximum(light, 60), 255)


def _darkness(even: Picture) -> float:
    return float(np.percentile(even, 0.5))


def _blackened(even: Picture, dark: float) -> Picture:
    """Return a picture in which print of this darkness is black, if it is pale."""
    if 20 < dark < PALEST:
        even = np.clip((even - dark + 10) * 255 / (265 - dark), 0, 255)
    return even.astype(np.uint8)


def ink_of_page(grey: Picture) -> Picture:
    """Return what is darker than its surroundings, 0 or 1."""
    return cv2.adaptiveThreshold(
        cv2.GaussianBlur(grey, (3, 3), 0), 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, 30
    )


def _scale(grey: Picture) -> float:
    """Return the factor that gives print its usual size: by the height of its characters."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink_of_page(grey), connectivity=8)
    wide, high = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    likely = (high >= 5) & (high <= 150) & (wide <= 1.6 * high) & (wide >= 0.2 * high)
    heights = high[likely]
    if len(heights) < 10:
        return 1.0
    # Parts of characters and digits are lower than characters: these are near the upper end.
    found = float(np.percentile(heights, 80))
    scale = 1.0 if 26 <= found <= 40 else max(0.4, min(PRINT / found, LARGEST_SCALE))
    return min(scale, LONGEST_SIDE / float(max(grey.shape)))


def skew(grey: Picture) -> float:
    """Return by how many degrees to turn the picture so that its lines lie level.

    Where lines are level, the rows' sums of ink change most from row to row.
    """
    ink = ink_of_page(grey).astype(np.float32)
    best = 0.0
    for side, reach, step in ((600, STEEPEST, 0.5), (1000, 0.6, 0.1), (1600, 0.12, 0.02)):
        factor = min(1.0, side / max(ink.shape))
        small = cv2.resize(ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        angles = best + np.arange(-reach, reach + step / 2, step)
        best = float(angles[int(np.argmax([_levelness(small, float(angle)) for angle in angles]))])
    return best


def _levelness(ink: Picture, degrees: float) -> float:
    height, width = ink.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    rows = cv2.warpAffine(ink, matrix, (width, height)).sum(axis=1)
    return float(np.square(np.diff(rows)).sum())

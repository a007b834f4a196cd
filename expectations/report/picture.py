"""The picture in the mail, as PNG: what each night found new, and how many sums failed.

Only bars, a line and digits stand in it: a Chinese font may be absent where it is drawn, so all words stand in the mail
around it. Pillow draws, with the font that it brings.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from expectations.report.data import NightLine, QualityReport
from expectations.report.plots import nights
from expectations.report.words import Words, number

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

NIGHTS_DRAWN = 30
WIDTH, HEIGHT = 600, 132  # as shown; drawn at twice the size for fine screens
_SCALE = 2
_PAPER, _INK, _SOFT, _HAIR, _THEIRS, _PALE = "#fdfcf9", "#1d2125", "#5b6168", "#d9d5cb", "#ad3e08", "#dd9a70"
_TOP, _BASE, _HALF, _MARGIN, _ROOM = 24, 104, 300, 12, 44  # a panel: heights, width, and room for the last figure


def drawn(report: QualityReport) -> tuple[NightLine, ...]:
    """Return the nights that the picture shows, oldest first; none where there are too few for a picture."""
    shown = nights(report)[-NIGHTS_DRAWN:]
    return shown if len(shown) > 1 else ()


def described(shown: Sequence[NightLine]) -> Words:
    """Say in words what the picture shows, for those who do not see it."""
    new, failed = [line.new_findings for line in shown], [line.failed_sums for line in shown]
    return Words(
        f"近 {len(shown)} 夜：每夜新见不符，最多 {number(max(new))}，今夜 {number(new[-1])}；"
        f"现存勾稽不符，{number(failed[0])} → {number(failed[-1])}",
        f"last {len(shown)} nights: new findings, at most {number(max(new))}, tonight {number(new[-1])}; "
        f"failing sums, {number(failed[0])} → {number(failed[-1])}",
    )


def trend_png(shown: Sequence[NightLine]) -> bytes:
    """Draw new findings of each night (bars) and failing sums (line) side by side, 1200 × 264 pixels."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), _PAPER)
    draw = ImageDraw.Draw(image)
    _bars(draw, 0, [line.new_findings for line in shown])
    _line(draw, _HALF, [line.failed_sums for line in shown])
    for left in (0, _HALF):
        _text(draw, (left + _MARGIN, _BASE + 5), f"{shown[0].started_at:%m-%d}", _SOFT, 11)
        _text(draw, (left + _HALF - _ROOM, _BASE + 5), f"{shown[-1].started_at:%m-%d}", _SOFT, 11, anchor="ra")
    out = io.BytesIO()
    image.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()


def _bars(draw: ImageDraw, left: float, values: Sequence[int]) -> None:
    _frame(draw, left, max(values))
    step = (_HALF - _MARGIN - _ROOM) / len(values)
    for at, value in enumerate(values):
        x, is_last = left + _MARGIN + at * step, at == len(values) - 1
        if value:
            y = min(_height(value, max(values)), _BASE - 1.5)
            _box(draw, (x + step * 0.15, y, x + step * 0.85, _BASE), _THEIRS if is_last else _PALE)
    end = (left + _HALF - _ROOM + 6, _height(values[-1], max(values)))
    _text(draw, end, number(values[-1]), _THEIRS, 15, anchor="lm")


def _line(draw: ImageDraw, left: float, values: Sequence[int]) -> None:
    _frame(draw, left, max(values))
    step = (_HALF - _MARGIN - _ROOM) / (len(values) - 1)
    points = [(left + _MARGIN + at * step, _height(value, max(values))) for at, value in enumerate(values)]
    draw.line([(x * _SCALE, y * _SCALE) for x, y in points], fill=_INK, width=3, joint="curve")
    x, y = points[-1]
    draw.ellipse([(x - 3) * _SCALE, (y - 3) * _SCALE, (x + 3) * _SCALE, (y + 3) * _SCALE], fill=_INK)
    _text(draw, (left + _HALF - _ROOM + 8, y), number(values[-1]), _INK, 15, anchor="lm")


def _frame(draw: ImageDraw, left: float, most: int) -> None:
    for y in (_TOP, _BASE):
        _box(draw, (left + _MARGIN, y - 0.25, left + _HALF - _ROOM, y + 0.25), _HAIR if y == _TOP else _SOFT)
    _text(draw, (left + _MARGIN, _TOP - 3), number(most), _SOFT, 11, anchor="ld")


def _height(value: int, most: int) -> float:
    return _BASE - (_BASE - _TOP) * value / most if most else _BASE


def _box(draw: ImageDraw, corners: tuple[float, float, float, float], fill: str) -> None:
    draw.rectangle([round(one * _SCALE) for one in corners], fill=fill)


def _text(draw: ImageDraw, at: tuple[float, float], text: str, fill: str, size: int, *, anchor: str = "la") -> None:
    from PIL import ImageFont

    draw.text(
        (at[0] * _SCALE, at[1] * _SCALE), text, fill=fill, font=ImageFont.load_default(size * _SCALE), anchor=anchor
    )

"""The table of scores as it is printed and kept in the README, and the list of slips behind it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from .score import Score, Verdict
from .truth import Case

BEGIN, END = "<!-- accuracy: written by `make accuracy` -->", "<!-- /accuracy -->"
_HEADS = ("documents", "cells", "right", "wrong", "missing", "invented", "whole reports", "agency", "year")


def by_medium(scores: Mapping[str, Score]) -> str:
    """Return the table: a line per medium and one for all, as Markdown."""
    everything = Score()
    for score in scores.values():
        everything.add(score)
    lines = [_line(name, score) for name, score in scores.items()]
    return _markdown(("medium", *_HEADS), [*lines, _line("all", everything)])


def by_layout(scores: Mapping[tuple[str, str], Score]) -> str:
    """Return a line per medium and layout, those with most that is false or missing first."""

    def badness(item: tuple[tuple[str, str], Score]) -> tuple[int, int]:
        cells = item[1].cells
        return -(cells[Verdict.WRONG] + cells[Verdict.INVENTED]), -cells[Verdict.MISSING]

    ordered = sorted(scores.items(), key=badness)
    return _markdown(("layout", *_HEADS), [_line(" / ".join(name), score) for name, score in ordered])


def slips(case: Case, score: Score) -> Iterator[str]:
    """Yield a line per cell or field that is not right."""
    for error in score.errors:
        yield f"{case.medium} / {case.layout} / {case.name}: {error}"
    for slip in score.slips:
        place = ".".join(slip.key)
        yield f"{case.medium} / {case.layout} / {case.name}: {slip.verdict} {place}: told {slip.told}, read {slip.read}"


def write_between_markers(path: Path, table: str) -> None:
    """Put the table between the file's markers.

    Raises:
        ValueError: the file has not both markers, in order.
    """
    text = path.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path}: expected the markers {BEGIN} and {END}, found not both")
    path.write_text(f"{before}{begin}\n\n{table}\n\n{end}{after}", encoding="utf-8")


def _line(name: str, score: Score) -> tuple[str, ...]:
    cells = score.cells
    total = sum(cells.values())
    right = f"{cells[Verdict.RIGHT] / total:.2%}" if total else "-"
    if right == "100.00%":
        right = "100 %" if cells[Verdict.RIGHT] == total else "99.99 %"
    return (
        name,
        f"{score.documents:,}",
        f"{total:,}",
        right.replace("%", " %").replace("  ", " "),
        *(f"{cells[verdict]:,}" for verdict in (Verdict.WRONG, Verdict.MISSING, Verdict.INVENTED)),
        f"{score.whole:,} of {score.reports:,}",
        _field(score.agencies),
        _field(score.years),
    )


def _field(counted: Counter[Verdict]) -> str:
    total = sum(counted.values())
    false = counted[Verdict.WRONG] + counted[Verdict.INVENTED]
    return f"{counted[Verdict.RIGHT]:,} of {total:,}" + (f" ({false} false)" if false else "")


def _markdown(heads: tuple[str, ...], lines: list[tuple[str, ...]]) -> str:
    rows = [heads, *lines]
    widths = [max(_width(row[place]) for row in rows) for place in range(len(heads))]
    rule = "|" + "|".join("-" * (width + 1) + (":" if place else "-") for place, width in enumerate(widths)) + "|"
    printed = [
        "| "
        + " | ".join(_padded(text, width, bool(p)) for p, (text, width) in enumerate(zip(row, widths, strict=True)))
        + " |"
        for row in rows
    ]
    return "\n".join([printed[0], rule, *printed[1:]])


def _padded(text: str, width: int, right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if right else text + gap


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)

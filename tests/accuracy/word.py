"""The corpus of Word files (.docx): merged cells, split tables, runs, corrections, forms."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.corpus import Grid
from tests.corpus.docx import WordStyle, write_docx
from tests.corpus.reshape import blocks, split, with_last_column

from . import wordings
from .reports import Made, case, make, series
from .truth import Case, Pick, every

MEDIUM = "Word (.docx)"
KINDS = ("dense", "real", "blank rows", "worded")


@dataclass(frozen=True)
class Layout:
    """A way to set a report in Word."""

    style: Callable[[Made], WordStyle] = lambda _: WordStyle()
    words: wordings.Words = wordings.official
    kinds: tuple[str, ...] = KINDS


def _always(style: WordStyle) -> Callable[[Made], WordStyle]:
    return lambda _: style


def _of_applications(change: Callable[[Grid], Sequence[Grid]]) -> Callable[[Grid], Sequence[Grid]]:
    return lambda grid: change(grid) if grid.code == "applications" else [grid]


def _in_parts(*, repeat: bool) -> Callable[[Made], WordStyle]:
    def style(made: Made) -> WordStyle:
        at = sorted(made.rng.sample(range(6, 20), 2))
        return WordStyle(parts=_of_applications(partial(split, at=at, repeat_head=repeat, repeat_group=repeat)))

    return style


LAYOUTS: dict[str, Layout] = {
    "plain": Layout(kinds=(*KINDS, "sparse", "blank", "dashed", "damaged")),
    "no rules": Layout(_always(WordStyle(grid=""))),
    "parts with heads": Layout(_in_parts(repeat=True)),
    "parts without heads": Layout(_in_parts(repeat=False)),
    "a table per block": Layout(_always(WordStyle(parts=lambda g: blocks(g) if g.code == "disclosure" else [g]))),
    "remarks column": Layout(_always(WordStyle(parts=_of_applications(lambda g: [with_last_column(g)])))),
    "nested": Layout(_always(WordStyle(nested=True))),
    "runs": Layout(_always(WordStyle(runs=True))),
    "tracked corrections": Layout(_always(WordStyle(tracked=True))),
    "content controls": Layout(_always(WordStyle(controls=True))),
    "labels met": Layout(words=wordings.met),
    "labels broken": Layout(words=wordings.broken),
    "labels damaged": Layout(words=wordings.damaged_labels),
    "traditional": Layout(words=wordings.traditional),
    "Jilin row": Layout(words=wordings.extra_row),
    "spare columns": Layout(words=wordings.spare_columns),
    "unit in the head": Layout(words=wordings.money_head),
}

NAMES = (*LAYOUTS,)


def cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked files, each layout with each of its kinds of figures in both formats."""
    for name, layout in LAYOUTS.items():
        for number, kind, code in series(name, layout.kinds):
            if pick(name, number):
                made = make(code, kind, f"docx/{name}", number, layout.words)
                yield case(MEDIUM, name, f"{made.name}.docx", docx_bytes(made, layout.style(made)), made.truth())


def docx_bytes(made: Made, style: WordStyle) -> bytes:
    """Return the report as a Word file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.docx")
        write_docx(path, made.report, style)
        return path.read_bytes()

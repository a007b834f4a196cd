"""The corpus of flat text: every style in which pages are flattened, blanks kept or vanished, labels damaged."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from schemas.formats import Format
from tests.corpus import Figures, TextStyle, damage, flattened

from . import losses, wordings
from .reports import Lost, Made, case, make, series
from .truth import Case, Key, Pick, every

MEDIUM = "flat text"
FULL = ("dense", "real", "worded")  # no cell empty
KINDS = (*FULL, "blank rows", "blank")


def _spaces_divide(form: Format, figures: Figures) -> Collection[Key]:
    """Blanks vanish, and a gap within a figure looks like one between figures."""
    lost = set(losses.vanished_blanks(form, figures))
    for line in losses.lines(form):
        if any(" " in figures[key].strip() for key in line):
            lost |= set(line)
    return lost


@dataclass(frozen=True)
class Layout:
    """A way to write the whole text, and what it loses."""

    write: Callable[[Made], str]
    kinds: tuple[str, ...] = KINDS
    lost: Lost = losses.nothing
    words: wordings.Words = wordings.official


def _tables(table: flattened.TableText, between: str = "\n") -> Callable[[Made], str]:
    return lambda made: flattened.flat_report(made.report, table, between)


_NL = _tables(flattened.nl, "\n\n")
_PIPE_NL = _tables(flattened.by_style(TextStyle.PIPE_NL))
_TAB = _tables(flattened.by_style(TextStyle.TAB))
_MIXED = _tables(flattened.mixed(flattened.pipe, flattened.mdpipe, flattened.nl))
_MIXED_KEPT = _tables(flattened.mixed(flattened.by_style(TextStyle.PIPE_NL), flattened.pipe, flattened.mdpipe))

LAYOUTS: dict[str, Layout] = {
    "nl": Layout(_NL, (*KINDS, "sparse", "dashed"), losses.vanished_blanks),
    "nl without blank lines": Layout(_tables(flattened.nl_close), KINDS, losses.vanished_blanks),
    "nl, blanks as empty lines": Layout(
        _tables(flattened.by_style(TextStyle.NL), "\n\n"), KINDS, losses.vanished_blanks
    ),
    "pipe": Layout(_tables(flattened.pipe), (*KINDS, "sparse", "dashed", "damaged")),
    "mdpipe": Layout(_tables(flattened.mdpipe), KINDS),
    "mdpipe with rule": Layout(_tables(flattened.mdrule), KINDS),
    "mdpipe, merged repeated": Layout(_tables(flattened.repeated), KINDS),
    "pipe_nl": Layout(_PIPE_NL, (*KINDS, "sparse", "dashed")),
    "lead_pipe_nl": Layout(_tables(flattened.lead_pipe_nl), KINDS),
    "lead_pipe_nl, blanks bare": Layout(_tables(flattened.lead_pipe_nl_bare), KINDS),
    "pipe_inner_nl": Layout(_tables(flattened.pipe_inner_nl), KINDS),
    "tab": Layout(_TAB, (*KINDS, "dashed", "damaged")),
    "tab rows": Layout(_tables(flattened.tab_rows), KINDS),
    "tab rows, merged once": Layout(_tables(flattened.tab_cells), KINDS),
    "gaps": Layout(_tables(flattened.gaps), KINDS, losses.vanished_blanks),
    "spaces": Layout(_tables(flattened.spaces), KINDS, _spaces_divide),
    "a table a line": Layout(_tables(flattened.one_line), KINDS, _spaces_divide),
    "mega_pipe": Layout(lambda m: flattened.mega_pipe(m.report, lines=True), (*KINDS, "sparse"), _spaces_divide),
    "mega_pipe on one line": Layout(lambda m: flattened.mega_pipe(m.report, lines=False), KINDS, _spaces_divide),
    "dedup": Layout(lambda m: flattened.dedup(m.report), ("sparse", "real", "blank"), losses.everything),
    "glued": Layout(_tables(flattened.glued), ("sparse", "dense"), losses.everything),
    "mixed": Layout(_MIXED, FULL, losses.vanished_blanks),
    "mixed, blanks kept": Layout(_MIXED_KEPT, KINDS),
    "labels met, nl": Layout(_NL, FULL, losses.vanished_blanks, wordings.met),
    "labels met, pipe_nl": Layout(_PIPE_NL, KINDS, words=wordings.met),
    "labels broken, nl": Layout(_NL, FULL, losses.vanished_blanks, wordings.broken),
    "labels spaced, pipe": Layout(_tables(flattened.pipe), FULL, words=wordings.gapped),
    "labels lost after break, nl": Layout(_NL, FULL, losses.vanished_blanks, wordings.lost_after_break),
    "labels lost after break, pipe_nl": Layout(_PIPE_NL, KINDS, words=wordings.lost_after_break),
    "labels damaged, nl": Layout(_NL, (*FULL, "dense", "real"), losses.vanished_blanks, wordings.damaged_labels),
    "labels damaged, pipe": Layout(_tables(flattened.pipe), (*KINDS, "dense"), words=wordings.damaged_labels),
    "traditional, nl": Layout(_NL, FULL, losses.vanished_blanks, wordings.traditional),
    "traditional, pipe_nl": Layout(_PIPE_NL, KINDS, words=wordings.traditional),
    "pinyin, nl": Layout(_NL, FULL, losses.vanished_blanks, wordings.glossed),
    "pinyin, tab": Layout(_TAB, KINDS, words=wordings.glossed),
    "Jilin row, tab": Layout(_TAB, KINDS, words=wordings.extra_row),
    "Jilin row, nl": Layout(_NL, FULL, losses.vanished_blanks, wordings.extra_row),
    "unit in the head, nl": Layout(_NL, (*FULL, *FULL), losses.vanished_blanks, wordings.money_head),
    "unit in the head, pipe": Layout(_tables(flattened.pipe), (*FULL, *FULL), words=wordings.money_head),
    "lost words of dates": Layout(lambda m: damage.lost_date_words(_NL(m)), FULL, losses.vanished_blanks),
}

NAMES = (*LAYOUTS,)


def cases(pick: Pick = every) -> Iterator[Case]:
    """Yield the picked texts, each layout with each of its kinds of figures in both formats."""
    for name, layout in LAYOUTS.items():
        for number, kind, code in series(name, layout.kinds):
            if pick(name, number):
                yield text(name, layout, code, kind, number)


def text(name: str, layout: Layout, code: str, kind: str, number: int) -> Case:
    """Return one text of a layout."""
    return written(name, layout, make(code, kind, f"text/{name}", number, layout.words))


def written(name: str, layout: Layout, made: Made) -> Case:
    """Return a report as a text of a layout."""
    truth = made.truth(layout.lost(made.form, made.figures))
    return case(MEDIUM, name, f"{made.name}.txt", layout.write(made).encode(), truth)

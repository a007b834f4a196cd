"""The data-quality report as one HTML file that needs no network: verdict first, then what to act on.

It arranges a `QualityReport` for the templates and bounds what is shown; it queries nothing, and the
mail that carries the page is made elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from expectations.report.calls import asked
from expectations.report.changes import WHY, changes
from expectations.report.coverage import coverage
from expectations.report.data import CellInSum, FailingSum, ProblemLine, QualityReport, ReadingRule
from expectations.report.families import families, said
from expectations.report.gaps import folded
from expectations.report.plots import BASELINE, HEIGHT, WIDTH, bars, nights, trends
from expectations.report.regions import regions
from expectations.report.render import environment
from expectations.report.words import (
    DUE_HEADS,
    Words,
    fixed_label,
    in_words,
    is_zero,
    night,
    own_faults,
    own_label,
    own_words,
    verdict,
)

SUMS_SHOWN = 60
FINDINGS_SHOWN = 100
PROBLEMS_SHOWN = 100
KEYS_SHOWN = 10
GAPS_SHOWN = 20
GONE_SHOWN = 30
NIGHTS_IN_TABLE = 7


@dataclass(frozen=True, slots=True)
class CellRow:
    """A cell of a failing sum as shown; ``shared`` when another failing sum of the report holds it too."""

    cell: CellInSum
    label: str
    shared: bool


@dataclass(frozen=True, slots=True)
class SumCard:
    """A failing sum as shown: told in words, its telling cells, and how many zero parts are folded."""

    failing: FailingSum
    words: Words
    fixed: str
    rows: tuple[CellRow, ...]
    folded: int


def render_page(report: QualityReport, *, site: bool = False, dictionary: bool = False) -> str:
    """Render the whole report as one self-contained HTML document; as first page of a site it links to the others.

    ``dictionary``: the data dictionary stands beside it.
    """
    faults = own_faults(report)
    listed = nights(report)
    new, older = cards(report.failing)
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            report=report,
            site=site,
            dictionary=dictionary,
            night=night,
            verdict=verdict(report),
            faults=faults,
            own=own_words(faults),
            bars=bars(report.grades()),
            new_reports=sum(line.is_new for line in report.reports),
            new_sums=sum(line.is_new for line in report.failing),
            new_cards=new,
            older_cards=older,
            sums_hidden=len(report.failing) - len(new) - len(older),
            changed=changes(report),
            new_anything=any(change.count for change in changes(report)[:2]),
            why=WHY,
            gone_shown=GONE_SHOWN,
            asked=asked,
            families=families(report),
            shown=FINDINGS_SHOWN,
            regions=regions(report.reports),
            due_heads=DUE_HEADS,
            said=said,
            folded=folded,
            gaps_shown=GAPS_SHOWN,
            coverage=coverage(report.reports),
            rules=sorted(report.reading, key=_rule_order),
            keys_shown=KEYS_SHOWN,
            ours=_problems(report.problems, ours=True),
            theirs=_problems(report.problems, ours=False),
            problems_shown=PROBLEMS_SHOWN,
            trends=trends(listed),
            nights_listed=tuple(reversed(listed))[:NIGHTS_IN_TABLE],
            plot=(WIDTH, HEIGHT, BASELINE),
        )
    )


def ordered(failing: Sequence[FailingSum]) -> list[FailingSum]:
    """Put new sums first, then by body, newest year first, so that a body's sums stand together."""
    return sorted(
        failing,
        key=lambda one: (
            not one.is_new,
            one.agency is None,
            one.agency or "",
            -(one.year or 0),
            one.report_id,
            one.rule,
        ),
    )


def cards(failing: Sequence[FailingSum]) -> tuple[list[SumCard], list[SumCard]]:
    """Return the cards of new and of older failing sums, together at most ``SUMS_SHOWN``."""
    places = Counter(_place(one, cell) for one in failing for cell in one.cells)
    made = [_card(one, places) for one in ordered(failing)[:SUMS_SHOWN]]
    return [card for card in made if card.failing.is_new], [card for card in made if not card.failing.is_new]


def _card(failing: FailingSum, places: Counter[tuple[str, ...]]) -> SumCard:
    told = sorted(
        (cell for cell in failing.cells if cell.sign > 0 or not is_zero(cell.raw)),
        key=lambda cell: -cell.sign,
    )
    rows = tuple(CellRow(cell, own_label(failing, cell), places[_place(failing, cell)] > 1) for cell in told)
    return SumCard(failing, in_words(failing), fixed_label(failing), rows, len(failing.cells) - len(told))


def _place(failing: FailingSum, cell: CellInSum) -> tuple[str, ...]:
    return (failing.report_id, failing.table_label, cell.row_label, cell.column_label)


def _rule_order(rule: ReadingRule) -> tuple[bool, bool, str]:
    return (rule.success, rule.severity != "critical", rule.rule)


def _problems(problems: Sequence[ProblemLine], *, ours: bool) -> list[ProblemLine]:
    own = [line for line in problems if line.ours is ours]
    return sorted(own, key=lambda line: (not line.is_new, line.code, line.agency or "", line.place))

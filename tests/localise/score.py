"""One trial: true figures, a damage, the search, and how near the search came; and the sums of many trials."""

from __future__ import annotations

import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import combinations

from expectations.localise import Explanation, Finding, Limits, Published, State, explain, parts_of
from schemas.facts import Status
from schemas.formats import Format, Kind, SumRule, load_formats
from tests.accuracy import made
from tests.corpus import Figures, failing_sums, number
from tests.localise.damages import Damage, Values

_POOL = 150  # reports of each format that are damaged again and again
EVERYTHING = Limits(kept=10_000)  # the search itself is as ever; only nothing is left off the list


class Outcome(StrEnum):
    """What the search said of a damage."""

    EXACT = "exact"  # these cells and no others, one explanation, the true figures
    AMONG = "among ties"  # the truth is one of the equally good explanations
    MISSED = "not found"  # the truth is not among them
    ACCUSED = "accused"  # a sole explanation names a cell that was not spoiled
    UNSEEN = "unseen"  # every sum still holds: nobody could tell


@dataclass
class Tally:
    """Outcomes and times of many trials. ``telling`` counts trials in which the sums single the damage out."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    told_exact: int = 0
    telling: int = 0

    def line(self) -> str:
        """Return the columns of the table: outcomes in per cent of what can be seen, median and 95th percentile."""
        seen = sum(self.outcomes.values()) - self.outcomes[Outcome.UNSEEN]
        shares = [f"{100 * self.outcomes[outcome] / max(seen, 1):6.2f}" for outcome in list(Outcome)[:4]]
        times = sorted(self.milliseconds) or [0.0]
        ninety_fifth = times[int(0.95 * (len(times) - 1))]
        told = f"{self.told_exact}/{self.telling}" if self.telling else ""
        return f"{seen:6} {' '.join(shares)} {told:>10} {statistics.median(times):7.1f} {ninety_fifth:7.1f}"


def realistic(form: Format, rng: random.Random) -> Figures:
    """Figures of every size with mostly zeros, as bodies from townships to provinces report; all sums hold."""
    busy, size = rng.choice([0.04, 0.15, 0.4]), rng.choice([2.0, 4.0, 8.0])
    numbers = made._adding_up(form, rng, lambda rng: round(2 ** rng.uniform(0, size)) if rng.random() < busy else 0)
    return {key: str(value) for key, value in numbers.items()}


REPORTS: dict[str, Callable[[Format, random.Random], Figures]] = {
    "real": made.real,
    "sparse": made.sparse,
    "realistic": realistic,
    "dense": made.dense,
}


def true_values(kind: str, form: Format, rng: random.Random) -> Values:
    """Draw consistent figures of a kind and return the whole numbers of cells that are counts, by position."""
    while True:
        figures = REPORTS[kind](form, rng)
        found = {cell.position: number(figures[cell.key]) for cell in form.cells if cell.kind is Kind.COUNT}
        bound = {term.cell.position for rule in form.sums for term in rule.terms}
        if all(found[place] is not None for place in bound) and not failing_sums(form, figures):
            return {place: int(value) for place, value in found.items() if value is not None}


def cells_of(values: Mapping[int, int]) -> dict[int, Published]:
    """Return published cells."""
    return {place: Published(Decimal(value), Status.PUBLISHED) for place, value in values.items()}


def trial(form: Format, values: Values, damage: Values, tally: Tally) -> Outcome:
    """Search a damaged report, judge what was said, and count it."""
    begun = time.process_time()
    findings = explain(form.code, cells_of(values | damage), EVERYTHING)
    elapsed = 1000 * (time.process_time() - begun)
    outcome = judged(form, values, damage, findings)
    tally.outcomes[outcome] += 1
    if outcome is not Outcome.UNSEEN:
        tally.milliseconds.append(elapsed)
    if len(damage) == 1 and outcome is not Outcome.UNSEEN and _sole(form, values, damage):
        tally.telling += 1
        tally.told_exact += outcome is Outcome.EXACT
    return outcome


def judged(form: Format, values: Values, damage: Values, findings: tuple[Finding, ...]) -> Outcome:
    """Compare findings with the truth, part by part; the worst part decides."""
    by_part = {finding.part: finding for finding in findings}
    outcomes = set()
    for part in parts_of(form.code):
        spoiled = {cell.position for cell in part.cells} & set(damage)
        finding = by_part.get(part.number)
        if finding is None:
            outcomes |= {Outcome.MISSED} if spoiled else set()
            continue
        truth = {place: values[place] for place in spoiled}
        right = [_proposals(explanation) == truth for explanation in finding.explanations]
        sole = finding.state is State.EXPLAINED
        if sole and set(_proposals(finding.explanations[0])) - spoiled:
            outcomes.add(Outcome.ACCUSED)
        elif any(right):
            outcomes.add(Outcome.EXACT if sole else Outcome.AMONG)
        else:
            outcomes.add(Outcome.MISSED)
    if not findings:
        return Outcome.UNSEEN
    return next(o for o in (Outcome.ACCUSED, Outcome.MISSED, Outcome.AMONG, Outcome.EXACT) if o in outcomes)


def _proposals(explanation: Explanation) -> dict[int, int | None]:
    return {change.cell.position: change.proposed for change in explanation.changes}


def _sole(form: Format, values: Values, damage: Values) -> bool:
    """Tell, by trying each cell and each exchange, whether only the spoiled cell makes all sums hold again."""
    printed = values | damage
    failing = [rule for rule in form.sums if _left(rule, printed)]
    able = set()
    for cell in form.cells:
        mended = {_mended(rule, printed, cell.position) for rule in failing}
        if len(mended) == 1 and (value := mended.pop()) is not None and value >= 0:
            able.add((cell.position, value))
    here = sorted({term.cell.position for rule in failing for term in rule.terms})
    tried = [{cell: value} for cell, value in able]
    tried += [{one: printed[two], two: printed[one]} for one, two in combinations(here, 2)]
    return sum(all(not _left(rule, printed | change) for rule in form.sums) for change in tried) == 1


def _left(rule: SumRule, printed: Values) -> int:
    return sum(term.sign * printed[term.cell.position] for term in rule.terms)


def _mended(rule: SumRule, printed: Values, place: int) -> int | None:
    """Return what the cell would have to be for the sum to hold; None where it takes no part."""
    signs = [term.sign for term in rule.terms if term.cell.position == place]
    return printed[place] - _left(rule, printed) * signs[0] if signs else None


def campaign(kinds: Mapping[str, Damage], reports: str, trials: int, seed: int) -> dict[str, Tally]:
    """Try every kind of damage ``trials`` times on reports of a kind, both formats in turn."""
    rng = random.Random(f"{seed} {reports}")
    pool = [(form, true_values(reports, form, rng)) for form in load_formats() for _ in range(min(_POOL, trials))]
    tallies = {}
    for name, damage in kinds.items():
        rng = random.Random(f"{seed} {reports} {name}")
        tally = tallies[name] = Tally()
        for _ in range(20 * trials):  # some damages seldom apply
            form, values = rng.choice(pool)
            spoiled = damage(form, values, rng)
            if spoiled is None:
                continue
            trial(form, values, spoiled, tally)
            if sum(tally.outcomes.values()) == trials:
                break
    return tallies

"""Figures for the corpus: real ones, and made-up ones of several kinds in which the form's sums hold.

Only what stands in the cells is decided here; how it is printed is for the makers of each medium.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache

from schemas.formats import Cell, Format, Kind
from tests.corpus import Figures, load_figures
from tests.shared import SAMPLES

from .truth import DASHES, UNREADABLE

Draw = Callable[[random.Random], int]
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def dense(form: Format, rng: random.Random) -> Figures:
    """Give every cell a figure of its own, so that a shift by one cell shows; all sums hold."""
    while True:
        figures = _adding_up(form, rng, lambda rng: rng.randint(1, 4000))
        if len(set(figures.values())) == len(figures):
            return {
                cell.key: _amount(figures[cell.key], rng) if cell.kind is Kind.AMOUNT else str(figures[cell.key])
                for cell in form.cells
            }


def sparse(form: Format, rng: random.Random) -> Figures:
    """Mostly 0, as most bodies report; all sums hold."""
    figures = _adding_up(form, rng, lambda rng: rng.randint(1, 60) if rng.random() < 0.12 else 0)
    return {key: str(number) for key, number in figures.items()}


def some_blank(form: Format, rng: random.Random) -> Figures:
    """Sparse figures in which most zeros are left blank, their totals not (驼峰路 2020)."""
    figures = sparse(form, rng)
    return {key: "" if raw == "0" and key[2] != "total" and rng.random() < 0.7 else raw for key, raw in figures.items()}


def rows_blank(form: Format, rng: random.Random) -> Figures:
    """Dense figures, but rows of every table are left blank as a whole (totals too), and some cells alone."""
    figures = dense(form, rng)
    gone = set()
    for table, count in (("disclosure", 2), ("applications", 3)):
        gone |= set(rng.sample(sorted({key[:2] for key in figures if key[0] == table}), count))
    gone.add(("litigation", rng.choice(["reconsideration", "suit_after_reconsideration"])))  # an end of the line
    cells = set(rng.sample(sorted(figures), 6))
    return {key: "" if key[:2] in gone or key in cells else raw for key, raw in figures.items()}


def dashed(form: Format, rng: random.Random) -> Figures:
    """Sparse figures in which cells and whole rows hold a dash, a stroke or 无."""
    figures = sparse(form, rng)
    dash = rng.choice(DASHES)
    rows = set(rng.sample(sorted({key[:2] for key in figures}), 6))
    return {
        key: dash if key[:2] in rows else rng.choice(DASHES) if rng.random() < 0.05 else raw
        for key, raw in figures.items()
    }


def worded(form: Format, rng: random.Random) -> Figures:
    """Dense figures written in every way that is met: signs, words of change, units, separators, full width."""
    figures = dense(form, rng)
    for cell in form.cells:
        figures[cell.key] = _written(cell, figures[cell.key], rng)
    return figures


def long_numbers(form: Format, rng: random.Random) -> Figures:
    """Numbers of eight digits and more in every cell, which narrow columns break; all sums hold."""
    figures = _adding_up(form, rng, lambda rng: rng.randint(10_000_000, 60_000_000))
    return {key: str(number) for key, number in figures.items()}


def damaged(form: Format, rng: random.Random) -> Figures:
    """Dense figures, some of which lost or gained a character: they are no numbers any more."""
    figures = dense(form, rng)
    for key in rng.sample(sorted(figures), 12):
        figures[key] = rng.choice(UNREADABLE)
    return figures


KINDS: dict[str, Callable[[Format, random.Random], Figures]] = {
    "dense": dense,
    "sparse": sparse,
    "blank": some_blank,
    "blank rows": rows_blank,
    "dashed": dashed,
    "worded": worded,
    "long numbers": long_numbers,
    "damaged": damaged,
}


@cache
def _real_files() -> dict[str, tuple[str, ...]]:
    """Return the sample reports by format, told by their cells."""
    found: dict[str, list[str]] = {"2019": [], "2021": []}
    for path in sorted((SAMPLES / "figures").glob("*.csv")):
        old = ("disclosure", "fees", "items_last_year") in load_figures(path)
        found["2019" if old else "2021"].append(path.name)
    return {code: tuple(names) for code, names in found.items()}


def real(form: Format, rng: random.Random) -> Figures:
    """Return the figures of one of the sample reports of this format."""
    return load_figures(SAMPLES / "figures" / rng.choice(_real_files()[form.code]))


def figures_of(kind: str, form: Format, rng: random.Random) -> Figures:
    """Return figures of a kind (a name in `KINDS`, or ``real``) for every cell of the format."""
    return real(form, rng) if kind == "real" else KINDS[kind](form, rng)


def _adding_up(form: Format, rng: random.Random, draw: Draw) -> dict[tuple[str, str, str], int]:
    """Draw every cell, then set the totals and what was received so that every sum of the form holds."""
    figures = {cell.key: draw(rng) for cell in form.cells}
    for cell in form.cells:
        if cell.kind is Kind.SIGNED and rng.random() < 0.5:
            figures[cell.key] = -figures[cell.key]
    for rule in _in_order(form.sums):
        if rule.family == "balance":
            column = rule.terms[0].cell.column_code
            by_row = {term.cell.row_code: figures[term.cell.key] for term in rule.terms}
            # As few are carried in as leaves something received.
            carried_in = min(by_row["carried_in"], by_row["total"] + by_row["carried_out"])
            figures["applications", "carried_in", column] = carried_in
            figures["applications", "received_new", column] = by_row["total"] + by_row["carried_out"] - carried_in
        else:
            (total,) = [term.cell.key for term in rule.terms if term.sign > 0]
            figures[total] = sum(figures[term.cell.key] for term in rule.terms if term.sign < 0)
    return figures


def _in_order(rules: Iterable) -> list:  # type: ignore[type-arg]
    order = ["outcomes", "balance", "row_total"]  # a row's total last: it then fits every column of its row
    return sorted(rules, key=lambda rule: order.index(rule.family))


def _amount(number: int, rng: random.Random) -> str:
    return str(Decimal(number) + Decimal(rng.randint(1, 99)) / 100)


def _written(cell: Cell, raw: str, rng: random.Random) -> str:
    if cell.kind is Kind.SIGNED:
        size = raw.lstrip("-")
        ways = (
            [f"-{size}", f"减{size}", f"减少{size}", f"－{size}"]
            if raw[0] == "-"
            else [f"+{size}", f"增{size}", f"增加{size}"]
        )
        return rng.choice(ways)
    if cell.kind is Kind.AMOUNT:
        whole = Decimal(raw)
        return rng.choice(
            [
                f"{raw}元",
                f"{raw}万元",
                f"{whole / 1000}亿元",
                f"{int(whole)}元整(单位:人民币)",
                f"￥{whole:,}元",
                f"{raw} 万元",
                f"{whole * 1000:,}",
            ]
        )
    if len(raw) > 3 and rng.random() < 0.5:
        return f"{int(raw):,}"
    if rng.random() < 0.08:
        return raw.translate(_FULL_WIDTH)
    return rng.choice([raw] * 6 + [f" {raw}", f"{raw} "])

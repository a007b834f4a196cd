"""The five real documents: every cell, and whose report it is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extractors.read import ReportReading, read_report
from schemas.facts import Status, Unit
from schemas.formats import format_by_code
from tests.corpus import load_figures
from tests.shared import SAMPLES, SEEDS, SHARED, needs_shared

pytestmark = needs_shared


def _read(name: str) -> ReportReading:
    return read_report((SHARED / "seeds" / name).read_bytes(), name)


@pytest.mark.parametrize("name", SEEDS)
def test_every_cell_of_a_seed_is_published_with_its_figure(name: str) -> None:
    slug, _, _, code = SEEDS[name]
    reading = _read(name)
    figures = load_figures(SAMPLES / "figures" / f"{slug}.csv")
    assert reading.format == code
    assert {(f.table_code, f.row_code, f.column_code): f.raw for f in reading.facts} == figures
    assert reading.count(Status.PUBLISHED) == len(format_by_code(code).cells)


def test_the_seeds_have_992_cells() -> None:
    assert sum(_read(name).count(Status.PUBLISHED) for name in SEEDS) == 992


@pytest.mark.parametrize("name", SEEDS)
def test_agency_and_year_of_a_seed(name: str) -> None:
    _, agency, year, _ = SEEDS[name]
    identity = _read(name).identity
    assert (identity.agency, identity.year) == (agency, year)
    assert identity.evidence["agency"]
    assert identity.evidence["year"]


def test_seed_001_has_no_title_and_says_what_decided() -> None:
    identity = _read("001_e58fc4138ebb9d36.txt").identity
    assert identity.title is None
    assert identity.evidence["agency"].startswith("named in the text")
    assert identity.evidence["year"].startswith("narrative")


def test_amounts_take_their_unit_from_cell_or_head_or_have_none() -> None:
    amounts = {}
    for name in SEEDS:
        (fact,) = [fact for fact in _read(name).facts if fact.column_code == "amount"]
        amounts[name[:3]] = (fact.value, fact.unit)
    assert amounts == {
        "000": (Decimal("7380"), Unit.YUAN),  # 7380元整(单位:人民币)
        "001": (Decimal("2031.9"), None),
        "002": (Decimal("4448257"), Unit.YUAN),
        "003": (Decimal("0"), None),
        "004": (Decimal("0"), Unit.WAN),  # the head says 单位:万元
    }


def test_publication_dates_are_those_of_the_page() -> None:
    dates = {name[:3]: _read(name).identity.published_on for name in SEEDS}
    assert {key: str(value) for key, value in dates.items()} == {
        "000": "2021-01-29",
        "001": "None",
        "002": "2021-02-08",
        "003": "2021-01-15",
        "004": "2023-01-13",
    }

"""A slice of the fuzzing that `make fuzz` does at length."""

from __future__ import annotations

from decimal import Decimal

from extractors.media import Medium
from schemas.facts import Fact, Status
from tests.fuzz.campaign import campaign
from tests.fuzz.oracle import make, not_in, not_said

INPUTS = 1_500


def test_any_bytes_give_a_reading_or_a_clear_error() -> None:
    summary = campaign(range(INPUTS))
    assert summary.inputs == INPUTS
    assert summary.failures == [], str(summary)
    # Enough of the inputs are still reports, so that values were there to be wrong.
    assert summary.readings > INPUTS / 4, str(summary)


def test_a_seed_makes_the_same_input_always() -> None:
    assert [make(seed) for seed in range(40)] == [make(seed) for seed in range(40)]
    assert len({make(seed).data for seed in range(40)}) == 40


def test_the_oracle_sees_an_invented_value_and_a_misread_one() -> None:
    fact = Fact("s", None, None, "2021", "t", "r", "c", Decimal(12), None, "12", Status.PUBLISHED, None)
    page = b"<table><tr><td>1<b>2</b></td></table>"
    assert not list(not_in([fact], page, Medium.HTML))
    assert list(not_in([fact], page.replace(b"2", b"3"), Medium.HTML))
    assert not list(not_said([fact]))
    assert list(not_said([fact._replace(raw="1?")]))

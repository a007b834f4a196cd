"""A slice of the fuzzing that `make fuzz` does at length."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from extractors.media import Medium
from flows.workers import Failure
from schemas.facts import Fact, Status
from tests.fuzz.campaign import Summary, campaign
from tests.fuzz.oracle import Outcome, make, not_in, not_said

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


def test_the_last_line_tells_crashes_hangs_and_values_that_the_bytes_do_not_hold() -> None:
    summary = Summary()
    fine = Outcome(1, "page.html: truncate", "html", "facts", 198, 0, 0.01)
    assert summary.add(1, fine) == []
    assert summary.add(2, Failure("too_slow", "has been given up")) == ["seed 2: too_slow: has been given up"]
    assert summary.add(3, Failure("reader_failed", "SIGSEGV")) == ["seed 3: reader_failed: SIGSEGV"]
    assert summary.add(4, replace(fine, invented=("a/b: 12 is read out of '1'",))) != []
    assert str(summary).splitlines()[-1] == ("4 inputs: 1 crashes, 1 hangs, 1 values not in the bytes, 0 other faults")


def test_a_campaign_says_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.campaign.EVERY", 0.0)
    said: list[str] = []
    campaign(range(6), said.append)
    assert said
    assert all("inputs: 0 crashes" in line for line in said)

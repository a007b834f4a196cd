"""A part of the accuracy corpus in every run of the tests: nothing false, and all that a document holds is read.

The whole corpus is read by `make accuracy`. What the readers cannot do yet is listed in `not_yet`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from . import table
from .media import MEDIA, Medium
from .not_yet import FALSE, MISSING
from .score import Score, Verdict, score

LAYOUTS = [(medium, layout, blanks) for medium in MEDIA for layout in medium.tested_layouts for blanks in (False, True)]
each_layout = pytest.mark.parametrize(
    ("medium", "layout", "blanks"),
    LAYOUTS,
    ids=[f"{medium.name}-{layout}{'-with blanks' if blanks else ''}" for medium, layout, blanks in LAYOUTS],
)


@cache
def _scores(medium: Medium) -> dict[tuple[str, bool], tuple[Score, list[str]]]:
    """Return the score of each layout of a medium, without and with blanks, and what went wrong."""
    scores: dict[tuple[str, bool], tuple[Score, list[str]]] = {}
    for case in medium.tested_cases():
        total, said = scores.setdefault((case.layout, case.has_blanks), (Score(), []))
        result = score(case)
        total.add(result)
        said += table.slips(case, result)
    return scores


def _score(medium: Medium, layout: str, blanks: bool) -> tuple[Score, str]:
    if reason := medium.left_out():
        pytest.skip(f"{medium.name}: {reason}")
    if (layout, blanks) not in _scores(medium):
        pytest.skip(f"no document {'with' if blanks else 'without'} blanks in this layout")
    total, said = _scores(medium)[layout, blanks]
    return total, "\n".join(said[:20])


@each_layout
def test_nothing_is_read_falsely(medium: Medium, layout: str, blanks: bool, request: pytest.FixtureRequest) -> None:
    total, said = _score(medium, layout, blanks)
    _expect_failure(request, FALSE.get((medium.name, layout, blanks)))
    for counted in (total.cells, total.agencies, total.years):
        assert counted[Verdict.WRONG] == 0, said
        assert counted[Verdict.INVENTED] == 0, said
    assert not [error for error in total.errors if error.startswith("CRASH")]


@each_layout
def test_all_that_a_document_holds_is_read(
    medium: Medium, layout: str, blanks: bool, request: pytest.FixtureRequest
) -> None:
    total, said = _score(medium, layout, blanks)
    part = (medium.name, layout, blanks)
    _expect_failure(request, MISSING.get(part) or FALSE.get(part))
    assert total.whole == total.reports, said


def test_the_table_of_scores_is_written_between_its_markers(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n", encoding="utf-8")
    printed = table.by_medium({"HTML": _scores(MEDIA[0])["plain", False][0]})
    table.write_between_markers(readme, printed)
    assert readme.read_text(encoding="utf-8") == f"before\n{table.BEGIN}\n\n{printed}\n\n{table.END}\nafter\n"
    readme.write_text("no markers", encoding="utf-8")
    with pytest.raises(ValueError, match="markers"):
        table.write_between_markers(readme, printed)


def _expect_failure(request: pytest.FixtureRequest, reason: str | None) -> None:
    if reason:
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))

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

EACH = 3  # every so manieth document is read

LAYOUTS = [(medium, layout) for medium in MEDIA for layout in medium.layouts]
each_layout = pytest.mark.parametrize(
    ("medium", "layout"), LAYOUTS, ids=[f"{medium.name}-{layout}" for medium, layout in LAYOUTS]
)


@cache
def _scores(medium: Medium) -> dict[str, tuple[Score, list[str]]]:
    """Return the score of each layout of a medium, and the lines that say what went wrong."""
    scores: dict[str, tuple[Score, list[str]]] = {}
    for case in medium.cases(lambda number: number % EACH == 0):
        total, said = scores.setdefault(case.layout, (Score(), []))
        result = score(case)
        total.add(result)
        said += table.slips(case, result)
    return scores


def _score(medium: Medium, layout: str) -> tuple[Score, str]:
    if not medium.has_reader:
        pytest.skip(f"no reader for {medium.read_as} yet")
    if lacking := medium.lacking():
        pytest.skip(f"{medium.name} needs {lacking}, which is not installed")
    total, said = _scores(medium)[layout]
    return total, "\n".join(said[:20])


@each_layout
def test_nothing_is_read_falsely(medium: Medium, layout: str, request: pytest.FixtureRequest) -> None:
    _expect_failure(request, FALSE.get((medium.name, layout)))
    total, said = _score(medium, layout)
    assert total.documents
    for counted in (total.cells, total.agencies, total.years):
        assert counted[Verdict.WRONG] == 0, said
        assert counted[Verdict.INVENTED] == 0, said
    assert not [error for error in total.errors if error.startswith("CRASH")]


@each_layout
def test_all_that_a_document_holds_is_read(medium: Medium, layout: str, request: pytest.FixtureRequest) -> None:
    if not medium.exact:
        pytest.skip(f"{medium.name}: recognition may leave cells missing, see `make accuracy`")
    _expect_failure(request, MISSING.get((medium.name, layout)) or FALSE.get((medium.name, layout)))
    total, said = _score(medium, layout)
    assert total.whole == total.reports, said


def test_the_table_of_scores_is_written_between_its_markers(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n", encoding="utf-8")
    printed = table.by_medium({"HTML": _scores(MEDIA[0])["plain"][0]})
    table.write_between_markers(readme, printed)
    assert readme.read_text(encoding="utf-8") == f"before\n{table.BEGIN}\n\n{printed}\n\n{table.END}\nafter\n"
    readme.write_text("no markers", encoding="utf-8")
    with pytest.raises(ValueError, match="markers"):
        table.write_between_markers(readme, printed)


def _expect_failure(request: pytest.FixtureRequest, reason: str | None) -> None:
    if reason:
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))

"""The formats as data: the contract's codes, cells that are unique, sums that cover what they say."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from schemas.errors import InternalError
from schemas.formats import format_by_code, load_format, load_formats
from schemas.formats.load import FOLDER
from schemas.labels import label_key
from tests.shared import SHARED, needs_shared


@needs_shared
def test_cells_equal_the_contract() -> None:
    with (SHARED / "contract" / "cells.csv").open(encoding="utf-8", newline="") as lines:
        contract = [tuple(row.values()) for row in csv.DictReader(lines)]
    ours = [
        (
            c.format,
            c.table_code,
            c.row_code,
            c.column_code,
            str(c.position),
            c.row_label,
            c.column_label,
            c.kind,
        )
        for known in load_formats()
        for c in known.cells
    ]
    assert ours == contract


@pytest.mark.parametrize(("code", "cells", "sums"), [("2019", 198, 40), ("2021", 200, 42)])
def test_each_format_has_its_cells_and_sums(code: str, cells: int, sums: int) -> None:
    known = format_by_code(code)
    assert (len(known.cells), len(known.sums)) == (cells, sums)
    assert [cell.position for cell in known.cells] == list(range(1, cells + 1))


@pytest.mark.parametrize("known", load_formats(), ids=lambda known: known.code)
def test_every_cell_of_tables_three_and_four_stands_in_a_sum(known) -> None:
    summed = {term.cell.key for rule in known.sums for term in rule.terms}
    assert summed == {cell.key for cell in known.cells if cell.table_code != "disclosure"}


@pytest.mark.parametrize("known", load_formats(), ids=lambda known: known.code)
def test_outcomes_sum_every_row_of_part_three_once(known) -> None:
    rule = next(rule for rule in known.sums if rule.code == "applications.outcomes.business")
    parts = [term.cell.row_code for term in rule.terms if term.sign < 0]
    printed = [cell.row_code for cell in known.cells if cell.row_label.startswith("三、本年度办理结果/")]
    assert sorted(parts) == sorted(set(printed) - {"total"})


def _damaged(tmp_path: Path, old: str, new: str) -> Path:
    text = (FOLDER / "2021.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "damaged.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("code: coercion", "code: penalties", "twice"),
        ("parts: [received_new, carried_in]", "parts: [received_new, carried_over]", "carried_over"),
        ("notice:", "notification:", "notice"),
        ("layout: one_line", "layout: crosswise", "crosswise"),
    ],
)
def test_a_format_that_contradicts_itself_is_refused_by_name(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(InternalError, match=f"damaged.yaml.*{told}"):
        load_format(_damaged(tmp_path, old, new))


def test_a_new_format_is_a_new_file(tmp_path: Path) -> None:
    """A row added to the YAML gives its cells and its sum without any code."""
    row = " " * 18 + "- {code: refused_query, label: 8.属于行政查询事项}\n"
    path = _damaged(tmp_path, row, row + row.replace("refused_query", "refused_new").replace("8.", "9."))
    assert len(load_format(path).cells) == 207
    assert "applications.row_total.refused_new" in {rule.code for rule in load_format(path).sums}


def test_label_keys_fold_spacing_width_and_punctuation() -> None:
    assert label_key("（一） 予以\n公开") == label_key("(一)予以公开") == "一予以公开"
    assert label_key("本年增/减") != label_key("本年增/")

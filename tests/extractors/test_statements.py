"""Figures that prose states about the tables: what is taken as this report's, and what must not be."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extractors.blocks import Grid, GridCell, Line
from extractors.fingerprint import MOST_HASHES, fingerprint_of
from extractors.numerals import numeral
from extractors.prose import Passage, prose_of
from extractors.read import read_report
from extractors.statement_doubts import Speaker
from extractors.statement_words import words
from extractors.statements import LONGEST_SENTENCE, MOST_STATEMENTS, statements_of
from schemas.facts import Scope
from schemas.statements import Statement, statement_kinds
from tests.shared import SHARED, needs_shared

COUNTY = "虚构县人民政府"
ENTRIES: list[dict[str, Any]] = [
    entry
    for name in ("said", "said_as_met")
    for entry in yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))
]


def read(text: str, agency: str = COUNTY, year: int | None = 2024, scope: Scope | None = None) -> list[Statement]:
    return list(statements_of([Passage(text, "line 1")], Speaker(agency, year, scope)))


def sure(statements: list[Statement]) -> set[str]:
    return {f"{s.kind} {format(s.value.normalize(), 'f')} {s.unit}" for s in statements if s.doubt is None}


def doubts(text: str, **known: Any) -> list[tuple[str, str | None]]:
    return [(statement.kind, statement.doubt) for statement in read(text, **known)]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["text"][:24])
def test_what_a_sentence_states_and_nothing_else(entry: dict[str, Any]) -> None:
    found = read(entry.get("before", "") + entry["text"], entry.get("agency", COUNTY), entry.get("year", 2024))
    wanted = {line if len(line.split()) == 3 else f"{line} 件" for line in entry.get("states", [])}
    assert sure([statement for statement in found if statement.sentence != entry.get("before")]) == wanted


@pytest.mark.parametrize(
    ("text", "kind", "doubt"),
    [
        ("2023年全县收到政府信息公开申请46件。", "received", "other_year"),
        ("比上年收到政府信息公开申请46件略有下降。", "received", "other_year"),
        ("上半年收到政府信息公开申请9件。", "received", "period"),
        ("条例施行以来共收到政府信息公开申请900件。", "received", "period"),
        ("县公安局收到政府信息公开申请41件。", "received", "other_body"),
        ("予以公开和部分公开共计88件。", "granted_part", "several"),
        ("全年受理热线和公开申请，收到申请41件。", "received", "other_topic"),
        ("2022年度结转3件，全部办结。", "carried_in", "other_year"),
    ],
)
def test_what_may_be_anothers_figure_says_why(text: str, kind: str, doubt: str) -> None:
    assert (kind, doubt) in doubts(text)


def test_the_office_of_a_government_that_gathers_is_a_part_of_it_and_a_town_is_itself() -> None:
    text = "县政府收到政府信息公开申请63件。"
    assert doubts(text, scope=Scope.AGGREGATE) == [("received", "other_body")]
    assert doubts(text, scope=Scope.OWN) == [("received", None)]
    assert doubts("镇政府收到政府信息公开申请6件。", agency="虚构县东河镇人民政府") == [("received", None)]
    assert doubts("县民政局收到政府信息公开申请6件。", agency="虚构县财政局") == [("received", "other_body")]


def test_a_statement_keeps_its_sentence_as_published_and_its_place() -> None:
    text = "（二）依申请公开。全年收到 政府信息公开申请１２件，均已答复！其余见附表。"
    (found,) = read(text)
    assert found == Statement(
        "received", Decimal(12), "件", Decimal(1), None, "全年收到 政府信息公开申请１２件，均已答复！", "line 1"
    )


def test_the_step_is_one_in_the_last_printed_place() -> None:
    steps = {s.kind: (s.value, s.unit, s.step) for s in read("作出行政处罚决定1.23万件，行政事业性收费2.98亿元。")}
    assert steps == {
        "penalties": (Decimal(12300), "件", Decimal(100)),
        "fees": (Decimal("2.98"), "亿元", Decimal("0.01")),
    }


def test_figures_of_a_flat_table_are_no_statements() -> None:
    row = "行政事业性收费 | 8 | 4448257元 | 三、收到和处理政府信息公开申请情况 一、本年新收政府信息公开申请数量 7 0 0 7"
    assert read(row) == []


def test_prose_in_a_cell_of_a_layout_table_is_read() -> None:
    text = "一、总体情况。" + "工作有序推进，各项制度得到落实。" * 6 + "全年收到政府信息公开申请12件。"
    grid = Grid((GridCell(text, 0, 0), GridCell("12", 0, 1)), 1)
    prose = prose_of([Line("短句", 1), grid])
    assert [passage.locator for passage in prose] == ["table 1, row 1, column 1"]
    assert sure(list(statements_of(prose, Speaker(COUNTY, 2024)))) == {"received 12 件"}


def test_hostile_text_costs_little_and_yields_no_more_than_a_report_can_say() -> None:
    texts = [
        "申请1件" * 20_000,
        "未" * 90_000 + "申请",
        "收到公开申请" * 15_000 + "1件",
        "《" * 90_000,
        "，无申请" * 20_000,
    ]
    for text in texts:
        started = time.process_time()
        assert len(read(text)) <= MOST_STATEMENTS
        assert time.process_time() - started < 5, text[:10]


def test_a_sentence_as_long_as_a_page_is_read_in_parts() -> None:
    text = "各部门认真落实，" * (LONGEST_SENTENCE // 4) + "全年收到政府信息公开申请12件"
    assert sure(read(text)) == {"received 12 件"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("零", 0),
        ("两", 2),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零五", 105),
        ("三千六百", 3600),
        ("一万二千", 12000),
    ],
)
def test_numbers_in_words(text: str, number: int) -> None:
    assert numeral(text) == number


@pytest.mark.parametrize("figure", ["9" * 17, "99999999999亿", "九千万万万万万", "1.123456789万"])
def test_a_number_that_the_warehouse_cannot_hold_is_not_read(figure: str) -> None:
    assert read(f"收到政府信息公开申请{figure}件。") == []


def test_digits_in_words_one_after_the_other_are_no_number() -> None:
    assert numeral("一二") is None


def test_every_kind_is_worded() -> None:
    assert {kind.code for kind in statement_kinds()} == {kind.kind for kind in words().kinds}


@given(
    st.text(
        alphabet="全年收到新公开申请行政复议诉讼未无予以件，。；（）()0123456789,. 万元一两十2024上年结转", max_size=120
    )
)
def test_no_text_breaks_the_reader(text: str) -> None:
    for statement in read(text):
        assert statement.value >= 0
        assert statement.step > 0
        assert statement.sentence in text


@needs_shared
@pytest.mark.parametrize(
    ("seed", "stated"),
    [
        ("000", {"received 0 件"}),
        ("001", set()),
        ("002", {"received 0 件"}),
        ("003", set()),
        ("004", {"received 0 件", "disputes 0 件", "reconsideration 0 件", "suits 0 件"}),
    ],
)
def test_what_the_seeds_state(seed: str, stated: set[str]) -> None:
    (path,) = (SHARED / "seeds").glob(f"{seed}_*")
    reading = read_report(path.read_bytes(), path.name)
    identity = reading.identity
    found = statements_of(reading.prose, Speaker(identity.agency, identity.year, identity.scope))
    assert sure(list(found)) == stated
    assert not [statement for statement in found if statement.doubt]


def test_a_copied_text_has_the_same_fingerprint_whatever_its_figures() -> None:
    text = "一是{0}年共培训{1}人次，二是开展专项督查{1}次。镇里设立查阅点{1}个，方便群众就近查询政策。"
    this, last = (fingerprint_of([Passage(text.format(*figures), "")]) for figures in ((2024, 12), (2023, 7)))
    assert this == last
    assert len(this) > 3


def test_a_fingerprint_is_small_and_leaves_out_what_the_form_asks_for() -> None:
    long = Passage("".join(f"{chr(0x4E00 + n)}镇今年办好这件实事。" for n in range(900)), "")
    assert len(fingerprint_of([long])) == MOST_HASHES
    assert fingerprint_of([Passage("本报告统计期限为全年。全文包括总体情况、主动公开政府信息情况。", "")]) == ()

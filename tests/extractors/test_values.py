"""A cell's text becomes a number only when it is one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.values import looks_like_value, read_value, unit_of_head
from schemas.facts import Status, Unit
from schemas.formats import Kind
from schemas.labels import label_key


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("0", Kind.COUNT, "0"),
        (" 1,113 ", Kind.COUNT, "1113"),
        ("１２３", Kind.COUNT, "123"),
        ("１，２３４", Kind.COUNT, "1234"),
        ("零", Kind.COUNT, "0"),
        ("\u200b7\ufeff", Kind.COUNT, "7"),
        ("+2", Kind.SIGNED, "2"),
        ("-129", Kind.SIGNED, "-129"),
        ("−28", Kind.SIGNED, "-28"),
        ("减3", Kind.SIGNED, "-3"),
        ("增加3", Kind.SIGNED, "3"),
        ("2031.9", Kind.AMOUNT, "2031.9"),
    ],
)
def test_a_number_is_read_as_published(text: str, kind: Kind, value: str) -> None:
    reading = read_value(text, kind)
    assert (reading.status, reading.value) == (Status.PUBLISHED, Decimal(value))


@pytest.mark.parametrize(
    ("text", "head", "value", "unit"),
    [
        ("7380元整(单位:人民币)", None, "7380", Unit.YUAN),
        ("0.37万元", "采购总金额", "0.37", Unit.WAN),
        ("43.788 万元", None, "43.788", Unit.WAN),
        ("1.2亿元", "本年收费金额(单位:万元)", "1.2", Unit.YI),
        ("190.457379", "本年收费金额(单位:万元)", "190.457379", Unit.WAN),
        ("808", "采购总金额", "808", None),
        ("￥5,000元", None, "5000", Unit.YUAN),
        ("43.2万", None, "43.2", Unit.WAN),
        ("43.2萬元", None, "43.2", Unit.WAN),
        ("1.2億", "采购总金额(元)", "1.2", Unit.YI),
        ("5", "本年收费金额(單位:萬元)", "5", Unit.WAN),
        ("5", "采购总金额万元", "5", Unit.WAN),
        ("5", "采购总金额(件、元)", "5", Unit.YUAN),
    ],
)
def test_an_amount_has_the_unit_that_is_written(text: str, head: str | None, value: str, unit: Unit | None) -> None:
    reading = read_value(text, Kind.AMOUNT, head)
    assert (reading.status, reading.value, reading.unit) == (Status.PUBLISHED, Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("12件", Kind.COUNT, 12),
        ("12 件", Kind.COUNT, 12),
        ("1,113宗", Kind.COUNT, 1113),
        ("6人次", Kind.COUNT, 6),
        ("减少 5", Kind.SIGNED, -5),
        ("增加3项", Kind.SIGNED, 3),
    ],
)
def test_words_around_a_count_say_what_is_counted_and_which_way(text: str, kind: Kind, value: int) -> None:
    assert read_value(text, kind) == read_value(str(value), kind)


@pytest.mark.parametrize("text", ["12万件", "3千条", "5 6件", "件"])
def test_words_that_change_a_number_make_it_unreadable(text: str) -> None:
    assert read_value(text, Kind.COUNT).status is Status.UNREADABLE


@pytest.mark.parametrize("text", ["", " ", "\xa0", "\u3000\u200b"])
def test_blank_is_not_zero(text: str) -> None:
    assert read_value(text, Kind.COUNT).status is Status.BLANK


@pytest.mark.parametrize("text", ["-", "—", "——", "/", "无", "－", "／"])
def test_dash_is_not_zero(text: str) -> None:
    assert read_value(text, Kind.COUNT).status is Status.DASH


@pytest.mark.parametrize(
    "text",
    [
        *("1 0", "5²", "①", "3*", "1,13", "12,34,567", "O", "l2", "3件以上", "约5", "1.2.3", "20201231日"),
        *("--5", "5-", "\ufffd3", "1e3", "٣", "0x10", "∞", "9" * 40, "1." + "3" * 9),
    ],
)
@pytest.mark.parametrize("kind", [Kind.COUNT, Kind.SIGNED, Kind.AMOUNT])
def test_damaged_text_never_becomes_a_number(text: str, kind: Kind) -> None:
    reading = read_value(text, kind)
    assert (reading.status, reading.value) == (Status.UNREADABLE, None)


@pytest.mark.parametrize(
    "unit", ["千元", "百元", "百万元", "百萬元", "十亿元", "美元", "万美元", "港元", "欧元", "元或万元"]
)
def test_an_unknown_unit_is_never_taken_for_a_known_one(unit: str) -> None:
    assert read_value("5", Kind.AMOUNT, f"采购总金额(单位:{unit})").unit is None
    assert read_value(f"5{unit}", Kind.AMOUNT, "采购总金额(万元)").status is Status.UNREADABLE


def test_a_head_that_speaks_of_something_else_names_no_unit() -> None:
    assert unit_of_head("公元2020年采购") is None
    assert unit_of_head("采购总金额") is None


def test_a_picture_in_a_cell_is_unreadable() -> None:
    assert read_value("\ufffc", Kind.COUNT).status is Status.UNREADABLE
    assert read_value("5\ufffc", Kind.AMOUNT).status is Status.UNREADABLE


@pytest.mark.parametrize(
    "variant",
    ["（一）予以公開", "(一)予以公開(kāi)", "(一)予(yu)以公开", "( 一 )予以 公 开"],
)
def test_spellings_of_one_label_have_one_key(variant: str) -> None:
    assert label_key(variant) == label_key("(一)予以公开")


def test_machine_made_traditional_labels_and_other_spellings_have_the_key_of_the_form() -> None:
    assert label_key("行政強製") == label_key("行政强制")
    assert label_key("(區分處理的,隻計這一情形)") == label_key("(区分处理的,只计这一情形)")
    assert label_key("3.其它") == label_key("3.其他")
    assert label_key("公开(abc)") == label_key("公开")
    assert label_key("A(b)") == "Ab"


def test_contradicting_units_are_unreadable() -> None:
    assert read_value("5万元(单位:元)", Kind.AMOUNT).status is Status.UNREADABLE


@given(st.decimals(min_value=0, max_value=10**15, places=6, allow_nan=False, allow_infinity=False))
def test_any_amount_comes_back_exactly(number: Decimal) -> None:
    assert read_value(format(number, "f"), Kind.AMOUNT).value == number


@given(st.text(max_size=30), st.sampled_from(list(Kind)))
def test_only_published_cells_carry_a_value_and_never_a_digit_that_was_not_there(text: str, kind: Kind) -> None:
    reading = read_value(text, kind)
    assert (reading.value is not None) == (reading.status is Status.PUBLISHED)
    if reading.value is not None and "零" not in text:
        digits = [c for c in text.translate({0xFF10 + d: 48 + d for d in range(10)}) if c in "0123456789"]
        assert "".join(digits).lstrip("0") == "".join(map(str, reading.value.as_tuple().digits)).lstrip("0")


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_whatever_is_read_as_a_number_may_be_a_cell_of_flat_text(number: int) -> None:
    assert looks_like_value(f"{number}")
    assert looks_like_value(f"{number:,}")

"""Sums over bodies count nothing twice: a small tree of bodies in which adding all reports would.

滁州市 with a department; below it 南谯区 with a department and a town, and 天长市 with a department and an office.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.warehouse.house import House
from warehouse.analysis.refresh import refresh_analysis
from warehouse.checks import check_reports
from warehouse.store import open_warehouse

CITY, CITY_SCHOOLS = "滁州市人民政府", "滁州市教育局"
NANQIAO, NANQIAO_MONEY, SHIJI = "滁州市南谯区人民政府", "滁州市南谯区财政局", "滁州市南谯区施集镇人民政府"
TIANCHANG, TIANCHANG_MONEY, TIANCHANG_OFFICE = "天长市人民政府", "天长市财政局", "天长市人民政府办公室"
# The city publishes from 2022 on, all others in each year. Figures of a report differ from those of every other.
BODIES = (CITY, CITY_SCHOOLS, NANQIAO, NANQIAO_MONEY, SHIJI, TIANCHANG, TIANCHANG_MONEY, TIANCHANG_OFFICE)
SCOPES = {CITY: "aggregate", TIANCHANG: "own"}
Tree = dict[tuple[str, int], int]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(tmp_path_factory.mktemp("tree"))
    house.ingest_all(
        "one",
        {
            f"http://x/{number}-{year}.html": house.page(body, year, start=1000 * number + 100 * (year - 2020))
            for number, body in enumerate(BODIES)
            for year in (2021, 2022)
            if (body, year) != (CITY, 2021)
        },
    )
    with open_warehouse(house.path) as warehouse:
        for body, scope in SCOPES.items():
            warehouse.execute("UPDATE reports SET scope = ? WHERE agency = ?", [scope, body])
        check_reports(warehouse)
        refresh_analysis(warehouse)
    return house


def _ask(house: House, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(house.path), read_only=True) as warehouse:
        return warehouse.execute(query).fetchall()


@pytest.fixture(scope="module")
def received(house: House) -> Tree:
    """新收申请 by body and year, from the facts."""
    rows = _ask(
        house,
        "SELECT agency, year, value::INTEGER FROM facts WHERE row_code = 'received_new' AND column_code = 'total'",
    )
    assert len(rows) == 15
    return {(str(agency), int(str(year))): int(str(value)) for agency, year, value in rows}


def test_the_bodies_stand_as_the_tree_says(house: House) -> None:
    rows = _ask(
        house,
        "SELECT part.agency, whole.agency FROM report_figures AS part "
        "LEFT JOIN report_figures AS whole ON whole.report_no = part.included_no WHERE part.year = 2021",
    )
    assert dict(rows) == {
        CITY_SCHOOLS: None,
        NANQIAO: None,
        NANQIAO_MONEY: NANQIAO,
        SHIJI: NANQIAO,
        TIANCHANG: None,
        TIANCHANG_MONEY: None,  # its government gives own figures only
        TIANCHANG_OFFICE: None,
    }


def test_a_city_without_a_report_is_the_sum_of_what_does_not_include_each_other(house: House, received: Tree) -> None:
    ((basis, counted, included, doubtful, coverage, total, naive),) = _ask(
        house,
        "SELECT 依据, 计入机关数, 已含机关数, 存疑机关数, 覆盖率, 新收申请, "
        "(SELECT sum(本年新收) FROM wide_applications WHERE 年度 = 2021) "
        "FROM rollup_regions WHERE 区域层级 = '市级' AND 城市 = '滁州市' AND 年度 = 2021",
    )
    parts = (CITY_SCHOOLS, NANQIAO, TIANCHANG, TIANCHANG_MONEY)
    assert (basis, counted, included, doubtful) == ("相加", 4, 2, 1)
    assert total == sum(received[body, 2021] for body in parts)
    assert total != naive
    assert coverage == 7 / 8  # the city is known by its report of 2022


def test_a_government_that_gathers_is_its_region_s_sum(house: House, received: Tree) -> None:
    rows = _ask(
        house,
        "SELECT 依据, 计入机关数, 已含机关数, 存疑机关数, 覆盖率, 新收申请, 新收申请_份数 "
        "FROM rollup_regions WHERE 城市 = '滁州市' AND 区域层级 = '市级' AND 年度 = 2022",
    )
    assert rows == [("汇总", 1, 7, 0, 1.0, received[CITY, 2022], 1)]


def test_a_county_counts_its_own_whatever_the_city_gathers(house: House, received: Tree) -> None:
    rows = _ask(
        house,
        "SELECT 区县, 依据, 计入机关数, 已含机关数, 存疑机关数, 覆盖率, 新收申请 "
        "FROM rollup_regions WHERE 区域层级 = '县级' AND 年度 = 2022 ORDER BY 区县",
    )
    tianchang = received[TIANCHANG, 2022] + received[TIANCHANG_MONEY, 2022]
    assert sorted(rows, key=str) == sorted(
        [
            ("南谯区", "未说明", 1, 2, 0, None, received[NANQIAO, 2022]),
            ("天长市", "相加", 2, 0, 1, 1.0, tianchang),
        ],
        key=str,
    )


def test_a_province_has_the_city_s_report_once(house: House, received: Tree) -> None:
    rows = _ask(
        house, "SELECT 年度, 依据, 计入机关数, 新收申请 FROM rollup_regions WHERE 区域层级 = '省级' ORDER BY 年度"
    )
    parts = sum(received[body, 2021] for body in (CITY_SCHOOLS, NANQIAO, TIANCHANG, TIANCHANG_MONEY))
    assert rows == [(2021, "相加", 4, parts), (2022, "相加", 1, received[CITY, 2022])]


def test_layers_never_mix_scopes_levels_or_kinds(house: House, received: Tree) -> None:
    rows = _ask(
        house,
        "SELECT 层级, 类别, 范围, 计入机关数, 已知机关数, 新收申请 FROM rollup_layers WHERE 年度 = 2022 ORDER BY ALL",
    )
    money = received[NANQIAO_MONEY, 2022] + received[TIANCHANG_MONEY, 2022]
    assert sorted(rows, key=str) == sorted(
        [
            ("乡级", "乡镇", None, 1, 1, received[SHIJI, 2022]),
            ("县级", "政府", "本级", 1, 2, received[TIANCHANG, 2022]),
            ("县级", "政府", None, 1, 2, received[NANQIAO, 2022]),
            ("县级", "政府办公室", None, 1, 1, received[TIANCHANG_OFFICE, 2022]),
            ("县级", "部门", None, 2, 2, money),
            ("市级", "政府", "汇总", 1, 1, received[CITY, 2022]),
            ("市级", "部门", None, 1, 1, received[CITY_SCHOOLS, 2022]),
        ],
        key=str,
    )


def test_rates_of_sums_are_quotients_of_sums(house: House) -> None:
    ((rate, granted, total),) = _ask(
        house,
        "SELECT 予以公开率, 予以公开, 办理结果总计 FROM rollup_layers "
        "WHERE 年度 = 2022 AND 层级 = '县级' AND 类别 = '部门'",
    )
    assert rate == pytest.approx(float(granted) / float(total))  # type: ignore[arg-type]


def test_a_rank_says_among_how_many(house: House, received: Tree) -> None:
    rows = _ask(
        house,
        "SELECT 机关, 名次, 参评报告数, 数值 FROM ranks "
        "WHERE 指标 = '新收申请' AND 年度 = 2022 AND 层级 = '县级' AND 类别 = '部门' ORDER BY 名次",
    )
    assert [row[1:3] for row in rows] == [(1, 2), (2, 2)]
    assert [row[3] for row in rows] == sorted(
        (received[NANQIAO_MONEY, 2022], received[TIANCHANG_MONEY, 2022]), reverse=True
    )


def test_years_are_compared_within_a_body_and_a_scope(house: House, received: Tree) -> None:
    rows = _ask(house, "SELECT 机关, 年度, 新收申请_增减, 新收申请_增减率 FROM changes")
    assert {row[0] for row in rows} == set(BODIES) - {CITY}
    assert {row[1] for row in rows} == {2022}
    now, before = received[TIANCHANG, 2022], received[TIANCHANG, 2021]
    assert (TIANCHANG, 2022, now - before, pytest.approx((now - before) / before)) in rows


def test_an_office_that_gathers_speaks_for_its_government(house: House, received: Tree, tmp_path: Path) -> None:
    other = House(tmp_path)
    other.path.write_bytes(house.path.read_bytes())
    with open_warehouse(other.path) as warehouse:
        warehouse.execute("UPDATE reports SET scope = 'aggregate' WHERE agency = ?", [TIANCHANG_OFFICE])
        check_reports(warehouse)
        refresh_analysis(warehouse)
    rows = _ask(
        other,
        "SELECT 依据, 计入机关数, 已含机关数, 新收申请 FROM rollup_regions "
        "WHERE 区域层级 = '县级' AND 区县 = '天长市' AND 年度 = 2022",
    )
    assert rows == [("汇总", 1, 2, received[TIANCHANG_OFFICE, 2022])]


def test_a_new_version_takes_the_old_one_s_place(house: House, tmp_path: Path) -> None:
    other = House(tmp_path)
    other.path.write_bytes(house.path.read_bytes())
    other.ingest("two", other.page(SHIJI, 2022, start=77), url="http://x/4-2022.html", day=2)
    with open_warehouse(other.path) as warehouse:
        refresh_analysis(warehouse)
    rows = _ask(other, f"SELECT count(*), count(DISTINCT report_id) FROM wide_applications WHERE 机关 = '{SHIJI}'")
    assert rows == [(2, 2)]
    assert _ask(other, "SELECT count(*) FROM report_figures") == [(15,)]
    assert _ask(
        other,
        "SELECT count(*) FROM facts JOIN wide_applications USING (report_id) "
        "WHERE row_code = 'granted' AND column_code = 'total' AND value <> 予以公开",
    ) == [(0,)]

"""What analysts ask: every documented query on the sample reports, held to figures that a person can look up there."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

import schemas.formats.load as format_files
from expectations.report.dictionary import CONTRACT
from expectations.report.words import GRADES
from flows.dictionary import write_dictionary
from flows.suspects import find_suspects
from schemas.english import is_translated
from schemas.formats import load_formats
from tests.corpus.catalogue import load_catalogue
from tests.shared import SAMPLES
from tests.warehouse.house import House
from warehouse.analysis import cells, install, views
from warehouse.analysis.declared import told, words
from warehouse.analysis.refresh import refresh_analysis
from warehouse.store import open_warehouse

Row = tuple[object, ...]

# Of each view rows that its query must give: figures of data/samples/figures, added and divided by hand.
TRUTHS: dict[str, list[Row]] = {
    "report_figures": [],  # no sample's body stands above another's
    "wide_disclosure": [("宿迁市人民政府", 2023, 11), ("宿迁市人民政府", 2024, 12)],
    "wide_applications": [("宿迁市人民政府", 2024, 3525, 121, 1431, 471, 92, 125)],
    "wide_applications_by_applicant": [("自然人", 3512), ("商业企业", 86)],
    "wide_litigation": [("宿迁市人民政府", 2023, 1, 0), ("示例区教育局", 2024, 1, 0)],
    # 4 of 7; 1431 of 3521
    "rates": [("南通市应急管理局", 2020, 0.5714, None), ("宿迁市人民政府", 2024, 0.4064, 0.1343)],
    "report_figures_corrected": [("南通市应急管理局", 2020, 1, 0)],
    "wide_disclosure_corrected": [(2019, 12377)],
    "wide_applications_corrected": [("南通市应急管理局", 2020, 1, 1, 1)],
    "wide_litigation_corrected": [(2019, 41)],
    "rates_corrected": [(2019, 1, 1)],
    "changes": [("宿迁市人民政府", 2024, 3525, 3511, 14, 0.004), ("虚构县人民政府", 2022, 285, 263, 22, 0.0837)],
    "ranks": [(2023, "宿迁市人民政府", 0.3417, 1, 1), (2024, "宿迁市人民政府", 0.4064, 1, 1)],
    "rollup_layers": [(2020, "县级", "政府", "汇总", 1, 0, 1)],
    "rollup_regions": [("江苏省", "南通市", 2020, "相加", 1, 0, 1.0, 7, 1)],
    "dictionary": [("wide_applications", "结转下年度", None)],
}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with the sample reports, as a night leaves it before it is published."""
    house = House(tmp_path_factory.mktemp("analysis"))
    pages = {}
    for sample in load_catalogue(SAMPLES).samples:
        file = SAMPLES / "site" / sample.body / sample.path
        pages[f"http://x/{sample.slug}{file.suffix}"] = file.read_bytes()
    house.ingest_all("one", pages)
    with open_warehouse(house.path) as warehouse:
        find_suspects(warehouse)
        refresh_analysis(warehouse)
        yield warehouse


@pytest.mark.parametrize("view", told())
def test_the_documented_query_of_every_view_tells_the_truth(samples: duckdb.DuckDBPyConnection, view: str) -> None:
    rows = samples.execute(told()[view].query).fetchall()
    for row in TRUTHS[view]:
        given = [
            tuple(None if wanted is None else value for wanted, value in zip(row, one, strict=True)) for one in rows
        ]
        assert row in given, rows


def test_every_figure_of_every_sample_stands_in_its_row(samples: duckdb.DuckDBPyConnection) -> None:
    # 7380元整(单位:人民币): text and unit of money are read as they always are.
    money = {
        "7380元整(单位:人民币)": "7380",
        "4448257元": "4448257",
        "134,907.8万元": "134907.8",
        "128,462.35万元": "128462.35",
    }
    seen = 0
    for sample in load_catalogue(SAMPLES).samples:
        row = _row(samples, f"SELECT * FROM report_figures WHERE url LIKE 'http://x/{sample.slug}.%'")
        for key, printed in sample.figures.items():
            raw = money.get(printed, printed).replace(",", "").lstrip("+").replace("减", "-")
            assert row["__".join(key)] == (Decimal(raw) if raw not in ("", "/") else None), (sample.slug, key)
            seen += 1
    assert seen == 2788


def test_unknown_is_not_zero_and_is_counted(samples: duckdb.DuckDBPyConnection) -> None:
    query = (
        "SELECT 规章_本年制发件数, 行政许可_本年处理决定数量 > 0, 缺数格数 "
        "FROM wide_disclosure WHERE 机关 = '{}' AND 年度 = {}"
    )
    assert samples.execute(query.format("示例区教育局", 2024)).fetchall() == [(None, True, 3)]  # blank
    assert samples.execute(query.format("虚构县示范镇人民政府", 2022)).fetchall()[0][0::2] == (None, 3)  # a dash
    assert samples.execute(query.format("宿迁市人民政府", 2023)).fetchall() == [(2, True, 0)]
    # What the other format does not have is null too, and nobody left it out.
    older = (
        "SELECT 规章_本年废止件数, 政府集中采购_采购总金额_元, 缺数格数 "
        "FROM wide_disclosure WHERE 机关 = '法库县人民政府'"
    )
    assert samples.execute(older).fetchall() == [(None, Decimal(4448257), 0)]


def test_amounts_are_also_in_yuan(samples: duckdb.DuckDBPyConnection) -> None:
    rows = samples.execute(
        "SELECT 行政事业性收费_本年收费金额, 行政事业性收费_本年收费金额_单位, 行政事业性收费_本年收费金额_元 "
        "FROM wide_disclosure WHERE 机关 = '宿迁市人民政府' AND 年度 = 2024"
    ).fetchall()
    assert rows == [(Decimal("72701.2578"), "万元", Decimal("727012578"))]


def test_a_rate_without_divisor_is_null(samples: duckdb.DuckDBPyConnection) -> None:
    row = samples.execute(
        "SELECT 本年新收, 予以公开率, 每百件申请复议数 FROM rates "
        "JOIN (SELECT report_id, 本年新收 FROM wide_applications) USING (report_id) WHERE 机关 = '法库县人民政府'"
    ).fetchall()
    assert row == [(0, None, None)]


def test_rates_of_outcomes_add_up_to_one(samples: duckdb.DuckDBPyConnection) -> None:
    (gap,) = samples.execute(
        "SELECT max(abs(1 - (予以公开率 + 部分公开率 + 不予公开率 + 无法提供率 + 不予处理率 + 其他处理率))) "
        "FROM rates WHERE 等级 = '勾稽相符'"
    ).fetchall()[0]
    assert gap < 1e-9


def test_applicants_add_up_to_the_total_where_the_report_s_sums_hold(samples: duckdb.DuckDBPyConnection) -> None:
    rows = samples.execute(
        "SELECT sum(parts.本年新收), any_value(wide.本年新收) FROM wide_applications_by_applicant AS parts "
        "JOIN wide_applications AS wide USING (report_id) WHERE parts.等级 = '勾稽相符' GROUP BY report_id"
    ).fetchall()
    assert len(rows) > 5
    assert all(parts == total for parts, total in rows)


def test_a_correction_is_shown_beside_what_was_published(samples: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT applications__refused_third_party__other FROM {} WHERE agency = '南通市应急管理局'"
    assert samples.execute(query.format("report_figures")).fetchall() == [(1,)]
    assert samples.execute(query.format("report_figures_corrected")).fetchall() == [(0,)]


def test_all_is_told_of_in_both_languages(samples: duckdb.DuckDBPyConnection) -> None:
    made = [view.name for view in views.views()]
    assert set(told()) == {"report_figures", "dictionary", *made}
    # Of the contract's relations too: a new column needs a comment in its statement, and a line in relations.yaml.
    missing = samples.execute(
        'SELECT relation, "column" FROM dictionary WHERE relation IN (SELECT unnest(?)) '
        "AND (coalesce(sentence_zh, '') = '' OR coalesce(sentence_en, '') = '')",
        [[*told(), *CONTRACT]],
    ).fetchall()
    assert missing == []
    uncommented = samples.execute(
        "SELECT table_name, column_name FROM duckdb_columns() "
        "WHERE comment IS NULL AND table_name IN (SELECT unnest(?))",
        [[*told(), *CONTRACT]],
    ).fetchall()
    assert uncommented == []
    assert all(is_translated(*one.key) for one in cells.figures())
    assert {grade: word.zh for grade, word in GRADES.items()} == words("grade")


def test_the_dictionary_is_a_page_that_needs_nothing(samples: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    page = write_dictionary(samples, tmp_path).read_text(encoding="utf-8")
    relations = samples.execute("SELECT DISTINCT relation FROM dictionary").fetchall()
    assert len(relations) > 40
    assert all(f'<details class="relation" id="{name}"' in page for (name,) in relations)
    assert "http://" not in page
    assert "<script" not in page
    for one in told().values():
        assert one.question_zh in page
    for form in load_formats():
        assert all(rule.code in page for rule in form.sums)
    assert [path.name for path in tmp_path.iterdir()] == ["dictionary.html"]


def test_views_have_the_columns_that_they_are_said_to_have(samples: duckdb.DuckDBPyConnection) -> None:
    for view in views.views():
        names = [row[0] for row in samples.execute(f"DESCRIBE {view.name}").fetchall()]
        assert sorted(names) == sorted(column.name for column in view.columns), view.name


def test_a_question_about_one_measure_reads_that_one(samples: duckdb.DuckDBPyConnection) -> None:
    ((_, plan),) = samples.execute(
        "EXPLAIN SELECT 机关, 名次 FROM ranks WHERE 指标 = '结转率' AND 年度 = 2024"
    ).fetchall()
    assert plan.count("SEQ_SCAN") == 1
    assert "granted" not in plan


def test_doing_it_again_changes_nothing(samples: duckdb.DuckDBPyConnection) -> None:
    before = samples.execute("SELECT * FROM report_figures ORDER BY report_id").fetchall()
    refresh_analysis(samples)
    assert samples.execute("SELECT * FROM report_figures ORDER BY report_id").fetchall() == before


def test_rows_that_would_be_made_otherwise_today_are_made_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.ingest("one", house.page("虚构县人民政府", 2022))
    with open_warehouse(house.path) as warehouse:
        refresh_analysis(warehouse)
        wanted = warehouse.execute("SELECT 予以公开 FROM wide_applications").fetchall()
        warehouse.execute("UPDATE report_figures SET applications__granted__total = 0")
        warehouse.execute("UPDATE analysis_made SET digest = 'another', filled = 'another'")
        refresh_analysis(warehouse)
        assert warehouse.execute("SELECT 予以公开 FROM wide_applications").fetchall() == wanted


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, object]:
    found = connection.execute(query)
    names = [column[0] for column in found.description or ()]
    ((*values,),) = found.fetchall()
    return dict(zip(names, values, strict=True))


@pytest.fixture
def a_format_of_2026(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A third format beside the two: a reason to refuse is added, and so is a table."""
    caches = (load_formats, cells.figures, cells.matching, views.views, install.statements, install.digest)
    for file in format_files.FOLDER.glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    text = (tmp_path / "2021.yaml").read_text(encoding="utf-8")
    text = text.replace('format: "2021"', 'format: "2026"').replace("years: [2021, null]", "years: [2026, null]")
    reason = "{code: refused_query, label: 8.属于行政查询事项}"
    text = text.replace(reason, f"{reason}\n                  - {{code: refused_data, label: 9.属于公共数据}}")
    text = text.replace("refused_query, unable_not_held", "refused_query, refused_data, unable_not_held")
    table = (
        "  - code: budget\n    number: 五\n    title: 经费\n    layout: labelled_rows\n    blocks:\n"
        "      - columns: [{code: spent, label: 本年支出, kind: amount}]\n        corner: [经费]\n"
        "        rows: [{code: staff, label: 人员}]\n"
    )
    (tmp_path / "2026.yaml").write_text(
        text.replace("\n# What must hold.", f"\n{table}\n# What must hold."), encoding="utf-8"
    )
    monkeypatch.setattr(format_files, "FOLDER", tmp_path)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


@pytest.mark.usefixtures("a_format_of_2026")
def test_a_new_national_format_is_a_file(tmp_path: Path) -> None:
    house = House(tmp_path)
    with open_warehouse(house.path) as warehouse:
        refresh_analysis(warehouse)
        warehouse.execute("SELECT 人员_本年支出, 人员_本年支出_单位, 人员_本年支出_元 FROM wide_budget")
        warehouse.execute("SELECT 不予公开_属于公共数据 FROM wide_applications_by_applicant")
        warehouse.execute(
            "INSERT INTO report_figures BY NAME SELECT format::INTEGER AS report_no, format AS report_id, format, "
            "false AS is_own_part, false AS in_own_layer, true AS is_newest, * EXCLUDE (format) FROM ("
            "SELECT unnest(['2021', '2026']) AS format, 5 AS applications__refused_query__total, "
            + ", ".join(
                f"{0 if one.key[1] != 'refused_data' else 2} AS {one.column}"
                for one in cells.figures()
                if one.key[1].startswith("refused") and one.key[2] == "total" and one.key[1] != "refused_query"
            )
            + ")"
        )
        rows = warehouse.execute("SELECT 格式, 不予公开 FROM wide_applications ORDER BY 1").fetchall()
        english = warehouse.execute(
            "SELECT sentence_en FROM dictionary WHERE relation = 'wide_budget' AND \"column\" = '人员_本年支出'"
        ).fetchall()
    assert rows == [("2021", 5), ("2026", 7)]
    assert english == [("staff, spent (budget.staff.spent; 2026)",)]

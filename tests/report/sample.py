"""A realistic `QualityReport`, built from a published report whose two sums do not hold.

南通市应急管理局 2020: the row 保护第三方合法权益 shows 自然人 1, 其他 1, 总计 1; the total of 其他 shows 0.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from expectations.report.data import (
    CellInSum,
    FailingSum,
    NightLine,
    ProblemLine,
    QualityReport,
    ReadingRule,
    ReportLine,
)
from expectations.report.words import SHANGHAI
from schemas.formats import format_by_code

AGENCY = "南通市应急管理局"
URL = "http://yjglj.nantong.gov.cn/ntsaj/xxgknb/content/9cfd4a5f-2020.html"
STARTED = datetime(2026, 11, 22, 2, 0, tzinfo=SHANGHAI)
THIRD_PARTY = ("refused_third_party", "三、本年度办理结果/(三)不予公开/4.保护第三方合法权益")


def cells(rule: str, raw_by_key: dict[tuple[str, str], str]) -> tuple[CellInSum, ...]:
    """Return the cells of a rule of the 2019 format; what is not given was published as 0."""
    declared = next(one for one in format_by_code("2019").sums if one.code == rule)
    return tuple(
        CellInSum(
            term.cell.row_label,
            term.cell.column_label,
            raw_by_key.get((term.cell.row_code, term.cell.column_code), "0"),
            term.sign,
            f"table 3, row {term.cell.position // 7 + 1}, column {term.cell.position % 7 + 2}",
        )
        for term in declared.terms
    )


def failing_sum(rule: str, expected: int, actual: int, raw: dict[tuple[str, str], str], **changes: Any) -> FailingSum:
    """Return a failing sum of 南通市应急管理局 2020."""
    declared = next(one for one in format_by_code("2019").sums if one.code == rule)
    made = FailingSum(
        report_id="7f1c0a",
        agency=AGENCY,
        year=2020,
        url=URL,
        rule=rule,
        sentence=declared.sentence,
        table_label="三、收到和处理政府信息公开申请情况",
        expected=Decimal(expected),
        actual=Decimal(actual),
        residual=Decimal(actual - expected),
        cells=cells(rule, raw),
        is_new=True,
    )
    return replace(made, **changes)


def third_party() -> FailingSum:
    """The row total: 自然人 1 and 其他 1 make 2, 总计 says 1."""
    raw = {(THIRD_PARTY[0], column): "1" for column in ("natural_person", "other", "total")}
    return failing_sum("applications.row_total.refused_third_party", 2, 1, raw)


def outcomes_other() -> FailingSum:
    """The outcomes of column 其他: one refusal makes 1, (七)总计 says 0."""
    return failing_sum("applications.outcomes.other", 1, 0, {(THIRD_PARTY[0], "other"): "1"})


def balance_seen_before() -> FailingSum:
    """An older failing sum of another body: two totals against two parts."""
    raw = {
        ("received_new", "total"): "3525",
        ("carried_in", "total"): "121",
        ("total", "total"): "３５２０",
        ("carried_out", "total"): "125 ",
    }
    return failing_sum(
        "applications.balance.total",
        3646,
        3645,
        raw,
        report_id="a03b77",
        agency="宿迁市人民政府",
        url="https://www.suqian.gov.cn/cnsq/xxgknb/202101/5d2e.shtml",
        is_new=False,
    )


def report_lines() -> tuple[ReportLine, ...]:
    """Fourteen reports of six bodies, one of them not identified."""
    graded = {
        AGENCY: {2019: "verified", 2020: "inconsistent", 2021: "verified", 2022: "verified"},
        "宿迁市人民政府": {2020: "inconsistent", 2023: "verified", 2024: "verified"},
        "常州市武进区卫生健康局": {2019: "verified", 2022: "incomplete"},
        "湖南省永州市江永县夏层铺镇人民政府": {2021: "verified", 2023: "no_tables"},
        "广东省湛江市遂溪县杨柑镇人民政府": {2020: "unreadable", 2021: "verified"},
    }
    lines = [
        ReportLine(
            f"r{year}-{index}",
            agency,
            year,
            "2019",
            grade,
            f"https://example.gov.cn/{year}",
            None,
            year > 2022,
        )
        for index, (agency, years) in enumerate(graded.items())
        for year, grade in years.items()
    ]
    return (*lines, ReportLine("r-x", None, None, None, "no_tables", "var/inbox/年报.doc", None, True))


def quality_report(**changes: Any) -> QualityReport:
    """Return a published night with two new failing sums, one older one, and faults of both sides."""
    made = QualityReport(
        run_id="2026-11-22T02-00-00",
        started_at=STARTED,
        published=True,
        facts=2534,
        new_facts=600,
        reports=report_lines(),
        sums_checked=712,
        sums_not_assessable=36,
        failing=(balance_seen_before(), outcomes_other(), third_party()),
        reading=(
            ReadingRule("facts.key_unique", "每份报告的每个格只有一行", "critical", True, 0, ()),
            ReadingRule("facts.value_iff_published", "只有“已公布”的格有数值", "critical", True, 0, ()),
            ReadingRule("reports.agency_identified", "每份报告都识别出发布机关", "warning", False, 1, ("r-x",)),
        ),
        problems=(
            ProblemLine(True, "reader_timeout", "读取超过 60 秒，已中止", "https://www.wj.gov.cn/a.pdf", None, True),
            ProblemLine(False, "dead_link", "HTTP 404", "http://www.laifeng.gov.cn/x.shtml", "来凤县人民政府", True),
            ProblemLine(False, "no_tables", "网页只有正文，没有三张表", "https://example.gov.cn/2023", "永州市", False),
        ),
        nights=nights(6),
        snapshot="var/nianbao.duckdb",
    )
    return replace(made, **changes)


def nights(count: int) -> tuple[NightLine, ...]:
    """Return earlier nights, one of them not published."""
    return tuple(
        NightLine(
            STARTED - timedelta(days=count - index),
            "held" if index == 3 else "published",
            8 + index,
            1400 + 180 * index,
            (4, 4, 3, 3, 1, 1)[index % 6],
        )
        for index in range(count)
    )


def empty_report() -> QualityReport:
    """Return the first night of all: nothing held, nothing checked, nothing wrong."""
    return quality_report(
        facts=0,
        new_facts=0,
        reports=(),
        sums_checked=0,
        sums_not_assessable=0,
        failing=(),
        reading=(),
        problems=(),
        nights=(),
    )


def crowded_report(failing: int = 5000) -> QualityReport:
    """Return a night after a change upstream: failing sums by the thousand, bodies by the hundred."""
    sums = tuple(
        replace(outcomes_other(), report_id=f"r{index}", agency=f"第{index:04}号机关", is_new=index % 2 == 0)
        for index in range(failing)
    )
    lines = tuple(
        ReportLine(f"r{index}", f"第{index:04}号机关", 2015 + index % 10, "2019", "inconsistent", URL, None, False)
        for index in range(failing)
    )
    problems = tuple(ProblemLine(index % 2 == 0, "x", "m" * 2000, URL, None, False) for index in range(failing))
    return quality_report(failing=sums, reports=lines, problems=problems, nights=nights(400))

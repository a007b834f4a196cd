"""The report's sentences in both languages: grades, verdict, a failing sum told as over the phone.

Pure text from the values of `data`, shared by the page, the mail and the table of cells; layout and
escaping live in the templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import NamedTuple

from expectations.report.data import CellInSum, FailingSum, QualityReport
from schemas.facts import Grade

SHANGHAI = timezone(timedelta(hours=8))  # no summer time since 1991

# Control characters, bidi overrides and lone surrogates: invisible, able to turn a line round, or
# impossible to encode. They are shown as U+FFFD instead of vanishing.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_ZERO = re.compile(r"[+-]?0+(\.0+)?\s*(件|个|次|条|项|元|万元|亿元)?")
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９．＋－", "0123456789.+-")
_FEW = 3  # up to so many parts are named in the sentence


class Words(NamedTuple):
    """One statement in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class GradeWords:
    """How a grade is shown: one character (never colour alone), its name, its English name."""

    mark: str
    zh: str
    en: str


GRADES: dict[str, GradeWords] = {
    Grade.VERIFIED: GradeWords("符", "勾稽相符", "verified"),
    Grade.INCONSISTENT: GradeWords("差", "勾稽不符", "inconsistent"),
    Grade.INCOMPLETE: GradeWords("缺", "有格缺失", "incomplete"),
    Grade.NO_TABLES: GradeWords("无", "没有表格", "no tables"),
    Grade.UNREADABLE: GradeWords("障", "无法读取", "unreadable"),
}

# Families of rules over the publishers' figures, in the order in which they are told.
FAMILIES: dict[str, Words] = {
    "row_total": Words("行合计", "row totals"),
    "outcomes": Words("办理结果合计", "sums of outcomes"),
    "balance": Words("收办平衡", "balance of applications"),
    "text": Words("正文与表格", "text against table"),
    "year_to_year": Words("年度衔接", "year to year"),
    "plausibility": Words("常理", "plausibility"),
}
SUMS = ("row_total", "outcomes", "balance")


# States of the view `coverage`, and the heads of the table that counts them.
GAPS: dict[str, Words] = {
    "published": Words("已公布", "published"),
    "unreadable": Words("已公布，读不出", "published, not readable"),
    "not_found": Words("没有找到", "not found"),
    "blocked": Words("网站拒绝访问", "blocked by the site"),
    "unreachable": Words("网站没有应答", "site did not answer"),
    "not_sought": Words("没有采集来源", "not sought: no source"),
}
DUE_HEADS: tuple[Words, ...] = (
    Words("应公布", "expected"),
    GAPS["published"],
    Words("其中迟于期限", "of them late"),
    *(GAPS[state] for state in ("unreadable", "not_found", "blocked", "unreachable", "not_sought")),
)


@dataclass(frozen=True, slots=True)
class OwnFaults:
    """Our own faults, counted apart from anything a publisher did."""

    critical: int
    warnings: int
    problems: int

    @property
    def total(self) -> int:
        """All of them together: they are one side's."""
        return self.critical + self.warnings + self.problems


def grade_words(grade: str) -> GradeWords:
    """Return how to show a grade; one that this version does not know is shown by its own name."""
    return GRADES.get(grade) or GradeWords("?", grade, grade)


def family_words(family: str) -> Words:
    """Return a family's short name; one that this version does not know is shown by its own."""
    return FAMILIES.get(family) or Words(family, family)


def visible(text: str) -> str:
    """Return ``text`` with every control or unencodable character made visible as U+FFFD."""
    return _INVISIBLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str, limit: int = 200) -> str:
    """Return ``text`` fit for a header or a list: one line, no control characters, at most ``limit`` long."""
    flat = " ".join(_INVISIBLE.sub(" ", text).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def number(value: Decimal | int) -> str:
    """Return a figure in plain digits, grouped from five digits on: ``3646``, ``72,701.2578``."""
    plain = format(Decimal(value), "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    whole, dot, decimals = plain.partition(".")
    if len(whole.lstrip("-")) > 4:
        whole = f"{int(whole):,}"
    shown = whole + dot + decimals
    return "0" if shown == "-0" else shown.replace("-", "−")


def signed(value: Decimal) -> str:
    """Return a difference with its sign."""
    return f"+{number(value)}" if value > 0 else number(value)


def night(moment: datetime) -> str:
    """Return the date of a night in Shanghai; a moment without a zone is Shanghai's already."""
    return f"{moment if moment.tzinfo is None else moment.astimezone(SHANGHAI):%Y-%m-%d}"


def is_zero(raw: str | None) -> bool:
    """Say whether a cell was published as 0. A blank, a dash and an absent cell are not."""
    return raw is not None and _ZERO.fullmatch(raw.translate(_WIDE_DIGITS).strip()) is not None


def own_faults(report: QualityReport) -> OwnFaults:
    """Count our own faults."""
    failed = [rule for rule in report.reading if not rule.success]
    critical = sum(rule.severity == "critical" for rule in failed)
    return OwnFaults(critical, len(failed) - critical, sum(line.ours for line in report.problems))


def own_words(faults: OwnFaults) -> Words:
    """Say how many faults are ours, or that there is none."""
    if not faults.total:
        return Words("我方没有差错", "no faults of our own")
    named = [
        (faults.critical, "条关键读取规则未通过", "failed critical reading rule"),
        (faults.warnings, "条次要读取规则未通过", "failed minor reading rule"),
        (faults.problems, "起故障", "problem"),
    ]
    zh = "、".join(f"{number(count)} {label}" for count, label, _ in named if count)
    en = ", ".join(_count(count, label) for count, _, label in named if count)
    return Words(f"我方差错：{zh}", f"our own faults: {en}")


def verdict(report: QualityReport) -> Words:
    """Say in a sentence whether the night was published, what is new, and what is our own fault."""
    new_reports = sum(line.is_new for line in report.reports)
    new_sums = sum(line.is_new for line in report.failing)
    total = len(report.failing)
    own = own_words(own_faults(report))
    state = (
        Words("已发布", "Published")
        if report.published
        else Words("未发布，旧快照照常使用", "Not published; the previous snapshot stands")
    )
    reports_zh = f"新增 {number(new_reports)} 份报告" if new_reports else "没有新报告"
    sums_zh = f"{number(new_sums)} 处新的勾稽不符" if new_sums else "没有新的勾稽不符"
    all_zh = f"（现存共 {number(total)} 处）" if total else ""
    reports_en = _count(new_reports, "new report") if new_reports else "no new reports"
    sums_en = _count(new_sums, "new failing sum") if new_sums else "no new failing sums"
    all_en = f" ({number(total)} in all)" if total else ""
    return Words(
        f"{state.zh}。{reports_zh}，{sums_zh}{all_zh}；{own.zh}。",
        f"{state.en}. {reports_en[:1].upper()}{reports_en[1:]}, {sums_en}{all_en}; {own.en}.",
    )


def leaf(label: str) -> str:
    """Return the last part of a label path."""
    return label.rsplit("/", 1)[-1]


def above(label: str) -> str:
    """Return a label path without its last part."""
    return label.rpartition("/")[0]


def fixed_label(failing: FailingSum) -> str:
    """Return the row or the column that all cells of a sum share; empty when they share neither."""
    for labels in ({c.row_label for c in failing.cells}, {c.column_label for c in failing.cells}):
        if len(labels) == 1:
            return labels.pop()
    return ""


def own_label(failing: FailingSum, cell: CellInSum) -> str:
    """Return the label that tells a cell from the others of its sum."""
    fixed = fixed_label(failing)
    if fixed == cell.row_label:
        return cell.column_label
    return cell.row_label if fixed else f"{cell.row_label}/{cell.column_label}"


def in_words(failing: FailingSum) -> Words:
    """Tell a failing sum so that it can be read out over the phone."""
    actual, expected = number(failing.actual), number(failing.expected)
    totals = [leaf(own_label(failing, cell)) for cell in failing.cells if cell.sign > 0]
    parts = [leaf(own_label(failing, cell)) for cell in failing.cells if cell.sign < 0]
    zh = f"{_list_zh(totals)}公布{'合计' if len(totals) > 1 else '为'} {actual}，"
    en = f"{_list_en(totals) or 'It'} {'add up to' if len(totals) > 1 else 'was published as'} {actual}; "
    if not parts:
        zh, en = f"{zh}应为 {expected}", f"{en}it should be {expected}"
    elif len(parts) == 1:
        zh, en = f"{zh}{_list_zh(parts)}为 {expected}", f"{en}{_list_en(parts)} is {expected}"
    else:
        few = len(parts) <= _FEW
        zh = f"{zh}{_list_zh(parts) if few else '各分项'}相加得 {expected}"
        en = f"{en}{_list_en(parts) if few else 'its parts'} add up to {expected}"
    gap = failing.actual - failing.expected
    size = number(abs(gap))
    return Words(f"{zh}，{'多' if gap > 0 else '少'}了 {size}。", f"{en}: {size} {'over' if gap > 0 else 'short'}.")


def _list_zh(labels: Iterable[str]) -> str:
    return "与".join(f"“{label}”" for label in labels)


def _list_en(labels: Iterable[str]) -> str:
    return " and ".join(f"“{label}”" for label in labels)


def _count(count: int, noun: str) -> str:
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"

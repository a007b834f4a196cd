"""The page: what it says, that everything is escaped, that it stays small, that it needs no network."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from expectations.report.data import BodyGaps, Finding, GapYear, RegionCoverage, YearCoverage
from expectations.report.page import render_page
from expectations.report.render import link

from .sample import (
    balance_seen_before,
    crowded_report,
    empty_report,
    nights,
    outcomes_other,
    quality_report,
    third_party,
)

VOID = {"input", "meta", "br", "rect", "line", "polyline"}


class Outline(HTMLParser):
    """Collects what may leave the page, its heads and its text; fails on tags that do not nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.hrefs: list[str] = []
        self.resources: list[str] = []
        self.tags: list[str] = []
        self.heads: list[int] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch(r"h\d", tag):
            self.heads.append(int(tag[1]))
        for name, value in attrs:
            if name == "href" and tag == "a":
                self.hrefs.append(value or "")
            elif name in ("src", "href", "srcset", "data", "action", "poster", "background"):
                self.resources.append(f"{tag} {name}={value}")
            assert not name.startswith("on"), f"{tag} {name}"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_verdict_comes_first_and_counts_each_side_apart() -> None:
    text = Outline(render_page(quality_report())).text
    verdict = "已发布。新增 4 份报告，2 处新的勾稽不符（现存共 3 处）；我方差错：1 条次要读取规则未通过、1 起故障。"
    assert verdict in text
    assert text.index(verdict) < text.index("报告等级") < text.index("本夜新见") < text.index("此前已见")
    assert text.index("此前已见") < text.index("覆盖") < text.index("我方读取") < text.index("发布方的问题")


def test_night_that_was_not_published_says_so() -> None:
    text = Outline(render_page(quality_report(published=False))).text
    assert "未发布，旧快照照常使用。" in text
    assert "Not published; the previous snapshot stands." in text


def test_failing_sum_is_told_in_words_with_its_cells() -> None:
    text = Outline(render_page(quality_report(failing=(third_party(),)))).text
    assert "“总计”公布为 1，各分项相加得 2，少了 1。" in text
    assert "“总计” was published as 1; its parts add up to 2: 1 short." in text
    assert "三、本年度办理结果 / (三)不予公开 / 4.保护第三方合法权益" in text
    assert "其余 4 格为 0" in text
    assert "商业企业" not in text  # folded


def test_sum_of_two_totals_names_its_parts() -> None:
    text = Outline(render_page(quality_report(failing=(balance_seen_before(),)))).text
    assert "“(七)总计”与“四、结转下年度继续办理”公布合计 3645，" in text
    assert "“一、本年新收政府信息公开申请数量”与“二、上年结转政府信息公开申请数量”相加得 3646，少了 1。" in text
    assert "３５２０" in text  # as published


def test_total_of_zero_is_shown_and_unknown_is_not_folded_as_zero() -> None:
    one = outcomes_other()
    cells = tuple(
        replace(cell, raw={3: None, 4: " ", 5: "—", 8: "０", 9: "0.00"}.get(index, cell.raw))
        for index, cell in enumerate(one.cells)
    )
    assert len(cells) == 20  # the total and 19 outcomes
    text = Outline(render_page(quality_report(failing=(replace(one, cells=cells),)))).text
    assert "(七)总计" in text
    assert "其余 15 格为 0" in text
    assert "无此格" in text
    assert "空白" in text


def test_cell_in_two_failing_sums_is_marked() -> None:
    both = render_page(quality_report(failing=(outcomes_other(), third_party())))
    assert both.count('class="shared"') == 2
    assert 'class="shared"' not in render_page(quality_report(failing=(third_party(),)))


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "\"><img src=x onerror='alert(1)'>", "{{ 7*7 }}"])
def test_every_value_is_escaped(hostile: str) -> None:
    made = quality_report()
    report = replace(
        made,
        run_id=hostile,
        snapshot=hostile,
        failing=tuple(
            replace(
                one,
                agency=hostile,
                url=hostile,
                rule=hostile,
                sentence=hostile,
                table_label=hostile,
                report_id=hostile,
                cells=tuple(
                    replace(c, raw=hostile, locator=hostile, row_label=hostile, column_label=hostile + str(n))
                    for n, c in enumerate(one.cells)
                ),
            )
            for one in made.failing
        ),
        reports=tuple(replace(one, agency=hostile, url=hostile, grade=hostile) for one in made.reports),
        problems=tuple(replace(p, code=hostile, message=hostile, place=hostile, agency=hostile) for p in made.problems),
        reading=tuple(replace(r, rule=hostile, sentence=hostile, success=False, keys=(hostile,)) for r in made.reading),
        nights=tuple(replace(n, status=hostile) for n in made.nights),
    )
    page = render_page(report)
    outline = Outline(page)  # asserts that no attribute is an event handler
    assert not {"script", "img"} & set(outline.tags)
    assert hostile in outline.text
    assert all(href == "#ours" for href in outline.hrefs)


def test_invisible_characters_are_shown_and_the_page_can_be_encoded() -> None:
    report = quality_report(
        failing=(replace(third_party(), agency="甲\u202e乙\x00丙\ud800", url="file\udcff.htm"),),
        reports=(),
    )
    page = render_page(report)
    page.encode("utf-8")
    assert "甲\ufffd乙\ufffd丙\ufffd" in page


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:x",
        " javascript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "http:///x",
    ],
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert link(url) is None
    made = quality_report()
    page = render_page(
        quality_report(
            failing=(replace(third_party(), url=url),),
            reports=tuple(replace(line, url=url) for line in made.reports),
            problems=tuple(replace(line, place=url) for line in made.problems),
        )
    )
    assert Outline(page).hrefs == ["#ours"]
    assert url.strip() in Outline(page).text


def test_published_addresses_stay_followable() -> None:
    assert link("http://a.gov.cn/年报?x=1&y=%20") == "http://a.gov.cn/%E5%B9%B4%E6%8A%A5?x=1&y=%20"
    assert link("http://[") is None
    assert link(None) is None


@pytest.mark.parametrize("report", [quality_report(), empty_report(), quality_report(published=False)])
def test_page_is_self_contained_and_well_formed(report: object) -> None:
    page = render_page(report)  # type: ignore[arg-type]
    outline = Outline(page)
    assert outline.resources == []
    assert not {"script", "link", "img", "iframe", "object"} & set(outline.tags)
    style = page[page.index("<style>") : page.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    assert '<html lang="zh-CN">' in page
    assert outline.heads[0] == 1
    assert all(after - before <= 1 for before, after in zip(outline.heads, outline.heads[1:], strict=False))


def test_nothing_held_is_said_calmly() -> None:
    text = Outline(render_page(empty_report())).text
    assert "没有新报告，没有新的勾稽不符；我方没有差错。" in text
    assert "还没有任何报告。" in text
    assert "没有可核的勾稽关系。" in text
    assert "历夜走势" not in text  # one night is no trend
    assert "全部成立" in Outline(render_page(quality_report(failing=()))).text


def test_trend_begins_with_the_second_night() -> None:
    assert "历夜走势" in render_page(quality_report(nights=nights(1)))
    assert "历夜走势" not in render_page(quality_report(nights=()))


def test_five_thousand_failing_sums_stay_one_page() -> None:
    page = render_page(crowded_report(5000))
    outline = Outline(page)
    assert outline.tags.count("article") == 60
    assert "另有 4940 处未列出" in outline.text
    assert "4940 more are not listed: see table checks in the snapshot" in outline.text
    assert "另有 4940 个见快照中的 reports 表" in outline.text
    assert len(page.encode()) < 1_500_000


class _Witness(BaseHTTPRequestHandler):
    """Records every request; a page that needs nothing makes none."""

    seen: list[str] = []  # noqa: RUF012 - shared by the handlers of one server on purpose

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def witness() -> Iterator[str]:
    _Witness.seen.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Witness) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def _chromium(tmp_path: Path, page: Path, *options: str) -> str:
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if binary is None:
        pytest.skip("no Chromium on PATH: the page is not tried in a real browser")
    done = subprocess.run(
        [
            binary,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            f"--user-data-dir={tmp_path / 'profile'}",
            *options,
            page.as_uri(),
        ],
        capture_output=True,
        timeout=120,
        check=True,
    )
    return done.stdout.decode("utf-8", "replace")


def test_chromium_renders_it_without_a_request(tmp_path: Path, witness: str) -> None:
    made = quality_report()
    report = replace(made, failing=tuple(replace(one, url=f"{witness}/source") for one in made.failing))
    page = tmp_path / "report.html"
    # The probe proves that a request would be seen as one: only the second file makes it.
    page.write_text(render_page(report), encoding="utf-8")
    tree = _chromium(tmp_path, page, "--dump-dom")
    assert "“总计”公布为 1，各分项相加得 2，少了 1。" in tree
    assert f'href="{witness}/source"' in tree
    assert _Witness.seen == []
    probe = tmp_path / "probe.html"
    probe.write_text(f'<img src="{witness}/probe">', encoding="utf-8")
    _chromium(tmp_path, probe, "--dump-dom")
    assert _Witness.seen == ["/probe"]


@pytest.mark.parametrize("width", [390, 1100])
def test_chromium_shows_no_sideways_scroll(tmp_path: Path, width: int) -> None:
    # Headless windows are never narrower than 500 px, so the page is measured inside a frame.
    made = quality_report()
    long = replace(third_party(), url="https://a.gov.cn/" + "x" * 400, agency="某" * 120)
    reports = tuple(replace(line, year=2008 + index) for index, line in enumerate(made.reports))
    page = render_page(quality_report(failing=(long, balance_seen_before()), reports=reports))
    frame = page.replace("&", "&amp;").replace('"', "&quot;")
    outer = tmp_path / "frame.html"
    outer.write_text(
        f'<iframe style="width:{width}px;height:800px;border:0" srcdoc="{frame}"></iframe><script>'
        "onload=()=>{const e=frames[0].document.documentElement;"
        "document.title=`${e.scrollWidth}/${e.clientWidth}`}</script>",
        encoding="utf-8",
    )
    tree = _chromium(tmp_path, outer, "--dump-dom", "--window-size=1400,900", "--virtual-time-budget=2000")
    found = re.search(r"<title>(\d+)/(\d+)</title>", tree)
    assert found is not None
    assert int(found[1]) <= int(found[2])


def test_who_has_not_published_and_who_came_late_is_told_by_body_and_year() -> None:
    counts = (5, 2, 1, 1, 1, 1, 0, 0)
    late = GapYear(2024, "published", date(2025, 2, 3), 3)
    gone = [GapYear(year, "blocked", message="http://y/: 521") for year in (2024, 2022, 2021, 2020)]
    report = replace(
        quality_report(),
        years=(YearCoverage(2024, *counts),),
        gap_regions=(RegionCoverage("江苏省", 5, 3, *counts), RegionCoverage("", 1, 1, *counts)),
        gaps=(BodyGaps("<b>虚构县</b>水务局", "江苏省", tuple(gone)), BodyGaps("虚构县财政局", "江苏省", (late,))),
    )
    words = " ".join(" ".join(Outline(render_page(report)).words).split())
    assert re.search(r"虚构县财政局 迟 3 日 2024 3 days late 2025-02-03", words)
    assert "<b>虚构县</b>水务局 网站拒绝访问 2020–2022、2024" in words
    assert re.search(r"2024 5 2 1 1 1 1 0 0", words)
    assert re.search(r"江苏省 5 3 5 2 1 1 1 1 0 0", words)
    assert "应公布" not in render_page(quality_report())


def test_a_count_of_cells_is_not_told_as_a_figure_of_the_report() -> None:
    """施集镇 2020 publishes three 规章: the rule counts one cell, and nobody published a 1."""
    named = ("plausibility.rule_making", "plausibility", "县级以下机关没有规章", "No county makes 规章")
    found = Finding("r1", "虚构镇人民政府", 2020, "http://x/", *named, Decimal(0), Decimal(1), None, True)
    stated = replace(found, rule="text.suits", family="text", expected=Decimal(57), actual=Decimal(77))
    words = " ".join(" ".join(Outline(render_page(replace(quality_report(), findings=(found, stated)))).words).split())
    assert "县级以下机关没有规章：涉及格数 1" in words
    assert "正文 57，表格 77" in words
    assert "公布 1 No county" not in words

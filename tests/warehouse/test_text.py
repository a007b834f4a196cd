"""What the prose states against the tables, and prose that is last year's: verdicts in a real warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from extractors.read import EXTRACTOR_VERSION
from flows.crawl.archive import ArchiveWriter, digest_of
from flows.reading import read_batch
from schemas.formats import format_by_code
from schemas.statements import statement_kinds
from tests.corpus import Page, Report, page_bytes, report_html, report_sections
from warehouse.checks import check_reports
from warehouse.load import documents_to_read, load_readings
from warehouse.store import open_warehouse

from .house import House, consistent

FORM = format_by_code("2021")
FIGURES = consistent(FORM)
AGENCY = "虚构县人民政府"


Verdict = tuple[str, float | None, float | None, str | None]


def page(*prose: str, agency: str = AGENCY, year: int = 2022, **changed: str) -> bytes:
    """A report whose figures are those of `FIGURES`, but for cells named ``row__column``."""
    cells = {tuple(name.split("__")): text for name, text in changed.items()}
    figures = {key: cells.get((key[1], key[2]), text) for key, text in FIGURES.items()}
    report = Report(
        agency=agency,
        year=year,
        format="2021",
        published_on=date(year + 1, 1, 20),
        sections=report_sections(FORM, figures, {"一": list(prose)}),
        title=(f"{agency}{year}年政府信息公开工作年度报告",),
    )
    return page_bytes(report_html(report, Page()), Page())


def figure(*cells: str) -> int:
    """The sum of some cells of table 三, named ``row.column``."""
    found = [cell.split(".") for cell in cells]
    return sum(int(FIGURES["applications", row, column]) for row, column in found)


def ingest(house: House, pages: Mapping[str, bytes]) -> None:
    """Bring pages, by address, into the warehouse as one batch."""
    captures = []
    with ArchiveWriter(house.folder, "one") as writer:
        for url, body in pages.items():
            at = writer.write_resource(url, "text/html", body, datetime(2026, 1, 1, tzinfo=UTC))
            known = {"status": 200, "content_type": "text/html", "digest": digest_of(body), "size": len(body)}
            captures.append(house.capture(url, outcome="found", file=at.file, offset=at.offset, **known))
    house.load_captures("one", captures)
    with open_warehouse(house.path) as warehouse:
        waiting = documents_to_read(warehouse, EXTRACTOR_VERSION)
        load_readings(warehouse, "one", read_batch(waiting, house.folder, house.folder / "one"))
        check_reports(warehouse)


def verdicts(house: House, family: str) -> dict[str, dict[str, Verdict]]:
    """Verdicts of a family on current reports: address → rule → (status, expected, actual, note)."""
    with open_warehouse(house.path) as warehouse:
        rows = warehouse.execute(
            """
            SELECT url, rule, checks.status, expected::DOUBLE, actual::DOUBLE, note
            FROM checks JOIN reports USING (report_id) WHERE is_current AND starts_with(rule, ?) ORDER BY ALL
            """,
            [family],
        ).fetchall()
    found: dict[str, dict[str, Verdict]] = {}
    for url, rule, status, expected, actual, note in rows:
        found.setdefault(url, {})[rule.removeprefix(f"{family}.")] = (status, expected, actual, note)
    return found


NEW, BOTH = figure("received_new.total"), figure("received_new.total", "carried_in.total")
UNABLE = figure("unable_not_held.total", "unable_needs_making.total", "unable_unclear.total")
WRONG = f"全县新收政府信息公开申请{NEW + 9}件。"
# What the prose says, and the verdict on it: rule, status, expected, actual, note.
JUDGED: dict[str, tuple[str, str, float | None, float | None, str | None]] = {
    f"工作有序。{WRONG}其余从略。": ("received_new", "fail", NEW + 9, NEW, WRONG),
    f"全县共收到政府信息公开申请{NEW}件。": ("received", "pass", NEW, NEW, None),
    f"全县共收到政府信息公开申请{BOTH}件。": ("received", "pass", BOTH, BOTH, None),
    f"办结的申请中，无法提供{UNABLE}件。": ("unable", "pass", UNABLE, UNABLE, None),
    "2021年全县收到政府信息公开申请7件。": (
        "received",
        "not_assessable",
        None,
        None,
        "stated with a doubt: other_year",
    ),
    "县公安局收到政府信息公开申请7件。": ("received", "not_assessable", None, None, "stated with a doubt: other_body"),
    "收到公开申请7件；收到公开申请8件。": (
        "received",
        "not_assessable",
        None,
        None,
        "the text states 2 different figures",
    ),
    "全县答复公开申请7件。": ("handled", "not_assessable", None, None, "counted in more ways than the tables have"),
    # A doubted figure does not stand in the way of a sure one.
    f"县公安局收到公开申请7件。全县收到公开申请{NEW}件。": ("received", "pass", NEW, NEW, None),
    # A dash is not zero.
    "全县制发规章3件。": ("rules_made", "not_assessable", None, None, "its cells have no figure, or no unit"),
    # Money is compared in yuan, as exactly as it is stated; the table says 12345.678万元.
    "行政事业性收费12345.678万元。": ("fees", "pass", 123456780, 123456780, None),
    "行政事业性收费12345.68万元。": ("fees", "pass", 123456800, 123456780, None),
    "行政事业性收费1.23亿元。": ("fees", "pass", 123000000, 123456780, None),
    "行政事业性收费1.25亿元。": ("fees", "fail", 125000000, 123456780, "行政事业性收费1.25亿元。"),
}


def test_what_is_stated_is_held_against_the_tables(tmp_path: Path) -> None:
    house = House(tmp_path)
    towns = [f"虚构县{name}乡人民政府" for name in "甲乙丙丁戊己庚辛壬癸子丑寅卯"]
    pages = {
        f"http://x/{number}.html": page(text, agency=town, rules__made="/", fees__amount="12345.678")
        for number, (text, town) in enumerate(zip(JUDGED, towns, strict=True))
    }
    ingest(house, pages)
    found = verdicts(house, "text")
    for url, (text, wanted) in zip(pages, JUDGED.items(), strict=True):
        rule, status, expected, actual, note = wanted
        ((told, verdict),) = found[url].items()
        assert (told, *verdict[:3]) == (rule, status, expected, actual), text
        assert verdict[3] == note or str(verdict[3]).endswith(f": {note}"), text


def test_twice_is_once_and_the_prose_moves_no_grade(tmp_path: Path) -> None:
    """A report without tables keeps its statements, too, and has no verdicts."""
    house = House(tmp_path)
    heads = ("一、总体情况", "全年收到公开申请12件。", "五、存在的主要问题及改进情况", "六、其他需要报告的事项")
    bare = f"<h1>虚构市{AGENCY}2022年政府信息公开工作年度报告</h1>" + "".join(f"<p>{text}</p>" for text in heads)
    pages = {"http://x/1.html": page(WRONG), "http://x/2.html": f"<html><body>{bare}</body></html>".encode()}
    ingest(house, pages)
    first = verdicts(house, "text")
    with open_warehouse(house.path) as warehouse:
        waiting = documents_to_read(warehouse, EXTRACTOR_VERSION, again=True)
        load_readings(warehouse, "two", read_batch(waiting, house.folder, house.folder / "two"))
        check_reports(warehouse, again=True)
        stated = warehouse.execute(
            "SELECT url, kind, value::INTEGER FROM statements JOIN reports USING (report_id) ORDER BY 1"
        )
        assert stated.fetchall() == [("http://x/1.html", "received_new", NEW + 9), ("http://x/2.html", "received", 12)]
        assert warehouse.execute("SELECT grade FROM reports ORDER BY url").fetchall() == [("verified",), ("no_tables",)]
        rules = warehouse.execute("SELECT format, rule FROM rules WHERE family = 'text'").fetchall()
    assert verdicts(house, "text") == first
    assert set(first) == {"http://x/1.html"}
    formats = [format_by_code(code) for code in ("2019", "2021")]
    assert set(rules) == {(f.code, kind.rule) for f in formats for kind in statement_kinds() if kind.positions(f)}


LAST_YEAR = [
    f"{word}项工作由专班牵头推进，{word}项责任明确到人到岗，按季检查{word}类栏目更新，收到{word}类意见{number}条，逐条研究{word}类回复。"
    for number, word in enumerate("甲乙丙丁戊己庚辛壬癸", 11)
]
WRITTEN_ANEW = [
    f"{word}村今年改造公示栏一处，村务账目在{word}村大字张贴，为{word}村入户宣讲{number}场，{word}村老人看得清楚，青年在{word}村扫码可查。"
    for number, word in enumerate("东西南北中前后左右上", 3)
]


def test_prose_that_is_last_years_is_told(tmp_path: Path) -> None:
    """Its figures may differ; a text of which three tenths were written anew is no copy, a short one is not judged."""
    house = House(tmp_path)
    anew = {"甲": 0, "乙": 1, "丙": 3, "丁": 10}
    pages = {}
    for name, count in anew.items():
        agency = f"虚构县{name}乡人民政府"
        this = [text.replace("1", "9") for text in LAST_YEAR[count:]] + WRITTEN_ANEW[:count]
        pages[f"http://x/{name}/2021.html"] = page(*LAST_YEAR, agency=agency, year=2021)
        pages[f"http://x/{name}/2022.html"] = page(*this, agency=agency)
    for year in (2021, 2022):
        pages[f"http://x/短/{year}.html"] = page("本乡没有收到公开申请。", agency="虚构县短乡人民政府", year=year)
    ingest(house, pages)
    found = {url: rules["copied_text"] for url, rules in verdicts(house, "plausibility").items() if "2022" in url}
    assert {url.split("/")[3]: verdict[0] for url, verdict in found.items()} == {
        "甲": "fail", "乙": "fail", "丙": "pass", "丁": "pass", "短": "not_assessable"
    }  # fmt: skip
    assert found["http://x/甲/2022.html"][1:3] == (0.7, 1.0)
    assert found["http://x/短/2022.html"][3] == "too little prose to compare"

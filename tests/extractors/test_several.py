"""Documents of several parts: two reports on a page, archives, pictures of tables, files that a page links to."""

from __future__ import annotations

import base64
import io
import zipfile
from dataclasses import replace
from decimal import Decimal

import pytest

from extractors.read import read_reports
from schemas.errors import DocumentError
from schemas.facts import Status
from schemas.formats import Format, format_by_code
from tests.corpus import Figures, Page, Report, TextStyle, page_bytes, report_html, report_text
from tests.extractors.test_renditions import dense, report, values
from tests.warehouse.house import consistent

NEW, OLD = format_by_code("2021"), format_by_code("2019")


def _numbers(figures: Figures) -> dict[tuple[str, str, str], Decimal]:
    return {key: Decimal(raw) for key, raw in figures.items()}


def _html(made: Report) -> str:
    return page_bytes(report_html(made, Page()), Page()).decode()


def _of(agency: str, year: int, made: Report) -> Report:
    return replace(made, agency=agency, year=year, title=(f"{agency}{year}年政府信息公开工作年度报告",))


def _page(title: str, body: str) -> bytes:
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>一、总体情况</p>{body}".encode()


TITLE = "虚构县人民政府2022年政府信息公开工作年度报告"
LINKED = (
    "<p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p>"
    '<p><a href="files/table%201.txt">附件</a></p>'
)


@pytest.mark.parametrize(("first", "second"), [(NEW, NEW), (OLD, NEW), (NEW, OLD)], ids=lambda form: form.code)
def test_two_reports_on_one_page_are_two_readings(first: Format, second: Format) -> None:
    ours = _html(_of("虚构县人民政府", 2020, report(first, dense(first))))
    theirs = _html(_of("虚构县人民政府", 2021, report(second, dense(second, start=5001))))
    readings = read_reports((ours.replace("</body>", "") + theirs).encode(), "both")
    assert [(r.part, r.identity.year, r.format) for r in readings] == [
        (1, 2020, first.code),
        (2, 2021, second.code),
    ]
    assert values(readings[0]) == _numbers(dense(first))
    assert values(readings[1]) == _numbers(dense(second, start=5001))


def test_two_bodies_in_one_text_are_two_readings() -> None:
    texts = [
        report_text(_of(agency, 2022, report(NEW, dense(NEW, start))), TextStyle.NL)
        for agency, start in (("虚构县人民政府", 101), ("乌有县民政局", 4001))
    ]
    readings = read_reports("\n".join(texts).encode(), "both")
    assert [r.identity.agency for r in readings] == ["虚构县人民政府", "乌有县民政局"]
    assert [values(r) for r in readings] == [_numbers(dense(NEW, 101)), _numbers(dense(NEW, 4001))]


def _zip(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return stream.getvalue()


def _body(made: Report) -> str:
    """Return what stands in a page below the report's title."""
    html = _html(replace(made, title=(), breadcrumb=(), meta=""))
    return html[html.index("<body") :].partition(">")[2].partition("</body>")[0]


def _twice(first: Report, second: Report) -> bytes:
    title = "虚构县人民政府2022年政府信息公开工作年度报告"
    return f"<html><body><h1>{title}</h1>{_body(first)}<hr>{_body(second)}</body></html>".encode()


def _said(made: Report, *lines: str) -> Report:
    first, *others = made.sections
    return replace(made, sections=(replace(first, paragraphs=lines), *others))


def test_a_page_that_holds_its_report_a_second_time_for_phones_holds_one() -> None:
    made = _said(report(NEW, dense(NEW)), "2022年，我县公开信息12条。")
    (reading,) = read_reports(_twice(made, made), "both")
    assert values(reading) == _numbers(dense(NEW))


def test_a_second_version_in_the_same_words_is_no_other_report_and_neither_is_believed() -> None:
    first, second = (_said(report(NEW, dense(NEW, start=start)), "2022年，我县公开信息12条。") for start in (1, 5001))
    (reading,) = read_reports(_twice(first, second), "both")
    assert reading.count(Status.PUBLISHED) == 0


def test_a_second_report_without_a_title_is_its_own_and_nobodys() -> None:
    first = _said(report(NEW, dense(NEW)), "2022年，我县公开信息12条。", "收到申请3件，均已答复。")
    second = _said(report(NEW, dense(NEW, start=5001)), "2021年，我局公开信息7条。", "没有收到申请。")
    ours, theirs = read_reports(_twice(first, second), "both")
    assert (ours.identity.agency, ours.identity.year) == ("虚构县人民政府", 2022)
    assert theirs.identity.agency is None
    assert values(ours) == _numbers(dense(NEW))
    assert values(theirs) == _numbers(dense(NEW, start=5001))


def test_of_two_different_tables_four_neither_is_believed() -> None:
    page = _html(_of("虚构县人民政府", 2022, report(NEW, dense(NEW))))
    other = _html(_of("虚构县人民政府", 2022, report(NEW, dense(NEW, start=5001))))
    table = other[other.rindex("<table") : other.rindex("</table>") + len("</table>")]
    (reading,) = read_reports(page.replace("</body>", f"<p>上年</p>{table}</body>").encode(), "both")
    found = {fact.status for fact in reading.facts if fact.table_code == "litigation"}
    assert found == {Status.MISSING}
    assert reading.count(Status.PUBLISHED) == len(NEW.cells) - len(found) * 15


def test_a_report_in_an_archive_is_read_and_its_place_names_the_file() -> None:
    text = report_text(report(NEW, dense(NEW)), TextStyle.NL).encode()
    (reading,) = read_reports(_zip(notice__txt="关于报送的通知".encode(), report__txt=text), "all.zip")
    assert values(reading) == _numbers(dense(NEW))
    assert {fact.source for fact in reading.facts} == {"all.zip"}
    assert all((fact.locator or "").startswith("report.txt: line ") for fact in reading.facts)


def test_a_page_in_an_archive_says_what_the_file_beside_it_does_not() -> None:
    nameless = replace(report(NEW, dense(NEW)), title=(), breadcrumb=(), closing=(), intro=(), agency="")
    data = _zip(page__html=_page(TITLE, LINKED), tables__txt=report_text(nameless, TextStyle.NL).encode())
    (reading,) = read_reports(data, "both.zip")
    assert (reading.identity.agency, reading.identity.year) == ("虚构县人民政府", 2022)
    assert {fact.agency for fact in reading.facts} == {"虚构县人民政府"}
    assert values(reading) == _numbers(dense(NEW))


def test_an_archive_without_a_report_is_none_and_says_what_failed_in_it() -> None:
    with pytest.raises(DocumentError, match="none \\(torn\\.pdf: ") as caught:
        read_reports(_zip(torn__pdf=b"%PDF-1.7 torn", note__txt="通知".encode()), "all.zip")
    assert caught.value.code == "not_a_report"


def test_a_report_is_read_beside_a_file_that_cannot_be_and_that_is_told() -> None:
    text = report_text(report(NEW, dense(NEW)), TextStyle.NL).encode()
    (reading,) = read_reports(_zip(report__txt=text, torn__pdf=b"%PDF-1.7 torn"), "all.zip")
    assert reading.facts
    assert len(reading.remarks) == 1
    assert reading.remarks[0].startswith("all.zip: torn.pdf: ")


def test_a_page_without_tables_is_read_by_the_file_that_it_links_to() -> None:
    asked: list[str] = []

    def fetch(address: str) -> bytes | None:
        asked.append(address)
        return report_text(report(NEW, dense(NEW)), TextStyle.TAB).encode()

    page = _page(TITLE, LINKED.replace("table%201.txt", "table%201.docx"))
    (reading,) = read_reports(page, "http://x/page.html", fetch=fetch)
    assert asked == ["files/table%201.docx"]
    assert values(reading) == _numbers(dense(NEW))
    assert {fact.source for fact in reading.facts} == {"http://x/page.html"}


def test_a_file_of_another_year_does_not_take_the_page_s_name() -> None:
    other = report_text(_of("乌有县民政局", 2019, report(NEW, dense(NEW))), TextStyle.NL).encode()
    page = _page(TITLE, LINKED.replace("table%201.txt", "old.pdf"))
    (reading,) = read_reports(page, "page", fetch=lambda _: other)
    assert (reading.identity.agency, reading.identity.year) == ("乌有县民政局", 2019)


def test_a_page_with_its_tables_asks_for_nothing() -> None:
    page = _html(report(NEW, consistent(NEW))).replace("</body>", '<a href="a.pdf">附件</a><img src="b.png"></body>')

    def fetch(address: str) -> bytes | None:
        raise AssertionError(f"asked for {address}")

    (reading,) = read_reports(page.encode(), "page", fetch=fetch)
    assert reading.count(Status.PUBLISHED) == len(NEW.cells)


def test_a_picture_that_is_none_is_told_and_the_page_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractors.ocr.find_spec", lambda _: None)
    body = "x" * 4000
    picture = f'<img src="data:image/png;base64,{base64.b64encode(body.encode()).decode()}">'
    (reading,) = read_reports(_page(TITLE, LINKED + picture), "page")
    assert not reading.facts
    assert ["needs_ocr" in remark for remark in reading.remarks] == [True]

"""Each family's pages lead to exactly the reports that are there, over several pages, and to an end."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.crawl.addresses import page_key
from flows.crawl.captures import Outcome, Role
from flows.crawl.families import FAMILIES as ADAPTERS
from flows.crawl.families import NAMES, read_list
from flows.crawl.links import ListPage
from flows.crawl.manners import Manners
from flows.crawl.source import RULES, Source

from .hosts import hosting, report_page
from .sites import FAMILIES, Site, load_site
from .test_process import run

THIS_YEAR = 2024


def source_of(site: Site, family: str = "auto") -> Source:
    """Return the source that a registry would have of a site."""
    years = RULES["years"].read(site.years) if site.years else None
    return Source("s", site.list, hosts=(site.host,), years=years, family=family)


def walk(site: Site, family: str = "auto") -> tuple[list[str], list[str], set[str]]:
    """Follow a list as the spider does; return the reports, the list pages asked, and the families met."""
    source = source_of(site, family)
    reports: dict[str, str] = {}
    asked: dict[str, str] = {}
    bodies: set[str] = set()
    families: set[str] = set()
    waiting = [site.list]
    while waiting:
        url = waiting.pop(0)
        if page_key(url) in asked:
            continue
        asked[page_key(url)] = url
        body = site.pages[url]  # a list page that is not there must not be asked for
        page = read_list(url, body.encode(), source, this_year=THIS_YEAR)
        families |= set(page.families)
        for link in page.reports:
            reports.setdefault(page_key(link.url), link.url)
        if body not in bodies:
            waiting += page.next_pages
        bodies.add(body)
    return [*reports.values()], [*asked.values()], families


def test_every_family_has_a_fixture() -> None:
    assert sorted(NAMES) == FAMILIES


@pytest.mark.parametrize("family", FAMILIES)
def test_a_list_is_read_to_its_end(family: str) -> None:
    site = load_site(family)
    reports, asked, families = walk(site)
    assert sorted(reports) == sorted(site.reports)
    assert sorted(asked) == sorted(site.pages)
    assert family in families


@pytest.mark.parametrize("family", [name for name in FAMILIES if name != "folders"])
def test_a_source_of_one_family_is_read_as_that(family: str) -> None:
    site = load_site(family)
    reports, _, families = walk(site, family)
    assert sorted(reports) == sorted(site.reports)
    assert families == {family}


@pytest.mark.parametrize("family", FAMILIES)
def test_no_other_family_but_the_plain_ones_takes_the_page(family: str) -> None:
    site = load_site(family)
    page = read_list(site.list, site.pages[site.list].encode(), source_of(site))
    assert set(page.families) - {family} <= {"static"}


def trs(call: str, url: str = "http://a.gov.cn/gknb/index.html") -> list[str]:
    """Return the names of the next pages of a page with a pager's call."""
    body = f"<script>{call}</script>".encode()
    return [page.rpartition("/")[2] for page in read_list(url, body, Source("s", url)).next_pages]


@pytest.mark.parametrize(
    ("call", "pages"),
    [
        ("createPageHTML(3, 0, 'index', 'html');", ["index_1.html", "index_2.html"]),
        ("createPageHTML('page_div', 3, 1, 'list', 'shtml', 39);", ["list_2.shtml", "list_3.shtml"]),
        ("createPageHTML(3, 1, 'index', 'shtml');", ["index_2.shtml", "index_3.shtml"]),
        ("Pager({size:3, current:0, prefix:'index',suffix:'html'});", ["index_1.html", "index_2.html"]),
        ("createPageHTML(1, 0, 'index', 'html');", []),
        ("<!--\ncreatePageHTML(2, 0, 'index', 'html');\n//-->", ["index_1.html"]),
        ("/* createPageHTML(2, 0, 'index', 'html'); */", []),
        ("createPageHTML(²,0,'index','html')", []),
        ("function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){}", []),
        ("createPageHTML(99999999999, 0, 'index', 'html');", [f"index_{n}.html" for n in range(1, 501)]),
    ],
)
def test_a_trs_pager_counts_from_0_or_1(call: str, pages: list[str]) -> None:
    assert trs(call) == pages


def test_a_jpage_list_without_a_group_takes_its_parameters_from_the_script() -> None:
    url = "http://a.gov.cn/col/col7/index.html"
    body = """<div id="9"></div><script type="text/xml"><datastore></datastore></script><script>
    jQuery('#9').jpage({proxyUrl:'/module/jpage/dataproxy.jsp', perPage: 15, totalRecord: 50,
    param: {'columnid': '7', unitid: '9', webid: 3, path: '/', webname: '某市'}});</script>"""
    page = read_list(url, body.encode(), Source("s", url))
    asked = [address.partition("?")[2] for address in page.next_pages]
    assert [query.rpartition("webname=")[2] for query in asked] == [
        "%E6%9F%90%E5%B8%82&startrecord=1&endrecord=45&perpage=15",
        "%E6%9F%90%E5%B8%82&startrecord=46&endrecord=90&perpage=15",
    ]
    assert all("col=1&columnid=7&unitid=9&webid=3&path=/" in query for query in asked)


def test_an_array_of_records_in_a_script_is_read() -> None:
    url = "http://a.gov.cn/col/col7/index.html"
    body = r"""<script>var dataStore = ["<li><a href=\"\/art\/1.html\">甲镇2023年政府信息公开工作年度报告<\/a><\/li>"];
    $('#9').jpage({perPage: 15, totalRecord: 1});</script>"""
    (link,) = read_list(url, body.encode(), Source("s", url)).reports
    assert link.url == "http://a.gov.cn/art/1.html"


def test_a_source_of_one_body_never_takes_another_s_reports() -> None:
    url = "http://a.gov.cn/module/xxgk/xxgkAnnualReport.jsp"
    body = b'<a href="?area=A&fbtime=2020">2020</a><a href="?fbtime=2021&area=A">2021</a><a href="?area=B">B</a>'
    years = RULES["years"].read("2023-")
    own = read_list(f"{url}?fbtime=2020&area=A", body, Source("s", url, years=years), this_year=2024)
    assert [link.url.partition("?")[2] for link in own.reports] == ["fbtime=2024&area=A", "fbtime=2023&area=A"]
    assert {link.text for link in own.reports} == {""}  # nobody offered them under a title
    every = read_list(url, body, Source("s", url, years=years), this_year=2024)
    assert {link.url.partition("area=")[2][0] for link in every.reports} == {"A", "B"}
    assert len(every.reports) == 4


def test_years_that_are_not_wanted_are_not_followed() -> None:
    url = "http://a.gov.cn/nb/"
    body = "".join(f'<a href="{year}/">{year}年</a>' for year in range(2018, 2025)).encode()
    source = Source("s", url, years=RULES["years"].read("2020-2021"))
    assert read_list(url, body, source).next_pages == ("http://a.gov.cn/nb/2020/", "http://a.gov.cn/nb/2021/")


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"%PDF-1.4", b'{"data": []}', bytes(99), b"<p " + b"a=1 " * 9999])
@pytest.mark.parametrize("url", [load_site(family).list for family in FAMILIES] + ["http://a.cn/front/page/build/unit"])
def test_anything_may_come_for_a_list(url: str, body: bytes) -> None:
    page = read_list(url, body, Source("s", url))
    assert isinstance(page, ListPage)
    assert page.next_pages == ()


@given(st.text(), st.sampled_from(FAMILIES))
def test_whatever_a_script_says_only_web_addresses_are_asked(text: str, family: str) -> None:
    site = load_site(family)
    body = site.pages[site.list].replace("20", text).replace("index", text)
    page = read_list(site.list, body.encode("utf-8", "surrogatepass"), source_of(site))
    assert all(url.startswith(("http://", "https://")) for url in (*page.next_pages, *(r.url for r in page.reports)))
    assert set(page.families) <= set(ADAPTERS)


def test_one_crawl_finds_every_report_of_every_family_and_asks_for_nothing_else(tmp_path: Path) -> None:
    with hosting() as hosts:
        sites = [load_site(family).at_port(hosts.port) for family in FAMILIES]
        for number, site in enumerate(sites):
            host = hosts[site.host]
            for url, body in site.pages.items():
                host.publish(path_of(url), body)
            for place, url in enumerate(site.reports):
                host.publish(path_of(url), report_page(2000 + number, f"<p>{place}</p>"))
        sources = [
            {"id": site.family, "list": site.list, "local": True, **({"years": site.years} if site.years else {})}
            for site in sites
        ]
        manners = Manners(resolve={site.host: "127.0.0.1" for site in sites})
        captures = run(tmp_path, *sources, manners=manners)
        asked = {site.family: hosts.paths(site.host) for site in sites}
    assert {capture.outcome for capture in captures} == {Outcome.FOUND}
    for site in sites:
        reports = [c.url for c in captures if c.source_id == site.family and c.role is Role.REPORT]
        assert sorted(reports) == sorted(site.reports)
        assert sorted(asked[site.family]) == sorted(map(path_of, [*site.pages, *site.reports]))


def path_of(url: str) -> str:
    """Return what a server is asked for."""
    return "/" + url.split("/", 3)[3]


def test_a_list_of_too_many_pages_is_cut_and_says_so() -> None:
    url = "http://a.gov.cn/gknb/index.html"
    page = read_list(url, b"<script>createPageHTML(900, 0, 'index', 'html');</script>", Source("s", url))
    assert (len(page.next_pages), page.is_cut) == (500, True)


@pytest.mark.parametrize(
    ("pager", "pages"),
    [
        ('<a href="list_1.html">2</a><a href="list_2.html">3</a><a href="list_4.html">尾页</a>', [1, 2, 3, 4]),
        ('<a href="list_2.html">2</a><script>var pageCount = 4;</script>', [2, 3, 4]),
        ('<a href="list_3.html">尾页</a><script>var countPage = 4;</script>', [1, 2, 3]),
        ('<a href="list_3.html">末页</a>', [2, 3]),
        ('<select><option value="list.html">1</option><option value="list_2.html">2</option></select>', [2]),
        ('<a href="../list_2.html">2</a><a href="t2.html">甲</a><a href="http://b.gov.cn/nb/list_2.html">2</a>', []),
    ],
)
def test_a_plain_pager_says_which_pages_there_are(pager: str, pages: list[int]) -> None:
    url = "http://a.gov.cn/nb/list.html"
    found = read_list(url, pager.encode(), Source("s", url)).next_pages
    assert sorted(found) == [f"http://a.gov.cn/nb/list_{number}.html" for number in pages]

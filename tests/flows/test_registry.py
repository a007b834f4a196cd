"""`nianbao sources`: what a person sees of the registry, adds to it, and tries."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.crawl.sources import load_registry
from flows.registry import add_source, list_sources, try_source
from schemas.errors import UserError
from tests.crawl.publisher import publishing
from tests.flows.command import nianbao

REGISTRY = """# Our sources.
sources:
  # The town: seen by 王 on a Monday.
  - id: town     # short
    list: http://town.gov.cn/gknb/
    adcode: "330102"
    family: trs
  - {id: county, list: "http://county.gov.cn/", adcode: "420281"}
# The samples' folder.
serve: site
"""


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    path = tmp_path / "sources.yaml"
    path.write_text(REGISTRY, encoding="utf-8")
    return path


def test_the_list_is_filtered_by_province_and_family(registry: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list_sources(registry, "浙江", None) == 0
    head, town, count = capsys.readouterr().out.splitlines()
    assert town.split() == ["town", "浙江省", "trs", "discover", "http://town.gov.cn/gknb/", "never"]
    assert head.index("list") == town.index("http") + 3  # 浙江省 is three characters and six wide
    assert count == "1 sources"
    list_sources(registry, None, "auto")
    assert "county" in (shown := capsys.readouterr().out)
    assert "town.gov.cn" not in shown


def test_an_entry_is_added_and_nothing_else_in_the_file_moves(registry: Path) -> None:
    said = {
        "agency": "云州市人民政府",
        "years": "2019-",
        "hosts": ["yz.gov.cn"],
        "pace": None,
        "notes": "第 1 页: 列表",
    }
    assert add_source(registry, "https://www.yz.gov.cn/nb/", None, said) == 0
    text = registry.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line in REGISTRY.splitlines()] == REGISTRY.splitlines()
    source = load_registry(registry).sources[-1]
    assert (source.id, source.agency, source.hosts) == ("yz", "云州市人民政府", ("yz.gov.cn",))
    assert (source.years, source.notes, source.checked) == ((2019, None), "第 1 页: 列表", None)
    assert text.index("yz.gov.cn") < text.index("# The samples' folder.")


@pytest.mark.parametrize(
    ("url", "source_id", "said", "message"),
    [
        ("http://town.gov.cn/gknb/", "other", {}, "found that of 'town'"),
        ("http://b.gov.cn/", "town", {}, "'town' again"),
        ("b.gov.cn/nb", "b", {}, "expected an http:// or https:// address"),
        ("http://b.gov.cn/", "b", {"adcode": "999999"}, "a code of divisions.csv"),
        ("http://b.gov.cn/", "b", {"family": "trc"}, "auto or one of enumerated"),
        ("http://b.gov.cn/", "b", {"hosts": ["c.gov.cn"]}, "the list's own host b.gov.cn"),
        ("http://b.gov.cn/", "b", {"years": "2024-2019"}, "data years such as"),
    ],
)
def test_an_entry_with_a_mistake_changes_nothing(
    registry: Path, url: str, source_id: str, said: dict[str, object], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        add_source(registry, url, source_id, said)
    assert registry.read_text(encoding="utf-8") == REGISTRY
    assert [path.name for path in registry.parent.iterdir() if path.is_file()] == ["sources.yaml"]


def test_a_trial_tells_what_a_list_would_yield_and_stores_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with publishing() as site:
        links = {f"/r{n}.html": f"施集镇{2020 + n}年政府信息公开工作年度报告" for n in range(3)}
        after = '<a href="http://clone.example/x.html">2019年政府信息公开年报</a>'
        site.publish_list("/nb/index.html", links, after + "<script>createPageHTML(2,0,'index','html')</script>")
        site.publish("/r0.html", '<meta charset=utf-8><p>见附件</p><a href="/r0.docx">附件</a>')
        assert try_source(None, f"{site.address}/nb/index.html", local=True) == 0
        assert [path for path in site.asked if path != "/robots.txt"] == ["/nb/index.html", "/r0.html"]
    told = capsys.readouterr().out
    for line in (
        "family      trs, static (the source says auto)",
        "reports     4",
        f"            {site.address}/r2.html  施集镇2022年政府信息公开工作年度报告",
        "next pages  1",
        f"            {site.address}/nb/index_1.html",
        "            clone.example is not among the source's hosts",
        "            shows 0 of the 3 tables",
        f"            {site.address}/r0.docx",
    ):
        assert line in told
    assert list(tmp_path.iterdir()) == []


def test_a_trial_of_what_is_not_there_or_not_to_be_asked_ends_in_one_line(tmp_path: Path, registry: Path) -> None:
    with publishing() as site:
        site.publish("/robots.txt", "User-agent: *\nDisallow: /", Content_Type="text/plain")
        forbidden = nianbao("sources", "test", f"{site.address}/nb/", "--local", cwd=tmp_path)
    assert forbidden.returncode == 1
    assert forbidden.stderr == (
        f"nianbao: {site.address}/nb/: expected a list page, found robots_forbidden: robots.txt forbids this address\n"
    )
    unknown = nianbao("sources", "test", "villag", "--sources", registry, cwd=tmp_path)
    assert unknown.returncode == 1
    assert unknown.stderr == f"nianbao: {registry}: expected the id of a source or an address, found 'villag'\n"

"""The registry: what it accepts, and how it tells a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.crawl.sources import load_registry
from schemas.errors import UserError


def write(folder: Path, text: str) -> Path:
    """Write a registry file."""
    path = folder / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_source_gets_its_host_and_its_pace_from_its_kind(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    path = write(
        tmp_path,
        """
serve: site
sources:
  - {id: faku, agency: 法库县人民政府, list: "{site}/faku/index.html", local: true, notes: 样本}
  - {id: town, list: "https://www.town.gov.cn/gknb/"}
  - {id: slow, list: "http://a.gov.cn/", hosts: [A.gov.cn, b.gov.cn], pace: 10}
""",
    )
    registry = load_registry(path)
    assert registry.serve == tmp_path / "site"
    faku, town, slow = registry.at("http://127.0.0.1:18420/").sources
    assert (faku.list, faku.hosts) == ("http://127.0.0.1:18420/faku/index.html", ("127.0.0.1",))
    assert (faku.agency, faku.interval_s) == ("法库县人民政府", 0)
    assert (town.hosts, town.interval_s) == (("www.town.gov.cn",), 2)
    assert (slow.hosts, slow.interval_s) == (("a.gov.cn", "b.gov.cn"), 10)
    assert slow.allows("zwgk.b.gov.cn")
    assert not slow.allows("evilb.gov.cn")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", None, "expected a mapping with the key 'sources', found nothing"),
        ("sources: []", 1, "expected a list of at least one source"),
        ("serve: nowhere\nsources:\n- {id: a, list: http://a.cn/}", 1, "no folder"),
        ("sources:\n- {id: a, list: http://a.cn/}\nsorces: 1", 3, "'sorces'"),
        ("sources:\n- id: a\n  lsit: http://a.cn/", 3, "'lsit'"),
        ("sources:\n- id: a", 2, "list: expected the field in every source"),
        ("sources:\n- {id: a, list: http://a.cn/}\n- {id: a, list: http://b.cn/}", 3, "'a' again"),
        ("sources:\n- {id: a, list: ftp://a.cn/}", 2, "'ftp://a.cn/'"),
        ("sources:\n- {id: a, list: 'http://[a/'}", 2, "http:// or https://"),
        ("sources:\n- {id: a, list: '{site}/a.html'}", 2, "expected 'serve' in this file"),
        ("sources:\n- {id: a, list: {site}/a.html}", 2, "expected YAML"),
        ("sources:\n- {id: 12, list: http://a.cn/}", 2, "found 12"),
        ("sources:\n- {id: a, id: b, list: http://a.cn/}", 2, "said once"),
        ("sources:\n- {id: a, list: http://a.cn/, pace: fast}", 2, "pace: expected seconds"),
        ("sources:\n- {id: a, list: http://a.cn/, pace: -1}", 2, "pace: expected seconds"),
        ("sources:\n- {id: a, list: http://a.cn/, local: 'yes'}", 2, "local: expected true or false"),
        ("sources:\n- {id: a, list: http://a.cn/, hosts: a.cn}", 2, "hosts: expected a list"),
        ("sources:\n- http://a.cn/", 2, "expected a mapping with id and list"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_field(tmp_path: Path, text: str, line: int | None, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(UserError) as mistake:
        load_registry(path)
    assert str(mistake.value).startswith(f"{path}:{line}:" if line else f"{path}:")
    assert said in str(mistake.value)


def test_a_registry_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.yaml: expected a registry file"):
        load_registry(tmp_path / "none.yaml")
    path = write(tmp_path, "")
    path.write_bytes("sources: 法".encode("gb18030"))
    with pytest.raises(UserError, match="UTF-8"):
        load_registry(path)

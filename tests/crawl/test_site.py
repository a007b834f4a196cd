"""A folder served as a site, to this machine only and nothing but the folder."""

from __future__ import annotations

import http.client
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from flows.crawl.site import serve_folder


def ask(base: str, path: str) -> tuple[int, str | None, bytes]:
    """Ask for a path exactly as written."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type"), answer.read()
    finally:
        connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a few files, a secret beside it and a link to the secret in it."""
    inside = tmp_path / "site"
    (inside / "镇").mkdir(parents=True)
    (inside / "index.html").write_bytes(b"<p>\xcd\xf2")
    (inside / "镇" / "2020.docx").write_bytes(b"PK")
    (tmp_path / "secret.txt").write_text("secret")
    (inside / "link.txt").symlink_to(tmp_path / "secret.txt")
    return inside


def test_pages_have_their_type_and_no_charset(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with serve_folder(folder) as base:
        assert ask(base, "/") == (200, "text/html", b"<p>\xcd\xf2")
        status, kind, body = ask(base, quote("/镇/2020.docx"))
        assert (status, body) == (200, b"PK")
        assert kind == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        assert ask(base, "/none.html")[0] == 404
        assert ask(base, quote("/镇/"))[0] == 404, "a folder without an index is not listed"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/link.txt", "//secret.txt", "/a%00b"])
def test_nothing_outside_the_folder_is_served(folder: Path, path: str) -> None:
    with serve_folder(folder) as base:
        status, _, body = ask(base, path)
        assert status == 404
        assert b"secret" not in body.replace(path.encode(), b"")


def test_a_busy_port_is_no_hindrance(folder: Path) -> None:
    with serve_folder(folder) as first, serve_folder(folder, port=urlsplit(first).port or 0) as second:
        assert first != second
        assert ask(first, "/")[0] == ask(second, "/")[0] == 200

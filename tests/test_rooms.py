"""Who may import whom, and what must not be imported at all by commands that a person waits for."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared import REPOSITORY, SAMPLES

ROOMS = {
    "schemas": {"schemas"},
    "extractors": {"extractors", "schemas"},
    "warehouse": {"warehouse", "schemas"},
    "expectations": {"expectations", "schemas"},
    "flows": {"flows", "extractors", "warehouse", "expectations", "schemas"},
}
# Reading is a pure function of the bytes: these have no business in the reading rooms.
IMPURE = {
    "socket",
    "urllib.request",
    "http.client",
    "requests",
    "httpx",
    "duckdb",
    "time",
    "prefect",
    "scrapy",
}
SLOW = ("prefect", "great_expectations", "scrapy", "pandas")


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(str(node.module))
    return found


def _modules(room: str) -> list[Path]:
    return sorted((REPOSITORY / room).rglob("*.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    assert _modules(room)
    forbidden = {
        f"{path.relative_to(REPOSITORY)} imports {name}"
        for path in _modules(room)
        for name in _imports(path)
        if name.split(".")[0] in ROOMS and name.split(".")[0] not in ROOMS[room]
    }
    assert not forbidden


@pytest.mark.parametrize("room", ["schemas", "extractors"])
def test_reading_rooms_touch_no_network_database_or_clock(room: str) -> None:
    assert not {f"{path.name} imports {name}" for path in _modules(room) for name in _imports(path) if name in IMPURE}


@pytest.mark.parametrize("path", [p for room in ROOMS for p in _modules(room)], ids=lambda p: p.name)
def test_every_module_says_what_lives_in_it(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize(
    "arguments", [["--help"], ["extract", str(SAMPLES / "site" / "faku")], ["status", "--home", "nowhere"]]
)
def test_quick_commands_import_nothing_slow(arguments: list[str], tmp_path: Path) -> None:
    code = f"""
import sys
sys.argv = ["nianbao", *{arguments!r}]
from flows.cli import main
try:
    main()
except SystemExit:
    pass
print("SLOW:", [name for name in {SLOW!r} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "SLOW: []", done.stderr

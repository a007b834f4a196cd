"""The offline site on disk: written so that whoever reads it meets one night or the other, never half of one.

Data files bear the digest of their content. The pages, each replaced as a whole, name the data of their own night;
what last night's pages name stays until the next night, for pages that stand open in a browser.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from expectations.report import site
from expectations.report.data import QualityReport
from flows.settings import Settings
from warehouse import pages
from warehouse.store import open_warehouse

_NAMED = "data/files.json"  # the data files that the present pages name


def write_site(settings: Settings, report: QualityReport) -> Path:
    """Write the site of a night's report; return its first page.

    Raises:
        OSError: the folder cannot be written; the pages of before still stand.
    """
    with open_warehouse(settings.warehouse) as warehouse:
        return write_pages(warehouse, settings.report.parent, report)


def write_pages(warehouse: duckdb.DuckDBPyConnection, folder: Path, report: QualityReport) -> Path:
    """Write the site into ``folder``: the shards one after the other, the pages at last."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    count = pages.prepare(warehouse)
    rules = pages.rules(warehouse)
    shards: dict[int, site.File] = {}
    for number, reports in pages.shards(warehouse, count):
        file = site.shard_file(number, reports)
        _write(folder, file)
        shards[number] = site.File(file.name, "")
    lines = pages.lines(warehouse, report.told_before)
    index = site.index_file(report, pages.bodies(warehouse), lines, rules, shards)
    formats = site.formats_file(rules)
    made = site.pages(report, index, formats)
    for file in (index, formats, *made):
        _write(folder, file)
    named = {file.name for file in (*shards.values(), index, formats, *made) if file.name.startswith("data/")}
    _forget(folder, named)
    return folder / "index.html"


def _write(folder: Path, file: site.File) -> None:
    """Write a file whole or not at all; a data file that is there already, whole, holds the same."""
    path = folder / file.name
    # Values come from strangers: half a surrogate pair cannot be written, and is no reason to write nothing.
    content = file.text.encode("utf-8", "replace")
    if file.name.startswith("data/") and path.exists() and path.stat().st_size == len(content):
        return
    _replace(path, content)


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)


def _forget(folder: Path, named: set[str]) -> None:
    """Delete data that neither these pages nor those before them name, and what a killed run left."""
    path = folder / _NAMED
    try:
        before = json.loads(path.read_text(encoding="utf-8"))
        kept = named | set(before["now"]) if set(before["now"]) != named else named | set(before["before"])
    except (OSError, ValueError, KeyError, TypeError):
        kept = named
    for file in (folder / "data").iterdir():
        if file != path and f"data/{file.name}" not in kept:
            file.unlink(missing_ok=True)
    _replace(path, json.dumps({"now": sorted(named), "before": sorted(kept - named)}).encode())

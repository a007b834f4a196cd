"""The offline site on disk: written so that whoever reads it meets one night or the other, never half of one.

Data files bear the digest of their content. The pages, each replaced as a whole, name the data of their own night;
what last night's pages name stays until the next night, for pages that stand open in a browser.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from expectations.report import site
from expectations.report.data import QualityReport
from flows.settings import Settings
from warehouse import pages
from warehouse.store import open_warehouse

_NAMED = "data/files.json"  # the data files that the present pages name, and of each shard the print that it shows
_DICTIONARY = "dictionary.html"  # written with the snapshot, where it is


def write_site(settings: Settings, report: QualityReport) -> Path:
    """Write the site of a night's report; return its first page.

    Raises:
        OSError: the folder cannot be written; the pages of before still stand.
    """
    with open_warehouse(settings.warehouse) as warehouse:
        return write_pages(warehouse, settings.report.parent, report)


def write_pages(warehouse: duckdb.DuckDBPyConnection, folder: Path, report: QualityReport) -> Path:
    """Write the site into ``folder``: changed shards one after the other, the pages at last."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    pages.prepare(warehouse)
    prints = pages.prints(warehouse)
    shards = _unchanged(folder, prints)
    for number, reports in pages.shards(warehouse, sorted(set(prints) - set(shards))):
        file = site.shard_file(number, reports)
        _write(folder, file)
        shards[number] = file.name
    rules = pages.rules(warehouse)
    lines = pages.lines(warehouse, report.told_before)
    index = site.index_file(report, pages.bodies(warehouse), lines, rules, shards)
    formats = site.formats_file(rules)
    gaps = site.gaps_file(pages.gaps(warehouse))
    has_dictionary = (folder / _DICTIONARY).exists()
    shells = site.pages(report, index, formats, gaps, dictionary=has_dictionary)
    made = [index, formats, gaps, *shells]
    for file in made:
        _write(folder, file)
    named = {*shards.values(), *(file.name for file in made if file.name.startswith("data/"))}
    _forget(folder, named, {f"{number} {prints[number]}": name for number, name in shards.items()})
    return folder / "index.html"


def _unchanged(folder: Path, prints: Mapping[int, str]) -> dict[int, str]:
    """Return the shards whose file is there and shows what the warehouse holds."""
    known = _noted(folder).get("shards", {})
    named = {number: known.get(f"{number} {print}") for number, print in prints.items()}
    return {number: name for number, name in named.items() if name and (folder / name).exists()}


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


def _forget(folder: Path, named: set[str], shards: Mapping[str, str]) -> None:
    """Delete data that neither these pages nor those before them name, and what a killed run left; note the rest."""
    noted = _noted(folder)
    before = set(noted.get("now", ()))
    kept = named | (before if before != named else set(noted.get("before", ())))
    for file in (folder / "data").iterdir():
        if file.name != Path(_NAMED).name and f"data/{file.name}" not in kept:
            file.unlink(missing_ok=True)
    note = {"now": sorted(named), "before": sorted(kept - named), "shards": shards}
    _replace(folder / _NAMED, json.dumps(note).encode())


def _noted(folder: Path) -> dict[str, Any]:
    """Return what the last night noted; nothing where it noted none, or something that cannot be read."""
    try:
        noted = json.loads((folder / _NAMED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}

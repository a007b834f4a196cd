"""What `nianbao sources` does: list the registry, add to it, try one source; each returns its exit code.

The registry's form is in `crawl.sources`. A trial is a crawl like any other, with the same manners and guards, of two
pages into a folder that is thrown away.
"""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from flows.crawl.attachments import look_at
from flows.crawl.captures import Capture, Outcome, Role
from flows.crawl.families import read_list
from flows.crawl.source import DISCOVER, NEVER, SITE, Source, Years, province_of
from flows.crawl.sources import add_source as append
from flows.crawl.sources import load_registry
from schemas.errors import UserError

REAL_SOURCES = Path(__file__).parents[1] / "data" / "sources.yaml"
# A trial asks for the list and one report; what else it would ask for it knows from these two.
_TRIAL_PAGES = 2
_TRIAL_S = 300.0
_MOST_SHOWN = 20


def list_sources(registry: Path | None, province: str | None, family: str | None) -> int:
    """Print the sources of a registry, a line each."""
    rows = [("id", "province", "family", "agency", "list", "checked")]
    for source in load_registry(_path(registry)).sources:
        place = province_of(source.adcode) or ""
        if province and not (place.startswith(province) or (source.adcode or "").startswith(province)):
            continue
        if family and source.family != family:
            continue
        checked = source.checked.isoformat() if source.checked else NEVER
        rows.append((source.id, place, source.family, source.agency or DISCOVER, source.list, checked))
    for line in _columns(rows):
        print(line)
    print(f"{len(rows) - 1} sources")
    return 0


def add_source(registry: Path | None, url: str, source_id: str | None, said: Mapping[str, Any]) -> int:
    """Append a source to a registry."""
    path = _path(registry)
    fields = {"id": source_id or _id_of(url), "list": url, **said, "checked": NEVER}
    source = append(path, {name: value for name, value in fields.items() if value is not None and value != []})
    print(f"{path}: added {source.id}; try it with: nianbao sources test {source.id}")
    return 0


def try_source(registry: Path | None, target: str, local: bool) -> int:
    """Print what one source would yield.

    Raises:
        UserError: there is no such source, or its list page was not to be had.
    """
    source, serve = _target(registry, target, local)
    with tempfile.TemporaryDirectory(prefix="nianbao-trial-") as folder:
        captures = _crawled(source, serve, Path(folder))
        if not captures:
            raise UserError(f"{source.list}: expected an answer within {_TRIAL_S:g} s, found none")
        listed = captures[0]
        if not listed.outcome.has_document or listed.file is None:
            raise UserError(f"{listed.url}: expected a list page, found {listed.outcome}: {listed.message}")
        for line in _told(source, captures, Path(folder) / "archive"):
            print(line)
    return 0


def _told(source: Source, captures: Sequence[Capture], archive: Path) -> Iterable[str]:
    listed = captures[0]
    place = replace(source, list=listed.url)
    page = read_list(listed.redirected_to or listed.url, _body(listed, archive), place)
    yield f"list        {listed.url}"
    if listed.redirected_to:
        yield f"            which leads to {listed.redirected_to}"
    yield f"answer      HTTP {listed.status}, {listed.size:,} bytes, {listed.content_type or 'no Content-Type'}"
    yield "robots.txt  allows this list"
    yield f"family      {', '.join(page.families) or 'none'} (the source says {source.family})"
    yield from _some("reports", [f"{link.url}  {link.text}".rstrip() for link in page.reports])
    yield from _some("next pages", list(page.next_pages))
    yield from _some("by script", [f"{link.url}  {link.text}" for link in page.unfollowed])
    hosts = {urlsplit(url).hostname or "" for url in (*(link.url for link in page.reports), *page.next_pages)}
    foreign = sorted(host for host in hosts if source.hosts and not source.allows(host))
    if foreign:
        yield from _some("not asked", [f"{host} is not among the source's hosts" for host in foreign])
    asked = (capture for capture in captures if capture.outcome is not Outcome.OVER_LIMIT)
    report = next((capture for capture in asked if capture.role is Role.REPORT), None)
    if report is not None:
        yield f"one report  {report.url}: {report.outcome}{f', {report.message}' if report.message else ''}"
        if report.outcome.has_document:
            yield from _of_report(report, _body(report, archive))


def _of_report(report: Capture, body: bytes) -> Iterable[str]:
    seen = look_at(body, report.redirected_to or report.url)
    if seen is None:
        yield "            is a file"
        return
    yield f"            shows {seen.tables} of the 3 tables"
    yield from _some("attachments", [file.url for file in seen.attachments])


def _some(name: str, lines: Sequence[str]) -> Iterable[str]:
    yield f"{name:<11} {len(lines)}"
    yield from (f"            {line}" for line in lines[:_MOST_SHOWN])
    if len(lines) > _MOST_SHOWN:
        yield f"            and {len(lines) - _MOST_SHOWN} more"


def _crawled(source: Source, serve: Path | None, folder: Path) -> tuple[Capture, ...]:
    from flows.crawl.process import crawl

    entry = {
        "id": source.id,
        "list": source.list,
        "family": source.family,
        "local": source.local,
        **({"hosts": list(source.hosts)} if source.hosts else {}),
        **({"years": _years(source.years)} if source.years else {}),
        "max_pages": _TRIAL_PAGES,
    }
    registry = folder / "sources.yaml"
    said = {**({"serve": str(serve)} if serve else {}), "sources": [entry]}
    registry.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    from flows.settings import load_settings

    archive, work = folder / "archive", folder / "work"
    contact = load_settings().contact
    return crawl(registry, archive=archive, work=work, name="trial", contact=contact, timeout_s=_TRIAL_S)


def _body(capture: Capture, archive: Path) -> bytes:
    from flows.crawl.replay import read_payload

    return read_payload(archive, capture.file or "", capture.offset or 0)


def _target(registry: Path | None, target: str, local: bool) -> tuple[Source, Path | None]:
    if "://" in target:
        host = urlsplit(target).hostname
        if not host or urlsplit(target).scheme not in {"http", "https"}:
            raise UserError(f"sources test: expected an id or an http:// or https:// address, found {target!r}")
        return Source("trial", target, hosts=(host,), local=local), None
    loaded = load_registry(_path(registry))
    source = next((source for source in loaded.sources if source.id == target), None)
    if source is None:
        raise UserError(f"{loaded.path}: expected the id of a source or an address, found {target!r}")
    return source, loaded.serve if SITE in source.list else None


def _path(registry: Path | None) -> Path:
    """Return the registry that is meant: given, or of the settings, or the real one in place of the samples."""
    if registry is not None:
        return registry
    from flows.settings import SAMPLE_SOURCES, load_settings

    configured = load_settings().sources
    return REAL_SOURCES if configured == SAMPLE_SOURCES else configured


def _years(years: Years) -> str:
    return str(years.first) if years.last == years.first else f"{years.first}-{years.last or ''}"


def _id_of(url: str) -> str:
    labels = [label for label in (urlsplit(url).hostname or "").split(".") if label not in {"www", "gov", "cn"}]
    return "-".join(labels) or "source"


def _columns(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Yield rows as lines with their columns under one another; a Chinese character is two wide."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)

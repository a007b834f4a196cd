"""The bodies of the reports: names as published resolved into `agencies`, and again whenever the rules changed.

Which body a name means is decided in `warehouse.bodies`; here it is asked for every report that has none yet,
and what could not be told becomes a problem. Reports keep the name as published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import duckdb

from warehouse.bodies.body import Body, body_id
from warehouse.bodies.resolve import AMBIGUOUS, MADE_UP, UNKNOWN, Hints, Resolution, resolve
from warehouse.bodies.words import digest, normal
from warehouse.store import run_script, statement

_AGENCY = ("agency_id", "name", "kind", "level", "adcode", "province", "city", "county", "parent_id", "successor_id")
_NAME = ("agency_id", "name", "full_name", "how", "reason")


@dataclass
class _Staged:
    """What resolving found, as columns for the database."""

    agencies: dict[str, tuple[str | None, ...]] = field(default_factory=dict)
    names: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)
    by_report: dict[str, str] = field(default_factory=dict)

    def add(self, published: str, found: Resolution, place: str) -> str:
        """Keep a resolution and every body it leads to; return the id of the body."""
        body = found.body
        if body is None:
            # A name that means another body elsewhere is told apart by its site.
            agency_id = body_id("unresolved", normal(published), "" if found.places_itself else place)
            self.agencies[agency_id] = (agency_id, published, found.kind, *(None,) * 7)
            full_name = published
        else:
            agency_id, full_name = body.agency_id, body.name
            self._add_body(body)
        self.names[agency_id, published] = (agency_id, published, full_name, found.how, found.reason)
        return agency_id

    def _add_body(self, body: Body) -> None:
        """Keep a body, those above it and those that took it in: what is referred to is there."""
        waiting = [body]
        while waiting:
            one = waiting.pop()
            if one.agency_id in self.agencies:
                continue
            places = [one.place(level) for level in ("province", "city", "county")]
            above, successor = one.parent, one.successor
            self.agencies[one.agency_id] = (
                one.agency_id, one.name, one.kind, one.level, one.adcode, *places,
                above.agency_id if above else None, successor.agency_id if successor else None,
            )  # fmt: skip
            waiting += [other for other in (above, successor) if other is not None]


def resolve_bodies(connection: duckdb.DuckDBPyConnection, *, retry: bool = False) -> None:
    """Give every report that names a body its ``agency_id``; all again where names are understood otherwise now.

    Run once after a night's loads, before the reports are judged. With ``retry`` also those whose body was not
    known: a source may have been given its agency since. Doing it again changes nothing; killed anywhere, the
    next call ends the same.
    """
    stored = connection.execute("SELECT digest FROM body_rules").fetchone()
    again = stored is None or stored[0] != digest()
    connection.execute(statement("reports_to_resolve"), {"again": again, "retry": retry})
    staged = _Staged()
    _by_name(connection, staged)
    _by_context(connection, staged)
    if again or staged.names:
        values: dict[str, object] = {"again": again, "digest": digest(), "unclear": [AMBIGUOUS, UNKNOWN]}
        values |= _columns("agency", _AGENCY, staged.agencies.values())
        values |= _columns("name", _NAME, staged.names.values())
        values |= _columns("by_name", ("agency", "id"), staged.by_name.items())
        values |= _columns("by_report", ("report", "id"), staged.by_report.items())
        run_script(connection, "agencies", values)


def _columns(prefix: str, names: tuple[str, ...], rows: Iterable[tuple[str | None, ...]]) -> dict[str, object]:
    """Return rows as named lists, one per column."""
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return {f"{prefix}_{name}": list(column) for name, column in zip(names, columns, strict=True)}


def _by_name(connection: duckdb.DuckDBPyConnection, staged: _Staged) -> None:
    """Resolve the names that decide by themselves: most, and each only once."""
    for (name,) in connection.execute("SELECT DISTINCT agency FROM to_resolve ORDER BY agency").fetchall():
        found = resolve(name)
        if found.how == MADE_UP or (found.body is not None and found.how != "only_one"):
            staged.by_name[name] = staged.add(name, found, "")


def _by_context(connection: duckdb.DuckDBPyConnection, staged: _Staged) -> None:
    """Resolve the other names report by report, each with what is known around it."""
    for report_id, name, url, agency, texts in _contexts(connection, list(staged.by_name)):
        found = resolve(name, Hints(agency=agency, texts=texts))
        staged.by_report[report_id] = staged.add(name, found, _site(url))


def _contexts(
    connection: duckdb.DuckDBPyConnection, settled: list[str]
) -> Iterator[tuple[str, str, str, str | None, tuple[str, ...]]]:
    rows = connection.execute(statement("body_contexts"), {"settled": settled}).fetchall()
    for report_id, name, url, agency, *texts in rows:
        yield report_id, name, url, agency, tuple(text for text in texts if text)


def _site(url: str) -> str:
    """Return what tells one publisher's pages from another's: the host, of files the folder."""
    parts = urlsplit(url)
    return parts.hostname or parts.path.rpartition("/")[0]

"""Which rows of a snapshot an export takes: those of some years, of bodies of a province, of named bodies.

A relation is asked by the columns that it has, so a view that was added yesterday can be chosen from as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from schemas.errors import UserError

_NAMED = 5  # bodies named in a message

_BODIES = """
CREATE OR REPLACE TEMP TABLE chosen_agencies AS
SELECT agency_id FROM agencies
WHERE ($province IS NULL OR starts_with(province, $province) OR starts_with(adcode, $province))
    AND ($ids IS NULL OR list_contains($ids, agency_id))
"""
_REPORTS = """
CREATE OR REPLACE TEMP TABLE chosen_reports AS
SELECT report_id, document_id FROM reports
WHERE ($years IS NULL OR list_contains($years, year))
    AND (NOT $bodies OR agency_id IN (SELECT agency_id FROM chosen_agencies))
"""
# Every name of a body: its full one, those it publishes under, and its id.
_BY_NAME = """
SELECT DISTINCT agencies.agency_id, agencies.name
FROM agencies LEFT JOIN agency_names USING (agency_id)
WHERE $name IN (agencies.agency_id, agencies.name, agency_names.name, agency_names.full_name)
ORDER BY agencies.name, agencies.agency_id
"""
_ALIKE = "SELECT DISTINCT name FROM agencies WHERE contains(name, ?) ORDER BY length(name), name LIMIT ?"


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows to take: ``years`` and bodies, empty for all. Made by `choose`, which prepares the connection."""

    years: tuple[int, ...] = ()
    province: str | None = None
    agencies: tuple[str, ...] = ()

    @property
    def of_bodies(self) -> bool:
        """Whether only some bodies are chosen."""
        return self.province is not None or bool(self.agencies)

    def condition(self, columns: Sequence[str]) -> str:
        """Return SQL that chooses the rows of a relation with these columns; ``true`` when all are taken."""
        return " AND ".join(dict.fromkeys(part for part in self._parts(columns).values() if part)) or "true"

    def unheeded(self, columns: Sequence[str]) -> list[str]:
        """Name the filters that a relation with these columns cannot be asked for: more of it is taken."""
        return [name for name, part in self._parts(columns).items() if part is None]

    def _parts(self, columns: Sequence[str]) -> dict[str, str | None]:
        parts = {}
        if self.years:
            parts["year"] = _part(columns, "year", f"year IN ({', '.join(map(str, self.years))})")
        if self.of_bodies:
            mine = _part(columns, "agency_id", "agency_id IN (SELECT agency_id FROM chosen_agencies)")
            parts |= {name: mine for name, given in (("province", self.province), ("agency", self.agencies)) if given}
        return parts


def _part(columns: Sequence[str], own: str, condition: str) -> str | None:
    if own in columns:
        return condition
    for column in ("report_id", "document_id"):
        if column in columns:
            return f"{column} IN (SELECT {column} FROM chosen_reports)"
    return None


def choose(
    connection: duckdb.DuckDBPyConnection,
    years: Sequence[int] = (),
    province: str | None = None,
    agencies: Sequence[str] = (),
) -> Choice:
    """Find the chosen bodies and reports, for this connection; names may be any that a body publishes under, or ids.

    Raises:
        UserError: nobody has such a name, or several bodies have it; no body is of such a province.
    """
    choice = Choice(tuple(dict.fromkeys(years)), province, tuple(body(connection, name)[0] for name in agencies))
    connection.execute(_BODIES, {"province": province, "ids": list(choice.agencies) or None})
    if choice.of_bodies and connection.execute("SELECT 1 FROM chosen_agencies LIMIT 1").fetchone() is None:
        of = f"--province {province}" + "".join(f", --agency {name}" for name in agencies)
        raise UserError(f"{of}: expected bodies of the snapshot in a province (as 江苏 or 32), found none")
    connection.execute(_REPORTS, {"years": list(choice.years) or None, "bodies": choice.of_bodies})
    return choice


def body(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[str, str]:
    """Return (agency_id, full name) of the one body of this name; see `choose` for errors."""
    found = connection.execute(_BY_NAME, {"name": name}).fetchall()
    if len(found) == 1:
        return found[0][0], found[0][1]
    if found:
        named = ", ".join(f"{full} ({agency_id})" for agency_id, full in found[:_NAMED])
        raise UserError(f"--agency {name}: expected one body, found {len(found)}: {named}; give the id")
    alike = [row[0] for row in connection.execute(_ALIKE, [name, _NAMED]).fetchall()]
    hint = f"; like it: {', '.join(alike)}" if alike else ""
    raise UserError(f"--agency {name}: expected a body of the snapshot, found none{hint}")

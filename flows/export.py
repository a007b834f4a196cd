"""`nianbao export`: the published snapshot, or a part of it, as a folder that other programs read.

The folder is replaced as a whole, and only where an export of ours lies. How relations are written is known in
`warehouse.export`, how a workbook of one body looks in `warehouse.workbook`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.settings import load_settings
from flows.whole_folder import whole_folder
from schemas.errors import PassingError, UserError

if TYPE_CHECKING:
    import duckdb

    from warehouse.datapackage import File

DESCRIPTOR = "datapackage.json"
_SPILL = ".sorting"
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be exported: ``form`` is parquet, csv, csv-bom or xlsx; empty filters take everything."""

    form: str
    years: Sequence[int] = ()
    province: str | None = None
    agencies: Sequence[str] = ()
    relations: Sequence[str] = ()


def export(wanted: Wanted, output: Path, home: Path | None) -> int:
    """Write an export to ``output`` (a folder; of xlsx a file) and tell what it holds; return the exit code.

    Raises:
        UserError: something else lies there, or the snapshot does not have what is wanted.
    """
    snapshot = load_settings(home=home).snapshot
    if wanted.form == "xlsx":
        return _workbook(wanted, output, snapshot)
    import duckdb

    try:
        with whole_folder(output, _refuse_others) as folder, _opened(snapshot) as (connection, file):
            package = _fill(connection, wanted, folder, _about(connection, file, wanted))
    except (OSError, duckdb.IOException) as error:
        raise UserError(f"{output}: expected room to write an export, found: {str(error).splitlines()[0]}") from error
    for resource in package["resources"]:
        unheeded = " and ".join(f"--{name}" for name in resource.get("notFilteredBy", ()))
        note = f"  not filtered by {unheeded}: it has no such column" if unheeded else ""
        print(f"{resource['name']:<31} {resource['rows']:>13,} rows {resource['bytes'] / 1e6:>10,.2f} MB{note}")
    print(f"{output / DESCRIPTOR} describes them")
    return 0


def _fill(connection: duckdb.DuckDBPyConnection, wanted: Wanted, folder: Path, about: dict[str, Any]) -> dict[str, Any]:
    """Write every relation and the descriptor; return the descriptor."""
    from warehouse.choice import choose
    from warehouse.datapackage import descriptor
    from warehouse.export import bound, relations, write_csv, write_parquet

    bound(connection, folder / _SPILL)
    choice = choose(connection, wanted.years, wanted.province, wanted.agencies)
    resources = []
    for relation in relations(connection, wanted.relations):
        if wanted.form == "parquet":
            parts = write_parquet(connection, relation, folder, choice)
        else:
            parts = write_csv(connection, relation, folder, choice, spreadsheet=wanted.form == "csv-bom")
        files = [_file(folder, part.path, part.rows) for part in parts]
        resources.append((relation, files, choice.unheeded([column.name for column in relation.columns])))
    package = descriptor(resources, form=wanted.form, created=datetime.now(UTC), about=about)
    (folder / DESCRIPTOR).write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(folder / _SPILL, ignore_errors=True)
    return package


def _about(connection: duckdb.DuckDBPyConnection, file: BufferedReader, wanted: Wanted) -> dict[str, Any]:
    """Return what our own programs want to know of an export: which snapshot, which layout, which filters."""
    from warehouse.store import layout_of

    filters = {
        "year": list(wanted.years),
        "province": wanted.province,
        "agency": list(wanted.agencies),
        "relation": list(wanted.relations),
    }
    file.seek(0)
    return {
        "layout_version": layout_of(connection),
        "snapshot": {"bytes": os.fstat(file.fileno()).st_size, "hash": f"sha256:{_sha256(file)}"},
        "filters": {name: value for name, value in filters.items() if value},
    }


@contextmanager
def _opened(snapshot: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, BufferedReader]]:
    """Open a snapshot, and the same file for its checksum: another may take its name meanwhile."""
    from warehouse.store import open_snapshot

    for _ in range(_TRIES):
        with _bytes(snapshot) as file, open_snapshot(snapshot) as connection:
            # It had this name before and has it after, so it is what was opened in between.
            if os.path.samestat(os.fstat(file.fileno()), snapshot.stat()):
                yield connection, file
                return
    raise PassingError(f"{snapshot}: expected a snapshot that stays for a moment, found a new one each time; try again")


def _bytes(snapshot: Path) -> BufferedReader:
    from warehouse.store import open_snapshot

    if not snapshot.exists():
        with open_snapshot(snapshot):  # says what is missing
            pass
    return snapshot.open("rb")


def _file(folder: Path, path: str, rows: int) -> File:
    from warehouse.datapackage import File

    with (folder / path).open("rb") as written:
        digest = _sha256(written)
        os.fsync(written.fileno())
        return File(path, rows, written.tell(), digest)


def _sha256(file: BufferedReader) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_others(folder: Path) -> None:
    """Raise unless all that lies in a folder was written by an export, as its descriptor says."""
    described = folder / DESCRIPTOR
    try:
        package = json.loads(described.read_text(encoding="utf-8"))
        listed = {file["path"] for resource in package["resources"] for file in resource["files"]}
        ours = "nianbao" in package
    except (OSError, ValueError, KeyError, TypeError):
        listed, ours = set(), False
    if not ours:
        raise UserError(f"{folder}: expected a new folder or an export of ours to replace, found other files")
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != described and path.relative_to(folder).as_posix() not in listed:
            raise UserError(f"{path}: expected only what an export wrote, found this; move it away first")


def _workbook(wanted: Wanted, output: Path, snapshot: Path) -> int:
    """Write one body's reports as a workbook; only a workbook of ours is replaced."""
    from warehouse.body_reports import body_reports
    from warehouse.choice import body
    from warehouse.store import open_snapshot
    from warehouse.workbook import workbook

    if len(wanted.agencies) != 1 or wanted.province or wanted.relations:
        raise UserError(
            "export: --format xlsx shows the tables of one body: expected one --agency NAME, and --year at most"
        )
    if output.suffix.lower() != ".xlsx":
        raise UserError(f"{output}: expected a file name that ends in .xlsx")
    _refuse_other_workbooks(output)
    with open_snapshot(snapshot) as connection:
        agency_id, name = body(connection, wanted.agencies[0])
        reports = body_reports(connection, agency_id, wanted.years)
    if not reports:
        of = f" of {', '.join(map(str, wanted.years))}" if wanted.years else ""
        raise UserError(f"{name}: expected a report{of} in the snapshot, found none")
    staging = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        workbook(name, reports).save(staging)
        staging.replace(output)
    except OSError as error:
        raise UserError(f"{output}: expected a place to write to, found: {error.strerror or error}") from error
    finally:
        staging.unlink(missing_ok=True)
    years = ", ".join("no year" if report.year is None else str(report.year) for report in reports)
    print(f"{output}: {name}, {len(reports)} sheet{'s' if len(reports) > 1 else ''} ({years})")
    return 0


def _refuse_other_workbooks(output: Path) -> None:
    if not output.exists():
        return
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    from warehouse.workbook import CREATOR

    try:
        book = load_workbook(output, read_only=True)
        creator = book.properties.creator
        book.close()
    except Exception:  # whatever it is, it is none of ours
        creator = None
    if creator != CREATOR:
        raise UserError(f"{output}: expected a new file or a workbook of ours to replace, found another file")

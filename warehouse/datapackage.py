"""The descriptor of an export, `datapackage.json`: a Data Package (version 2 of the Frictionless standard).

Names, types and comments are those of the snapshot; nothing is written here and no file is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from warehouse.export import Column, Relation, references

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_TABLE = "https://datapackage.org/profiles/2.0/tableschema.json"
_MEDIA = {"parquet": "application/vnd.apache.parquet", "csv": "text/csv"}
_TYPES = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "datetime",
    "TIMESTAMP WITH TIME ZONE": "datetime",
    "FLOAT": "number",
    "DOUBLE": "number",
    "JSON": "object",
    "INTERVAL": "duration",
}
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "BIGNUM")
_DESCRIPTION = """\
Figures of the annual information-disclosure reports (政府信息公开工作年度报告) of China's public bodies, read cell by \
cell by Nianbao. Figures stand as they were published: a blank, a dash and a cell that was not found are three states \
of `status`, and none of them is 0. Proposed corrections (`suspects`) stand beside them. Each figure leads back to its \
page by `source` and `locator`. No licence is stated here: the reports are official publications, and whoever passes \
the data on decides under which terms."""
_CSV = ' In CSV a null is nothing between two commas, and an empty text is "".'
_GUARDED = (
    " For spreadsheets an apostrophe stands before each text that begins with = + - @ (full-width too), perhaps after"
    " blanks or apostrophes, or with a tab or a line break, unless it is a plain number: taking one apostrophe away"
    " from a text that begins with apostrophes and such a sign gives what was published."
)


@dataclass(frozen=True, slots=True)
class File:
    """A file of an export as it lies there: path below the export, rows, size in bytes, SHA-256 in hex."""

    path: str
    rows: int
    bytes: int
    sha256: str


def descriptor(
    resources: Iterable[tuple[Relation, Sequence[File], list[str]]],
    *,
    form: str,
    created: datetime,
    about: dict[str, Any],
) -> dict[str, Any]:
    """Return the descriptor of an export as ``parquet``, ``csv`` or ``csv-bom``.

    ``resources`` are relations with their files, and the filters that could not be put to them; ``created`` is in UTC;
    ``about`` (snapshot, layout, filters) goes under ``nianbao``, where our own programs look for it.
    """
    listed = list(resources)
    exported = {relation.name for relation, _, _ in listed}
    return {
        "$schema": PROFILE,
        "name": "nianbao",
        "title": "政府信息公开工作年度报告 / annual reports on information disclosure",
        "description": _DESCRIPTION + {"parquet": "", "csv": _CSV}.get(form, _CSV + _GUARDED),
        "created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "resources": [_resource(relation, files, form, exported, unheeded) for relation, files, unheeded in listed],
        "nianbao": {"format": form, **about},
    }


def _resource(
    relation: Relation, files: Sequence[File], form: str, exported: set[str], unheeded: list[str]
) -> dict[str, Any]:
    kind = "parquet" if form == "parquet" else "csv"
    told: dict[str, Any] = {"name": relation.name, "type": "table"}
    if relation.comment:
        told["description"] = relation.comment
    split = relation.partition is not None and kind == "parquet"
    told["path"] = [file.path for file in files] if split else files[0].path
    told |= {"format": kind, "mediatype": _MEDIA[kind]}
    if kind == "csv":
        told |= {"encoding": "utf-8", "dialect": {"delimiter": ",", "lineTerminator": "\n", "doubleQuote": True}}
    told["bytes"] = sum(file.bytes for file in files)
    if not split:
        told["hash"] = f"sha256:{files[0].sha256}"
    told["rows"] = sum(file.rows for file in files)
    # The standard has one hash for a resource; of one that lies in several files each has its own.
    told["files"] = [
        {"path": file.path, "rows": file.rows, "bytes": file.bytes, "hash": f"sha256:{file.sha256}"} for file in files
    ]
    if unheeded:
        told["notFilteredBy"] = unheeded
    return told | {"schema": _schema(relation, exported)}


def _schema(relation: Relation, exported: set[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {"$schema": _TABLE, "fields": [_field(column) for column in relation.columns]}
    if relation.key:
        schema["primaryKey"] = list(relation.key)
    foreign = [
        {"fields": [column.name], "reference": {"resource": target, "fields": [column.name]}}
        for column in relation.columns
        if (target := references().get(column.name)) in exported and target != relation.name
    ]
    return schema | ({"foreignKeys": foreign} if foreign else {})


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": _type(column.type)}
    if column.comment:
        field["description"] = column.comment
    if column.required:
        field["constraints"] = {"required": True}
    return field


def _type(kind: str) -> str:
    if kind.endswith("]"):
        return "array"
    if kind.startswith(("STRUCT", "MAP", "UNION")):
        return "object"
    if kind.startswith("DECIMAL"):
        return "number"
    if kind.removeprefix("U") in _INTEGERS:
        return "integer"
    return _TYPES.get(kind, "string")

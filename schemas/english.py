"""What the formats' tables, rows and columns are called in English; by code, so once for all formats."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("english.yaml")


@cache
def _known() -> dict[str, dict[str, dict[str, str]]]:
    loaded: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded


def english_title(table: str) -> str:
    """Return a table's English title; of one that is not translated yet, the words of its code."""
    return str(_known().get(table, {}).get("title", _words(table)))


def english_label(table: str, row: str, column: str) -> str:
    """Return a cell's English label: ``granted in part, businesses``; codes that are not translated stay words."""
    return f"{english_row(table, row)}, {_known().get(table, {}).get('columns', {}).get(column, _words(column))}"


def english_row(table: str, row: str) -> str:
    """Return a row's English label, of one that is not translated the words of its code."""
    return str(_known().get(table, {}).get("rows", {}).get(row, _words(row)))


def is_translated(table: str, row: str, column: str) -> bool:
    """Tell whether a cell's row and column have English names of their own."""
    known = _known().get(table, {})
    return row in known.get("rows", {}) and column in known.get("columns", {})


def _words(code: str) -> str:
    return code.replace("_", " ")

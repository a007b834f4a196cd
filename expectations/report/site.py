"""The offline site around the report: the shells of its pages and the scripts that hold their data.

Data are scripts because a page opened from a file may load those and cannot fetch. Each bears the digest of what is
in it, so a page never meets the data of another night. Nothing is written or queried here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from expectations.report.data import QualityReport
from expectations.report.page import render_page
from expectations.report.render import TEMPLATES, environment
from expectations.report.words import FAMILIES, GAPS, GRADES, family_words, grade_words, night
from schemas.formats import load_formats
from schemas.formats.printed import Part, PrintedTable, printed

PAGES = ("browse", "gaps", "agency", "report")
_PARTS = tuple(Part)
_Rows = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class File:
    """A file of the site, by its name below the site's folder."""

    name: str
    text: str


def shard_file(number: int, reports: str) -> File:
    """Return the script of one shard; ``reports`` is a JSON array."""
    return _data(f"shard-{number}", reports)


def formats_file(rules: _Rows) -> File:
    """Return the script with every format's tables as printed, the labels of its cells, and its rules."""
    known: dict[str, dict[str, Any]] = {
        form.code: {
            "notice": form.notice,
            "tables": [_table(table) for table in printed(form)],
            "cells": [[cell.row_label, cell.column_label, " ".join(cell.key)] for cell in form.cells],
            "rules": {},
        }
        for form in load_formats()
    }
    for code, rule, family, zh, en, cells in rules:
        known[code]["rules"][rule] = [family, zh, en, cells]
    return _data("formats", _json(known))


def index_file(report: QualityReport, bodies: _Rows, lines: _Rows, rules: _Rows, shards: Mapping[int, str]) -> File:
    """Return the script by which bodies and reports are found: columns, not rows, for it is read whole.

    ``bodies``, ``lines`` and ``rules`` are rows of `warehouse.pages`, ``shards`` the names of their files.
    """
    regions = sorted({_region(body) for body in bodies})
    region_at = {region: number for number, region in enumerate(regions)}
    body_at = {body[0]: number for number, body in enumerate(bodies)}
    broken = sorted({rule for line in lines for rule in line[6]})
    rule_at = {rule: number for number, rule in enumerate(broken)}
    told = {rule: [rule, family, zh, en] for _, rule, family, zh, en, _ in rules}
    named = [told.get(rule, [rule, rule.split(".")[0], rule, rule]) for rule in broken]
    families = [*FAMILIES, *sorted({rule[1] for rule in named} - set(FAMILIES))]
    grades = sorted({*GRADES, *(line[3] or "" for line in lines)}, key=lambda code: (code not in GRADES, code))
    index = {
        "night": night(report.started_at),
        "regions": regions,
        "grades": [[code, *_grade(code)] for code in grades],
        "families": [[code, *family_words(code)] for code in families],
        "rules": named,
        "shards": {str(number): name for number, name in sorted(shards.items())},
        "bodies": {
            "id": [body[0] for body in bodies],
            "name": [body[1] for body in bodies],
            "also": [body[7] or "" for body in bodies],
            "kind": [body[2] or "" for body in bodies],
            "level": [body[3] or "" for body in bodies],
            "region": [region_at[_region(body)] for body in bodies],
        },
        "reports": {
            "id": [line[0] for line in lines],
            "body": [body_at.get(line[1], -1) for line in lines],
            "year": [line[2] or 0 for line in lines],
            "grade": [grades.index(line[3] or "") for line in lines],
            "shard": [line[4] for line in lines],
            "new": [number for number, line in enumerate(lines) if line[5]],
            "rules": [[rule_at[rule] for rule in line[6]] for line in lines],
        },
    }
    return _data("index", _json(index))


def gaps_file(rows: _Rows) -> File:
    """Return the script with every body that has a gap; ``rows`` are those of `warehouse.pages.gaps`."""
    regions = sorted({row[2] for row in rows})
    region_at = {region: number for number, region in enumerate(regions)}
    states = sorted({state for row in rows for _, state, _ in row[3]}, key=lambda code: (code not in GAPS, code))
    told = {
        "regions": regions,
        "states": [[code, *(GAPS.get(code) or (code, code))] for code in states],
        "bodies": {
            "id": [row[0] or "" for row in rows],
            "name": [row[1] or "" for row in rows],
            "region": [region_at[row[2]] for row in rows],
            "years": [[[year, states.index(state), late or 0] for year, state, late in row[3]] for row in rows],
        },
    }
    return _data("gaps", _json(told))


def pages(report: QualityReport, index: File, formats: File, gaps: File, *, dictionary: bool = False) -> list[File]:
    """Return what the pages are: style and script first, then the shells, the overview last."""
    style = _named("style", "css", _source("page.css") + _source("site.css"))
    script = _named("site", "js", _source("site.js"))
    values = {
        "report": report,
        "night": night,
        "style": style,
        "script": script,
        "index": index,
        "formats": formats,
        "gaps": gaps,
    }
    shells = [File(f"{name}.html", environment().get_template(f"{name}.html.j2").render(values)) for name in PAGES]
    return [style, script, *shells, File("index.html", render_page(report, site=True, dictionary=dictionary))]


def _region(body: Sequence[Any]) -> str:
    """Return 江苏省/南通市; 中央 of the national bodies, nothing where the place is not known."""
    level, province, city = body[3:6]
    return "/".join(filter(None, (province, city))) or ("中央" if level == "national" else "")


def _grade(code: str) -> tuple[str, str, str]:
    words = grade_words(code)
    return words.mark, words.zh, words.en


def _table(table: PrintedTable) -> dict[str, Any]:
    rows = [
        [[_PARTS.index(cell.part), cell.text, cell.position, cell.rowspan, cell.colspan] for cell in row]
        for row in table.rows
    ]
    return {"code": table.code, "title": table.title, "rows": rows}


def _data(name: str, content: str) -> File:
    # A browser parses a long JSON text much faster than the same as a script.
    quoted = content.replace("\\", "\\\\").replace("'", "\\'").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return _named(name, "js", f"nianbao.take('{name}',JSON.parse('{quoted}'));\n")


def _named(name: str, kind: str, text: str) -> File:
    return File(f"data/{name}-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:12]}.{kind}", text)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")

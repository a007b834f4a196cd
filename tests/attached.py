"""A page whose report is in files: the page, and the files, made of one report whose figures add up."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from schemas.formats import format_by_code
from tests.corpus import write_docx
from tests.extractors import scans

AGENCY, YEAR = scans.AGENCY, scans.YEAR
FIGURES = scans.figures(format_by_code("2021"), 7)


def page(body: str, year: int = YEAR) -> bytes:
    """Return a page with title, date and text, and ``body`` in place of its tables."""
    return (
        f"<!doctype html><meta charset=utf-8><title>{AGENCY}{year}年政府信息公开工作年度报告</title>"
        f"<h1>{AGENCY}{year}年政府信息公开工作年度报告</h1><p>发布时间:{year + 1}-01-18</p>"
        f"<p>一、总体情况</p><p>年内公开信息有序。统计数据见附件。</p>{body}<p>六、其他需要报告的事项</p><p>无。</p>"
    ).encode()


@lru_cache(maxsize=4)
def report_docx(seed: int = 7) -> bytes:
    """Return the report as a Word file; another seed has other figures."""
    form = format_by_code("2021")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.docx"
        write_docx(path, scans.report(form, scans.figures(form, seed)))
        return path.read_bytes()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


@lru_cache(maxsize=1)
def pictures() -> list[bytes]:
    """Return a picture of each table, as real Chromium shows it."""
    tables = scans.tables_page(format_by_code("2021"), FIGURES, "").values()
    return [scans.encoded(scans.screenshot(table, 1000)) for table in tables]

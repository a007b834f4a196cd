"""A small house for tests: real archive, real warehouse, pages made of dense figures that add up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extractors.read import EXTRACTOR_VERSION
from flows.crawl.archive import ArchiveWriter, digest_of
from flows.crawl.captures import iso_utc
from flows.reading import read_batch
from schemas.formats import Format, format_by_code
from tests.corpus import Figures, Page, Report, page_bytes, report_html, report_sections
from warehouse.checks import check_reports
from warehouse.load import DocumentToRead, ReadingBatch, documents_to_read, load_captures, load_readings
from warehouse.store import open_warehouse

TABLES = ("documents", "captures", "readings", "reports", "fact_values", "agencies", "checks", "problems")


def consistent(form: Format, start: int = 0) -> Figures:
    """Figures in which every declared sum holds and most cells differ."""
    figures = {cell.key: start + cell.position for cell in form.cells}
    for rule in sorted(form.sums, key=lambda rule: rule.family != "row_total"):
        if rule.family == "balance":
            continue
        (total,) = [term.cell.key for term in rule.terms if term.sign > 0]
        figures[total] = sum(figures[term.cell.key] for term in rule.terms if term.sign < 0)
    for rule in form.sums:
        if rule.family == "balance":
            column = rule.code.rsplit(".", 1)[1]
            key = ("applications", "received_new", column)
            rest = {t.cell.row_code: figures[t.cell.key] for t in rule.terms}
            figures[key] = rest["total"] + rest["carried_out"] - rest["carried_in"]
    return {key: str(value) for key, value in figures.items()}


@dataclass
class House:
    """An archive and a warehouse below one folder."""

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / "warehouse.duckdb"

    def page(self, agency: str, year: int, start: int = 0, code: str = "2021") -> bytes:
        form = format_by_code(code)
        report = Report(
            agency=agency,
            year=year,
            format=code,
            published_on=datetime(year + 1, 1, 20).date(),
            sections=report_sections(form, consistent(form, start), {"一": ["工作有序。"]}),
            title=(f"{agency}{year}年政府信息公开工作年度报告",),
            breadcrumb=(),
            meta="",
            intro=(),
            closing=(),
        )
        return page_bytes(report_html(report, Page()), Page())

    def capture(self, url: str, day: int = 1, **known: Any) -> dict[str, Any]:
        return {
            "url": url,
            "source_id": "test",
            "role": "report",
            "fetched_at": iso_utc(datetime(2026, 1, day, tzinfo=UTC)),
            **known,
        }

    def load_captures(self, run_id: str, captures: list[dict[str, Any]]) -> None:
        path = self.folder / f"{run_id}.captures.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in captures), encoding="utf-8")
        with open_warehouse(self.path) as warehouse:
            load_captures(warehouse, run_id, path)

    def archive(self, body: bytes, run_id: str, url: str, day: int = 1, **known: Any) -> list[DocumentToRead]:
        with ArchiveWriter(self.folder, run_id) as writer:
            at = writer.write_resource(url, "text/html", body, datetime(2026, 1, day, tzinfo=UTC))
        found = self.capture(
            url, day, outcome="found", status=200, content_type="text/html", digest=digest_of(body),
            size=len(body), file=at.file, offset=at.offset, **known,
        )  # fmt: skip
        self.load_captures(run_id, [found])
        with open_warehouse(self.path) as warehouse:
            return documents_to_read(warehouse, EXTRACTOR_VERSION)

    def load(self, batch: ReadingBatch, run_id: str) -> None:
        with open_warehouse(self.path) as warehouse:
            load_readings(warehouse, run_id, batch)
            check_reports(warehouse)

    def ingest(self, run_id: str, body: bytes, url: str = "http://x/page.html", day: int = 1, **known: Any) -> None:
        documents = self.archive(body, run_id, url, day, **known)
        self.load(read_batch(documents, self.folder, self.folder / run_id), run_id)

    def ingest_all(self, run_id: str, pages: dict[str, bytes]) -> None:
        """Archive, read, load and judge many pages at once, each by its address."""
        moment, captures = datetime(2026, 1, 1, tzinfo=UTC), []
        with ArchiveWriter(self.folder, run_id) as writer:
            for url, body in pages.items():
                at = writer.write_resource(url, "text/html", body, moment)
                captures.append(self.capture(
                    url, outcome="found", status=200, content_type="text/html", digest=digest_of(body),
                    size=len(body), file=at.file, offset=at.offset,
                ))  # fmt: skip
        self.load_captures(run_id, captures)
        with open_warehouse(self.path) as warehouse:
            documents = documents_to_read(warehouse, EXTRACTOR_VERSION)
        self.load(read_batch(documents, self.folder, self.folder / run_id), run_id)

    def counts(self) -> dict[str, int]:
        with open_warehouse(self.path) as warehouse:
            found = {}
            for table in TABLES:
                row = warehouse.execute(f"SELECT count(*) FROM {table}").fetchone()
                assert row is not None
                found[table] = row[0]
            return found

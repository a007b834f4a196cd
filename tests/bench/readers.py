"""Reading a report whole (parse, find, align, identify) against what others take only to parse the same bytes."""

from __future__ import annotations

import io
from pathlib import Path
from statistics import median

from extractors.media import Medium, decode, sniff
from extractors.read import read_report
from schemas.errors import DocumentError
from tests.bench.contest import race
from tests.shared import SAMPLES


def sample_reports(medium: Medium) -> list[Path]:
    """List the sample reports of a medium that give facts."""
    found = []
    for path in sorted((SAMPLES / "site").rglob("*")):
        if path.is_file() and sniff(path.read_bytes()) is medium and _has_facts(path):
            found.append(path)
    return found


def _has_facts(path: Path) -> bool:
    try:
        return bool(read_report(path.read_bytes(), path.name).facts)
    except DocumentError:
        return False


def bench_html(rounds: int) -> tuple[str, ...]:
    """Race against ``pandas.read_html(flavor="html5lib")`` over the sample reports in HTML."""
    import pandas

    def by_pandas(text: str) -> None:
        pandas.read_html(io.StringIO(text), flavor="html5lib")

    ours, theirs, ratios = [], [], []
    paths = sample_reports(Medium.HTML)
    for path in paths:
        data = path.read_bytes()
        text, _ = decode(data)
        found = race({"ours": lambda d=data: read_report(d, "page"), "pandas": lambda t=text: by_pandas(t)}, rounds)
        ours.append(found["ours"])
        theirs.append(found["pandas"])
        ratios.append(found["pandas"] / found["ours"])
    return _row(f"HTML, {len(paths)} reports", "pandas.read_html (html5lib), parsing only", ours, theirs, ratios)


def bench_pdf(rounds: int) -> tuple[str, ...]:
    """Race against pdfplumber extracting the tables of all pages, over the sample reports in PDF."""
    import pdfplumber

    def by_pdfplumber(data: bytes) -> None:
        with pdfplumber.open(io.BytesIO(data)) as document:
            for page in document.pages:
                page.extract_tables()

    ours, theirs, ratios = [], [], []
    paths = sample_reports(Medium.PDF)
    if not paths:
        return "PDF", "no reader for it yet", "", "", ""
    for path in paths:
        data = path.read_bytes()
        found = race(
            {"ours": lambda d=data: read_report(d, "file"), "plumber": lambda d=data: by_pdfplumber(d)}, rounds
        )
        ours.append(found["ours"])
        theirs.append(found["plumber"])
        ratios.append(found["plumber"] / found["ours"])
    return _row(f"PDF, {len(paths)} reports", "pdfplumber, tables of all pages", ours, theirs, ratios)


def _row(what: str, against: str, ours: list[float], theirs: list[float], ratios: list[float]) -> tuple[str, ...]:
    spread = f"{median(ratios):.1f} ({min(ratios):.1f}–{max(ratios):.1f})"
    return what, against, f"{median(ours) * 1000:.1f} ms", f"{median(theirs) * 1000:.1f} ms", spread

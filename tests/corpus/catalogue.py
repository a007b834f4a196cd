"""The sample reports and their bodies as `reports.yaml` describes them, loaded into frozen types and checked.

Every key of that file is read here and nowhere else. Where the files go is `samples`' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from schemas.formats import Format, format_by_code

from .document import Report, report_sections
from .figures import Figures, failing_sums, load_figures
from .html import Page
from .text import TextStyle
from .wording import Wording, full_width, half_width


@dataclass(frozen=True)
class Link:
    """An entry of a list page. Without text and rows, and no sample's own, it leads nowhere."""

    title: str
    path: str
    published_on: date
    paragraphs: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Body:
    """A public body's folder on the sample site: its list page(s) and what they link to, newest first."""

    folder: str
    name: str
    heading: str
    page: Page
    per_page: int
    others: tuple[Link, ...]  # pages that are no reports
    dead: tuple[Link, ...]  # links without a page


@dataclass(frozen=True)
class Sample:
    """A sample report: what it says, how it is made, and where it lies on the site."""

    slug: str
    body: str
    path: str  # within the body's folder
    medium: str  # html, txt, pdf or docx
    origin: str
    title: str  # as lists link to it; the report itself may break or lack it
    figures: Figures
    failing_sums: tuple[str, ...]  # known and marked
    page: Page
    style: TextStyle | None
    report: Report

    @property
    def form(self) -> Format:
        """The format of the report."""
        return format_by_code(self.report.format)

    @property
    def link(self) -> Link:
        """The list entry of the report."""
        return Link(self.title, self.path, self.report.published_on)


@dataclass(frozen=True)
class Catalogue:
    """All bodies and all sample reports."""

    bodies: tuple[Body, ...]
    samples: tuple[Sample, ...]

    @cached_property
    def by_slug(self) -> dict[str, Sample]:
        """Look a sample up by its slug."""
        return {sample.slug: sample for sample in self.samples}

    def of(self, body: Body) -> tuple[Sample, ...]:
        """Return a body's samples."""
        return tuple(sample for sample in self.samples if sample.body == body.folder)


def load_catalogue(folder: Path) -> Catalogue:
    """Read ``folder/reports.yaml`` and ``folder/figures/*.csv``.

    Raises:
        KeyError: an entry lacks a key; a figures file lacks a cell.
        TypeError: an entry has a key that nothing reads.
        ValueError: see `check`.
    """
    data = yaml.safe_load((folder / "reports.yaml").read_text(encoding="utf-8"))
    catalogue = Catalogue(
        tuple(_body(**entry) for entry in data["bodies"]),
        tuple(_sample(folder, **entry) for entry in data["reports"]),
    )
    check(catalogue)
    return catalogue


def check(catalogue: Catalogue) -> None:
    """Hold the samples to what is said of them.

    Raises:
        ValueError: a report's failing sums are not those marked, a body is unknown, or what one year
            carries out is not what the same body's next year carries in.
    """
    folders = {body.folder for body in catalogue.bodies}
    for sample in catalogue.samples:
        if sample.body not in folders:
            raise ValueError(f"{sample.slug}: expected one of the bodies, found {sample.body!r}")
        if (found := failing_sums(sample.form, sample.figures)) != sample.failing_sums:
            raise ValueError(f"{sample.slug}: expected these sums to fail {sample.failing_sums}, found {found}")
    for first, second in _consecutive(catalogue.samples):
        carried = {column: raw for (_, row, column), raw in first.figures.items() if row == "carried_out"}
        taken = {column: raw for (_, row, column), raw in second.figures.items() if row == "carried_in"}
        if carried != taken:
            raise ValueError(f"{second.slug}: expected to carry in {carried}, found {taken}")


def _consecutive(samples: Iterable[Sample]) -> list[tuple[Sample, Sample]]:
    ordered = sorted(samples, key=lambda sample: (sample.report.agency, sample.report.year))
    return [
        (first, second)
        for first, second in pairwise(ordered)
        if (first.report.agency, first.report.year + 1) == (second.report.agency, second.report.year)
    ]


def _body(
    *,
    folder: str,
    name: str,
    heading: str,
    per_page: int = 20,
    others: Iterable[Mapping[str, Any]] = (),
    dead: Iterable[Mapping[str, Any]] = (),
    **page: Any,
) -> Body:
    return Body(folder, name, heading, Page(**page), per_page, tuple(map(_link, others)), tuple(map(_link, dead)))


def _link(entry: Mapping[str, Any]) -> Link:
    link = Link(**entry)
    return replace(link, paragraphs=tuple(link.paragraphs), rows=tuple(map(tuple, link.rows)))


def _sample(
    folder: Path,
    *,
    slug: str,
    body: str,
    path: str,
    agency: str,
    year: int,
    format: str,
    medium: str,
    title: str,
    published_on: date,
    origin: str,
    sections: Mapping[str, list[str]],
    style: str | None = None,
    punctuation: str = "full",
    title_lines: list[str] | None = None,
    failing_sums: Iterable[str] = (),
    headings: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    notes: Mapping[str, list[str]] | None = None,
    spare: int = 0,
    breadcrumb: Iterable[str] = (),
    meta: str = "",
    intro: Iterable[str] = (),
    closing: Iterable[str] = (),
    **page: Any,
) -> Sample:
    """Make a sample of an entry; keys that are no parameter are fields of `Page`."""
    set_in = {"full": full_width, "half": half_width}[punctuation]
    rows = {code: tuple(texts) for code, texts in (notes or {}).items()}
    wording = Wording(labels or {}, rows, punctuation == "full", spare)
    figures = load_figures(folder / "figures" / f"{slug}.csv")
    prose = {number: [set_in(text) for text in texts] for number, texts in sections.items()}
    report = Report(
        agency=agency,
        year=year,
        format=format,
        published_on=published_on,
        sections=report_sections(format_by_code(format), figures, prose, wording, headings),
        title=tuple([title] if title_lines is None else title_lines),
        breadcrumb=tuple(breadcrumb),
        meta=meta,
        intro=tuple(map(set_in, intro)),
        closing=tuple(closing),
    )
    return Sample(
        slug=slug,
        body=body,
        path=path,
        medium=medium,
        origin=origin,
        title=title,
        figures=figures,
        failing_sums=tuple(failing_sums),
        page=Page(**page),
        style=TextStyle(style) if style else None,
        report=report,
    )

"""Rebuilds the sample site: `python -m tests.corpus.samples [--all]`.

HTML and text come out byte for byte the same each time; PDF and Word files do not, and are only made
anew when missing or with `--all`. What the site says stands in `data/samples/reports.yaml`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from .catalogue import Body, Catalogue, Link, Sample, load_catalogue
from .docx import write_docx
from .html import page_bytes, report_html, site_html
from .pdf import write_pdf
from .text import TextStyle, report_text

FOLDER = Path(__file__).parents[2] / "data" / "samples"
ROBOTS = "User-agent: *\nAllow: /\n"
SLOW = ("pdf", "docx")


def rebuild(folder: Path = FOLDER, *, everything: bool = False) -> tuple[Path, ...]:
    """Write ``folder/site`` from ``folder/reports.yaml`` and ``folder/figures``; return its files, sorted.

    Files that belong to nothing any more are removed.

    Raises:
        KeyError, TypeError, ValueError: the catalogue contradicts itself (see `catalogue`).
    """
    catalogue = load_catalogue(folder)
    site = folder / "site"
    files = {site / "robots.txt": ROBOTS.encode()}
    for body in catalogue.bodies:
        files |= {site / body.folder / name: content for name, content in _pages(body, catalogue)}
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    reports = {site / sample.body / sample.path: sample for sample in catalogue.samples}
    for path, sample in reports.items():
        if everything or sample.medium not in SLOW or not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_sample(path, sample, catalogue)
    known = {*files, *reports}
    for path in [path for path in site.rglob("*") if path.is_file() and path not in known]:
        path.unlink()
    return tuple(sorted(known))


def write_sample(path: Path, sample: Sample, catalogue: Catalogue) -> None:
    """Write one sample report to ``path`` in its medium.

    Raises:
        ValueError: there is no such medium.
    """
    site = next(body.name for body in catalogue.bodies if body.folder == sample.body)
    match sample.medium:
        case "html":
            path.write_bytes(page_bytes(report_html(sample.report, sample.page, site=site), sample.page))
        case "txt":
            text = report_text(sample.report, sample.style or TextStyle.NL)
            path.write_bytes(text.encode(sample.page.encoding))
        case "pdf":
            write_pdf(path, report_html(sample.report, sample.page, site=site))
        case "docx":
            write_docx(path, sample.report)
        case _:
            raise ValueError(f"{sample.slug}: expected html, txt, pdf or docx, found {sample.medium!r}")


def _pages(body: Body, catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of a body's list pages and of its pages that are no reports."""
    links = [*(sample.link for sample in catalogue.of(body)), *body.others, *body.dead]
    links.sort(key=lambda link: link.published_on, reverse=True)
    chunks = [links[start : start + body.per_page] for start in range(0, len(links), body.per_page)]
    names = ["index.html", *(f"index_{number}.html" for number in range(1, len(chunks)))]
    for number, (name, chunk) in enumerate(zip(names, chunks, strict=True)):
        yield name, _list_page(body, chunk, number, names)
    for link in body.others:
        yield link.path, page_bytes(site_html("other", body.page, site=body.name, link=link), body.page)


def _list_page(body: Body, links: list[Link], number: int, names: list[str]) -> bytes:
    html = site_html(
        "list",
        body.page,
        site=body.name,
        heading=body.heading,
        links=links,
        number=number + 1,
        count=len(names),
        earlier=names[number - 1] if number else "",
        later=names[number + 1] if number + 1 < len(names) else "",
    )
    return page_bytes(html, body.page)


def main() -> None:
    """Rebuild from the command line."""
    parser = argparse.ArgumentParser(description="Rebuild data/samples/site.")
    parser.add_argument("--all", action="store_true", help="PDF and Word files too, not only missing ones")
    files = rebuild(everything=parser.parse_args().all)
    size = sum(path.stat().st_size for path in files)
    print(f"{len(files)} files, {size // 1024} KiB, under {FOLDER.name}/site")


if __name__ == "__main__":
    main()

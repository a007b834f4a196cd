"""One whole report, neutral of any medium: title, meta line, six sections of prose and grids.

The grids come from `grid`; the words come from whoever makes the report (`data/samples/reports.yaml`).
Turning a report into bytes is for `html`, `text`, `docx` and `pdf`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from schemas.formats import Format

from .figures import Key
from .grid import Grid, grids
from .wording import Wording

# The sections without a table; those with one are named by the format.
PROSE_TITLES = {"一": "总体情况", "五": "存在的主要问题及改进情况", "六": "其他需要报告的事项"}


@dataclass(frozen=True)
class Section:
    """A numbered section: its heading, then its paragraphs, then its table when it has one."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    grid: Grid | None = None


@dataclass(frozen=True)
class Report:
    """A report as it reads from top to bottom. Empty fields are not printed."""

    agency: str
    year: int
    format: str
    published_on: date
    sections: tuple[Section, ...]
    title: tuple[str, ...] = ()  # as many lines as it is broken into
    breadcrumb: tuple[str, ...] = ()
    meta: str = ""
    intro: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()  # signature and date


def report_sections(
    form: Format,
    figures: Mapping[Key, str],
    prose: Mapping[str, Sequence[str]],
    wording: Wording | None = None,
    headings: Mapping[str, str] | None = None,
) -> tuple[Section, ...]:
    """Return the sections 一 to 六 of a report, tables included.

    ``prose`` gives the paragraphs and ``headings`` a publisher's own headings, both by section number.

    Raises:
        KeyError: a cell of the format has no figure, or ``prose`` names a section that does not exist.
    """
    wording = wording or Wording()
    printed = grids(form, figures, wording)
    titles = PROSE_TITLES | {table.number: table.title for table in form.tables}
    tables = {table.number: printed[table.code] for table in form.tables}
    numbers = sorted(titles, key="一二三四五六".index)
    if strangers := sorted(set(prose) - set(numbers)):
        raise KeyError(f"no such sections: {strangers}")
    return tuple(
        Section(
            heading=(headings or {}).get(number, f"{number}、{wording.printed(titles[number])}"),
            paragraphs=tuple(prose.get(number, ())),
            grid=tables.get(number),
        )
        for number in numbers
    )

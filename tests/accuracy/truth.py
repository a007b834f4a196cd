"""What a document of the corpus says, known because it was made from it: a truth for every cell.

How readings are judged against it is `score`'s business. Nothing of the extractors is used here: a
figure's number, unit and state are worked out from the few forms that the corpus itself prints.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from schemas.facts import Status
from schemas.formats import Format, Kind
from tests.corpus import Figures

Key = tuple[str, str, str]
# Which documents of a medium to make, by layout and number; making some takes seconds.
Pick = Callable[[str, int], bool]

# Every text without a number that the corpus prints in a cell.
DASHES = ("/", "—", "-", "--", "无", "——")
UNREADABLE = ("1?3", "4\ufffd", "5l", "若干", "12..3", "7,13", "3 8", "**", "六", "2O")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９，．＋－", "0123456789,.+-")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")
_UNIT = re.compile(r"亿元|[万萬]元|元")
# A head whose unit was damaged (单位:甲元) says none.
_DAMAGED_UNIT = re.compile(r"单位[:：][^元万萬亿]元")


@dataclass(frozen=True, slots=True)
class Expected:
    """The truth of a cell. Where ``known`` is False the document does not hold it any more."""

    status: Status
    value: Decimal | None = None
    unit: str | None = None
    raw: str | None = None
    known: bool = True


@dataclass(frozen=True, slots=True)
class ReportTruth:
    """A report in a document; ``agency`` and ``year`` are None where the document does not tell."""

    format: str
    agency: str | None
    year: int | None
    cells: Mapping[Key, Expected]


@dataclass(frozen=True, slots=True)
class Case:
    """A document of the corpus: its bytes, and the reports in it from top to bottom."""

    medium: str
    layout: str
    name: str
    data: bytes
    truths: tuple[ReportTruth, ...]

    @property
    def has_blanks(self) -> bool:
        """Tell whether some cell of it was left blank."""
        return any(told.status is Status.BLANK for truth in self.truths for told in truth.cells.values())


def every(layout: str, number: int) -> bool:
    """Pick every document."""
    del layout, number
    return True


def expected(raw: str, kind: Kind, head: str, *, raw_kept: bool = True) -> Expected:
    """Work out the truth of a cell in which ``raw`` was printed under ``head``.

    ``raw_kept`` is False in media that do not keep a cell's characters (numbers of a sheet, pictures).

    Raises:
        ValueError: the corpus prints no such text.
    """
    text = raw.strip()
    kept = text if raw_kept else None
    if not text:
        return Expected(Status.BLANK)
    if text in DASHES:
        return Expected(Status.DASH, raw=kept)
    if text in UNREADABLE:
        return Expected(Status.UNREADABLE, raw=kept)
    if text == "零":
        return Expected(Status.PUBLISHED, Decimal(0), raw=kept)
    found = _NUMBER.search(text.translate(_FULL_WIDTH))
    if found is None:
        raise ValueError(f"expected a text that the corpus prints, found {raw!r}")
    value = Decimal(found[0].replace(",", ""))
    if text.startswith("减"):
        value = -value
    head = _DAMAGED_UNIT.sub("", head)
    unit = _UNIT.search(text) or _UNIT.search(head) if kind is Kind.AMOUNT else None
    return Expected(Status.PUBLISHED, value, unit[0].replace("萬", "万") if unit else None, kept)


def cells_of(
    form: Format,
    figures: Figures,
    amount_head: str,
    lost: Collection[Key] = (),
    *,
    raw_kept: bool = True,
) -> dict[Key, Expected]:
    """Return the truth of every cell; ``lost`` are those that the document does not hold any more."""
    truth = {}
    for cell in form.cells:
        told = expected(figures[cell.key], cell.kind, amount_head, raw_kept=raw_kept)
        if cell.key in lost:
            told = Expected(told.status, told.value, told.unit, None, known=False)
        truth[cell.key] = told
    return truth

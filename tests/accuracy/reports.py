"""One report of the corpus: figures, words and identity put together, with the truth of its cells.

Media turn a `Made` into bytes; nothing here knows of any medium.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, product

from schemas.formats import Format, format_by_code
from tests.corpus import Figures, Report, Wording, report_sections

from .identities import Identity, form_name, identity
from .made import figures_of
from .truth import Case, Key, ReportTruth, cells_of

YEARS = {"2019": (2019, 2020), "2021": (2021, 2022, 2023, 2024, 2025)}
_HEADS = {"2019": "采购总金额", "2021": "本年收费金额(单位:万元)"}
OWN_KINDS = ("局", "厅", "镇", "乡", "县", "区", "市", "街道", "办", "馆", "中心")
# What a layout loses of given figures: the keys that the document does not hold any more.
Lost = Callable[[Format, Figures], Collection[Key]]


@dataclass(frozen=True)
class Made:
    """A report with its figures; ``rng`` is for whoever renders it."""

    name: str  # format, kind of figures, form of identity, number
    form: Format
    figures: Figures
    identity: Identity
    report: Report
    wording: Wording
    rng: random.Random = field(compare=False)

    def truth(self, lost: Collection[Key] = (), *, raw_kept: bool = True, headed: bool = True) -> ReportTruth:
        """Return its truth; ``headed`` is False where the heads are not printed and no unit is told."""
        head = self.wording.printed(_HEADS[self.form.code]) if headed else ""
        cells = cells_of(self.form, self.figures, head, lost, raw_kept=raw_kept)
        return ReportTruth(self.form.code, self.identity.expected_agency, self.identity.year, cells)


def make(
    code: str,
    kind: str,
    seed: str,
    number: int,
    wording: Callable[[Format, random.Random], Wording] | None = None,
    *,
    figures: Figures | None = None,
) -> Made:
    """Make the ``number``-th report of a series; equal arguments give an equal report.

    ``figures`` are printed in the place of those of ``kind``.
    """
    rng = random.Random(f"{seed}/{code}/{kind}/{number}")
    form = format_by_code(code)
    figures = figures or figures_of(kind, form, rng)
    who = identity(number, rng.choice(YEARS[code]), rng)
    words = wording(form, rng) if wording else Wording(full_width=rng.random() < 0.5)
    prose = _prose(who, rng)
    if (
        who.only_asked
        and who.agency.endswith("政府办公室")
        and not any("我" in text for text in chain(*prose.values()))
    ):
        # Readers of a government's report are sent to its office too: whose it is, nobody can say.
        who = replace(who, told_agency=None)
    report = Report(
        agency=who.agency,
        year=who.year,
        format=code,
        published_on=who.published_on,
        sections=report_sections(form, figures, prose, words),
        title=who.title,
        breadcrumb=who.breadcrumb,
        meta=who.meta,
        intro=who.intro,
        closing=who.closing,
    )
    return Made(f"{code} {kind}, {form_name(number)} {number}", form, figures, who, report, words, rng)


def series(layout: str, kinds: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Yield (number, kind of figures, format) of a layout's documents; other layouts do not change them."""
    first = zlib.crc32(layout.encode()) % 1000
    for place, (kind, code) in enumerate(product(kinds, YEARS)):
        yield first + place, kind, code


def case(medium: str, layout: str, name: str, data: bytes, *truths: ReportTruth) -> Case:
    """Return a document of the corpus."""
    return Case(medium, layout, name, data, truths)


def without_grids(report: Report, texts: Mapping[str, tuple[str, ...]]) -> Report:
    """Return the report with paragraphs in the place of its tables, by table code."""
    sections = tuple(
        replace(s, grid=None, paragraphs=(*s.paragraphs, *texts.get(s.grid.code, ()))) if s.grid else s
        for s in report.sections
    )
    return replace(report, sections=sections)


def speaks_of_itself(agency: str, rng: random.Random) -> str:
    """Return the word by which a body speaks of itself: 我局, 我镇, or 本机关."""
    ends = {
        "局": "我局",
        "厅": "我厅",
        "镇人民政府": "我镇",
        "乡人民政府": "我乡",
        "县人民政府": "我县",
        "区人民政府": "我区",
    }
    ends |= {"市人民政府": "我市", "街道办事处": "我街道", "办公室": "我办", "馆": "我馆", "中心": "我中心"}
    own = next((word for end, word in ends.items() if agency.endswith(end)), "本机关")
    return own if rng.random() < 0.8 else "本机关"


def _prose(who: Identity, rng: random.Random) -> dict[str, list[str]]:
    year = who.year
    own = speaks_of_itself(who.agency, rng)
    shown, asked, done = rng.randint(12, 2400), rng.randint(1, 40), rng.randint(0, 9)
    first = rng.choice(
        [
            f"{year}年，{own}坚持以公开为常态、不公开为例外，全年主动公开信息{shown}条。",
            f"{year}年，{own}按照要求做好政府信息公开工作。（一）主动公开。通过网站发布信息{shown}条，微信公众号发布{asked}条。",
            f"{own}高度重视信息公开，{year}年召开专题会议{done}次，公开文件{asked}件，行政许可事项按时上网。",
        ]
    )
    second = rng.choice(
        [
            f"（二）依申请公开。全年收到申请{asked}件，均在期限内答复，上年结转{done}件。",
            f"全年办理公开申请{asked}件，因公开引起的行政复议{done}件、行政诉讼0件。",
            "（三）政府信息管理。规章、行政规范性文件清理有序，行政处罚和行政强制信息及时公示。",
        ]
    )
    last = rng.choice(
        ["无", "本年度未收取信息处理费。", f"本年度发出收费通知{done}件，总金额0元。", "暂无其他需要报告的事项。"]
    )
    return {
        "一": [first, second],
        "二": [] if rng.random() < 0.7 else [f"{own}主动公开情况如下表。"],
        "五": ["主动公开的内容还不够全面，队伍需要培训。下一步将完善制度，加强督促检查。"],
        "六": [last],
    }

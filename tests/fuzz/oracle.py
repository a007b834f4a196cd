"""One input, made from its seed alone, read, and what was read held against the bytes by other means."""

from __future__ import annotations

import html
import re
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from extractors.blocks import Document, Grid
from extractors.media import Medium, decode, sniff
from extractors.read import READERS, ReportReading, read_report
from flows.worker import want_more_time
from schemas.errors import DocumentError
from schemas.facts import Fact, Status
from tests.fuzz.mutations import LOSSES, MUTATIONS, inside_package, noise
from tests.fuzz.samples import Sample, samples

_TAG = re.compile(r"<[^>]*>")
_MARK = re.compile(r"<!--.*?-->", re.DOTALL)
_ONES = str.maketrans("零〇", "00")


@dataclass(frozen=True)
class Input:
    """A made document; ``sample`` is None for noise, ``kept`` tells that its figures stand as they stood."""

    data: bytes
    recipe: str
    sample: Sample | None
    kept: bool


@dataclass(frozen=True)
class Outcome:
    """What became of an input: ``code`` of its error or ``facts``/``no_tables``; what is wrong, if anything.

    ``invented`` are values that the bytes do not hold, ``odd`` other things that must not be (a cell's state
    against its value, an error without a clear message).
    """

    seed: int
    recipe: str
    medium: str
    code: str
    published: int
    moved: int
    seconds: float
    invented: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()


def prepare() -> None:
    """Make the samples once, for all workers."""
    samples()


def make(seed: int) -> Input:
    """Make the input of a seed."""
    dice = Random(seed)
    known = samples()
    if dice.random() < 0.05:
        return Input(noise(dice, dice.choice(known).data), "noise", None, False)
    sample, other = dice.choice(known), dice.choice(known)
    data, used = sample.data, []
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        mutation = dice.choice(MUTATIONS)
        if data.startswith(b"PK") and dice.random() < 0.8:
            data = inside_package(dice, data, other.data)
            used.append(inside_package)
        else:
            data = mutation(dice, data, other.data)
            used.append(mutation)
    recipe = f"{sample.name}: " + ", ".join(mutation.__name__ for mutation in used)
    return Input(data, recipe, sample, len(used) == 1 and used[0] in LOSSES)


def fuzz(seed: int) -> Outcome:
    """Read the input of a seed; any exception but `DocumentError` is left to the caller."""
    made = make(seed)
    medium = sniff(made.data) if made.data.strip() else Medium.BINARY
    if medium not in (Medium.HTML, Medium.TEXT):
        want_more_time()
    started = time.perf_counter()
    try:
        readings = _readings(made.data)
    except DocumentError as error:
        said = str(error)
        wrong = () if said.startswith("fuzz: ") and "expected" in said else (f"no clear message: {said[:200]!r}",)
        return Outcome(seed, made.recipe, medium, error.code, 0, 0, time.perf_counter() - started, odd=wrong)
    seconds = time.perf_counter() - started
    facts = [fact for reading in readings for fact in reading.facts]
    published = [fact for fact in facts if fact.status is Status.PUBLISHED]
    invented = (*not_said(published), *not_in(published, made.data, medium))
    moved = _moved(published, made) if made.kept else 0
    code = "facts" if facts else "no_tables"
    return Outcome(seed, made.recipe, medium, code, len(published), moved, seconds, invented, tuple(_states(facts)))


def _readings(data: bytes) -> tuple[ReportReading, ...]:
    return (read_report(data, "fuzz"),)


def _states(facts: list[Fact]) -> Iterator[str]:
    for fact in facts:
        if (fact.value is not None) != (fact.status is Status.PUBLISHED):
            yield f"{fact.row_code}/{fact.column_code}: value {fact.value} in state {fact.status}"
        if (fact.raw is None) != (fact.status is Status.MISSING) and fact.status is not Status.BLANK:
            yield f"{fact.row_code}/{fact.column_code}: text {fact.raw!r:.80} in state {fact.status}"


def not_said(published: list[Fact]) -> Iterator[str]:
    """Yield values whose digits are not those of their own text."""
    for fact in published:
        assert fact.value is not None
        text = unicodedata.normalize("NFKC", fact.raw or "").translate(_ONES)
        said = "".join(re.findall(r"[0-9]", text)).lstrip("0")
        if said != format(abs(fact.value), "f").replace(".", "").lstrip("0"):
            yield f"{fact.row_code}/{fact.column_code}: {fact.value} is read out of {fact.raw!r:.80}"


def not_in(published: list[Fact], data: bytes, medium: Medium) -> Iterator[str]:
    """Yield values whose text is not in the document."""
    waiting = published
    for text in _texts(data, medium):
        folded = _fold(text)
        waiting = [fact for fact in waiting if _fold(fact.raw or "") not in folded]
        if not waiting:
            return
    for fact in waiting:
        yield f"{fact.row_code}/{fact.column_code}: {fact.raw!r:.80} is not in the document"


def _texts(data: bytes, medium: Medium) -> Iterator[str]:
    """Yield the document's text by ever more costly means, none of which knows of tables."""
    if medium is Medium.PDF:
        yield from _pdf_text(data)
    if medium not in (Medium.HTML, Medium.TEXT):
        for reader in READERS.get(medium, ()):
            yield " ".join(_words(reader(data)))
        return
    text, _ = decode(data)
    yield text
    if medium is Medium.HTML:
        yield html.unescape(_TAG.sub("", _MARK.sub("", text)))
        import html5lib

        yield "".join(html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=False).itertext())


def _pdf_text(data: bytes) -> Iterator[str]:
    """Yield a PDF's text in the order of the file, if it is one; wrapped figures are whole only to our readers."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        with PdfDocument(data) as pdf:
            yield " ".join(page.get_textpage().get_text_range() for page in pdf)
    except PdfiumError:
        return


def _words(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, Grid):
            yield from (cell.text for cell in block.cells)
        else:
            yield block.text


def _fold(text: str) -> str:
    return "".join(text.replace("\ufffc", "").split())


def _moved(published: list[Fact], made: Input) -> int:
    """Count figures that came out in another cell than they were printed in."""
    known: dict[tuple[str, str, str], Decimal] = (made.sample.figures if made.sample else None) or {}
    return sum(
        known.get((fact.table_code, fact.row_code, fact.column_code), fact.value) != fact.value for fact in published
    )

"""The stages of a night as plain functions: what each does, in terms of the rooms that do it.

`night` puts them in order under Prefect, the command line calls some of them alone. Each opens the
warehouse for itself and asks it what is still to do, so a stage that died is simply done again.
"""

from __future__ import annotations

import json
import shutil
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from expectations.suites import publisher_suite, reading_suites
from expectations.validate import Verdict, validate
from extractors.read import EXTRACTOR_VERSION
from flows.crawl.captures import Capture, merge_captures, read_captures
from flows.crawl.known import Known, KnownDocument, KnownPage
from flows.crawl.mending import mend_run
from flows.crawl.process import CrawlerDiedError, crawl
from flows.crawl.progress import crawl_progress
from flows.crawl.source import Source
from flows.crawl.sources import load_registry
from flows.dictionary import write_dictionary
from flows.ingest import ingest_files
from flows.progress import stage
from flows.reading import read_batch
from flows.settings import Settings
from flows.suspects import find_suspects
from schemas.errors import UserError
from warehouse.analysis.refresh import refresh_analysis
from warehouse.checks import check_reports, publisher_rules, reading_frames, residual_frame, store_validations
from warehouse.compact import compact
from warehouse.findings import note_findings
from warehouse.load import (
    documents_to_read,
    known_documents,
    known_pages,
    load_captures,
    load_readings,
    load_sources,
    note_problem,
    sort_facts,
)
from warehouse.publish import publish
from warehouse.runs import RunCounts, finish_run, start_run
from warehouse.store import open_warehouse

RUN_ID = "%Y%m%dT%H%M%S"
_CAPTURES = "captures.jsonl"


def now(settings: Settings) -> datetime:
    """Return the time in the settings' zone: the night's one clock."""
    return datetime.now(ZoneInfo(settings.schedule.timezone))


def begin(settings: Settings, trigger: str) -> str:
    """Open a run in the ledger and return its id, which sorts by time."""
    started_at = now(settings)
    run_id = f"{started_at:{RUN_ID}}"
    with open_warehouse(settings.warehouse) as warehouse:
        start_run(warehouse, run_id, started_at, trigger)
    (settings.work / run_id).mkdir(parents=True, exist_ok=True)
    return run_id


def crawl_sources(settings: Settings, run_id: str) -> None:
    """Crawl the registry's sources; leave the captures in the run's folder.

    A crawl of the last hours that was killed with its night is gone on with: what it has is not asked for again.
    A crawler that died costs what it had not fetched yet, and a problem that says so.

    Raises:
        UserError: the registry has a mistake.
    """
    registry = load_registry(settings.sources)
    with open_warehouse(settings.warehouse) as warehouse:
        known = Known.of(
            [KnownDocument(*row) for row in known_documents(warehouse)],
            [KnownPage(*row) for row in known_pages(warehouse)],
        )
        load_sources(warehouse, [_row_of(source) for source in registry.sources])
    died: CrawlerDiedError | None = None
    with crawl_progress([source.id for source in registry.sources]) as tell:
        try:
            captures = crawl(
                settings.sources,
                archive=settings.archive,
                name=run_id,
                work=settings.work / run_id,
                contact=settings.contact,
                known=known,
                resume=_first_parts(settings, run_id),
                manners=settings.manners,
                on_event=tell,
                timeout_s=settings.crawl_timeout_s,
            )
        except CrawlerDiedError as error:
            died, captures = error, error.captures
    agencies = {source.id: source.agency for source in registry.sources}
    _write_captures(settings.work / run_id / _CAPTURES, captures, agencies)
    if died is not None:
        with open_warehouse(settings.warehouse) as warehouse:
            note_problem(warehouse, run_id, "crawler_died", str(died), str(settings.sources))


def _row_of(source: Source) -> tuple[str, str | None, str, int | None, int | None]:
    years = source.years
    return source.id, source.agency, source.list, years.first if years else None, years.last if years else None


def _first_parts(settings: Settings, run_id: str) -> list[Path]:
    """Take over what crawls of the last hours left that were killed; return their captures files, oldest first.

    They are moved into this run's folder at once, so that they are loaded with it, whatever happens to it.
    """
    own = settings.work / run_id
    for folder in sorted(settings.work.iterdir()):
        if not _is_cut_off_crawl(settings, folder, run_id):
            continue
        mend_run(settings.archive, folder.name)
        for file in folder.iterdir():
            file.replace(own / file.name)
        folder.rmdir()
    return sorted(own.glob(f"*.{_CAPTURES}"))


def _is_cut_off_crawl(settings: Settings, folder: Path, run_id: str) -> bool:
    """Tell a crawl that ended in its midst not long before this run began, from whatever else lies there."""
    with suppress(ValueError):
        began, here = (datetime.strptime(name, RUN_ID) for name in (folder.name, run_id))
        is_recent = timedelta(0) < here - began < timedelta(hours=settings.crawl.resume_hours)
        return is_recent and not (folder / _CAPTURES).exists() and any(folder.glob("*.known.jsonl"))
    return False


def _write_captures(path: Path, captures: Sequence[Capture], agencies: dict[str, str | None]) -> None:
    """Write captures so that the file is whole or not there: a torn one would stop every later night."""
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("w", encoding="utf-8") as lines:
        for capture in captures:
            row = {**asdict(capture), "source_agency": agencies.get(capture.source_id)}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    unfinished.replace(path)


def _finish_captures(settings: Settings, folder: Path) -> None:
    """Bring a run that was killed while it fetched to the end of that stage: what it archived is not lost."""
    whole = folder / _CAPTURES
    partial = sorted(folder.glob(f"*.{_CAPTURES}"))
    if whole.exists() or not partial:
        return
    mend_run(settings.archive, folder.name)
    captures = merge_captures(map(read_captures, partial))
    agencies: dict[str, str | None] = {}
    with suppress(UserError):  # the registry may have changed since, or be none at all (ingest)
        agencies = {source.id: source.agency for source in load_registry(settings.sources).sources}
    _write_captures(whole, captures, agencies)


def ingest_paths(settings: Settings, run_id: str, paths: Sequence[Path]) -> None:
    """Archive files given by hand; leave their captures in the run's folder.

    Raises:
        UserError: a path is missing or an empty folder.
    """
    with open_warehouse(settings.warehouse) as warehouse:
        known = {
            digest: (file, offset)
            for digest, file, offset in known_documents(warehouse)
            if (settings.archive / file).exists()
        }
    with stage("archive", len(paths), "files") as report:
        done = 0

        def advance(_: Path) -> None:
            nonlocal done
            done += 1
            report(done, max(done, len(paths)))

        ingest_files(paths, settings.archive, run_id, settings.work / run_id / _CAPTURES, known=known, on_file=advance)


def load_all_captures(settings: Settings) -> None:
    """Load the captures of this run, and those that an interrupted one left behind, however far it came."""
    for folder in sorted(path for path in settings.work.iterdir() if path.is_dir()):
        _finish_captures(settings, folder)
    with open_warehouse(settings.warehouse) as warehouse:
        for captures in sorted(settings.work.glob(f"*/{_CAPTURES}")):
            load_captures(warehouse, captures.parent.name, captures)


def batches_to_read(settings: Settings, *, again: bool = False) -> list[list[str]]:
    """Return the ids of documents still to be read, in batches."""
    with open_warehouse(settings.warehouse) as warehouse:
        waiting = [document.document_id for document in documents_to_read(warehouse, EXTRACTOR_VERSION, again=again)]
    return [waiting[start : start + settings.batch] for start in range(0, len(waiting), settings.batch)]


def read_and_load(settings: Settings, run_id: str, number: int, ids: Sequence[str]) -> int:
    """Read one batch of documents and load what was read; return how many documents."""
    with open_warehouse(settings.warehouse) as warehouse:
        documents = documents_to_read(warehouse, EXTRACTOR_VERSION, again=True, among=ids)
        stem = settings.work / run_id / f"batch-{number:05d}"
        batch = read_batch(documents, settings.archive, stem, settings.limits)
        load_readings(warehouse, run_id, batch)
    return len(documents)


def check(settings: Settings, run_id: str, *, again: bool = False) -> tuple[Verdict, ...]:
    """Apply every rule; store and return the verdicts of all suites.

    Raises:
        InternalError: a validation raised an exception.
    """
    verdicts: list[Verdict] = []
    with open_warehouse(settings.warehouse) as warehouse, stage("check", unit="rules") as report:
        sort_facts(warehouse)
        check_reports(warehouse, again=again)
        find_suspects(warehouse, again=again)
        note_findings(warehouse, run_id)
        frames = reading_frames(warehouse, run_id)
        for suite in reading_suites():
            verdicts += validate(suite, frames[suite.frame])
            report(len(verdicts), None)
        for name, rules in publisher_rules(warehouse).items():
            verdicts += validate(publisher_suite(name, rules), residual_frame(warehouse, name))
            report(len(verdicts), None)
        store_validations(
            warehouse,
            run_id,
            [
                (v.suite, v.rule, v.sentence, v.sentence_en, v.severity, v.success, v.unexpected, list(v.keys))
                for v in verdicts
            ],
        )
    return tuple(verdicts)


def close_and_publish(settings: Settings, run_id: str, verdicts: Sequence[Verdict]) -> RunCounts:
    """Close the run; publish its snapshot unless a rule that gates publishing was broken."""
    gates = [verdict for verdict in verdicts if verdict.gates]
    message = "; ".join(f"{v.rule}: {v.unexpected} offending" for v in gates) or None
    with open_warehouse(settings.warehouse) as warehouse:
        if not gates:
            refresh_analysis(warehouse)
            write_dictionary(warehouse, settings.report.parent)
        status = "not_published" if gates else "published"
        counts = finish_run(warehouse, run_id, now(settings), status, message)
    if not gates:
        compact(settings.warehouse)
        publish(settings.warehouse, settings.snapshot, keep=settings.publishing.keep)
    return counts


def fail(settings: Settings, run_id: str, error: BaseException) -> None:
    """Close a run that an error ended: its row, a problem of ours, and the full story in the log folder."""
    settings.log.mkdir(parents=True, exist_ok=True)
    story = settings.log / f"failed-{run_id}.log"
    story.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    message = " ".join((str(error) or repr(error)).split())
    with open_warehouse(settings.warehouse) as warehouse:
        note_problem(warehouse, run_id, "night_failed", message, str(story))
        finish_run(warehouse, run_id, now(settings), "failed", message)


def tidy(settings: Settings) -> None:
    """Drop what finished stages left between them; the crawlers' logs are kept.

    Called once everything in the work folder is loaded, so nothing is lost with it.
    """
    settings.log.mkdir(parents=True, exist_ok=True)
    for folder in settings.work.iterdir():
        if not folder.is_dir():
            continue
        for log in folder.glob("*.log"):
            log.replace(settings.log / f"crawl-{log.name}")
        shutil.rmtree(folder)

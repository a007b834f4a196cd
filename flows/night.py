"""The night as a Prefect flow: crawl → load → read → check → publish → tell, one task a stage.

Tasks hand over ids and paths, never connections or frames. Importing this module imports Prefect
(seconds), so the command line does it only to run a night; `orchestration` must have set the
environment before.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from expectations.validate import Verdict
from flows import stages
from flows.lock import only_night
from flows.progress import stage
from flows.quality import quality_report
from flows.settings import Settings, load_settings
from flows.telling import Told, tell
from schemas.errors import InternalError, NianbaoError


@task(name="crawl", cache_policy=NO_CACHE)
def crawl_task(run_id: str) -> None:
    """Crawl the registry's sources into the archive."""
    stages.crawl_sources(load_settings(), run_id)


@task(name="load captures", cache_policy=NO_CACHE)
def load_task() -> None:
    """Load captures into the warehouse, those of interrupted runs too."""
    stages.load_all_captures(load_settings())


@task(name="read", cache_policy=NO_CACHE)
def read_task(run_id: str, number: int, ids: Sequence[str]) -> int:
    """Read and load one batch of documents."""
    return stages.read_and_load(load_settings(), run_id, number, ids)


@task(name="check", cache_policy=NO_CACHE)
def check_task(run_id: str) -> tuple[Verdict, ...]:
    """Apply every rule."""
    return stages.check(load_settings(), run_id)


@task(name="publish", cache_policy=NO_CACHE)
def publish_task(run_id: str, verdicts: Sequence[Verdict]) -> None:
    """Close the run and publish the snapshot, unless our own reading is at fault."""
    stages.close_and_publish(load_settings(), run_id, verdicts)


@task(name="tell", cache_policy=NO_CACHE)
def tell_task(run_id: str) -> Told:
    """Write the report and mail it."""
    settings = load_settings()
    report = quality_report(settings, run_id)
    if report is None:
        raise InternalError(f"run {run_id}: expected it to be finished, found no such row in the ledger")
    return tell(settings, report)


@flow(name="night", log_prints=False, persist_result=False)
def night(trigger: str = "run") -> tuple[str, Told]:
    """Run one night; return its id and what was told.

    Raises:
        PassingError: another night is running.
        UserError: a setting or the registry has a mistake.
        InternalError: a validation raised; the night is marked failed and not published.
    """
    try:
        settings = load_settings()
        with only_night(settings):
            run_id = stages.begin(settings, trigger)
            try:
                crawl_task(run_id)
                _after_captures(settings, run_id)
            except Exception as error:  # not when told to end: the next run marks this one and goes on
                stages.fail(settings, run_id, error)
                # Nobody watches a scheduled night: the team learns from the mail that it failed, and why.
                with suppress(Exception):
                    tell_task(run_id)
                raise
            return run_id, tell_task(run_id)
    except NianbaoError as error:
        if trigger == "schedule":  # a person's own run tells its error itself
            print(f"nianbao: {' '.join(str(error).split())}", file=sys.stderr, flush=True)
        raise


def _after_captures(settings: Settings, run_id: str) -> None:
    load_task()
    batches = stages.batches_to_read(settings)
    with stage("read", sum(map(len, batches)), "documents") as report:
        done = 0
        for number, ids in enumerate(batches, start=1):
            done += read_task(run_id, number, ids)
            report(done, None)
    publish_task(run_id, check_task(run_id))
    stages.tidy(settings)

"""What the commands of `nianbao` do, beyond parsing; each returns its exit code.

The stages themselves are in `stages` (and, under Prefect, in `night`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flows.settings import Settings, load_settings
from schemas.errors import UserError

if TYPE_CHECKING:
    from flows.telling import Told


def run_night(sources: Path | None, home: Path | None) -> int:
    """Run one night now, and tell what came of it."""
    settings = load_settings(home=home, sources=sources)
    from flows.crawl.sources import load_registry
    from flows.orchestration import prepare_prefect
    from flows.progress import stage

    load_registry(settings.sources)  # a mistake is told now, not when Prefect has started
    prepare_prefect(settings)
    with stage("start"):
        from prefect.client.orchestration import get_client

        from flows.night import night

        # Starts Prefect's own server, which takes most of the time before the first stage.
        with get_client(sync_client=True) as client:
            client.api_healthcheck()
    run_id, told = night(trigger="run")
    return _tell_summary(settings, run_id, told=told)


@contextmanager
def _run(settings: Settings, trigger: str) -> Iterator[str]:
    """Hold the night's lock and a row in the ledger while the context lasts; an error closes it as failed."""
    from flows import stages
    from flows.lock import only_night

    with only_night(settings):
        run_id = stages.begin(settings, trigger)
        try:
            yield run_id
        except Exception as error:  # not when told to end: the next run marks this one and goes on
            stages.fail(settings, run_id, error)
            raise


def ingest(paths: Sequence[Path], home: Path | None) -> int:
    """Bring files into the warehouse: the stages of a night, without crawl and without Prefect."""
    from flows import stages
    from flows.files import files_of

    settings = load_settings(home=home)
    for path in paths:
        files_of(path)  # a mistyped path is told now, and is no failed run
    with _run(settings, "ingest") as run_id:
        stages.ingest_paths(settings, run_id, paths)
        _load_read_check_publish(settings, run_id)
    return _tell_summary(settings, run_id)


def rebuild(home: Path | None) -> int:
    """Read every archived document again that today's readers have not read."""
    settings = load_settings(home=home)
    with _run(settings, "rebuild") as run_id:
        _load_read_check_publish(settings, run_id, again=True)
    return _tell_summary(settings, run_id)


def check(home: Path | None) -> int:
    """Judge every report again."""
    from flows import stages

    settings = load_settings(home=home)
    with _run(settings, "check") as run_id:
        stages.close_and_publish(settings, run_id, stages.check(settings, run_id, again=True))
        (settings.work / run_id).rmdir()  # nothing was staged; what another run left is not this command's to drop
    return _tell_summary(settings, run_id)


def _load_read_check_publish(settings: Settings, run_id: str, *, again: bool = False) -> None:
    """Run the stages after the archive. Loading comes first always: `tidy` drops what it takes for loaded."""
    from flows import stages
    from flows.progress import stage

    stages.load_all_captures(settings)
    batches = stages.batches_to_read(settings, again=again)
    with stage("read", sum(map(len, batches)), "documents") as report:
        done = 0
        for number, ids in enumerate(batches, start=1):
            done += stages.read_and_load(settings, run_id, number, ids)
            report(done, None)
    stages.close_and_publish(settings, run_id, stages.check(settings, run_id))
    stages.tidy(settings)


def report(send: bool, home: Path | None) -> int:
    """Write (and mail) the report of the last run again."""
    return _tell_summary(load_settings(home=home), None, send=send)


def _tell_summary(settings: Settings, run_id: str | None, *, send: bool = False, told: Told | None = None) -> int:
    """Print a run's summary, telling everybody else first unless the night has done so."""
    from flows.quality import quality_report
    from flows.telling import summary, tell

    found = quality_report(settings, run_id)
    if found is None:
        raise UserError(f"{settings.root}: expected a finished night, found none: run `nianbao run` first")
    print(summary(settings, found, told or tell(settings, found, send=send)))
    return 0 if found.published else 1


def status(home: Path | None) -> int:
    """Print what the snapshot holds and what the last run did."""
    from warehouse.publish import verify
    from warehouse.questions import snapshot_status
    from warehouse.store import open_snapshot

    settings = load_settings(home=home)
    with open_snapshot(settings.snapshot) as snapshot:
        for line in snapshot_status(snapshot):
            print(line)
    waiting = sorted((settings.root / "outbox" / "waiting").glob("*.eml"))
    manifest = verify(settings.snapshot)
    print(f"snapshot   {settings.snapshot}: {manifest.bytes:,} bytes as published, SHA-256 {manifest.sha256[:16]}…")
    print(f"mail       {len(waiting)} waiting for a server" if waiting else "mail       none waiting")
    return 0

"""Publishing: the analysts' snapshot, replaced as a whole while they go on reading the old one; its manifest, and the
last ones kept.

Whether a night deserves to be published is decided elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from schemas.errors import InternalError, UserError
from warehouse.store import open_snapshot

KEEP = 7


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is: its digest and size in bytes, the run it was published by, its layout, what it holds."""

    sha256: str
    bytes: int
    run: str | None
    layout: int
    reports: int
    facts: int


def manifest_of(snapshot: Path) -> Path:
    """Return where the manifest of a snapshot stands: beside it."""
    return snapshot.with_name(f"{snapshot.name}.json")


def kept_in(snapshot: Path) -> Path:
    """Return the folder of the last snapshots, each named by its run, with its manifest."""
    return snapshot.parent / "snapshots"


def publish(warehouse: Path, snapshot: Path, *, keep: int = KEEP) -> Manifest:
    """Replace ``snapshot`` atomically by a copy of the closed ``warehouse``; keep the last ``keep`` snapshots.

    Readers that have the old file open keep it; whoever opens next gets the new one. A copy that was
    cut short (power, disk) never takes the snapshot's name, and the next publication takes it away. A kept snapshot
    costs no copy where the file system has hard links.

    Raises:
        InternalError: the warehouse is still open somewhere (its write-ahead log is beside it).
    """
    if Path(f"{warehouse}.wal").exists():
        raise InternalError(f"{warehouse}: expected a closed warehouse, found its write-ahead log beside it")
    snapshot.parent.mkdir(parents=True, exist_ok=True)
    _tidy(snapshot)
    fresh = _fresh(snapshot)
    shutil.copyfile(warehouse, fresh)  # copies within the kernel
    _sync(fresh)
    manifest = _describe(fresh)
    # Kept first: should this be the last that is done, the digest of what readers get is known either way.
    if keep and manifest.run:
        _keep(fresh, kept_in(snapshot) / f"{manifest.run}.duckdb", manifest)
    os.replace(fresh, snapshot)  # noqa: PTH105 - the atomic call, by its own name
    _write(manifest_of(snapshot), manifest)
    _sync(snapshot.parent)
    for old in sorted(kept_in(snapshot).glob("*.duckdb"))[: -keep or None]:
        manifest_of(old).unlink(missing_ok=True)
        old.unlink()
    return manifest


def verify(snapshot: Path) -> Manifest:
    """Return the manifest that a snapshot answers to.

    Raises:
        UserError: there is no snapshot, or its bytes are not those that were published.
    """
    if not snapshot.exists():
        raise UserError(f"{snapshot}: expected a published snapshot, found none: run `nianbao run` first")
    with snapshot.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        if snapshot.stat().st_ino != os.fstat(file.fileno()).st_ino:
            return verify(snapshot)  # another was published meanwhile
    known = []
    for path in (manifest_of(snapshot), *kept_in(snapshot).glob("*.json")):
        with suppress(FileNotFoundError):
            known.append(Manifest(**json.loads(path.read_text(encoding="utf-8"))))
    for manifest in known:
        if manifest.sha256 == digest:
            return manifest
    expected = known[0].sha256[:16] if known else "a manifest beside it"
    raise UserError(
        f"{snapshot}: expected {expected}, found bytes with the SHA-256 {digest[:16]}: damaged, or changed since "
        "it was published; the next night replaces it, older ones stand in snapshots/"
    )


def _fresh(snapshot: Path) -> Path:
    return snapshot.with_name(f".{snapshot.name}.new")


def _tidy(snapshot: Path) -> None:
    """Take away what a publication that was killed left."""
    leftovers = [_fresh(snapshot), Path(f"{_fresh(snapshot)}.wal"), _unwritten(manifest_of(snapshot))]
    for path in (*leftovers, *kept_in(snapshot).glob(".*.new")):
        path.unlink(missing_ok=True)


def _describe(path: Path) -> Manifest:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with open_snapshot(path) as copy:
        row = copy.execute(
            """
            SELECT
                (SELECT max(run_id) FROM runs WHERE finished_at IS NOT NULL),
                (SELECT version FROM layout),
                count(*),
                coalesce(sum(facts), 0)::BIGINT
            FROM reports WHERE is_current
            """
        ).fetchone()
    assert row is not None
    return Manifest(digest, path.stat().st_size, *row)


def _keep(fresh: Path, kept: Path, manifest: Manifest) -> None:
    kept.parent.mkdir(exist_ok=True)
    unfinished = _unwritten(kept)
    try:
        os.link(fresh, unfinished)
    except OSError:  # no hard links here
        shutil.copyfile(fresh, unfinished)
        _sync(unfinished)
    _write(manifest_of(kept), manifest)
    unfinished.replace(kept)
    # Of two names of one file the renaming above leaves both: the run was published before.
    unfinished.unlink(missing_ok=True)


def _write(path: Path, manifest: Manifest) -> None:
    unwritten = _unwritten(path)
    unwritten.write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
    _sync(unwritten)
    unwritten.replace(path)


def _unwritten(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _sync(path: Path) -> None:
    """Have a file's bytes, or a folder's names, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

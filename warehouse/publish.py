"""Publishing: the analysts' snapshot, replaced as a whole while they go on reading the old one.

Whether a night deserves to be published is decided elsewhere.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from schemas.errors import InternalError


def publish(warehouse: Path, snapshot: Path) -> None:
    """Replace ``snapshot`` atomically by a copy of the closed ``warehouse``.

    Readers that have the old file open keep it; whoever opens next gets the new one. A copy that was
    cut short (power, disk) never takes the snapshot's name.

    Raises:
        InternalError: the warehouse is still open somewhere (its write-ahead log is beside it).
    """
    if Path(f"{warehouse}.wal").exists():
        raise InternalError(f"{warehouse}: expected a closed warehouse, found its write-ahead log beside it")
    snapshot.parent.mkdir(parents=True, exist_ok=True)
    fresh = snapshot.with_name(f".{snapshot.name}.new")
    shutil.copyfile(warehouse, fresh)
    with fresh.open("rb") as copied:
        os.fsync(copied.fileno())
    os.replace(fresh, snapshot)  # noqa: PTH105 - the atomic call, by its own name
    folder = os.open(snapshot.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

"""A folder that appears as a whole: it is made beside its final name and takes that name when it is complete.

What may be replaced is the caller's business. A killed process leaves a hidden sibling, which the next one removes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from uuid import uuid4

from schemas.errors import UserError


@contextmanager
def whole_folder(target: Path, may_replace: Callable[[Path], None]) -> Iterator[Path]:
    """Yield an empty folder to fill; when the context ends well it is ``target``, else it never was.

    ``may_replace`` is asked about a folder that is there and not empty, before and after the work; it raises where
    that must stay.

    Raises:
        UserError: the place cannot be written to, or a file has the name.
    """
    target = Path(os.path.realpath(target))
    _ask(target, may_replace)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        staging = _beside(target)
        staging.mkdir()
    except OSError as error:
        raise UserError(f"{target}: expected a place to write to, found: {error.strerror or error}") from error
    lock = _locked(staging)
    try:
        yield staging
        _ask(target, may_replace)
        _take_name(staging, target)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    finally:
        os.close(lock)


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name}.{uuid4().hex}.part")


def _ask(target: Path, may_replace: Callable[[Path], None]) -> None:
    if target.exists() and not target.is_dir():
        raise UserError(f"{target}: expected a folder to write, found a file")
    if target.is_dir() and any(target.iterdir()):
        may_replace(target)


def _locked(folder: Path) -> int:
    """Hold a folder until its process ends or closes the lock."""
    lock = os.open(folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return lock


def _sweep(target: Path) -> None:
    """Remove what killed processes left beside ``target``; what another one still fills is locked."""
    for left in target.parent.glob(f".{escape(target.name)}.{'[0-9a-f]' * 32}.part"):
        try:
            os.close(_locked(left))
        except OSError:
            continue
        shutil.rmtree(left, ignore_errors=True)


def _take_name(staging: Path, target: Path) -> None:
    """Rename; what has the name steps aside first, and for that moment there is none."""
    old = _beside(target)
    if target.exists():
        target.rename(old)
    try:
        staging.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)

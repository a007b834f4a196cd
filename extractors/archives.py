"""Archives (zip, rar, 7z, tar, gz) → the files in them, by name and bytes, all in memory and all bounded.

Which of them is the report is for the caller. Nothing is ever written under a name that an archive gives.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import IO

from extractors.media import ZIP_DAMAGE, Medium, sniff
from extractors.seven_zip import seven_zip_members
from schemas.errors import DocumentError

# A body's yearly attachments are a dozen files; archives of whole departments have some hundred.
MOST_MEMBERS = 500
MOST_BYTES = 200_000_000
GREATEST_RATIO = 300
SMALL = 10_000_000
# Archives in archives are opened once more, not further.
DEEPEST = 1
_JUNK_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini", ".gitkeep"})
_JUNK_FOLDERS = frozenset({"__macosx", ".svn", ".git", "$recycle.bin"})
_DAMAGE = (*ZIP_DAMAGE, tarfile.TarError)

Member = tuple[str, bytes]


def members(data: bytes) -> list[Member]:
    """Return the files of an archive, those of archives inside it too, as ``folder/name`` and bytes.

    Names are as the archive has them, made harmless; the files of an inner archive are ``inner.zip/name``.
    Junk of operating systems, empty files and folders are left out. An inner archive that cannot be opened is
    returned as it is.

    Raises:
        DocumentError: ``encrypted``, ``damaged``, ``too_large`` (count, bytes, or packed better than a document
            can be), ``unsupported_medium`` where it is no archive.
    """
    found = _open(data, MOST_BYTES)
    spent = sum(len(content) for _, content in found)
    result: list[Member] = []
    for name, content in found:
        inner: list[Member] = []
        if content and sniff_quietly(content) is Medium.ARCHIVE:
            try:
                inner = _open(content, MOST_BYTES - spent)
            except DocumentError as error:
                if error.code == "too_large":
                    raise
        spent += sum(len(content) for _, content in inner)
        result += [(f"{name}/{own}", content) for own, content in inner] or [(name, content)]
        if len(result) > MOST_MEMBERS:
            raise DocumentError("too_large", f"expected at most {MOST_MEMBERS} files in an archive, found more")
    return result


def sniff_quietly(content: bytes) -> Medium:
    """Tell a member's medium; nothing but white space is binary."""
    return sniff(content) if content.strip() else Medium.BINARY


def _open(data: bytes, allowance: int) -> list[Member]:
    """Return the files of one archive, of which together no more than ``allowance`` bytes are unpacked."""
    if len(data) > SMALL // GREATEST_RATIO:
        allowance = min(allowance, max(SMALL, len(data) * GREATEST_RATIO))
    else:
        allowance = min(allowance, SMALL)
    try:
        if data.startswith(b"PK"):
            found = list(_zip_members(data, allowance))
        elif data.startswith(b"\x1f\x8b"):
            found = list(_gzip_members(data, allowance))
        elif data[257:262] == b"ustar":
            found = list(_tar_members(data, allowance))
        elif data.startswith((b"Rar!", b"7z\xbc\xaf")):
            found = seven_zip_members(data, allowance, MOST_MEMBERS)
        else:
            raise DocumentError("unsupported_medium", f"expected an archive, found {sniff_quietly(data)}")
    except _DAMAGE as error:
        raise DocumentError("damaged", f"expected a whole archive, found: {str(error)[:200]}") from error
    return [(name, content) for given, content in found if content and (name := _harmless(given))]


def _harmless(name: str) -> str:
    """Return a name that stays where it is put, or nothing for junk."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    parts = ["".join(char for char in part if char.isprintable()).strip() for part in parts]
    parts = [part for part in parts if part and not part.endswith(":")]
    lowered = [part.lower() for part in parts]
    if not parts or lowered[-1] in _JUNK_NAMES or _JUNK_FOLDERS & set(lowered) or parts[-1].startswith(("._", "~$")):
        return ""
    return "/".join(parts)


class _Allowance:
    """Counts what is unpacked and refuses what goes beyond."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.members = 0

    def read(self, file: Iterable[bytes], name: str) -> bytes:
        """Join a file's pieces.

        Raises:
            DocumentError: they are more than what is left, or one file too many (``too_large``).
        """
        self.members += 1
        if self.members > MOST_MEMBERS:
            raise DocumentError("too_large", f"expected at most {MOST_MEMBERS} files in an archive, found more")
        parts = []
        for part in file:
            self.left -= len(part)
            if self.left < 0:
                raise DocumentError(
                    "too_large",
                    f"expected an archive that unpacks to at most {MOST_BYTES} bytes and {GREATEST_RATIO}:1, "
                    f"found more in {name[:100]!r}",
                )
            parts.append(part)
        return b"".join(parts)


def _pieces(file: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    while piece := file.read(1 << 16):
        yield piece


def _zip_members(data: bytes, allowance: int) -> Iterator[Member]:
    left = _Allowance(allowance)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
        if len(entries) > 10 * MOST_MEMBERS:
            raise DocumentError("too_large", f"expected at most {MOST_MEMBERS} files, found {len(entries)}")
        wanted = [(name, entry) for entry in entries if _harmless(name := _zip_name(entry))]
        for name, entry in wanted:
            if entry.flag_bits & 1:
                raise DocumentError("encrypted", f"expected a readable archive, found {name[:100]!r} under a password")
            with archive.open(entry) as file:
                yield name, left.read(_pieces(file), name)


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """Return a member's name: without the mark for UTF-8, Chinese archivers write it in gbk or in UTF-8."""
    if entry.flag_bits & 0x800:
        return entry.filename
    raw = entry.orig_filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).split("\0")[0]
        except UnicodeDecodeError:
            continue
    return entry.filename


def _gzip_members(data: bytes, allowance: int) -> Iterator[Member]:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        content = _Allowance(allowance).read(_pieces(file), "gz")
    if content[257:262] == b"ustar":
        yield from _tar_members(content, allowance)
    else:
        yield _gzip_name(data), content


def _gzip_name(data: bytes) -> str:
    """Return the name that a gzip file keeps of what was packed, else a plain one."""
    if len(data) > 10 and data[3] & 0x0C == 0x08:
        raw = data[10:300].split(b"\0")[0]
        return raw.decode("utf-8", errors="ignore") or "file"
    return "file"


def _tar_members(data: bytes, allowance: int) -> Iterator[Member]:
    left = _Allowance(allowance)
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:", errors="surrogateescape") as archive:
        for entry in archive:
            file = archive.extractfile(entry) if entry.isreg() else None  # links and devices are no files
            if file is not None and _harmless(entry.name):
                name = entry.name.encode("utf-8", errors="surrogateescape").decode("gb18030", errors="replace")
                is_plain = entry.name.isprintable() and not any("\ud800" <= char <= "\udfff" for char in entry.name)
                yield (entry.name if is_plain else name), left.read(_pieces(file), name)

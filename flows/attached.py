"""Where readers get the files that a page shows or links to: beside it on disk, or from the archive.

Each is a function from the address as the page writes it to bytes, and remembers what it was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from extractors.linked import is_document
from flows.crawl.attachments import MOST_FILES, meant
from flows.crawl.replay import read_payload
from flows.worker import want_more_time
from warehouse.load import AttachedFile

# Bytes of one file, as a crawler takes them (`politeness`), and of all that one page may have read.
MOST_BYTES = 64 << 20
MOST_BYTES_OF_A_PAGE = 256 << 20
# Names told of the files that were not to be had.
_MOST_TOLD = 3


class Attached:
    """What a page's reader asked for: ``given`` are the addresses that it got bytes of."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self._absent: dict[str, None] = {}
        self._left = MOST_BYTES_OF_A_PAGE

    def __call__(self, address: str) -> bytes | None:
        """Return the bytes of an address that a page writes, None where they are not at hand."""
        data = self._bytes_of(address)
        if not data or len(data) > self._left:
            if len(self._absent) < MOST_FILES and (data or self._is_missed(address)):
                self._absent[self._named(address)] = None
            return None
        self._left -= len(data)
        if not self.given:
            want_more_time()  # whatever medium the page itself is of
        self.given.append(address)
        return data

    @property
    def absent(self) -> str:
        """Name the files that were wanted and were not to be had; empty where there are none."""
        named = [*self._absent][:_MOST_TOLD]
        more = len(self._absent) - len(named)
        return ", ".join(named) + (f" and {more} more" if more else "")

    def _bytes_of(self, address: str) -> bytes | None:
        raise NotImplementedError

    def _is_missed(self, address: str) -> bool:
        """Tell whether a person should know that this file is not at hand."""
        return is_document(address)

    def _named(self, address: str) -> str:
        return address


class BesideFile(Attached):
    """The files below a page's own folder; ``used`` are those that were given."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self._folder = page.parent
        self.used: list[Path] = []

    def _bytes_of(self, address: str) -> bytes | None:
        file = file_below(self._folder, address)
        if file is None:
            return None
        try:
            data = file.read_bytes()
        except OSError:
            return None
        self.used.append(file)
        return data


class FromArchive(Attached):
    """The files that were visited for a page; one of which the archive has no bytes is told with its reason."""

    def __init__(self, files: Iterable[AttachedFile], archive: Path) -> None:
        super().__init__()
        self._files = {file.address: file for file in files}
        self._archive = archive

    def _bytes_of(self, address: str) -> bytes | None:
        file = self._files.get(address)
        if file is None or file.archive_file is None:
            return None
        return read_payload(self._archive, file.archive_file, file.archive_offset or 0)

    def _is_missed(self, address: str) -> bool:
        return address in self._files or super()._is_missed(address)

    def _named(self, address: str) -> str:
        file = self._files.get(address)
        return f"{file.url} ({file.message})" if file and file.message else file.url if file else address


def file_below(folder: Path, address: str) -> Path | None:
    """Return the file that a page in ``folder`` means by an address, None unless it is one below that folder."""
    try:
        parts = urlsplit(meant(address).strip())
        if parts.scheme or parts.netloc or not parts.path or parts.path.startswith(("/", "\\")):
            return None
        root = folder.resolve()
        for name in _names(parts.path):
            file = (root / name.replace("\\", "/")).resolve()
            if file.is_relative_to(root) and file.is_file():
                return file if file.stat().st_size <= MOST_BYTES else None
    except (OSError, ValueError, RuntimeError):  # no address, a NUL in the name, links in a circle
        pass
    return None


def _names(path: str) -> Iterator[str]:
    """Yield what a name may stand for: old sites escape the bytes of GBK."""
    escaped = unquote_to_bytes(path)
    for encoding in ("utf-8", "gb18030"):
        try:
            yield escaped.decode(encoding)
        except UnicodeDecodeError:
            continue

"""What a crawl is told of earlier nights: the bytes that the archive has, and what each page was at its last visit.

Bytes that are known are referred to and not stored twice; a page that is known is asked whether it has changed.
JSON lines carry both into the crawler's process. Asking is `middlewares`', remembering the warehouse's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from flows.crawl.captures import Capture, whole_lines
from schemas.errors import InternalError

_Line = TypeVar("_Line", "KnownDocument", "KnownPage")


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """Bytes that are in the archive already."""

    digest: str
    file: str
    offset: int
    url: str | None = None
    fetched_at: str | None = None


@dataclass(frozen=True, slots=True)
class KnownPage:
    """What an address gave at its last visit that gave anything, and by what the host knows it again."""

    url: str
    digest: str
    file: str
    offset: int
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    file_name: str | None = None

    @property
    def place(self) -> KnownDocument:
        """Where its bytes are."""
        return KnownDocument(self.digest, self.file, self.offset, self.url)


@dataclass
class Known:
    """Documents by digest, pages by the address that answered."""

    documents: dict[str, KnownDocument] = field(default_factory=dict)
    pages: Mapping[str, KnownPage] = field(default_factory=dict)

    @classmethod
    def of(cls, documents: Iterable[KnownDocument] = (), pages: Iterable[KnownPage] = ()) -> Known:
        """Return what is known; bytes of a page are known bytes."""
        by_url = {page.url: page for page in pages}
        known = {page.digest: page.place for page in by_url.values()}
        return cls({**known, **{document.digest: document for document in documents}}, by_url)

    def in_archive(self, folder: Path) -> Known:
        """Return what of it has its archive file there: only that need not be stored again."""
        files = {known.file for known in self.documents.values()} | {page.file for page in self.pages.values()}
        there = {file for file in files if (folder / file).is_file()}
        return Known(
            {digest: document for digest, document in self.documents.items() if document.file in there},
            {url: page for url, page in self.pages.items() if page.file in there},
        )

    def with_captures(self, captures: Iterable[Capture]) -> Known:
        """Return this and the bytes that the first part of a crawl has archived."""
        new = {
            capture.digest: KnownDocument(
                capture.digest, capture.file, capture.offset, capture.redirected_to or capture.url, capture.fetched_at
            )
            for capture in captures
            if capture.digest and capture.file and capture.offset is not None
        }
        return Known({**new, **self.documents}, self.pages)

    def write(self, path: Path) -> None:
        """Write it as JSON lines."""
        with path.open("w", encoding="utf-8") as file:
            lines: dict[str, Iterable[KnownDocument | KnownPage]]
            lines = {"document": self.documents.values(), "page": self.pages.values()}
            for kind, known in lines.items():
                file.writelines(json.dumps({kind: asdict(line)}, ensure_ascii=False) + "\n" for line in known)

    @classmethod
    def read(cls, path: Path) -> Known:
        """Read what `write` wrote.

        Raises:
            InternalError: a line is neither a document nor a page.
        """
        documents: dict[str, KnownDocument] = {}
        pages: dict[str, KnownPage] = {}
        for number, text in whole_lines(path):
            try:
                ((kind, entry),) = json.loads(text).items()
                if kind == "page":
                    pages[entry["url"]] = _line(KnownPage, entry)
                else:
                    documents[entry["digest"]] = _line(KnownDocument, entry)
            except (ValueError, TypeError, LookupError, AttributeError) as error:
                raise InternalError(
                    f"{path}:{number}: expected a known document or page, found {text[:80]!r}"
                ) from error
        return cls(documents, pages)


def _line(kind: type[_Line], entry: Mapping[str, Any]) -> _Line:
    return kind(**{name: entry[name] for name in {known.name for known in fields(kind)} & set(entry)})

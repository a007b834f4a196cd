"""Files and WARC files given by hand, brought to the same point as a crawl: archived, with captures.

What is read later is the archive's copy, so that a file that is moved or edited afterwards is still
accounted for.
"""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from flows.crawl.archive import ArchiveWriter, digest_of
from flows.crawl.captures import iso_utc
from flows.crawl.replay import iter_payloads
from flows.files import files_of

_WARC = (".warc", ".warc.gz")
# Other crawlers also archive what pages are dressed with.
_PAGE_PARTS = re.compile(r"(?:text/(?:css|javascript)|application/(?:x-)?javascript|font/|audio/|video/)")


def ingest_files(
    paths: Sequence[Path],
    archive: Path,
    name: str,
    captures: Path,
    *,
    known: dict[str, tuple[str, int]],
    on_file: Callable[[Path], None],
) -> int:
    """Archive every document of ``paths`` as ``<name>.warc.gz`` and write its captures; return how many.

    ``known`` maps the digests of bytes that are archived already to (file, offset): they are referred
    to, not stored again.

    Raises:
        UserError: a path is missing or empty; nothing has been archived then.
    """
    files = [file for path in paths for file in files_of(path)]
    captures.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    # Line by line under another name until it is whole: a run that is killed leaves what it archived.
    partial = captures.with_name(f"{name}.{captures.name}")
    with ArchiveWriter(archive, name) as writer, partial.open("w", encoding="utf-8", buffering=1) as lines:
        for file in files:
            for url, content_type, body, fetched_at in _documents(file):
                digest = digest_of(body)
                if digest not in known:
                    at = writer.write_resource(url, content_type, body, fetched_at)
                    known[digest] = (at.file, at.offset)
                row = {
                    "url": url,
                    "source_id": "ingest",
                    "role": "report",
                    "fetched_at": iso_utc(fetched_at),
                    "outcome": "found",
                    "content_type": content_type,
                    "digest": digest,
                    "size": len(body),
                    "file": known[digest][0],
                    "offset": known[digest][1],
                    "parent_url": file.resolve().as_uri() if file.name.endswith(_WARC) else None,
                }
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
            on_file(file)
    partial.replace(captures)
    return count


def _documents(file: Path) -> Iterator[tuple[str, str, bytes, datetime]]:
    """Yield (address, content type, bytes, time) of a file, or of each page that a WARC file holds."""
    if not file.name.endswith(_WARC):
        guessed = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        yield file.resolve().as_uri(), guessed, file.read_bytes(), datetime.now(UTC)
        return
    for payload in iter_payloads(file):
        content_type = payload.content_type or ""
        if payload.body and (payload.status or 200) == 200 and not _PAGE_PARTS.match(content_type):
            moment = payload.fetched_at
            fetched_at = datetime.fromisoformat(moment) if moment else datetime.now(UTC)
            yield payload.url, content_type, payload.body, fetched_at

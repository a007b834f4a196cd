"""`nianbao show`: the original bytes of a document, from the archive, by its id or the beginning of it."""

from __future__ import annotations

import sys
from pathlib import Path

from flows.crawl.replay import read_payload
from flows.settings import load_settings
from schemas.errors import UserError
from warehouse.questions import documents_by_prefix
from warehouse.store import open_snapshot

_MOST_NAMED = 3


def show(document: str, output: Path | None, home: Path | None) -> int:
    """Write the bytes of a document to a file or to stdout; return the exit code.

    Raises:
        UserError: no document, or more than one, has such an id; or the file cannot be written.
        InternalError: the archive has lost the bytes.
    """
    settings = load_settings(home=home)
    with open_snapshot(settings.snapshot) as snapshot:
        found = documents_by_prefix(snapshot, document.strip().lower())
    if len(found) != 1:
        named = ", ".join(row["document_id"][:16] for row in found[:_MOST_NAMED])
        what = f"{len(found)} of them ({named}{', …' if len(found) > _MOST_NAMED else ''})" if found else "none"
        raise UserError(f"{document}: expected the beginning of one document_id, found {what}")
    (row,) = found
    data = read_payload(settings.archive, row["archive_file"], row["archive_offset"])
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return 0
    try:
        output.write_bytes(data)
    except OSError as error:
        raise UserError(f"{output}: expected a place to write to, found {error.strerror or error}") from error
    print(
        f"{output}: {len(data):,} bytes, {row['content_type'] or 'of no declared type'}, from {row['url']}",
        file=sys.stderr,
    )
    return 0

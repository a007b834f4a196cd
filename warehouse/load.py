"""Loading what other stages left behind as JSON lines: captures of a crawl, batches of readings.

Each load is one transaction and idempotent: ids follow from content, so a stage that died is simply
done again. What is still to read is asked here, never remembered elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from warehouse.store import run_script, statement


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that a page shows or links to, by the address as the page writes it.

    One that was never found has no place in the archive, and a message that says why.
    """

    address: str
    url: str
    archive_file: str | None = None
    archive_offset: int | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentToRead:
    """A document that waits for a reader: where its bytes are and what the crawler saw around it."""

    document_id: str
    archive_file: str
    archive_offset: int
    url: str
    link_text: str | None
    source_agency: str | None
    captured_at: datetime
    attachments: tuple[AttachedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingBatch:
    """The files of one staged batch (JSON lines; columns as in sql/stage_readings.sql)."""

    reports: Path
    facts: Path
    problems: Path
    statements: Path


def load_captures(connection: duckdb.DuckDBPyConnection, run_id: str, captures: Path) -> None:
    """Load a run's captures, its new documents, and the problems of addresses that gave nothing."""
    run_script(connection, "load_captures", {"run_id": run_id, "captures": str(captures)})


def documents_to_read(
    connection: duckdb.DuckDBPyConnection,
    extractor_version: str,
    *,
    again: bool = False,
    among: Sequence[str] | None = None,
) -> list[DocumentToRead]:
    """List documents that no reader has read, or not with their present attachments.

    With ``again``, also those that today's readers have not read; with ``among``, of these document ids only: a
    batch costs what is in it.
    """
    some = "SELECT unnest($ids::VARCHAR[]) AS document_id" if among is not None else "SELECT document_id FROM documents"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE some_documents AS {some}", {} if among is None else {"ids": list(among)}
    )
    values = {"extractor_version": extractor_version, "again": again}
    rows = connection.execute(statement("to_read"), values).fetchall()
    return [
        replace(DocumentToRead(*row[:-1]), attachments=tuple(AttachedFile(**file) for file in row[-1] or ()))
        for row in rows
    ]


def known_documents(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int]]:
    """List (document_id, archive file, offset) of everything archived, but for what the archive has lost since."""
    return connection.execute(
        "SELECT document_id, archive_file, archive_offset FROM documents "
        "WHERE document_id NOT IN (SELECT document_id FROM problems WHERE code = 'archive_damaged')"
    ).fetchall()


def known_pages(
    connection: duckdb.DuckDBPyConnection,
) -> list[tuple[str, str, str, int, str | None, str | None, str | None, str | None]]:
    """List the last visit that gave bytes of every address that answered.

    Each is (address, document_id, archive file, archive offset, content type, ETag, Last-Modified, file name).
    """
    # As one struct: arg_max of a single column would pass over its nulls and mix visits.
    return connection.execute(
        """
        SELECT address, seen.*
        FROM (
            SELECT
                coalesce(redirected_to, url) AS address,
                arg_max({
                    'document_id': document_id, 'file': archive_file, 'offset': archive_offset,
                    'content_type': content_type, 'etag': etag, 'last_modified': last_modified,
                    'file_name': file_name
                }, fetched_at) AS seen
            FROM captures
            WHERE has_document(outcome) AND archive_file IS NOT NULL AND source_id <> 'ingest'
            GROUP BY ALL
        )
        WHERE seen.document_id NOT IN (SELECT document_id FROM problems WHERE code = 'archive_damaged')
        """
    ).fetchall()


def load_sources(
    connection: duckdb.DuckDBPyConnection, sources: list[tuple[str, str | None, str, int | None, int | None]]
) -> None:
    """Store the registry of a crawl: (source_id, agency, list, first year, last year). It replaces the one before."""
    connection.begin()
    try:
        connection.execute("DELETE FROM sources")
        columns = list(zip(*sources, strict=True)) or [()] * 5
        connection.execute(
            "INSERT INTO sources SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[]), unnest($3::VARCHAR[]), "
            "unnest($4::INTEGER[]), unnest($5::INTEGER[])",
            [list(column) for column in columns],
        )
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def load_readings(connection: duckdb.DuckDBPyConnection, run_id: str, batch: ReadingBatch) -> None:
    """Load one batch of readings: report versions, cells, statements of the prose, problems.

    Which bodies the reports are of is resolved once all are loaded, before they are judged.
    """
    stage_readings(connection, batch)
    load_staged(connection, run_id)


def stage_readings(connection: duckdb.DuckDBPyConnection, batch: ReadingBatch) -> None:
    """Read a batch's files into the temporary tables that `load_staged` loads."""
    values = {name: str(getattr(batch, name)) for name in ("reports", "facts", "problems", "statements")}
    run_script(connection, "stage_readings", values)


def load_staged(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Load what stands in `staged`, `staged_facts`, `staged_statements` and `staged_problems` (sql/stage_readings.sql).

    Another program may fill these tables from other files; their columns are those of that statement.
    """
    run_script(connection, "load_readings", {"run_id": run_id})


def sort_facts(connection: duckdb.DuckDBPyConnection) -> None:
    """Sort in the facts that batches have added, block by block, each in one transaction.

    Facts are found as well before, but slower: run it once after a night's loads.
    """
    while connection.execute(statement("unsorted")).fetchone():
        run_script(connection, "sort_facts", {})


def note_problem(connection: duckdb.DuckDBPyConnection, run_id: str, code: str, message: str, place: str) -> None:
    """Note a fault of ours that belongs to a run as a whole, such as a crawler that died."""
    connection.execute(
        """
        INSERT OR IGNORE INTO problems
        VALUES (sha256(concat_ws(' ', $1, $2, $4))[:16], $1, 'run', true, $2, $3, $4, NULL)
        """,
        [run_id, code, message, place],
    )

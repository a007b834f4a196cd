-- Captures of one run (JSON lines left by the crawler or by ingest), the documents they brought, and
-- the problems of addresses that gave none. Loading them again changes nothing.
CREATE OR REPLACE TEMP TABLE staged AS
-- A file that several pages show was visited once and is a capture for each.
SELECT
    sha256(concat_ws(
        ' ', $run_id, url, fetched_at, if(role = 'attachment', concat_ws(' ', parent_url, link_text), NULL)
    )) AS capture_id,
    *
FROM read_json($captures, format = 'newline_delimited', columns = {
    url: 'VARCHAR', source_id: 'VARCHAR', source_agency: 'VARCHAR', role: 'VARCHAR',
    fetched_at: 'TIMESTAMPTZ', outcome: 'VARCHAR', status: 'INTEGER', content_type: 'VARCHAR',
    digest: 'VARCHAR', size: 'BIGINT', file: 'VARCHAR', "offset": 'BIGINT', link_text: 'VARCHAR',
    parent_url: 'VARCHAR', message: 'VARCHAR'
});

-- Bytes that were archived again after their first copy could not be read: the new place counts.
UPDATE documents
SET archive_file = staged.file, archive_offset = staged."offset"
FROM staged
WHERE staged.digest = documents.document_id AND staged.outcome = 'found' AND staged.role <> 'list'
    AND staged.file <> documents.archive_file
    AND documents.document_id NOT IN (SELECT document_id FROM readings);

INSERT OR IGNORE INTO documents
SELECT digest, any_value(content_type), any_value(size), min(fetched_at),
    arg_min(file, fetched_at), arg_min("offset", fetched_at)
FROM staged
WHERE outcome = 'found' AND role <> 'list'
GROUP BY digest;

INSERT OR IGNORE INTO captures
SELECT capture_id, $run_id, url, role, source_id, source_agency, fetched_at, outcome, status, content_type,
    digest, size, file, "offset", link_text, parent_url, message
FROM staged;

-- An address that answers again is no problem any more.
DELETE FROM problems WHERE stage = 'crawl' AND place IN (SELECT url FROM staged);

INSERT OR IGNORE INTO problems
SELECT DISTINCT ON (url, outcome)
    sha256(concat_ws(' ', 'crawl', outcome, url))[:16], $run_id, 'crawl', false,
    if(outcome = 'found', 'empty_list', outcome),
    concat(
        url, if(outcome = 'found', ': expected a list of reports, found: ', ': expected a page, found: '),
        coalesce(message, outcome)
    ),
    url, NULL
-- A list page that answers but gives no report is a source that fell silent. A page whose figures suffer from
-- an attachment that is not to be had says so when it is read.
FROM staged WHERE (outcome <> 'found' AND role <> 'attachment') OR (role = 'list' AND message IS NOT NULL);

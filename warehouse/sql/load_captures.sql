-- Captures of one run (JSON lines left by the crawler or by ingest), the documents they brought, and
-- the problems of addresses that gave none. Loading them again changes nothing.
CREATE OR REPLACE TEMP TABLE staged AS
-- A file that several pages show was visited once and is a capture for each.
SELECT
    sha256(concat_ws(
        ' ', $run_id, url, fetched_at, if(role = 'attachment', concat_ws(' ', parent_url, link_text), NULL)
    ))[:16] AS capture_id,
    *
FROM read_json($captures, format = 'newline_delimited', columns = {
    url: 'VARCHAR', source_id: 'VARCHAR', source_agency: 'VARCHAR', role: 'VARCHAR',
    fetched_at: 'TIMESTAMPTZ', outcome: 'VARCHAR', status: 'INTEGER', content_type: 'VARCHAR',
    digest: 'VARCHAR', size: 'BIGINT', file: 'VARCHAR', "offset": 'BIGINT', link_text: 'VARCHAR',
    parent_url: 'VARCHAR', message: 'VARCHAR', redirected_to: 'VARCHAR', links: 'INTEGER', etag: 'VARCHAR',
    last_modified: 'VARCHAR', file_name: 'VARCHAR'
});

-- Bytes that were archived again after their first copy could not be read: the new place counts.
UPDATE documents
SET archive_file = staged.file, archive_offset = staged."offset"
FROM staged
WHERE staged.digest = documents.document_id AND has_document(staged.outcome) AND staged.role <> 'list'
    AND staged.file <> documents.archive_file
    AND documents.document_no NOT IN (SELECT document_no FROM stored_readings);

INSERT INTO documents
SELECT
    *,
    (SELECT coalesce(max(document_no), 0) FROM documents) + row_number() OVER (ORDER BY first_seen, digest)
FROM (
    SELECT
        digest,
        any_value(content_type),
        any_value(size),
        min(fetched_at) AS first_seen,
        arg_min(file, fetched_at),
        arg_min("offset", fetched_at)
    FROM staged
    WHERE has_document(outcome) AND role <> 'list' AND digest NOT IN (SELECT document_id FROM documents)
    GROUP BY digest
);

INSERT INTO stored_captures
SELECT DISTINCT ON (capture_id)
    capture_id, $run_id, url, role, source_id, source_agency, staged.fetched_at, outcome, status, staged.content_type,
    document_no, if(document_no IS NULL, digest, NULL), size, file, "offset", link_text, parent_url, message,
    redirected_to, links, etag, last_modified, file_name
FROM staged
LEFT JOIN documents ON documents.document_id = staged.digest
WHERE capture_id NOT IN (SELECT capture_id FROM stored_captures);

-- An address that answers again is no problem any more.
DELETE FROM problems WHERE stage = 'crawl' AND place IN (SELECT url FROM staged);

-- A list page that once named many reports and now names none, or less than half. What it named within some
-- thirteen months counts, so that the problem stays until the list is mended or its present form is an old one.
CREATE OR REPLACE TEMP TABLE shrunk AS
SELECT
    staged.url,
    any_value(staged.links) AS links,
    any_value(staged.message) AS message,
    max(captures.links) AS links_before,
    max_by(captures.fetched_at, (captures.links, captures.fetched_at)) AS seen_at
FROM staged
JOIN captures
    ON captures.url = staged.url AND captures.source_id = staged.source_id AND captures.role = 'list'
    AND captures.run_id <> $run_id
    AND captures.fetched_at < staged.fetched_at AND captures.fetched_at > staged.fetched_at - INTERVAL 400 DAY
WHERE staged.role = 'list' AND staged.links IS NOT NULL
GROUP BY staged.url
HAVING max(captures.links) >= 3 AND any_value(staged.links) * 2 < max(captures.links);

INSERT OR IGNORE INTO problems
SELECT
    sha256(concat_ws(' ', 'crawl', 'list_shrank', url))[:16], $run_id, 'crawl', false, 'list_shrank',
    concat(
        url, ': expected about ', links_before, ' reports, as on ', strftime(seen_at, '%Y-%m-%d'),
        ', found ', links, coalesce('; ' || message, '')
    ),
    url, NULL
FROM shrunk;

INSERT OR IGNORE INTO problems
SELECT DISTINCT ON (url, outcome)
    sha256(concat_ws(' ', 'crawl', if(has_document(outcome), 'found', outcome), url))[:16], $run_id, 'crawl', false,
    if(has_document(outcome), 'empty_list', outcome),
    concat(
        url, if(has_document(outcome), ': expected a list of reports, found: ', ': expected a page, found: '),
        coalesce(message, outcome)
    ),
    url, NULL
-- A list page that answers but gives no report is a source that fell silent. A page whose figures suffer from
-- an attachment that is not to be had says so when it is read.
FROM staged
WHERE (NOT has_document(outcome) AND role <> 'attachment')
    OR (role = 'list' AND message IS NOT NULL AND url NOT IN (SELECT url FROM shrunk));

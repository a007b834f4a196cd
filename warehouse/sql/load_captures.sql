-- Captures of one run (JSON lines left by the crawler or by ingest), the documents they brought, and
-- the problems of addresses that gave none. Loading them again changes nothing.
CREATE OR REPLACE TEMP TABLE staged AS
SELECT sha256(concat_ws(' ', $run_id, url, fetched_at)) AS capture_id, *
FROM read_json($captures, format = 'newline_delimited', columns = {
    url: 'VARCHAR', source_id: 'VARCHAR', source_agency: 'VARCHAR', role: 'VARCHAR',
    fetched_at: 'TIMESTAMPTZ', outcome: 'VARCHAR', status: 'INTEGER', content_type: 'VARCHAR',
    digest: 'VARCHAR', size: 'BIGINT', file: 'VARCHAR', "offset": 'BIGINT', link_text: 'VARCHAR',
    parent_url: 'VARCHAR', message: 'VARCHAR'
});

INSERT OR IGNORE INTO documents
SELECT digest, any_value(content_type), any_value(size), min(fetched_at),
    arg_min(file, fetched_at), arg_min("offset", fetched_at)
FROM staged
WHERE outcome = 'found' AND role = 'report'
GROUP BY digest;

INSERT OR IGNORE INTO captures
SELECT capture_id, $run_id, url, role, source_id, source_agency, fetched_at, outcome, status, content_type,
    digest, size, file, "offset", link_text, parent_url, message
FROM staged;

-- An address that answers again is no problem any more.
DELETE FROM problems WHERE stage = 'crawl' AND place IN (SELECT url FROM staged);

INSERT OR IGNORE INTO problems
SELECT DISTINCT ON (url, outcome)
    sha256(concat_ws(' ', 'crawl', outcome, url))[:16], $run_id, 'crawl', false, outcome,
    concat(url, ': expected a page, found: ', coalesce(message, outcome)), url, NULL
FROM staged WHERE outcome <> 'found';

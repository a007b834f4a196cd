-- Documents that led here as a report and that no reader of this version has read, with the latest
-- visit's address and hints.
SELECT
    documents.document_id,
    documents.archive_file,
    documents.archive_offset,
    arg_max(captures.url, captures.fetched_at) AS url,
    arg_max(captures.link_text, captures.fetched_at) AS link_text,
    arg_max(captures.source_agency, captures.fetched_at) AS source_agency,
    max(captures.fetched_at) AS captured_at
FROM documents
JOIN captures ON captures.document_id = documents.document_id AND captures.role = 'report'
WHERE documents.document_id NOT IN (
    SELECT document_id FROM readings WHERE extractor_version = $extractor_version OR NOT $again
)
GROUP BY ALL
ORDER BY captured_at, documents.document_id;

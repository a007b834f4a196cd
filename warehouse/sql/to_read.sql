-- Documents that led here as a report and that no reader of this version has read, with the latest visit's address and
-- hints, and the files that were visited for them; of `some_documents` only.
WITH earlier AS (SELECT * FROM readings WHERE document_id IN (SELECT document_id FROM some_documents)),

visits AS (
    -- A file belongs to a page's bytes where one night visited it for them.
    SELECT
        pages.document_id AS page_id,
        files.link_text AS address,
        files.url,
        files.fetched_at,
        files.document_id,
        has_document(files.outcome) AS is_found,
        files.run_id <= latest.run_id AS was_read,
        coalesce(files.message, files.outcome) AS message
    FROM captures AS files
    JOIN captures AS pages
        ON pages.url = files.parent_url AND pages.run_id = files.run_id
        AND pages.role = 'report' AND has_document(pages.outcome)
    LEFT JOIN (SELECT document_id, max(run_id) AS run_id FROM earlier GROUP BY document_id) AS latest
        ON latest.document_id = pages.document_id
    WHERE files.role = 'attachment' AND pages.document_id IN (SELECT document_id FROM some_documents)
),

attached AS (
    -- The last copy that was found counts: a host that does not answer tonight takes no figures away.
    SELECT
        page_id,
        address,
        arg_max(url, fetched_at) AS url,
        arg_max(document_id, fetched_at) FILTER (is_found) AS found,
        arg_max(document_id, fetched_at) FILTER (is_found AND was_read) AS found_when_read,
        arg_max(message, fetched_at) AS message
    FROM visits
    GROUP BY page_id, address
),

attachments AS (
    SELECT
        page_id,
        bool_or(found IS DISTINCT FROM found_when_read) AS changed,
        list({
            'address': address,
            'url': url,
            'archive_file': documents.archive_file,
            'archive_offset': documents.archive_offset,
            'message': if(found IS NULL, message, NULL)
        } ORDER BY address) AS files
    FROM attached
    LEFT JOIN documents ON documents.document_id = attached.found
    GROUP BY page_id
)

SELECT
    documents.document_id,
    documents.archive_file,
    documents.archive_offset,
    arg_max(captures.url, captures.fetched_at) AS url,
    arg_max(captures.link_text, captures.fetched_at) AS link_text,
    arg_max(captures.source_agency, captures.fetched_at) AS source_agency,
    max(captures.fetched_at) AS captured_at,
    any_value(attachments.files) AS attachments
FROM documents
JOIN captures ON captures.document_id = documents.document_id AND captures.role = 'report'
LEFT JOIN attachments ON attachments.page_id = documents.document_id
WHERE documents.document_id IN (SELECT document_id FROM some_documents)
    AND (attachments.changed OR documents.document_id NOT IN (
        SELECT document_id FROM earlier WHERE extractor_version = $extractor_version OR NOT $again
    ))
GROUP BY documents.document_id, documents.archive_file, documents.archive_offset
ORDER BY captured_at, documents.document_id;

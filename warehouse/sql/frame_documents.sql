SELECT
    documents.document_id,
    arg_max(captures.url, captures.fetched_at) AS url,
    (SELECT count(*) FROM reports WHERE reports.document_id = documents.document_id)
        + (SELECT count(*) FROM problems WHERE problems.document_id = documents.document_id) AS accounted
FROM documents
JOIN captures ON captures.document_id = documents.document_id AND captures.role = 'report'
GROUP BY ALL
ORDER BY documents.document_id;

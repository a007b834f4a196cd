-- After today's tables are declared: what stepped aside (migrate_4.sql), packed as today.
INSERT INTO documents BY NAME
SELECT *, row_number() OVER (ORDER BY first_seen, document_id) AS document_no FROM documents_4;

INSERT INTO stored_captures BY NAME
SELECT
    visits.* EXCLUDE (document_id),
    document_no,
    if(document_no IS NULL, visits.document_id, NULL) AS digest
FROM captures_4 AS visits
LEFT JOIN documents USING (document_id);

INSERT INTO stored_readings BY NAME
SELECT document_no, readings_4.* EXCLUDE (document_id) FROM readings_4 JOIN documents USING (document_id);

-- Layout 4 kept 20 bits of a hash.
INSERT INTO stored_fingerprints BY NAME
SELECT report_no, list_sort(list_distinct(list_transform(clauses, lambda clause: (clause >> 4)::USMALLINT))) AS clauses
FROM fingerprints_4 JOIN reports USING (report_id)
ORDER BY report_no;

DROP TABLE documents_4;
DROP TABLE captures_4;
DROP TABLE readings_4;
DROP TABLE fingerprints_4;

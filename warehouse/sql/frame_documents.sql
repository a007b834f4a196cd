-- Documents that led here as a report and what speaks of them: a row for each that nothing accounts for, and one of the
-- others, which stands for all of them.
WITH accounts AS (
    SELECT document_id, count(*) AS accounted
    FROM (SELECT document_id FROM reports UNION ALL SELECT document_id FROM problems)
    GROUP BY document_id
),

shown AS (
    SELECT documents.document_id, coalesce(accounts.accounted, 0) AS accounted
    FROM documents
    SEMI JOIN (FROM captures WHERE role = 'report') AS visits USING (document_id)
    LEFT JOIN accounts USING (document_id)
    QUALIFY accounted = 0 OR row_number() OVER (PARTITION BY accounted = 0 ORDER BY document_id) = 1
)

SELECT shown.document_id, arg_max(captures.url, captures.fetched_at) AS url, any_value(shown.accounted) AS accounted
FROM shown
JOIN captures ON captures.document_id = shown.document_id AND captures.role = 'report'
GROUP BY shown.document_id
ORDER BY shown.document_id;

-- Reports whose body their name does not decide alone, with what is known around it: the registry's agency of the
-- source, the title, the words of the link, and where the reader found the name.
WITH visits AS (
    SELECT
        document_id,
        arg_max(source_agency, fetched_at) AS source_agency,
        arg_max(link_text, fetched_at) AS link_text
    FROM captures
    WHERE role = 'report' AND document_id IN (
        SELECT document_id FROM reports JOIN to_resolve USING (report_id)
    )
    GROUP BY document_id
)

SELECT
    reports.report_id, reports.agency, reports.url, visits.source_agency, reports.title, visits.link_text,
    reports.evidence ->> '$.agency'
FROM reports
JOIN to_resolve USING (report_id)
LEFT JOIN visits ON visits.document_id = reports.document_id
WHERE reports.agency NOT IN (SELECT unnest($settled::VARCHAR[]))
ORDER BY reports.report_id;

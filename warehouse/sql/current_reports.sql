-- Current reports with grade, place and what was checked; `is_new` marks those that came after the run $told,
-- but for documents that had been read before: other readers make no new report.
SELECT
    reports.report_id, coalesce(agencies.name, reports.agency) AS agency, reports.year, reports.format, reports.grade,
    reports.url, reports.title, reports.run_id > $told AND earlier.document_id IS NULL AS is_new,
    reports.agency_id, agencies.level, agencies.province, agencies.city, agencies.county, agencies.adcode,
    coalesce(judged.sums, 0) AS sums, coalesce(judged.undecided, 0) AS undecided, reports.facts
FROM reports
LEFT JOIN agencies ON agencies.agency_id = reports.agency_id
LEFT JOIN (
    SELECT report_no, count(*) AS sums, count(*) FILTER (status = 'not_assessable') AS undecided
    FROM stored_checks
    WHERE rule_no IN (SELECT rule_no FROM rule_numbers WHERE rule IN (SELECT rule FROM rule_terms))
    GROUP BY report_no
) AS judged ON judged.report_no = reports.report_no
LEFT JOIN (SELECT DISTINCT document_id FROM reports WHERE run_id <= $told) AS earlier
    ON earlier.document_id = reports.document_id
WHERE reports.is_current
ORDER BY agency NULLS LAST, reports.year, reports.report_id;

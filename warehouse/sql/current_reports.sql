-- Current reports with grade, place and what was checked; `is_new` marks those that came after the run $told,
-- but for documents that had been read before: other readers make no new report.
SELECT
    reports.report_id, coalesce(agencies.name, reports.agency) AS agency, reports.year, reports.format, reports.grade,
    reports.url, reports.title, reports.run_id > $told AND earlier.document_id IS NULL AS is_new,
    reports.agency_id, agencies.level, agencies.province, agencies.city, agencies.county, agencies.adcode,
    coalesce(judged.sums, 0) AS sums, coalesce(judged.undecided, 0) AS undecided, coalesce(read.facts, 0) AS facts
FROM reports
LEFT JOIN agencies ON agencies.agency_id = reports.agency_id
LEFT JOIN (
    SELECT report_id, count(*) AS sums, count(*) FILTER (status = 'not_assessable') AS undecided
    FROM checks WHERE rule IN (SELECT rule FROM rule_terms)
    GROUP BY report_id
) AS judged ON judged.report_id = reports.report_id
-- A report has all cells of its format or none.
LEFT JOIN (
    SELECT report_id, formats.facts
    FROM (SELECT report_id FROM fact_values WHERE position = 1) JOIN reports USING (report_id)
    JOIN (SELECT format, count(*) AS facts FROM cells GROUP BY format) AS formats USING (format)
) AS read ON read.report_id = reports.report_id
LEFT JOIN (SELECT DISTINCT document_id FROM reports WHERE run_id <= $told) AS earlier
    ON earlier.document_id = reports.document_id
WHERE reports.is_current
ORDER BY agency NULLS LAST, reports.year, reports.report_id;

-- Every current report in a line, by body and newest first: what the site can be searched and filtered by. New are
-- reports and findings that came after the run $told.
SELECT
    reports.report_id, reports.agency_id, reports.year, reports.grade, page_shards.shard,
    (reports.run_id > $told AND earlier.document_id IS NULL) OR coalesce(failed.is_new, false) AS is_new, coalesce(failed.rules, []) AS rules
FROM reports
JOIN page_shards USING (report_id)
LEFT JOIN (
    SELECT
        checks.report_id, list(checks.rule ORDER BY checks.rule) AS rules,
        bool_or(findings.since_run > $told) AS is_new
    FROM checks
    SEMI JOIN page_shards ON page_shards.report_id = checks.report_id
    LEFT JOIN findings
        ON findings.report_id = checks.report_id AND findings.rule = checks.rule AND findings.gone_run IS NULL
    WHERE checks.status = 'fail' GROUP BY checks.report_id
) AS failed USING (report_id)
LEFT JOIN (SELECT DISTINCT document_id FROM reports WHERE run_id <= $told) AS earlier
    ON earlier.document_id = reports.document_id
LEFT JOIN agencies ON agencies.agency_id = reports.agency_id
ORDER BY agencies.name NULLS LAST, reports.agency_id, reports.year DESC NULLS LAST, reports.report_id;

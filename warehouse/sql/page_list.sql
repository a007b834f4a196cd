-- Every current report in a line, by body and newest first: what the site can be searched and filtered by.
SELECT
    reports.report_id, reports.agency_id, reports.year, reports.grade, page_shards.shard,
    reports.run_id = $run_id AS is_new, coalesce(failed.rules, []) AS rules
FROM reports
JOIN page_shards USING (report_id)
LEFT JOIN (
    SELECT report_id, list(rule ORDER BY rule) AS rules
    FROM checks SEMI JOIN page_shards USING (report_id)
    WHERE status = 'fail' GROUP BY report_id
) AS failed USING (report_id)
LEFT JOIN agencies ON agencies.agency_id = reports.agency_id
ORDER BY agencies.name NULLS LAST, reports.agency_id, reports.year DESC NULLS LAST, reports.report_id;

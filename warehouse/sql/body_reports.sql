-- The current reports of one body, oldest first; $years null for all.
SELECT report_id, year, format, title, scope, published_on, url, grade,
    strftime(captured_at, '%Y-%m-%d') AS captured_on
FROM reports
WHERE is_current AND agency_id = $agency AND ($years IS NULL OR list_contains($years, year))
ORDER BY year NULLS LAST, report_id;

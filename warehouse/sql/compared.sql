-- What was judged against what, kept so that the next run can tell what has changed.
DELETE FROM stored_comparisons
WHERE report_no IN (SELECT report_no FROM stale_units) AND report_no NOT IN (SELECT report_no FROM wanted);

INSERT OR REPLACE INTO stored_comparisons
SELECT report_no, previous_no, note, level, neighbours FROM wanted SEMI JOIN stale_units USING (report_no);

UPDATE reports
SET held_against = now.previous_id
FROM (
    SELECT stale.report_no, previous.report_id AS previous_id
    FROM stale
    LEFT JOIN wanted USING (report_no)
    LEFT JOIN reports AS previous ON previous.report_no = wanted.previous_no
) AS now
WHERE now.report_no = reports.report_no AND reports.held_against IS DISTINCT FROM now.previous_id;

-- What was judged against what, kept so that the next run can tell what has changed.
DELETE FROM stored_comparisons
WHERE report_no IN (SELECT report_no FROM stale) AND report_no NOT IN (SELECT report_no FROM wanted);

INSERT OR REPLACE INTO stored_comparisons
SELECT report_no, previous_no, note, neighbours FROM wanted SEMI JOIN stale USING (report_no);

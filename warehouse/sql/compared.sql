-- What was judged against what, kept so that the next run can tell what has changed.
DELETE FROM comparisons
WHERE report_id IN (SELECT report_id FROM stale) AND report_id NOT IN (SELECT report_id FROM wanted);

INSERT OR REPLACE INTO comparisons
SELECT report_id, previous_id, note, neighbours FROM wanted SEMI JOIN stale USING (report_id);

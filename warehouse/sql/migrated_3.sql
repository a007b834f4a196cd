-- After the reports of layout 3 are loaded: what a load does not know of them, and what was judged.
UPDATE reports
SET agency_id = earlier.agency_id, is_current = earlier.is_current, run_id = earlier.run_id, grade = earlier.grade
FROM layout_3.reports AS earlier
WHERE earlier.report_id = reports.report_id;

DELETE FROM stored_readings;
INSERT INTO stored_readings BY NAME
SELECT document_no, readings.* EXCLUDE (document_id) FROM layout_3.readings JOIN documents USING (document_id);
INSERT INTO problems BY NAME FROM layout_3.problems;

CREATE OR REPLACE TEMP TABLE verdicts AS
SELECT reports.report_no, checks.* EXCLUDE (report_id, previous_id)
FROM layout_3.checks JOIN reports USING (report_id);

INSERT INTO currency
SELECT report_no, coalesce(runs.started_at, reports.captured_at), NULL
FROM reports LEFT JOIN runs USING (run_id)
WHERE is_current
ORDER BY report_no;

INSERT INTO stored_blanks
SELECT reports.report_no, cell_number(reports.format, blanks.position), rule_numbers.rule_no, blanks.round
FROM layout_3.decided_blanks AS blanks
JOIN reports USING (report_id)
JOIN rule_numbers USING (rule);

-- Whoever wrote layout 3 told each night as it ended.
INSERT INTO tellings SELECT run_id, finished_at FROM runs WHERE finished_at IS NOT NULL;

DROP VIEW staged;
DROP VIEW staged_facts;
DROP VIEW staged_statements;
DROP VIEW staged_problems;

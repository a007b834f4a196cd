-- The likely wrong cells of some reports, explanation by explanation.
SELECT
    suspects.report_id, cells.position, concat_ws(' × ', cells.row_label, cells.column_label) AS cell,
    suspects.published, suspects.proposed, suspects.solution, suspects.solutions, suspects.evidence_zh AS evidence
FROM suspects
JOIN reports ON reports.report_id = suspects.report_id
JOIN cells ON cells.format = reports.format AND cells.table_code = suspects.table_code
    AND cells.row_code = suspects.row_code AND cells.column_code = suspects.column_code
WHERE suspects.report_id IN (SELECT unnest($reports))
ORDER BY suspects.report_id, suspects.part, suspects.solution, cells.position;

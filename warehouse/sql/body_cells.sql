-- The cells of some current reports by their places in the format.
SELECT facts.report_id, cells.position, facts.value, facts.unit, facts.raw, facts.status
FROM facts
JOIN cells ON cells.format = facts.format AND cells.table_code = facts.table_code
    AND cells.row_code = facts.row_code AND cells.column_code = facts.column_code
WHERE facts.report_id IN (SELECT unnest($reports));

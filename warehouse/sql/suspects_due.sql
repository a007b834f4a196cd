-- The reports whose sums do not all hold and that the search for wrong cells has not seen as they are now. Only sums of
-- a report's own format count; of reports that are not current, or that hold, nothing is kept.
CREATE OR REPLACE TEMP TABLE suspects_open AS
SELECT
    reports.report_id,
    reports.format,
    concat_ws(' ', $version, judged.digest, cell.digest) AS fingerprint
FROM reports
JOIN (
    SELECT report_id, bit_xor(hash(rule, status, residual)) AS digest
    FROM checks
    WHERE rule IN (SELECT rule FROM rule_terms)
    GROUP BY report_id
    HAVING bool_or(status <> 'pass')
) AS judged USING (report_id)
JOIN (
    SELECT report_id, bit_xor(hash(position, value, status)) AS digest
    FROM fact_values
    WHERE report_id IN (SELECT report_id FROM checks WHERE status <> 'pass')
    GROUP BY report_id
) AS cell USING (report_id)
WHERE reports.is_current;

DELETE FROM suspects WHERE report_id NOT IN (SELECT report_id FROM suspects_open);
DELETE FROM explanations WHERE report_id NOT IN (SELECT report_id FROM suspects_open);
DELETE FROM suspects_searched WHERE report_id NOT IN (SELECT report_id FROM suspects_open);

CREATE OR REPLACE TEMP TABLE suspects_due AS
SELECT * FROM suspects_open
WHERE $again OR (report_id, fingerprint) NOT IN (SELECT (report_id, fingerprint) FROM suspects_searched);

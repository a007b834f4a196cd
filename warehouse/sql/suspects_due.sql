-- The reports whose sums do not all hold and that the search for wrong cells has not seen as they are now. Only sums of
-- a report's own format count; of reports that are not current, or that hold, nothing is kept.
CREATE OR REPLACE TEMP TABLE suspects_open AS
WITH sum_rules AS (SELECT rule_no FROM rule_numbers WHERE rule IN (SELECT rule FROM rule_terms)),

not_borne_out AS (
    SELECT DISTINCT report_no FROM stored_checks
    WHERE status <> 'pass' AND rule_no IN (SELECT rule_no FROM sum_rules)
)

-- Hashed twice: of a row's hash the last part is only added bit by bit, and two rules off by the same would cancel it.
-- Cells of a version never change: their digest stands in `reports`, and no fact is looked at.
SELECT
    reports.report_id,
    reports.report_no,
    reports.format,
    concat_ws(' ', $version, judged.digest, reports.figures) AS fingerprint
FROM reports
JOIN (
    SELECT report_no, bit_xor(hash(hash(rule_no, status, residual))) AS digest
    FROM stored_checks
    WHERE rule_no IN (SELECT rule_no FROM sum_rules) AND report_no IN (SELECT report_no FROM not_borne_out)
    GROUP BY report_no
) AS judged USING (report_no)
WHERE reports.is_current;

DELETE FROM suspects WHERE report_id NOT IN (SELECT report_id FROM suspects_open);
DELETE FROM explanations WHERE report_id NOT IN (SELECT report_id FROM suspects_open);
DELETE FROM suspects_searched WHERE report_id NOT IN (SELECT report_id FROM suspects_open);

CREATE OR REPLACE TEMP TABLE suspects_due AS
SELECT * FROM suspects_open
WHERE $again OR (report_id, fingerprint) NOT IN (SELECT (report_id, fingerprint) FROM suspects_searched);

-- Some of the reports whose own sums are not judged yet, in `to_judge`.
-- A report that is judged has a verdict on every sum; one sum of each format tells.
CREATE OR REPLACE TEMP TABLE to_judge AS
SELECT report_no, format
FROM reports
WHERE format IN (SELECT format FROM rule_terms)
    AND report_no NOT IN (
        SELECT report_no FROM stored_checks
        WHERE rule_no IN (SELECT min(rule_no) FROM rule_terms JOIN rule_numbers USING (rule) GROUP BY format)
    )
ORDER BY report_no
LIMIT $at_once;

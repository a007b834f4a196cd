-- Residual of every declared sum for every report that has not been checked yet.
-- A sum with a cell that is not published cannot be assessed: unknown is not zero.
INSERT INTO checks
SELECT
    report_id,
    rule,
    CASE WHEN known THEN parts END,
    CASE WHEN known THEN total END,
    CASE WHEN known THEN total - parts END,
    CASE WHEN NOT known THEN 'not_assessable' WHEN total = parts THEN 'pass' ELSE 'fail' END
FROM (
    SELECT
        reports.report_id,
        rule_terms.rule,
        sum(fact_values.value) FILTER (rule_terms.sign < 0) AS parts,
        sum(fact_values.value) FILTER (rule_terms.sign > 0) AS total,
        count(fact_values.value) = count(*) AS known
    FROM reports
    JOIN rule_terms ON rule_terms.format = reports.format
    LEFT JOIN fact_values
        ON fact_values.report_id = reports.report_id AND fact_values.position = rule_terms.position
    WHERE reports.report_id NOT IN (SELECT report_id FROM checks)
    GROUP BY reports.report_id, rule_terms.rule
);

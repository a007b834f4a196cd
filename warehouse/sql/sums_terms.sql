-- The terms of every sum of the reports whose sums are not judged yet, in `open_terms`. state: known; empty (a
-- blank or a dash: the publisher gives no number); lost (missing or unreadable: we do not know what is there).
CREATE OR REPLACE TEMP TABLE open_terms AS
SELECT
    reports.report_id,
    rule_terms.rule,
    rule_terms.position,
    rule_terms.sign,
    fact_values.value,
    CASE
        WHEN fact_values.value IS NOT NULL THEN 'known'
        WHEN fact_values.status IN ('blank', 'dash') THEN 'empty'
        ELSE 'lost'
    END::ENUM ('known', 'empty', 'lost') AS state
FROM reports
JOIN rule_terms ON rule_terms.format = reports.format
LEFT JOIN fact_values
    ON fact_values.report_id = reports.report_id AND fact_values.position = rule_terms.position
WHERE reports.report_id NOT IN (
    SELECT checks.report_id FROM checks WHERE checks.rule IN (SELECT rule FROM rule_terms)
);

DELETE FROM decided_blanks WHERE report_id IN (SELECT report_id FROM open_terms);

-- Only reports with an empty cell have anything to decide.
CREATE OR REPLACE TEMP TABLE blank_terms AS
SELECT * FROM open_terms WHERE report_id IN (SELECT report_id FROM open_terms WHERE state = 'empty');

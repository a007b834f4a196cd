-- The reports whose sums do not all hold and that the search for wrong cells has not seen as they are now. Only sums of
-- a report's own format count; of reports that are not current, or that hold, nothing is kept.
CREATE OR REPLACE TEMP TABLE suspects_open AS
SELECT
    reports.report_id,
    reports.format,
    md5(concat_ws(' ',
        $version,
        (
            SELECT string_agg(concat_ws(' ', rule, checks.status, residual), ',' ORDER BY rule)
            FROM checks
            WHERE checks.report_id = reports.report_id AND checks.rule IN (SELECT rule FROM rule_terms)
        ),
        (
            SELECT string_agg(concat_ws(' ', position, value, fact_values.status), ',' ORDER BY position)
            FROM fact_values WHERE fact_values.report_id = reports.report_id
        )
    )) AS fingerprint
FROM reports
WHERE reports.is_current AND EXISTS (
    SELECT 1 FROM checks
    JOIN rule_terms ON rule_terms.format = reports.format AND rule_terms.rule = checks.rule
    WHERE checks.report_id = reports.report_id AND checks.status <> 'pass'
);

DELETE FROM suspects WHERE report_id NOT IN (SELECT report_id FROM suspects_open);
DELETE FROM explanations WHERE report_id NOT IN (SELECT report_id FROM suspects_open);
DELETE FROM suspects_searched WHERE report_id NOT IN (SELECT report_id FROM suspects_open);

CREATE OR REPLACE TEMP TABLE suspects_due AS
SELECT * FROM suspects_open
WHERE $again OR (report_id, fingerprint) NOT IN (SELECT (report_id, fingerprint) FROM suspects_searched);

-- Residuals of a suite's rules over current reports: a row for each report with any that is not 0, and one for all
-- the others together, whose residuals are 0 or not known. Few verdicts are looked at: of those that hold only the
-- ones that stand beside one that fails. The rules' names take the place of the comment, for a pivot takes no
-- parameter there.
WITH faulty AS (
    SELECT reports.report_no, reports.report_id, reports.format
    FROM reports
    WHERE reports.is_current
        AND reports.report_no IN (SELECT report_no FROM stored_checks WHERE held_at IS NULL AND residual <> 0)
),

own AS (
    SELECT
        faulty.report_id,
        rule_numbers.rule,
        if(stored_checks.held_at IS NULL, stored_checks.residual, 0) AS residual
    FROM stored_checks
    JOIN faulty USING (report_no)
    JOIN rule_numbers USING (rule_no)
    LEFT JOIN rules ON rules.format = faulty.format AND rules.rule = rule_numbers.rule
    LEFT JOIN families USING (family)
    WHERE $suite = if(
        families.grades, concat('sums.', faulty.format),
        coalesce(families.family, split_part(rule_numbers.rule, '.', 1))
    )
),

told AS (
    FROM own SEMI JOIN (FROM own WHERE residual <> 0) AS failing USING (report_id)
    UNION ALL
    SELECT NULL, unnest([/* rules */]), 0
)

FROM (PIVOT told ON rule IN (/* rules */) USING arg_max(residual, abs(residual)) GROUP BY report_id)
ORDER BY report_id;

-- Residuals of a suite's rules over current reports: a row for each report with any that is not 0, and one for all
-- the others together. The rules' names take the place of the comment, for a pivot takes no parameter there.
WITH own AS (
    SELECT checks.report_id, checks.rule, checks.residual
    FROM checks
    JOIN reports ON reports.report_id = checks.report_id AND reports.is_current
    LEFT JOIN rules ON rules.format = reports.format AND rules.rule = checks.rule
    LEFT JOIN families USING (family)
    WHERE $suite = if(
        families.grades, concat('sums.', reports.format), coalesce(families.family, split_part(checks.rule, '.', 1))
    )
),

marked AS (
    SELECT if(report_id IN (SELECT report_id FROM own WHERE residual <> 0), report_id, NULL) AS report_id, rule, residual
    FROM own
)

FROM (PIVOT marked ON rule IN (/* rules */) USING arg_max(residual, abs(residual)) GROUP BY report_id)
ORDER BY report_id;

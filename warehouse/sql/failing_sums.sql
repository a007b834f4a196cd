-- The failing sums of current reports with every cell that takes part, newest reports first.
SELECT
    reports.report_id, coalesce(agencies.name, reports.agency) AS agency, reports.year, reports.url, reports.run_id = $run_id AS is_new,
    checks.rule, rules.family, rules.sentence, any_value(cells.table_label) AS table_label,
    checks.expected, checks.actual, checks.residual,
    list({
        'row_label': cells.row_label, 'column_label': cells.column_label, 'raw': fact_values.raw,
        'sign': rule_terms.sign, 'locator': fact_values.locator
    } ORDER BY rule_terms.sign DESC, rule_terms.position) AS cells
FROM checks
JOIN reports ON reports.report_id = checks.report_id AND reports.is_current
JOIN rules ON rules.format = reports.format AND rules.rule = checks.rule
JOIN rule_terms ON rule_terms.format = reports.format AND rule_terms.rule = checks.rule
JOIN cells ON cells.format = reports.format AND cells.position = rule_terms.position
JOIN fact_values
    ON fact_values.report_id = reports.report_id AND fact_values.position = rule_terms.position
LEFT JOIN agencies ON agencies.agency_id = reports.agency_id
WHERE checks.status = 'fail'
GROUP BY ALL
ORDER BY is_new DESC, agency, reports.year, min(rule_terms.position), checks.rule;

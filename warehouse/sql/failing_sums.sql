-- The failing sums of current reports with every cell that takes part, new ones first: those that came after the run
-- $told. `seen_on` is the day that first saw it; `again`: it was gone and came back.
SELECT
    reports.report_id, coalesce(agencies.name, reports.agency) AS agency, reports.year, reports.url,
    coalesce(findings.since_run > $told, true) AS is_new, runs.started_at::DATE AS seen_on,
    coalesce(findings.since_run > findings.first_run, false) AS again,
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
LEFT JOIN findings
    ON findings.report_id = checks.report_id AND findings.rule = checks.rule AND findings.gone_run IS NULL
LEFT JOIN runs ON runs.run_id = findings.first_run
LEFT JOIN agencies ON agencies.agency_id = reports.agency_id
WHERE checks.status = 'fail'
GROUP BY ALL
ORDER BY is_new DESC, agency, reports.year, min(rule_terms.position), checks.rule;

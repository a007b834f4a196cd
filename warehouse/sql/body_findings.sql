-- What rules found in some reports; positions are the cells of a sum, totals those on the side of its published total.
SELECT
    checks.report_id, coalesce(rules.sentence, checks.rule) AS sentence, checks.expected, checks.actual, checks.note,
    list(rule_terms.position ORDER BY rule_terms.position) FILTER (rule_terms.position IS NOT NULL) AS positions,
    list(rule_terms.position ORDER BY rule_terms.position) FILTER (rule_terms.sign > 0) AS totals
FROM checks
JOIN reports ON reports.report_id = checks.report_id
LEFT JOIN rules ON rules.format = reports.format AND rules.rule = checks.rule
LEFT JOIN rule_terms ON rule_terms.format = reports.format AND rule_terms.rule = checks.rule
WHERE checks.status = 'fail' AND checks.report_id IN (SELECT unnest($reports))
GROUP BY ALL
ORDER BY checks.report_id, positions IS NULL, positions, sentence;

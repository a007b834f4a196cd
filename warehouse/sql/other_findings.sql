-- What rules beyond the sums of one report found in current reports: text against table, year to year, plausibility.
SELECT
    reports.report_id, coalesce(agencies.name, reports.agency) AS agency, reports.year, reports.url,
    coalesce(findings.since_run > $told, true) AS is_new, runs.started_at::DATE AS seen_on,
    coalesce(findings.since_run > findings.first_run, false) AS again,
    checks.rule, coalesce(rules.family, split_part(checks.rule, '.', 1)) AS family,
    coalesce(rules.sentence, checks.rule) AS sentence, coalesce(rules.sentence_en, checks.rule) AS sentence_en,
    checks.expected, checks.actual, checks.note
FROM checks
JOIN reports ON reports.report_id = checks.report_id AND reports.is_current
LEFT JOIN rules ON rules.format = reports.format AND rules.rule = checks.rule
LEFT JOIN findings
    ON findings.report_id = checks.report_id AND findings.rule = checks.rule AND findings.gone_run IS NULL
LEFT JOIN runs ON runs.run_id = findings.first_run
LEFT JOIN agencies ON agencies.agency_id = reports.agency_id
WHERE checks.status = 'fail' AND checks.rule NOT IN (SELECT rule FROM rule_terms)
ORDER BY is_new DESC, list_position(['text', 'year_to_year', 'plausibility'], family), agency, reports.year, checks.rule;

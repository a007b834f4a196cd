-- The failing sums of current reports, new ones first: those that came after the run $told. The first $with_cells have
-- every cell that takes part. `seen_on` is the day that first saw one; `again`: it was gone and came back.
WITH failing AS (
    SELECT
        reports.report_id, coalesce(agencies.name, reports.agency) AS agency, reports.year, reports.url,
        coalesce(findings.since_run > $told, true) AS is_new, runs.started_at::DATE AS seen_on,
        coalesce(findings.since_run > findings.first_run, false) AS again,
        reports.format, checks.rule, rules.family, rules.sentence, checks.expected, checks.actual, checks.residual
    FROM checks
    JOIN reports ON reports.report_id = checks.report_id AND reports.is_current
    JOIN rules ON rules.format = reports.format AND rules.rule = checks.rule
    LEFT JOIN findings
        ON findings.report_id = checks.report_id AND findings.rule = checks.rule AND findings.gone_run IS NULL
    LEFT JOIN runs ON runs.run_id = findings.first_run
    LEFT JOIN agencies ON agencies.agency_id = reports.agency_id
    WHERE checks.status = 'fail' AND checks.rule IN (SELECT rule FROM rule_terms)
),

shown AS (
    SELECT report_id, format, rule FROM failing
    ORDER BY is_new DESC, agency NULLS LAST, year DESC NULLS LAST, report_id, rule LIMIT $with_cells
),

cell AS (
    SELECT shown.report_id, shown.rule, list({
        'row_label': cells.row_label, 'column_label': cells.column_label, 'raw': fact_values.raw,
        'sign': rule_terms.sign, 'locator': fact_values.locator
    } ORDER BY rule_terms.sign DESC, rule_terms.position) AS found
    FROM shown
    JOIN rule_terms ON rule_terms.format = shown.format AND rule_terms.rule = shown.rule
    JOIN cells ON cells.format = shown.format AND cells.position = rule_terms.position
    JOIN fact_values ON fact_values.report_id = shown.report_id AND fact_values.position = rule_terms.position
    GROUP BY shown.report_id, shown.rule
),

labels AS (
    SELECT rule_terms.format, rule_terms.rule, any_value(cells.table_label) AS table_label
    FROM rule_terms JOIN cells ON cells.format = rule_terms.format AND cells.position = rule_terms.position
    GROUP BY ALL
)

SELECT failing.* EXCLUDE (format), labels.table_label, coalesce(cell.found, []) AS cells
FROM failing
JOIN labels ON labels.format = failing.format AND labels.rule = failing.rule
LEFT JOIN cell ON cell.report_id = failing.report_id AND cell.rule = failing.rule
ORDER BY is_new DESC, agency NULLS LAST, year DESC NULLS LAST, failing.report_id, failing.rule;

-- Findings that had been told and are no longer there, and why: the publisher has another page now (republished), the
-- same bytes are read or judged otherwise (read_again), or no report of that body and year is there (withdrawn). A
-- finding whose figures changed while the rule still fails is told as a new one, not as gone.
SELECT
    coalesce(now.report_id, had.report_id) AS report_id, coalesce(agencies.name, had.agency) AS agency, had.year,
    findings.rule, coalesce(rules.sentence, findings.rule) AS sentence,
    coalesce(rules.sentence_en, findings.rule) AS sentence_en,
    findings.expected, findings.actual, runs.started_at::DATE AS seen_on,
    CASE
        WHEN now.report_id IS NULL THEN 'withdrawn'
        WHEN now.document_id <> had.document_id THEN 'republished'
        ELSE 'read_again'
    END AS why
FROM findings
JOIN reports AS had ON had.report_id = findings.report_id
LEFT JOIN reports AS now
    ON now.is_current AND now.year IS NOT DISTINCT FROM had.year
    AND coalesce(now.agency_id, now.url) = coalesce(had.agency_id, had.url)
    AND coalesce(now.scope, 'own') = coalesce(had.scope, 'own')
LEFT JOIN agencies ON agencies.agency_id = had.agency_id
LEFT JOIN rules ON rules.format = had.format AND rules.rule = findings.rule
LEFT JOIN runs ON runs.run_id = findings.first_run
WHERE findings.gone_run > $told AND findings.since_run <= $told
    AND NOT EXISTS (
        SELECT 1 FROM findings AS other
        WHERE other.report_id = now.report_id AND other.rule = findings.rule AND other.gone_run IS NULL
    )
QUALIFY row_number() OVER (PARTITION BY findings.finding_id ORDER BY now.report_id) = 1
ORDER BY agency, had.year, findings.rule;

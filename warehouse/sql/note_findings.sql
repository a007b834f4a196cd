-- Brings `findings` up to what this run found. Run in one transaction, after judging; the same run again changes nothing.
--
-- A finding is what a person would be told: body, year, rule and the two figures. Neither a new copy of the page nor
-- newer readers make it another one; of plausibility only the rule counts, for its figures move with other reports.
CREATE OR REPLACE TEMP TABLE found_now AS
SELECT
    left(sha256(concat_ws(
        chr(31), coalesce(reports.agency_id, reports.url), coalesce(reports.year::VARCHAR, reports.url),
        coalesce(reports.scope, 'own'), checks.rule,
        if(starts_with(checks.rule, 'plausibility.'), NULL, concat(checks.expected, '/', checks.actual))
    )), 16) AS finding_id,
    reports.report_id, checks.rule, checks.expected, checks.actual
FROM checks JOIN reports ON reports.report_id = checks.report_id AND reports.is_current
WHERE checks.status = 'fail';

UPDATE findings SET gone_run = $run_id
WHERE gone_run IS NULL AND finding_id NOT IN (SELECT finding_id FROM found_now);

UPDATE findings
SET since_run = if(gone_run IS NULL OR gone_run = $run_id, since_run, $run_id), gone_run = NULL,
    report_id = found_now.report_id, expected = found_now.expected, actual = found_now.actual
FROM found_now
WHERE found_now.finding_id = findings.finding_id
    AND (findings.gone_run IS NOT NULL OR findings.report_id <> found_now.report_id
        OR findings.expected IS DISTINCT FROM found_now.expected OR findings.actual IS DISTINCT FROM found_now.actual);

INSERT INTO findings
SELECT finding_id, report_id, rule, expected, actual, $run_id, $run_id, NULL
FROM found_now
WHERE finding_id NOT IN (SELECT finding_id FROM findings);

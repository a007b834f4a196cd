-- How like the prose is to that of the report before, for every stale report: of the smallest hashes of both together
-- the share that both have. It completes the verdicts that judge_plausibility wrote for this rule.
UPDATE verdicts
SET
    expected = if(compared.note IS NULL, $copied_share, NULL),
    actual = if(compared.note IS NULL, compared.alike, NULL),
    residual = if(compared.note IS NULL, greatest(0, compared.alike - $copied_share), NULL),
    status = CASE
        WHEN compared.note IS NOT NULL THEN 'not_assessable'
        WHEN compared.alike > $copied_share THEN 'fail'
        ELSE 'pass'
    END,
    note = compared.note
FROM (
    SELECT
        wanted.report_no,
        list_intersect(own.clauses, earlier.clauses) AS shared,
        len(own.clauses) + len(earlier.clauses) - len(shared) AS together,
        -- Of short texts all clauses are the sample, and nothing need be sorted.
        CASE
            WHEN together > 120 THEN list_sort(list_distinct(list_concat(own.clauses, earlier.clauses)))[:120]
        END AS sample,
        if(together > 120, len(list_intersect(shared, sample)) / 120, len(shared) / together) AS alike,
        CASE
            WHEN wanted.note IS NOT NULL THEN wanted.note
            WHEN least(coalesce(len(own.clauses), 0), coalesce(len(earlier.clauses), 0)) < $copied_clauses
                THEN 'too little prose to compare'
        END AS note
    FROM wanted
    SEMI JOIN stale USING (report_no)
    LEFT JOIN stored_fingerprints AS own ON own.report_no = wanted.report_no
    LEFT JOIN stored_fingerprints AS earlier ON earlier.report_no = wanted.previous_no
) AS compared
WHERE verdicts.report_no = compared.report_no AND verdicts.rule = 'plausibility.copied_text';

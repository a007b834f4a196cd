-- How many report pages each source gave that this run visited: null where no list page of it answered (a problem of
-- the site, told as such), or where it never gave any. A source that gave some before and none now fell silent.
SELECT
    source_id,
    CASE
        WHEN bool_or(run_id = $run_id AND role = 'list' AND outcome = 'found')
            AND bool_or(run_id < $run_id AND role = 'report' AND outcome = 'found')
            THEN count(DISTINCT url) FILTER (run_id = $run_id AND role = 'report' AND outcome = 'found')
    END AS reports
FROM captures
WHERE source_id IN (SELECT source_id FROM captures WHERE run_id = $run_id AND role = 'list')
GROUP BY source_id
ORDER BY source_id;

-- The share of documents that this run could read, against the median of up to ten earlier runs. Null where there is
-- too little to compare: fewer than three earlier runs, or fewer than 20 documents in one. Documents that
-- are no report are not counted; one without tables, or of a medium that cannot be read, was not read.
WITH shares AS (
    SELECT run_id, count(*) AS documents, count(*) FILTER (outcome = 'report') / count(*) AS share
    FROM readings
    WHERE outcome NOT IN ('not_a_report', 'empty')
    GROUP BY run_id
    HAVING count(*) >= 20
),

usual AS (
    SELECT median(share) AS share, count(*) AS nights
    FROM (FROM shares WHERE run_id < $run_id ORDER BY run_id DESC LIMIT 10)
)

SELECT
    $run_id AS run_id,
    shares.documents,
    shares.share,
    usual.share AS usual_share,
    CASE WHEN usual.nights >= 3 THEN shares.share / nullif(usual.share, 0) END AS share_of_usual
FROM usual LEFT JOIN shares ON shares.run_id = $run_id;

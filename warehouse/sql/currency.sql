-- When each version became current and when it ceased to be, by the start of the run that found it so. Doing it again
-- changes nothing: what was believed before is never written over.
CREATE OR REPLACE TEMP TABLE this_run AS
SELECT greatest(
    coalesce((SELECT max(started_at) FROM runs), (SELECT max(captured_at) FROM reports)),
    (SELECT max(greatest(since, until)) FROM currency)
) AS moment;

UPDATE currency
SET until = (SELECT moment FROM this_run)
WHERE until IS NULL AND report_no NOT IN (SELECT report_no FROM reports WHERE is_current);

-- What was current for no time at all (a run that judged twice) was not.
DELETE FROM currency WHERE since = until;

INSERT INTO currency
SELECT report_no, (SELECT moment FROM this_run), NULL
FROM reports
WHERE is_current AND report_no NOT IN (SELECT report_no FROM currency WHERE until IS NULL)
ORDER BY report_no;

-- Which report of the year before each current report may be held against (same body, same scope or both unknown,
-- both current, tables read), or why none; `stale` lists the reports for which the answer, or anything of the body's
-- other reports, is not what it was when they were judged. Their verdicts go; the next statements judge them anew.
CREATE OR REPLACE TEMP TABLE wanted AS
WITH levels AS (
    SELECT agencies.agency_id, coalesce(agencies.level, arg_max_null(level_endings.level, length(ending))) AS level
    FROM agencies LEFT JOIN level_endings ON suffix(agencies.name, level_endings.ending)
    GROUP BY agencies.agency_id, agencies.level
),

present AS (SELECT reports.*, levels.level FROM reports LEFT JOIN levels USING (agency_id) WHERE is_current),

bodies AS (
    SELECT agency_id, hash(string_agg(concat_ws(' ', report_no, year, scope, level), ',' ORDER BY report_no)) AS digest
    FROM present WHERE agency_id IS NOT NULL GROUP BY agency_id
)

SELECT
    present.report_no,
    CASE
        WHEN present.agency_id IS NULL THEN 'the body is not known'
        WHEN present.year IS NULL THEN 'the year is not known'
        WHEN previous.report_no IS NULL THEN format('no report of {} at hand', present.year - 1)
        WHEN previous.format IS NULL THEN format('the report of {} has no tables that were read', previous.year)
        WHEN previous.scope IS DISTINCT FROM present.scope THEN format(
            'scopes differ: {} in {}, {} in {}',
            coalesce(previous.scope, 'unknown'), previous.year, coalesce(present.scope, 'unknown'), present.year
        )
    END AS note,
    if(note IS NULL, previous.report_no, NULL) AS previous_no,
    bodies.digest AS neighbours,
    present.format,
    present.agency_id,
    present.scope,
    present.level
FROM present
LEFT JOIN present AS previous
    ON previous.agency_id = present.agency_id AND previous.year = present.year - 1
LEFT JOIN bodies ON bodies.agency_id = present.agency_id
WHERE present.format IS NOT NULL
-- A body may have two reports of a year, its own figures and an aggregate: the one of this scope is meant.
QUALIFY row_number() OVER (
    PARTITION BY present.report_no
    ORDER BY previous.scope IS NOT DISTINCT FROM present.scope DESC, previous.report_no
) = 1;

CREATE OR REPLACE TEMP TABLE all_stale AS
SELECT
    report_no,
    -- Another year of the body is there or gone: only the rule that looks over all its years is judged again.
    wanted.report_no IS NOT NULL AND stored_comparisons.report_no IS NOT NULL
    AND (wanted.previous_no, wanted.note, wanted.level)
        IS NOT DISTINCT FROM (stored_comparisons.previous_no, stored_comparisons.note, stored_comparisons.level)
        AS unit_only
FROM wanted
FULL JOIN stored_comparisons USING (report_no)
WHERE NOT unit_only OR wanted.neighbours IS DISTINCT FROM stored_comparisons.neighbours;

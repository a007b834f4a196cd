-- The rules between years for every stale report: one verdict a rule where the report before can be compared, else
-- one row that says why not. A blank that its own report's sums decide to be 0 counts as 0.
CREATE OR REPLACE TEMP TABLE year_figures AS
SELECT
    fact_values.report_id,
    fact_values.position,
    if(decided_blanks.position IS NULL, fact_values.value, 0) AS value,
    decided_blanks.position IS NOT NULL AS assumed
FROM fact_values
LEFT JOIN decided_blanks
    ON decided_blanks.report_id = fact_values.report_id AND decided_blanks.position = fact_values.position
WHERE fact_values.position IN (SELECT position FROM year_terms)
    AND fact_values.report_id IN (
        SELECT report_id FROM wanted SEMI JOIN stale USING (report_id)
        UNION ALL
        SELECT previous_id FROM wanted SEMI JOIN stale USING (report_id)
    );

INSERT INTO checks BY NAME
WITH summed AS (
    SELECT
        wanted.report_id,
        year_terms.rule,
        any_value(wanted.previous_id) AS previous_id,
        coalesce(sum(value) FILTER (stated), 0) AS stated_value,
        coalesce(sum(sign * value), 0) AS difference,
        count(*) - count(value) AS unknown,
        count(*) FILTER (assumed) AS assumed_zero
    FROM wanted
    SEMI JOIN stale USING (report_id)
    JOIN reports AS previous ON previous.report_id = wanted.previous_id
    JOIN year_terms
        ON year_terms.format = wanted.format AND year_terms.previous_format = previous.format
    LEFT JOIN year_figures
        ON year_figures.position = year_terms.position
        AND year_figures.report_id = if(years_before = 0, wanted.report_id, wanted.previous_id)
    GROUP BY wanted.report_id, year_terms.rule
)

SELECT
    report_id,
    rule,
    CASE WHEN unknown = 0 THEN stated_value - difference END AS expected,
    CASE WHEN unknown = 0 THEN stated_value END AS actual,
    CASE WHEN unknown = 0 THEN difference END AS residual,
    CASE WHEN unknown > 0 THEN 'not_assessable' WHEN difference = 0 THEN 'pass' ELSE 'fail' END AS status,
    assumed_zero,
    previous_id,
    CASE WHEN unknown > 0 THEN format('{} of its cells have no figure', unknown) END AS note
FROM summed
UNION ALL BY NAME
SELECT report_id, 'year_to_year.comparable' AS rule, 'not_assessable' AS status, note
FROM wanted SEMI JOIN stale USING (report_id)
WHERE note IS NOT NULL;

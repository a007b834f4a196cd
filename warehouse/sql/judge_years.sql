-- The rules between years for every stale report: one verdict a rule where the report before can be compared, else
-- one row that says why not. A blank that its own report's sums decide to be 0 counts as 0.
CREATE OR REPLACE TEMP TABLE year_cells AS
SELECT *, cell_number(if(years_before = 0, format, previous_format), position) AS cell_no FROM year_terms;

CREATE OR REPLACE TEMP TABLE year_figures AS
SELECT
    stored_facts.report_no,
    stored_facts.cell_no,
    if(stored_blanks.cell_no IS NULL, coalesce(stored_facts.exact, stored_facts.whole::DECIMAL(24, 8)), 0) AS value,
    stored_blanks.cell_no IS NOT NULL AS assumed
FROM stored_facts
LEFT JOIN stored_blanks
    ON stored_blanks.report_no = stored_facts.report_no AND stored_blanks.cell_no = stored_facts.cell_no
WHERE stored_facts.cell_no IN (SELECT cell_no FROM year_cells)
    AND stored_facts.report_no IN (
        SELECT report_no FROM wanted SEMI JOIN stale USING (report_no)
        UNION ALL
        SELECT previous_no FROM wanted SEMI JOIN stale USING (report_no)
    );

CREATE OR REPLACE TEMP TABLE verdicts AS
WITH summed AS (
    SELECT
        wanted.report_no,
        year_cells.rule,
        coalesce(sum(value) FILTER (stated), 0) AS stated_value,
        coalesce(sum(sign * value), 0) AS difference,
        count(*) - count(value) AS unknown,
        count(*) FILTER (assumed) AS assumed_zero
    FROM wanted
    SEMI JOIN stale USING (report_no)
    JOIN reports AS previous ON previous.report_no = wanted.previous_no
    JOIN year_cells
        ON year_cells.format = wanted.format AND year_cells.previous_format = previous.format
    LEFT JOIN year_figures
        ON year_figures.cell_no = year_cells.cell_no
        AND year_figures.report_no = if(years_before = 0, wanted.report_no, wanted.previous_no)
    GROUP BY wanted.report_no, year_cells.rule
)

SELECT
    report_no,
    rule,
    CASE WHEN unknown = 0 THEN stated_value - difference END AS expected,
    CASE WHEN unknown = 0 THEN stated_value END AS actual,
    CASE WHEN unknown = 0 THEN difference END AS residual,
    CASE WHEN unknown > 0 THEN 'not_assessable' WHEN difference = 0 THEN 'pass' ELSE 'fail' END AS status,
    assumed_zero,
    CASE WHEN unknown > 0 THEN format('{} of its cells have no figure', unknown) END AS note
FROM summed
UNION ALL BY NAME
SELECT report_no, 'year_to_year.comparable' AS rule, 'not_assessable' AS status, note
FROM wanted SEMI JOIN stale USING (report_no)
WHERE note IS NOT NULL;

-- What judging the reports in `to_judge` needs of their cells; and in `blank_terms` the terms of every sum of
-- those in which a sum has an empty cell (a blank or a dash: the publisher gives no number), for only there is anything
-- to decide. Cells that we did not find or could not read are `lost`: we do not know what is there.
DELETE FROM stored_blanks WHERE report_no IN (SELECT report_no FROM to_judge);

CREATE OR REPLACE TEMP TABLE figures_to_judge AS
SELECT
    stored_facts.report_no,
    stored_facts.cell_no,
    coalesce(exact, whole::DECIMAL(24, 8)) AS value,
    unit,
    status
FROM stored_facts
WHERE report_no BETWEEN (SELECT min(report_no) FROM to_judge) AND (SELECT max(report_no) FROM to_judge)
    AND report_no IN (SELECT report_no FROM to_judge);

CREATE OR REPLACE TEMP TABLE sum_terms AS
SELECT rule_terms.format, rule_no, cell_number(rule_terms.format, position) AS cell_no, sign
FROM rule_terms JOIN rule_numbers USING (rule);

CREATE OR REPLACE TEMP TABLE blank_terms AS
WITH with_blanks AS (
    SELECT DISTINCT to_judge.*
    FROM figures_to_judge
    JOIN to_judge USING (report_no)
    WHERE status IN ('blank', 'dash') AND cell_no IN (SELECT cell_no FROM sum_terms)
)

SELECT
    with_blanks.report_no,
    sum_terms.rule_no,
    sum_terms.cell_no,
    sum_terms.sign,
    figures.value,
    CASE
        WHEN figures.value IS NOT NULL THEN 'known'
        WHEN figures.status IN ('blank', 'dash') THEN 'empty'
        ELSE 'lost'
    END AS state
FROM with_blanks
JOIN sum_terms ON sum_terms.format = with_blanks.format
LEFT JOIN figures_to_judge AS figures
    ON figures.report_no = with_blanks.report_no AND figures.cell_no = sum_terms.cell_no;

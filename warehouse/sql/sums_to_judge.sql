-- The reports whose own sums are not judged yet, in `to_judge`; and in `blank_terms` the terms of every sum of those
-- in which a sum has an empty cell (a blank or a dash: the publisher gives no number), for only there is anything
-- to decide. Cells that we did not find or could not read are `lost`: we do not know what is there.
CREATE OR REPLACE TEMP TABLE to_judge AS
SELECT report_id, format
FROM reports
WHERE format IS NOT NULL
    AND report_id NOT IN (SELECT report_id FROM checks WHERE rule IN (SELECT rule FROM rule_terms));

DELETE FROM decided_blanks WHERE report_id IN (SELECT report_id FROM to_judge);

CREATE OR REPLACE TEMP TABLE blank_terms AS
WITH with_blanks AS (
    SELECT DISTINCT to_judge.*
    FROM to_judge
    JOIN fact_values USING (report_id)
    JOIN rule_terms USING (format, position)
    WHERE fact_values.status IN ('blank', 'dash')
)

SELECT
    with_blanks.report_id,
    rule_terms.rule,
    rule_terms.position,
    rule_terms.sign,
    fact_values.value,
    CASE WHEN value IS NOT NULL THEN 'known' WHEN status IN ('blank', 'dash') THEN 'empty' ELSE 'lost' END AS state
FROM with_blanks
JOIN rule_terms ON rule_terms.format = with_blanks.format
LEFT JOIN fact_values
    ON fact_values.report_id = with_blanks.report_id AND fact_values.position = rule_terms.position;

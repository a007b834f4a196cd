-- One round of deciding what blanks must be (FORMATS H6): counts are not negative, so where what is known of a sum
-- already closes and all that is unknown stands on one side of it, the unknown cells can only be 0. A row whose
-- total is 0 is such a sum. A dash is decided by the same arithmetic: it says that there is no number, and no number
-- other than 0 could stand there; it stays a dash among the facts. Run again until it returns nothing: a blank that
-- its row decides may decide a column.
INSERT INTO decided_blanks
WITH terms AS (
    SELECT blank_terms.* REPLACE (
        if(decided_blanks.position IS NULL, blank_terms.value, 0) AS value,
        if(decided_blanks.position IS NULL, blank_terms.state, 'known') AS state
    )
    FROM blank_terms
    LEFT JOIN decided_blanks
        ON decided_blanks.report_id = blank_terms.report_id AND decided_blanks.position = blank_terms.position
),

deciding AS (
    SELECT report_id, rule
    FROM terms
    GROUP BY report_id, rule
    HAVING bool_or(state = 'empty')
        AND min(sign) FILTER (state <> 'known') = max(sign) FILTER (state <> 'known')
        AND sum(sign * value) = 0
        AND min(value) >= 0
)

SELECT report_id, position, min(rule), $round
FROM terms
SEMI JOIN deciding USING (report_id, rule)
WHERE state = 'empty'
GROUP BY report_id, position
RETURNING position;

-- One round of deciding what blanks must be (FORMATS H6): counts are not negative, so where what is known of a sum
-- already closes and all that is unknown stands on one side of it, the unknown cells can only be 0. A row whose
-- total is 0 is such a sum. A dash is decided by the same arithmetic: it says that there is no number, and no number
-- other than 0 could stand there; it stays a dash among the facts. Run again until it returns nothing: a blank that
-- its row decides may decide a column.
INSERT INTO stored_blanks
WITH terms AS (
    SELECT blank_terms.* REPLACE (
        if(stored_blanks.cell_no IS NULL, blank_terms.value, 0) AS value,
        if(stored_blanks.cell_no IS NULL, blank_terms.state, 'known') AS state
    )
    FROM blank_terms
    LEFT JOIN stored_blanks
        ON stored_blanks.report_no = blank_terms.report_no AND stored_blanks.cell_no = blank_terms.cell_no
),

deciding AS (
    SELECT report_no, rule_no
    FROM terms
    GROUP BY report_no, rule_no
    HAVING bool_or(state = 'empty')
        AND min(sign) FILTER (state <> 'known') = max(sign) FILTER (state <> 'known')
        AND sum(sign * value) = 0
        AND min(value) >= 0
)

SELECT report_no, cell_no, arg_min(rule_no, rule), $round
FROM terms
JOIN rule_numbers USING (rule_no)
SEMI JOIN deciding USING (report_no, rule_no)
WHERE state = 'empty'
GROUP BY report_no, cell_no
RETURNING cell_no;

-- The verdict on every sum in `open_terms`. A sum with a cell that was not found or not read is never assessed.
-- Blanks that the sums decide to be 0 count as 0, and assumed_zero says how many. With undecided blanks on one side a
-- sum can still be known to fail: they are not negative, and what is known is too much already. Otherwise it is
-- not assessable: unknown is not zero.
INSERT INTO checks BY NAME
WITH summed AS (
    SELECT
        open_terms.report_id,
        open_terms.rule,
        coalesce(sum(value) FILTER (sign < 0), 0) AS parts,
        coalesce(sum(value) FILTER (sign > 0), 0) AS total,
        count(*) FILTER (state = 'lost') AS lost,
        count(decided_blanks.position) AS assumed_zero,
        count(*) FILTER (state = 'empty') - assumed_zero AS undecided,
        min(sign) FILTER (state = 'empty' AND decided_blanks.position IS NULL) AS least_sign,
        max(sign) FILTER (state = 'empty' AND decided_blanks.position IS NULL) AS most_sign
    FROM open_terms
    LEFT JOIN decided_blanks
        ON decided_blanks.report_id = open_terms.report_id AND decided_blanks.position = open_terms.position
    GROUP BY open_terms.report_id, open_terms.rule
),

assessed AS (
    SELECT
        *,
        lost = 0 AND least_sign = most_sign AND least_sign * (total - parts) > 0 AS fails_anyhow,
        lost = 0 AND undecided = 0 OR coalesce(fails_anyhow, false) AS known
    FROM summed
)

SELECT
    report_id,
    rule,
    CASE WHEN known THEN parts END AS expected,
    CASE WHEN known THEN total END AS actual,
    CASE WHEN known THEN total - parts END AS residual,
    CASE WHEN NOT known THEN 'not_assessable' WHEN total = parts THEN 'pass' ELSE 'fail' END AS status,
    assumed_zero,
    CASE
        WHEN lost > 0 THEN format('{} cells missing or unreadable', lost)
        WHEN fails_anyhow THEN format('whatever its {} undecided blanks stand for: at least by this much', undecided)
        WHEN undecided > 0 THEN format('{} blanks that the sums do not decide', undecided)
        WHEN assumed_zero > 0 THEN format('{} blanks count as 0: the sums leave no other number', assumed_zero)
    END AS note
FROM assessed;

-- The verdict on every sum of the reports in `to_judge`, into `verdicts` (store_verdicts.sql keeps them). A sum with a cell that was not found or not read is never
-- assessed. Blanks that the sums decide to be 0 count as 0, and assumed_zero says how many. With undecided blanks on
-- one side a sum can still be known to fail: they are not negative, and what is known is too much already.
-- Otherwise it is not assessable: unknown is not zero.
CREATE OR REPLACE TEMP TABLE verdicts AS
WITH terms AS (
    SELECT
        to_judge.report_no,
        sum_terms.rule_no,
        sum_terms.sign,
        figures.value,
        coalesce(figures.status IN ('blank', 'dash'), false) AS is_empty,
        stored_blanks.cell_no IS NOT NULL AS is_decided
    FROM to_judge
    JOIN sum_terms ON sum_terms.format = to_judge.format
    LEFT JOIN figures_to_judge AS figures
        ON figures.report_no = to_judge.report_no AND figures.cell_no = sum_terms.cell_no
    LEFT JOIN stored_blanks
        ON stored_blanks.report_no = to_judge.report_no AND stored_blanks.cell_no = sum_terms.cell_no
),

summed AS (
    SELECT
        report_no,
        rule_no,
        coalesce(sum(value) FILTER (sign < 0), 0) AS parts,
        coalesce(sum(value) FILTER (sign > 0), 0) AS total,
        count(*) - count(value) AS unknown,
        count(*) FILTER (is_empty) AS empty,
        unknown - empty AS lost,
        count(*) FILTER (is_decided) AS assumed_zero,
        empty - assumed_zero AS undecided,
        min(sign) FILTER (is_empty AND NOT is_decided) AS least_sign,
        max(sign) FILTER (is_empty AND NOT is_decided) AS most_sign
    FROM terms
    GROUP BY report_no, rule_no
),

assessed AS (
    SELECT
        *,
        lost = 0 AND least_sign = most_sign AND least_sign * (total - parts) > 0 AS fails_anyhow,
        lost = 0 AND undecided = 0 OR coalesce(fails_anyhow, false) AS known
    FROM summed
)

SELECT
    report_no,
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
FROM assessed
JOIN rule_numbers USING (rule_no);

-- The verdict on every sum of the reports in `to_judge`. A sum with a cell that was not found or not read is never
-- assessed. Blanks that the sums decide to be 0 count as 0, and assumed_zero says how many. With undecided blanks on
-- one side a sum can still be known to fail: they are not negative, and what is known is too much already.
-- Otherwise it is not assessable: unknown is not zero.
INSERT INTO checks BY NAME
WITH terms AS (
    SELECT
        to_judge.report_id,
        rule_terms.rule,
        rule_terms.sign,
        fact_values.value,
        coalesce(fact_values.status IN ('blank', 'dash'), false) AS is_empty,
        decided_blanks.position IS NOT NULL AS is_decided
    FROM to_judge
    JOIN rule_terms ON rule_terms.format = to_judge.format
    LEFT JOIN fact_values
        ON fact_values.report_id = to_judge.report_id AND fact_values.position = rule_terms.position
    LEFT JOIN decided_blanks
        ON decided_blanks.report_id = to_judge.report_id AND decided_blanks.position = rule_terms.position
),

summed AS (
    SELECT
        report_id,
        rule,
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
    GROUP BY report_id, rule
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

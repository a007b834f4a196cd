-- The verdicts that were just made, packed into `stored_checks`; a rule that has no number yet is given the next.
INSERT INTO rule_numbers
SELECT rule, (SELECT coalesce(max(rule_no), 0) FROM rule_numbers) + row_number() OVER (ORDER BY rule)
FROM (SELECT DISTINCT rule FROM verdicts WHERE rule NOT IN (SELECT rule FROM rule_numbers));

INSERT INTO stored_checks BY NAME
SELECT *
FROM (
    SELECT
        report_no,
        rule_no,
        status,
        CASE
            WHEN residual = 0 AND actual = 0 THEN 0
            WHEN residual = 0 AND expected = actual AND actual = trunc(actual) THEN try_cast(actual AS BIGINT)
        END AS held_at,
        if(held_at IS NULL, expected, NULL) AS expected,
        if(held_at IS NULL, actual, NULL) AS actual,
        if(held_at IS NULL, residual, NULL) AS residual,
        assumed_zero,
        note
    FROM verdicts
    JOIN rule_numbers USING (rule)
)
ORDER BY check_order(report_no, rule_no, held_at, note);

-- Every rule of every format with its sentences and the cells that it speaks of: +1 the published total, -1 its parts,
-- 0 where it is no sum of this report.
SELECT
    rules.format, rules.rule, rules.family, rules.sentence, rules.sentence_en,
    coalesce(terms.cells, []) AS cells
FROM rules
LEFT JOIN (
    SELECT format, rule, list([position, sign] ORDER BY sign DESC, position) AS cells
    FROM (
        SELECT format, rule, position, sign FROM rule_terms
        UNION
        SELECT format, rule, position, 0 FROM year_terms WHERE years_before = 0
        UNION
        SELECT format, rule, position, 0 FROM statement_terms WHERE proves
    )
    GROUP BY format, rule
) AS terms USING (format, rule)
ORDER BY rules.format, rules.rule;

-- Every rule over publishers' figures with the suite that it belongs to.
WITH undeclared AS (
    SELECT rule FROM rule_numbers
    WHERE rule NOT IN (SELECT rule FROM rules) AND rule_no IN (SELECT rule_no FROM stored_checks)
)

SELECT if(families.grades, concat('sums.', rules.format), families.family) AS suite,
    rules.rule, any_value(rules.sentence), any_value(rules.sentence_en), any_value(rules.severity)
FROM rules JOIN families USING (family)
WHERE families.reach <> 'reading'
GROUP BY suite, rules.rule
UNION ALL
SELECT families.family, rule, families.sentence, families.sentence_en, families.severity
FROM undeclared JOIN families ON families.family = split_part(rule, '.', 1) AND families.reach <> 'reading'
ORDER BY ALL;

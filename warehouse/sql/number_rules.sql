-- A number for each declared rule that has none yet: verdicts name their rule by it.
INSERT INTO rule_numbers
SELECT rule, (SELECT coalesce(max(rule_no), 0) FROM rule_numbers) + row_number() OVER (ORDER BY rule)
FROM (SELECT DISTINCT rule FROM rules WHERE rule NOT IN (SELECT rule FROM rule_numbers));

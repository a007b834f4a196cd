SELECT
    reports.report_id,
    reports.url,
    reports.agency,
    reports.year,
    (SELECT count(*) FROM cells WHERE cells.format = reports.format) AS cells_expected,
    count(fact_values.position) AS cells_stored,
    count(DISTINCT fact_values.position) AS cells_distinct,
    count(*) FILTER (fact_values.status = 'missing') AS missing,
    count(*) FILTER (fact_values.status = 'unreadable') AS unreadable,
    count(*) FILTER (
        (fact_values.status = 'published') <> (fact_values.value IS NOT NULL)
        OR (fact_values.status = 'missing') <> (fact_values.raw IS NULL)
    ) AS unsound,
    (SELECT count(DISTINCT rule) FROM rule_terms WHERE rule_terms.format = reports.format)
        - (
            SELECT count(*) FROM checks
            WHERE checks.report_id = reports.report_id AND checks.rule IN (SELECT rule FROM rule_terms)
        ) AS unchecked,
    (reports.agency IS NOT NULL AND coalesce(reports.evidence ->> '$.agency', '') = '')::INTEGER
        + (reports.year IS NOT NULL AND coalesce(reports.evidence ->> '$.year', '') = '')::INTEGER AS unevidenced
FROM reports
LEFT JOIN fact_values ON fact_values.report_id = reports.report_id
WHERE reports.is_current AND reports.format IS NOT NULL
GROUP BY ALL
ORDER BY reports.report_id;

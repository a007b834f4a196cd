-- Relations that analysts query and that are not tables themselves.

CREATE OR REPLACE VIEW facts AS
SELECT
    reports.url AS source,
    reports.agency,
    reports.year,
    reports.format,
    cells.table_code,
    cells.row_code,
    cells.column_code,
    fact_values.value,
    fact_values.unit,
    fact_values.raw,
    fact_values.status,
    fact_values.locator,
    fact_values.report_id,
    reports.agency_id,
    CASE fact_values.unit
        WHEN '元' THEN fact_values.value
        WHEN '万元' THEN fact_values.value * 10000
        WHEN '亿元' THEN fact_values.value * 100000000
    END AS amount_yuan,
    cells.row_label,
    cells.column_label
FROM fact_values
JOIN reports ON reports.report_id = fact_values.report_id
JOIN cells ON cells.format = reports.format AND cells.position = fact_values.position
WHERE reports.is_current;
COMMENT ON VIEW facts IS
    'One row per cell of every current report. value is null unless status is published; amount_yuan is null without a unit.';

CREATE OR REPLACE VIEW facts_corrected AS
SELECT
    facts.* REPLACE (coalesce(proposals.proposed, facts.value) AS value),
    facts.value AS published,
    proposals.proposed IS NOT NULL AS corrected
FROM facts
LEFT JOIN (
    -- An explanation counts as a whole: all its cells have a proposal, and no other explanation is as good.
    SELECT report_id, table_code, row_code, column_code, proposed
    FROM suspects
    WHERE solutions = 1
    QUALIFY bool_and(proposed IS NOT NULL) OVER (PARTITION BY report_id, part)
) AS proposals USING (report_id, table_code, row_code, column_code);
COMMENT ON VIEW facts_corrected IS
    'Facts with the proposals that stand alone (suspects.solutions = 1) in value, marked corrected; published is the figure as published. Proposals are likely, not known: ask the publisher before relying on one.';

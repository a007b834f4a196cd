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

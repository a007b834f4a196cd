-- New rows of `report_figures`, of one format and one batch of reports. A count that is no whole number, or greater than
-- any count can be, is no count: it is null here and stands in `facts` as published. A report that does not have every
-- cell of its format once is our fault, which the suites over our reading tell of; it has no row here.
INSERT INTO report_figures BY NAME
SELECT
    figures_wanted.*,
    /* cells */
FROM (
    SELECT
        report_id,
        list(
            CASE WHEN value = trunc(value) AND abs(value) < 1000000000000000000 THEN value::BIGINT END ORDER BY position
        ) AS counts,
        /* amounts */
    FROM fact_values
    WHERE report_id IN (SELECT report_id FROM figures_to_fill WHERE batch = $batch AND format = $format)
    GROUP BY report_id
    HAVING count(*) = $size AND min(position) = 1 AND max(position) = $size AND sum(position) = $size * ($size + 1) / 2
)
JOIN figures_wanted USING (report_id);

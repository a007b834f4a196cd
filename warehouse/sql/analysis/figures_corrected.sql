-- Corrections as in `facts_corrected`: explanations that stand alone, counted as a whole. Blanks that the sums leave no
-- other number than 0 (`decided_blanks`) count as 0 here. `report_figures` itself has neither.
SELECT
    report_figures.* REPLACE (
        /* fixed */
    ),
    coalesce(fixes.corrected_cells, 0)::INTEGER AS corrected_cells,
    coalesce(fixes.assumed_zeros, 0)::INTEGER AS assumed_zeros
FROM report_figures
LEFT JOIN (
    SELECT
        report_id,
        /* taken */,
        count(*) FILTER (NOT is_assumed) AS corrected_cells,
        count(*) FILTER (is_assumed) AS assumed_zeros
    FROM (
        SELECT report_id, table_code, row_code, column_code, proposed AS value, false AS is_assumed
        FROM suspects
        WHERE solutions = 1
        QUALIFY bool_and(proposed IS NOT NULL) OVER (PARTITION BY report_id, part)
        UNION ALL
        SELECT report_figures.report_id, cells.table_code, cells.row_code, cells.column_code, 0, true
        FROM stored_blanks
        JOIN report_figures USING (report_no)
        JOIN cells USING (cell_no)
    )
    GROUP BY report_id
) AS fixes ON fixes.report_id = report_figures.report_id;

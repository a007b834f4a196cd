    -- A fact as analysts see it, of `stored_facts` joined with `reports` and `cells`. Views select it themselves: of a
    -- view over a view, all that is computed here would be made before anything is joined.
    reports.url AS source,
    reports.agency,
    reports.year,
    reports.format,
    cells.table_code,
    cells.row_code,
    cells.column_code,
    /* cell_columns.sql */,
    reports.report_id,
    reports.agency_id,
    CASE stored_facts.unit
        WHEN '元' THEN coalesce(stored_facts.exact, stored_facts.whole::DECIMAL(24, 8))
        WHEN '万元' THEN coalesce(stored_facts.exact, stored_facts.whole::DECIMAL(24, 8)) * 10000
        WHEN '亿元' THEN coalesce(stored_facts.exact, stored_facts.whole::DECIMAL(24, 8)) * 100000000
    END AS amount_yuan,
    cells.row_label,
    cells.column_label

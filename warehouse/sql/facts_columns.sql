    -- A fact as analysts see it, of `stored_facts` joined with `reports` and `cells`. Views select it themselves: of a
    -- view over a view, all that is computed here would be made before anything is joined.
    reports.url AS source,
    reports.agency,
    reports.year,
    reports.format,
    cells.table_code,
    cells.row_code,
    cells.column_code,
    coalesce(stored_facts.exact, stored_facts.whole::DECIMAL(24, 8)) AS value,
    stored_facts.unit,
    if(stored_facts.plain, plain_text(stored_facts.status, stored_facts.whole), stored_facts.raw) AS raw,
    stored_facts.status,
    locator_text(
        stored_facts.form, reports.files[stored_facts.file_no], stored_facts.n1, stored_facts.n2, stored_facts.n3,
        stored_facts.n4, stored_facts.n5, stored_facts.place
    ) AS locator,
    reports.report_id,
    reports.agency_id,
    CASE stored_facts.unit
        WHEN '元' THEN coalesce(stored_facts.exact, stored_facts.whole::DECIMAL(24, 8))
        WHEN '万元' THEN coalesce(stored_facts.exact, stored_facts.whole::DECIMAL(24, 8)) * 10000
        WHEN '亿元' THEN coalesce(stored_facts.exact, stored_facts.whole::DECIMAL(24, 8)) * 100000000
    END AS amount_yuan,
    cells.row_label,
    cells.column_label

-- How completely and soundly every current report with tables was read.
WITH read AS (
    SELECT
        report_no,
        count(*) AS cells_stored,
        bit_count(bitstring_agg(cell_no % 1000, 1, 1000)) AS cells_distinct,
        count(*) FILTER (status = 'missing') AS missing,
        count(*) FILTER (status = 'unreadable') AS unreadable,
        count(*) FILTER (
            (status = 'published') <> (whole IS NOT NULL OR exact IS NOT NULL)
            -- A plain text is there where plain_text (tables.sql) gives one.
            OR (status = 'missing')
            <> if(plain, status <> 'blank' AND (status <> 'published' OR whole IS NULL), raw IS NULL)
        ) AS unsound
    FROM stored_facts
    GROUP BY report_no
),

judged AS (
    SELECT report_no, count(*) AS sums
    FROM stored_checks
    WHERE rule_no IN (SELECT rule_no FROM rule_numbers WHERE rule IN (SELECT rule FROM rule_terms))
    GROUP BY report_no
)

SELECT
    reports.report_id,
    reports.url,
    reports.agency,
    reports.year,
    (SELECT count(*) FROM cells WHERE cells.format = reports.format) AS cells_expected,
    coalesce(read.cells_stored, 0) AS cells_stored,
    coalesce(read.cells_distinct, 0) AS cells_distinct,
    coalesce(read.missing, 0) AS missing,
    coalesce(read.unreadable, 0) AS unreadable,
    coalesce(read.unsound, 0) AS unsound,
    (SELECT count(DISTINCT rule) FROM rule_terms WHERE rule_terms.format = reports.format)
        - coalesce(judged.sums, 0) AS unchecked,
    (reports.agency IS NOT NULL AND coalesce(reports.evidence ->> '$.agency', '') = '')::INTEGER
        + (reports.year IS NOT NULL AND coalesce(reports.evidence ->> '$.year', '') = '')::INTEGER AS unevidenced
FROM reports
LEFT JOIN read ON read.report_no = reports.report_no
LEFT JOIN judged ON judged.report_no = reports.report_no
WHERE reports.is_current AND reports.format IS NOT NULL
ORDER BY reports.report_id;

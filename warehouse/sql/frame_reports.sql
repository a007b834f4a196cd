-- How completely and soundly the current reports with tables were read: a row for each that is not wholly as it should
-- be, and one of the others, which stands for all of them. So the frame grows with the faults.
WITH shape AS (
    SELECT format, count(*) AS cells, bit_xor(hash(cell_no)) AS digest FROM cells GROUP BY format
),

read AS (
    SELECT
        report_no,
        count(*) AS stored,
        bit_xor(hash(cell_no)) AS digest,
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

-- Cells are counted one by one only where they are not those of the format, each once.
counted AS (
    SELECT report_no, count(DISTINCT cell_no) AS cells
    FROM stored_facts
    WHERE report_no IN (
        SELECT report_no FROM read JOIN reports USING (report_no) JOIN shape USING (format)
        WHERE (read.stored, read.digest) IS DISTINCT FROM (shape.cells, shape.digest)
    )
    GROUP BY report_no
),

judged AS (
    SELECT report_no, count(*) AS sums
    FROM stored_checks
    WHERE rule_no IN (SELECT rule_no FROM rule_numbers WHERE rule IN (SELECT rule FROM rule_terms))
    GROUP BY report_no
),

sums AS (SELECT format, count(DISTINCT rule) AS rules FROM rule_terms GROUP BY format)

SELECT
    reports.report_id,
    reports.url,
    reports.agency,
    reports.year,
    coalesce(shape.cells, 0) AS cells_expected,
    coalesce(read.stored, 0) AS cells_stored,
    coalesce(counted.cells, read.stored, 0) AS cells_distinct,
    coalesce(read.missing, 0) AS missing,
    coalesce(read.unreadable, 0) AS unreadable,
    coalesce(read.unsound, 0) AS unsound,
    coalesce(sums.rules, 0) - coalesce(judged.sums, 0) AS unchecked,
    (reports.agency IS NOT NULL AND coalesce(reports.evidence ->> '$.agency', '') = '')::INTEGER
        + (reports.year IS NOT NULL AND coalesce(reports.evidence ->> '$.year', '') = '')::INTEGER AS unevidenced,
    reports.agency IS NOT NULL AND reports.year IS NOT NULL AND cells_stored = cells_expected
        AND cells_distinct = cells_stored AND missing + unreadable + unsound + unevidenced = 0 AND unchecked = 0
        AS as_it_should_be
FROM reports
LEFT JOIN shape ON shape.format = reports.format
LEFT JOIN sums ON sums.format = reports.format
LEFT JOIN read ON read.report_no = reports.report_no
LEFT JOIN counted ON counted.report_no = reports.report_no
LEFT JOIN judged ON judged.report_no = reports.report_no
WHERE reports.is_current AND reports.format IS NOT NULL
QUALIFY NOT as_it_should_be OR row_number() OVER (PARTITION BY as_it_should_be ORDER BY reports.report_id) = 1
ORDER BY reports.report_id;

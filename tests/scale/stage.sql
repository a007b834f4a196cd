-- Reports (table made) with their cells (arrow table made_facts) into the temporary tables from which a night's readings are loaded.
CREATE OR REPLACE TEMP TABLE staged AS
SELECT
    report_id, document_id, '3' AS extractor_version, 'report' AS outcome, agency, year, format, title,
    NULL::VARCHAR AS scope, published_on, url, medium, NULL::VARCHAR AS grade,
    json_object(
        'published_on', concat('page field: ', published_on), 'agency', concat('title: ', title),
        'year', concat('title: ', title)
    ) AS evidence,
    fetched_at AS captured_at,
    -- A third of the clauses stays from year to year, a copied text keeps all. Hashed as one text: of three numbers the
    -- hash made two years alike in seven of a million reports.
    list_sort([
        (hash(concat_ws(' ', body_number, if(clause < clauses // 3, 0, said), clause)) % 4294967296)::UINTEGER
        for clause in range(clauses)
    ]) AS fingerprint
FROM made;

-- An arrow table does not say how long it is: a join would be planned the wrong way round.
CREATE OR REPLACE TEMP TABLE made_cells AS FROM made_facts;

CREATE OR REPLACE TEMP TABLE staged_facts AS
SELECT
    made.report_id,
    made_cells.position,
    CASE WHEN state = 0 THEN
        CASE
            WHEN amount THEN made_cells.value::DECIMAL(24, 8) / 100
            WHEN half THEN made_cells.value::DECIMAL(24, 8) + 0.5
            ELSE made_cells.value
        END
    END::DECIMAL(24, 8) AS value,
    CASE WHEN amount THEN made.unit END AS unit,
    CASE state
        WHEN 1 THEN ''
        WHEN 2 THEN '—'
        WHEN 3 THEN '见附件'
        WHEN 0 THEN
            CASE
                WHEN amount THEN if(
                    made_cells.value % 100 = 0, (made_cells.value // 100)::VARCHAR, (made_cells.value::DECIMAL(24, 2) / 100)::DECIMAL(24, 2)::VARCHAR
                )
                WHEN half THEN concat(made_cells.value, '.5')
                WHEN style = 1 THEN concat(made_cells.value, '.00')
                WHEN style = 2 THEN concat(' ', made_cells.value, ' ')
                WHEN style = 3 THEN translate(made_cells.value::VARCHAR, '0123456789-', '０１２３４５６７８９－')
                WHEN style = 4 THEN format('{:,}', made_cells.value)
                ELSE made_cells.value::VARCHAR
            END
    END AS raw,
    ['published', 'blank', 'dash', 'unreadable', 'missing'][state + 1] AS status,
    CASE
        WHEN state = 4 THEN NULL
        WHEN medium = 'text' THEN concat('line ', dice // 32 % 90 + line)
        WHEN medium = 'pdf' THEN concat(
            'page ', page, ', box ', left_edge + column_at * wide, ' ', 90 + row_at * high, ' ',
            left_edge + (column_at + 1) * wide, ' ', 90 + (row_at + 1) * high
        )
        ELSE made_cells.locator
    END AS locator
FROM made_cells
JOIN (
    SELECT *, 40 + dice // 64 % 60 AS left_edge, 40 + dice // 128 % 20 AS wide, 14 + dice // 256 % 12 AS high FROM made
) AS made USING (n);

CREATE OR REPLACE TEMP TABLE staged_statements AS
SELECT
    report_id, 1::SMALLINT AS number, 'received_new' AS kind, stated::DECIMAL(24, 8) AS value, '件' AS unit,
    1::DECIMAL(24, 8) AS step, NULL::VARCHAR AS doubt, sentence, 'line 12' AS locator
FROM made WHERE stated IS NOT NULL;

-- Of every report with cells that were not found or not read.
CREATE OR REPLACE TEMP TABLE staged_problems AS
SELECT
    sha256(concat('read', document_id))[:16] AS problem_id, true AS ours, 'cells_not_read' AS code,
    concat(url, ': expected ', cells, ' cells, found ', missing, ' missing and ', unreadable, ' unreadable') AS message,
    url AS place, document_id
FROM (
    SELECT n, count(*) AS cells, count(*) FILTER (state = 4) AS missing, count(*) FILTER (state = 3) AS unreadable
    FROM made_cells GROUP BY n HAVING missing + unreadable > 0
) JOIN made USING (n);

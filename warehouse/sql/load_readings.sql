-- Staged readings (stage_readings.sql tells the tables) into the warehouse. Run inside a transaction; loading the
-- same batch again changes nothing, for every id follows from the bytes and the readers' version.
CREATE OR REPLACE TEMP TABLE new_files AS
SELECT report_id, list(DISTINCT file ORDER BY file) AS files
FROM (SELECT report_id, locator_parts(locator).file AS file FROM staged_facts WHERE contains(locator, ': '))
WHERE file <> ''
GROUP BY report_id;

-- Numbered by body and year: what is asked for together stands together.
CREATE OR REPLACE TEMP TABLE new_reports AS
SELECT
    fresh.*,
    (SELECT coalesce(max(report_no), 0) FROM reports) + row_number() OVER (ORDER BY agency, year, report_id) AS report_no,
    coalesce(cell.facts, 0) AS facts,
    cell.figures,
    new_files.files
FROM (
    SELECT DISTINCT ON (report_id) * FROM staged
    WHERE report_id IS NOT NULL AND report_id NOT IN (SELECT report_id FROM reports)
) AS fresh
LEFT JOIN (
    SELECT report_id, count(*) AS facts, bit_xor(hash(position, value, unit, status)) AS figures
    FROM staged_facts
    GROUP BY report_id
) AS cell USING (report_id)
LEFT JOIN new_files USING (report_id);

INSERT INTO stored_facts BY NAME
WITH parsed AS (
    SELECT
        new_reports.report_no,
        cell_number(new_reports.format, staged_facts.position) AS cell_no,
        new_reports.files,
        staged_facts.*,
        locator_parts(staged_facts.locator) AS part
    FROM staged_facts
    JOIN new_reports USING (report_id)
),

numbered AS (
    SELECT
        report_no,
        cell_no,
        status,
        if(value = trunc(value), value::BIGINT, NULL) AS whole,
        if(value = trunc(value), NULL, value) AS exact,
        unit,
        raw IS NOT DISTINCT FROM plain_text(status, whole) AS plain,
        if(plain, NULL, raw) AS raw,
        locator,
        files,
        CASE WHEN part.line <> '' THEN 'line' WHEN part.page <> '' THEN 'page' WHEN part.grid <> '' THEN 'table' END AS form,
        if(part.file = '', NULL, try_cast(list_position(files, part.file) AS UTINYINT)) AS file_no,
        try_cast(concat(part.grid, part.line, part.page) AS USMALLINT) AS n1,
        try_cast(concat(part.gridrow, part.x0) AS USMALLINT) AS n2,
        try_cast(concat(part.gridcolumn, part.y0) AS USMALLINT) AS n3,
        try_cast(try_cast(part.x1 AS INTEGER) - n2 AS USMALLINT) AS n4,
        try_cast(try_cast(part.y1 AS INTEGER) - n3 AS USMALLINT) AS n5,
        -- What does not come out again as it was is kept as it is.
        locator_text(form, files[file_no], n1, n2, n3, n4, n5, NULL) IS NOT DISTINCT FROM locator AS fits
    FROM parsed
)

SELECT
    * EXCLUDE (locator, files, fits)
    REPLACE (
        if(fits, form, 'other') AS form, if(fits, file_no, NULL) AS file_no, if(fits, n1, NULL) AS n1,
        if(fits, n2, NULL) AS n2, if(fits, n3, NULL) AS n3, if(fits, n4, NULL) AS n4, if(fits, n5, NULL) AS n5
    ),
    if(fits, NULL, locator) AS place
FROM numbered
ORDER BY block_of(report_no), cell_no, form, status, whole, exact, report_no;

INSERT INTO statements
SELECT report_id, number, kind, value, unit, step, doubt, sentence, locator
FROM staged_statements
WHERE report_id NOT IN (SELECT report_id FROM reports) AND report_id NOT IN (SELECT report_id FROM statements);

INSERT INTO fingerprints SELECT report_id, fingerprint FROM new_reports WHERE len(fingerprint) > 0;

-- A large batch is in order as it comes; small ones are sorted in at the end of a night.
UPDATE sorted_up_to
SET report_no = added.last
FROM (SELECT min(report_no) AS first, max(report_no) AS last FROM new_reports) AS added
WHERE sorted_up_to.relation = 'stored_facts' AND sorted_up_to.report_no = added.first - 1
    AND block_of(added.last - added.first) > 0;

INSERT INTO reports
SELECT
    report_id, NULL, agency, year, format, title, scope, published_on, url, document_id, medium, grade,
    false, extractor_version, evidence, $run_id, captured_at, report_no, facts, files, NULL, figures
FROM new_reports
ORDER BY report_no;

-- A page that was read again with other attachments and says what it had said before: that version is the latest.
UPDATE reports
SET run_id = $run_id
WHERE report_id IN (SELECT report_id FROM staged) AND EXISTS (
    SELECT 1 FROM reports AS later
    WHERE later.document_id = reports.document_id AND later.run_id > reports.run_id
);

DELETE FROM readings
WHERE (document_id, extractor_version) IN (SELECT (document_id, extractor_version) FROM staged);

INSERT INTO readings
SELECT DISTINCT ON (document_id, extractor_version) document_id, extractor_version, $run_id, outcome FROM staged;

DELETE FROM problems WHERE stage = 'read' AND document_id IN (SELECT document_id FROM staged);

-- A damaged archive leaves a problem without a reading; met again, it is the same problem.
INSERT OR IGNORE INTO problems
SELECT problem_id, $run_id, 'read', ours, code, message, place, document_id FROM staged_problems;

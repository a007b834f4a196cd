-- Staged readings (stage_readings.sql tells the tables) into the warehouse. Run inside a transaction; loading the
-- same batch again changes nothing, for every id follows from the bytes and the readers' version.
-- What the locators say, each taken apart once: most of a batch's pages are made alike.
CREATE OR REPLACE TEMP TABLE new_places AS
SELECT
    locator,
    nullif(part.file, '') AS file,
    CASE WHEN part.line <> '' THEN 'line' WHEN part.page <> '' THEN 'page' WHEN part.grid <> '' THEN 'table' END AS form,
    try_cast(concat(part.grid, part.line, part.page) AS USMALLINT) AS n1,
    try_cast(concat(part.gridrow, part.x0) AS USMALLINT) AS n2,
    try_cast(concat(part.gridcolumn, part.y0) AS USMALLINT) AS n3,
    try_cast(try_cast(part.x1 AS INTEGER) - n2 AS USMALLINT) AS n4,
    try_cast(try_cast(part.y1 AS INTEGER) - n3 AS USMALLINT) AS n5,
    locator_text(form, file, n1, n2, n3, n4, n5, NULL) IS NOT DISTINCT FROM locator AS fits
FROM (
    SELECT locator, locator_parts(locator) AS part
    FROM (SELECT DISTINCT locator FROM staged_facts WHERE locator IS NOT NULL)
);

CREATE OR REPLACE TEMP TABLE new_files AS
SELECT report_id, list(DISTINCT file ORDER BY file) AS files
FROM staged_facts
JOIN (FROM new_places WHERE file IS NOT NULL) AS within USING (locator)
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
SELECT * EXCLUDE (found_in, packed)
FROM (
    SELECT
        report_no,
        cell_number(new_reports.format, staged_facts.position) AS cell_no,
        status,
        CASE WHEN value = 0 THEN 0 WHEN value = trunc(value) THEN value::BIGINT END AS whole,
        if(whole IS NULL, value, NULL) AS exact,
        unit,
        raw IS NOT DISTINCT FROM plain_text(status, whole) AS plain,
        if(plain, NULL, raw) AS raw,
        -- What does not come out again as it was is kept as it is.
        try_cast(list_position(files, file) AS UTINYINT) AS found_in,
        fits AND (file IS NULL OR found_in IS NOT NULL) AS packed,
        if(packed, new_places.form, if(locator IS NULL, NULL, 'other')) AS form,
        if(packed, found_in, NULL) AS file_no,
        if(packed, new_places.n1, NULL) AS n1,
        if(packed, new_places.n2, NULL) AS n2,
        if(packed, new_places.n3, NULL) AS n3,
        if(packed, new_places.n4, NULL) AS n4,
        if(packed, new_places.n5, NULL) AS n5,
        if(packed, NULL, locator) AS place
    FROM staged_facts
    JOIN new_reports USING (report_id)
    LEFT JOIN new_places USING (locator)
)
ORDER BY fact_order(report_no, cell_no, form, status, plain, whole);

INSERT INTO statements
SELECT report_id, number, kind, value, unit, step, doubt, sentence, locator
FROM staged_statements
WHERE report_id IN (SELECT report_id FROM new_reports);

-- Of each hash the first 16 bits: of 300 clauses the 120 smallest fall on some 26,000 numbers, and chance makes one of
-- them alike in every other pair of reports. That is 1 % of likeness, beside the 7 % that a sample of 120 may be off.
INSERT INTO stored_fingerprints
SELECT report_no, list_sort(list_distinct(list_transform(fingerprint, lambda clause: (clause >> 16)::USMALLINT)))
FROM new_reports WHERE len(fingerprint) > 0 ORDER BY report_no;

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

CREATE OR REPLACE TEMP TABLE new_readings AS
SELECT DISTINCT ON (document_no, extractor_version) document_no, extractor_version, outcome
FROM staged JOIN documents USING (document_id);

DELETE FROM stored_readings
WHERE (document_no, extractor_version) IN (SELECT (document_no, extractor_version) FROM new_readings);

INSERT INTO stored_readings
SELECT document_no, extractor_version, $run_id, outcome FROM new_readings ORDER BY document_no;

DELETE FROM problems WHERE stage = 'read' AND document_id IN (SELECT document_id FROM staged);

-- A damaged archive leaves a problem without a reading; met again, it is the same problem.
INSERT OR IGNORE INTO problems
SELECT problem_id, $run_id, 'read', ours, code, message, place, document_id FROM staged_problems;

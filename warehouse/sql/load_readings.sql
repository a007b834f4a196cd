-- Staged readings (stage_readings.sql tells the tables) into the warehouse. Run inside a transaction; loading the
-- same batch again changes nothing, for every id follows from the bytes and the readers' version.
INSERT INTO fact_values
SELECT report_id, position, value, unit, raw, status, locator
FROM staged_facts
WHERE report_id NOT IN (SELECT report_id FROM reports);

INSERT INTO statements
SELECT report_id, number, kind, value, unit, step, doubt, sentence, locator
FROM staged_statements
WHERE report_id NOT IN (SELECT report_id FROM reports) AND report_id NOT IN (SELECT report_id FROM statements);

INSERT OR IGNORE INTO fingerprints
SELECT report_id, fingerprint FROM staged
WHERE len(fingerprint) > 0 AND report_id NOT IN (SELECT report_id FROM reports);

INSERT OR IGNORE INTO reports
SELECT
    report_id, NULL, agency, year, format, title, scope, published_on, url, document_id, medium, grade,
    false, extractor_version, evidence, $run_id, captured_at
FROM staged WHERE report_id IS NOT NULL;

-- A page that was read again with other attachments and says what it had said before: that version is the latest.
UPDATE reports
SET run_id = $run_id
WHERE report_id IN (SELECT report_id FROM staged) AND EXISTS (
    SELECT 1 FROM reports AS later
    WHERE later.document_id = reports.document_id AND later.run_id > reports.run_id
);

INSERT INTO readings
SELECT DISTINCT ON (document_id, extractor_version) document_id, extractor_version, $run_id, outcome FROM staged
ON CONFLICT DO UPDATE SET run_id = excluded.run_id, outcome = excluded.outcome;

DELETE FROM problems WHERE stage = 'read' AND document_id IN (SELECT document_id FROM staged);

-- A damaged archive leaves a problem without a reading; met again, it is the same problem.
INSERT OR IGNORE INTO problems
SELECT problem_id, $run_id, 'read', ours, code, message, place, document_id FROM staged_problems;

-- One staged batch of readings (JSON lines) into the tables that load_readings.sql loads from: `staged` (a row per
-- reading; report_id is null where it gave no report), `staged_facts`, `staged_statements`, `staged_problems`.
CREATE OR REPLACE TEMP TABLE staged AS
SELECT * FROM read_json($reports, format = 'newline_delimited', columns = {
    report_id: 'VARCHAR', document_id: 'VARCHAR', extractor_version: 'VARCHAR', outcome: 'VARCHAR',
    agency: 'VARCHAR', year: 'INTEGER', format: 'VARCHAR', title: 'VARCHAR',
    scope: 'VARCHAR', published_on: 'DATE', url: 'VARCHAR', medium: 'VARCHAR', grade: 'VARCHAR', evidence: 'JSON',
    captured_at: 'TIMESTAMPTZ', fingerprint: 'UINTEGER[]'
});

CREATE OR REPLACE TEMP TABLE staged_facts AS
SELECT * FROM read_json($facts, format = 'newline_delimited', columns = {
    report_id: 'VARCHAR', position: 'SMALLINT', value: 'DECIMAL(24, 8)', unit: 'VARCHAR', raw: 'VARCHAR',
    status: 'VARCHAR', locator: 'VARCHAR'
});

CREATE OR REPLACE TEMP TABLE staged_statements AS
SELECT * FROM read_json($statements, format = 'newline_delimited', columns = {
    report_id: 'VARCHAR', number: 'SMALLINT', kind: 'VARCHAR', value: 'DECIMAL(24, 8)', unit: 'VARCHAR',
    step: 'DECIMAL(24, 8)', doubt: 'VARCHAR', sentence: 'VARCHAR', locator: 'VARCHAR'
});

CREATE OR REPLACE TEMP TABLE staged_problems AS
SELECT * FROM read_json($problems, format = 'newline_delimited', columns = {
    problem_id: 'VARCHAR', ours: 'BOOLEAN', code: 'VARCHAR', message: 'VARCHAR', place: 'VARCHAR',
    document_id: 'VARCHAR'
});

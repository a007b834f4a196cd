-- What the search said of some reports (JSON lists), in place of what it had said of them before.
CREATE OR REPLACE TEMP TABLE just_searched AS
SELECT unnest(from_json($searched::JSON, '[{"report_id": "VARCHAR", "fingerprint": "VARCHAR"}]'), recursive := true);

DELETE FROM suspects WHERE report_id IN (SELECT report_id FROM just_searched);
DELETE FROM explanations WHERE report_id IN (SELECT report_id FROM just_searched);
DELETE FROM suspects_searched WHERE report_id IN (SELECT report_id FROM just_searched);

INSERT INTO explanations BY NAME
SELECT unnest(from_json($explanations::JSON, '[{
    "report_id": "VARCHAR", "part": "TINYINT", "rules": ["VARCHAR"], "state": "VARCHAR", "solutions": "INTEGER",
    "at_least": "BOOLEAN", "sentence_zh": "VARCHAR", "sentence_en": "VARCHAR"
}]'), recursive := true);

INSERT INTO suspects BY NAME
SELECT unnest(from_json($suspects::JSON, '[{
    "report_id": "VARCHAR", "part": "TINYINT", "table_code": "VARCHAR", "row_code": "VARCHAR",
    "column_code": "VARCHAR", "published": "DECIMAL(24, 8)", "proposed": "DECIMAL(24, 8)", "solutions": "INTEGER",
    "solution": "INTEGER", "method": "VARCHAR", "slip": "VARCHAR", "evidence_zh": "VARCHAR", "evidence_en": "VARCHAR"
}]'), recursive := true);

INSERT INTO suspects_searched SELECT report_id, fingerprint FROM just_searched;

-- A warehouse of layout 3, attached as `layout_3`, into this one, which is empty. What follows from the rest (comparisons) is
-- made again by the next judging. Versions that are current are taken to be so since they came: older times were not kept.
INSERT INTO runs BY NAME FROM layout_3.runs;
INSERT INTO documents BY NAME
SELECT *, row_number() OVER (ORDER BY first_seen, document_id) AS document_no FROM layout_3.documents;
INSERT INTO stored_captures BY NAME
SELECT
    visits.* EXCLUDE (document_id) REPLACE (capture_id[:16] AS capture_id),
    document_no,
    if(document_no IS NULL, visits.document_id, NULL) AS digest
FROM layout_3.captures AS visits
LEFT JOIN documents USING (document_id);
INSERT INTO sources BY NAME FROM layout_3.sources;
INSERT INTO agencies BY NAME FROM layout_3.agencies;
INSERT INTO agency_names BY NAME FROM layout_3.agency_names;
INSERT INTO body_rules BY NAME FROM layout_3.body_rules;
INSERT INTO check_cells BY NAME FROM layout_3.check_cells;
INSERT INTO suspects BY NAME FROM layout_3.suspects;
INSERT INTO explanations BY NAME FROM layout_3.explanations;
INSERT INTO validations BY NAME FROM layout_3.validations;

CREATE OR REPLACE TEMP VIEW staged AS
SELECT reports.*, 'report' AS outcome, fingerprints.clauses AS fingerprint
FROM layout_3.reports LEFT JOIN layout_3.fingerprints USING (report_id);
CREATE OR REPLACE TEMP VIEW staged_facts AS FROM layout_3.fact_values;
CREATE OR REPLACE TEMP VIEW staged_statements AS FROM layout_3.statements;
CREATE OR REPLACE TEMP VIEW staged_problems AS FROM layout_3.problems WHERE false;

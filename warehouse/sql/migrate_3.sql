-- A warehouse of layout 3, attached as `old`, into this one, which is empty. What follows from the rest (comparisons) is
-- made again by the next judging. Versions that are current are taken to be so since they came: older times were not kept.
INSERT INTO runs BY NAME FROM old.runs;
INSERT INTO documents BY NAME FROM old.documents;
INSERT INTO captures BY NAME SELECT * REPLACE (capture_id[:16] AS capture_id) FROM old.captures;
INSERT INTO sources BY NAME FROM old.sources;
INSERT INTO agencies BY NAME FROM old.agencies;
INSERT INTO agency_names BY NAME FROM old.agency_names;
INSERT INTO body_rules BY NAME FROM old.body_rules;
INSERT INTO check_cells BY NAME FROM old.check_cells;
INSERT INTO suspects BY NAME FROM old.suspects;
INSERT INTO explanations BY NAME FROM old.explanations;
INSERT INTO validations BY NAME FROM old.validations;

CREATE OR REPLACE TEMP VIEW staged AS
SELECT reports.*, 'report' AS outcome, fingerprints.clauses AS fingerprint
FROM old.reports LEFT JOIN old.fingerprints USING (report_id);
CREATE OR REPLACE TEMP VIEW staged_facts AS FROM old.fact_values;
CREATE OR REPLACE TEMP VIEW staged_statements AS FROM old.statements;
CREATE OR REPLACE TEMP VIEW staged_problems AS FROM old.problems WHERE false;

-- Relations that are not tables themselves: what is stored packed (tables.sql) as the contract tells it.

CREATE OR REPLACE VIEW captures AS
SELECT
    visits.capture_id,
    visits.run_id,
    visits.url,
    visits.role,
    visits.source_id,
    visits.source_agency,
    visits.fetched_at,
    visits.outcome,
    visits.http_status,
    visits.content_type,
    coalesce(documents.document_id, visits.digest) AS document_id,
    visits.* EXCLUDE (
        capture_id, run_id, url, role, source_id, source_agency, fetched_at, outcome, http_status, content_type,
        document_no, digest
    )
FROM stored_captures AS visits
LEFT JOIN documents ON documents.document_no = visits.document_no;
COMMENT ON VIEW captures IS
    'One row per visit to a URL, whatever came of it; of an attachment, link_text is its address as the page writes it; links counts the reports that a list page names; file_name is the name in Content-Disposition.';

CREATE OR REPLACE VIEW readings AS
SELECT documents.document_id, stored_readings.* EXCLUDE (document_no)
FROM stored_readings
JOIN documents ON documents.document_no = stored_readings.document_no;
COMMENT ON VIEW readings IS
    'Which documents were read by which readers, last in which run; what is not here is still to do.';

CREATE OR REPLACE VIEW fingerprints AS
SELECT reports.report_id, stored_fingerprints.clauses
FROM stored_fingerprints
JOIN reports ON reports.report_no = stored_fingerprints.report_no;
COMMENT ON VIEW fingerprints IS
    'The prose of a report version as the smallest hashes of its clauses (numbers masked), at most 120: two of them tell how like two texts are.';

CREATE OR REPLACE VIEW fact_values AS
SELECT
    reports.report_id,
    (stored_facts.cell_no % 1000)::SMALLINT AS position,
    /* cell_columns.sql */
FROM stored_facts
JOIN reports ON reports.report_no = stored_facts.report_no;
COMMENT ON VIEW fact_values IS 'Cells of all report versions; analysts use the view facts.';

CREATE OR REPLACE VIEW facts_history AS
SELECT
    /* facts_columns.sql */,
    reports.report_no,
    reports.is_current,
    reports.captured_at,
    reports.run_id,
    reports.extractor_version
FROM stored_facts
JOIN reports ON reports.report_no = stored_facts.report_no
JOIN cells ON cells.cell_no = stored_facts.cell_no;
COMMENT ON VIEW facts_history IS
    'Facts of every report version, current or not: is_current, when the bytes came (captured_at), in which run, by which readers.';

CREATE OR REPLACE VIEW facts AS
SELECT * EXCLUDE (report_no, is_current, captured_at, run_id, extractor_version)
FROM facts_history
WHERE is_current;
COMMENT ON VIEW facts IS
    'One row per cell of every current report. value is null unless status is published; amount_yuan is null without a unit.';

-- The same again with the body's place: a condition on it is met below the columns that are computed here. Of
-- `facts JOIN agencies` every fact is made first, and then thrown away: the planner moves no join through them.
CREATE OR REPLACE VIEW placed_facts AS
SELECT
    /* facts_columns.sql */,
    agencies.name AS body,
    agencies.kind,
    agencies.level,
    agencies.province,
    agencies.city,
    agencies.county
FROM stored_facts
JOIN reports ON reports.report_no = stored_facts.report_no
JOIN cells ON cells.cell_no = stored_facts.cell_no
LEFT JOIN agencies ON agencies.agency_id = reports.agency_id
WHERE reports.is_current;
COMMENT ON VIEW placed_facts IS
    'Facts with their body''s name in full, kind, level and place: quicker than joining agencies, for conditions on these.';

-- SELECT … FROM reports_as_of('2026-03-01'): a day is its first moment, in the time zone of the connection.
CREATE OR REPLACE MACRO reports_as_of(moment) AS TABLE
SELECT reports.* REPLACE (true AS is_current), currency.since, currency.until
FROM reports
JOIN currency ON currency.report_no = reports.report_no
WHERE currency.since <= moment::TIMESTAMPTZ AND coalesce(currency.until > moment::TIMESTAMPTZ, true);

CREATE OR REPLACE MACRO facts_as_of(moment) AS TABLE
SELECT * EXCLUDE (report_no, is_current, captured_at, run_id, extractor_version)
FROM facts_history
WHERE report_no IN (
    SELECT report_no FROM currency
    WHERE since <= moment::TIMESTAMPTZ AND coalesce(until > moment::TIMESTAMPTZ, true)
);

CREATE OR REPLACE VIEW checks AS
SELECT
    reports.report_id,
    rule_numbers.rule,
    coalesce(stored_checks.expected, stored_checks.held_at::DECIMAL(28, 8)) AS expected,
    coalesce(stored_checks.actual, stored_checks.held_at::DECIMAL(28, 8)) AS actual,
    if(stored_checks.held_at IS NULL, stored_checks.residual, 0) AS residual,
    stored_checks.status,
    stored_checks.assumed_zero,
    if(
        starts_with(rule_numbers.rule, 'year_to_year.') OR starts_with(rule_numbers.rule, 'plausibility.'),
        reports.held_against, NULL
    ) AS previous_id,
    stored_checks.note
FROM stored_checks
JOIN reports ON reports.report_no = stored_checks.report_no
JOIN rule_numbers ON rule_numbers.rule_no = stored_checks.rule_no;
COMMENT ON VIEW checks IS
    'A rule applied to a report: expected follows from the other figures, actual was published, residual is actual - expected. assumed_zero counts blanks that the sums decide to be 0; previous_id is the report of the year before that it was held against.';

CREATE OR REPLACE VIEW decided_blanks AS
SELECT
    reports.report_id,
    (stored_blanks.cell_no % 1000)::SMALLINT AS position,
    rule_numbers.rule,
    stored_blanks.round
FROM stored_blanks
JOIN reports ON reports.report_no = stored_blanks.report_no
JOIN rule_numbers ON rule_numbers.rule_no = stored_blanks.rule_no;
COMMENT ON VIEW decided_blanks IS
    'Blanks and dashes that can only stand for 0, with the sum that decides it; the facts stay as published.';

CREATE OR REPLACE VIEW comparisons AS
SELECT reports.report_id, reports.held_against AS previous_id, stored_comparisons.note
FROM stored_comparisons
JOIN reports ON reports.report_no = stored_comparisons.report_no;
COMMENT ON VIEW comparisons IS
    'Which report of the year before a current report may be held against, or why none.';

CREATE OR REPLACE VIEW facts_corrected AS
SELECT
    * EXCLUDE (proposed) REPLACE (coalesce(proposed, value) AS value),
    value AS published,
    proposed IS NOT NULL AS corrected
FROM (
    SELECT
        /* facts_columns.sql */,
        proposals.proposed
    FROM stored_facts
    JOIN reports ON reports.report_no = stored_facts.report_no
    JOIN cells ON cells.cell_no = stored_facts.cell_no
    LEFT JOIN (
        SELECT of.report_no, place.cell_no, whole.proposed
        FROM (
            -- An explanation counts as a whole: all its cells have a proposal, and no other explanation is as good.
            FROM suspects
            WHERE solutions = 1
            QUALIFY bool_and(proposed IS NOT NULL) OVER (PARTITION BY report_id, part)
        ) AS whole
        JOIN reports AS of ON of.report_id = whole.report_id
        JOIN cells AS place
            ON place.format = of.format AND place.table_code = whole.table_code
            AND place.row_code = whole.row_code AND place.column_code = whole.column_code
    ) AS proposals ON proposals.report_no = stored_facts.report_no AND proposals.cell_no = stored_facts.cell_no
    WHERE reports.is_current
);
COMMENT ON VIEW facts_corrected IS
    'Facts with the proposals that stand alone (suspects.solutions = 1) in value, marked corrected; published is the figure as published. Proposals are likely, not known: ask the publisher before relying on one.';

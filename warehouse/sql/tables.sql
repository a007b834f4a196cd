-- The writer's tables. What analysts use are the relations of the contract: tables of the same name
-- here, and the views of views.sql. Every statement can be run again on an existing warehouse.

-- What came of a visit: these three mean that bytes came which are worth reading.
CREATE OR REPLACE MACRO has_document(outcome) AS outcome IN ('found', 'unchanged', 'changed');

-- One number for a cell of a format: what facts are stored by, so that a question about a cell needs no other table.
CREATE OR REPLACE MACRO cell_number(form, place) AS form::INTEGER * 1000 + place;

-- Facts and verdicts stand sorted in blocks of so many reports: a question about one cell reads that cell's rows of
-- each block, a question about one body reads few blocks. 16,384 was measured to be quick for both.
CREATE OR REPLACE MACRO block_of(report_no) AS report_no >> 14;

-- The order of facts as one number: by block; figures of the common kind (0, printed as such, in a table of a page)
-- before all others, so that their columns are constant; by cell; by report, up and down in turn, so that one report's
-- number differs little from the next one's, also from the last of a cell to the first of the next.
CREATE OR REPLACE MACRO fact_order(report_no, cell_no, form, status, plain, whole) AS
    (block_of(report_no)::BIGINT << 46)
    + ((NOT plain OR coalesce(form <> 'table', true))::BIGINT << 45)
    + (coalesce(whole <> 0, true)::BIGINT << 44)
    + (cell_no::BIGINT << 23)
    + (CASE form WHEN 'table' THEN 1 WHEN 'line' THEN 2 WHEN 'page' THEN 3 ELSE 0 END::BIGINT << 20)
    + (CASE status WHEN 'published' THEN 1 WHEN 'blank' THEN 2 WHEN 'dash' THEN 3 ELSE 4 END::BIGINT << 17)
    + if((cell_no + CASE form WHEN 'line' THEN 1 ELSE 0 END) % 2 = 0, report_no % 16384, 16383 - report_no % 16384);

-- The same for verdicts: sums that hold at 0 first, what needs a word last.
CREATE OR REPLACE MACRO check_order(report_no, rule_no, held_at, note) AS
    (block_of(report_no)::BIGINT << 46)
    + ((held_at IS NULL OR note IS NOT NULL)::BIGINT << 45)
    + (coalesce(held_at <> 0, true)::BIGINT << 44)
    + (rule_no::BIGINT << 23)
    + if(rule_no % 2 = 0, report_no % 16384, 16383 - report_no % 16384);

-- The formats, as declared in schemas/formats/*.yaml; rewritten at each opening.
CREATE OR REPLACE TABLE cells (
    format VARCHAR NOT NULL,
    position SMALLINT NOT NULL,
    table_code VARCHAR NOT NULL,
    row_code VARCHAR NOT NULL,
    column_code VARCHAR NOT NULL,
    table_label VARCHAR NOT NULL,
    row_label VARCHAR NOT NULL,
    column_label VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    cell_no INTEGER NOT NULL,
    PRIMARY KEY (format, position)
);
COMMENT ON TABLE cells IS 'Every cell of every national format: the dictionary of codes and labels.';

-- The rules, as declared in schemas/formats/*.yaml and schemas/rules/*.yaml; rewritten at each opening.
CREATE OR REPLACE TABLE families (
    family VARCHAR PRIMARY KEY,
    reach VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    grades BOOLEAN NOT NULL,
    sentence VARCHAR NOT NULL,
    sentence_en VARCHAR NOT NULL
);
COMMENT ON TABLE families IS
    'Families of rules: what they reach over (report, years, text, plausibility, reading), and whether they decide a report''s grade.';

CREATE OR REPLACE TABLE rules (
    format VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    table_code VARCHAR,
    sentence VARCHAR NOT NULL,
    sentence_en VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    PRIMARY KEY (format, rule)
);
COMMENT ON TABLE rules IS
    'Every rule over a report of a format, with the sentence that states it in both languages; table_code is null where it speaks of more than one.';

CREATE OR REPLACE TABLE rule_terms (
    format VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    position SMALLINT NOT NULL,
    sign TINYINT NOT NULL
);
COMMENT ON TABLE rule_terms IS
    'Cells of a sum within a report: sign +1 on the side of the published total, -1 one of its parts.';

CREATE OR REPLACE TABLE year_terms (
    format VARCHAR NOT NULL,
    previous_format VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    years_before TINYINT NOT NULL,
    position SMALLINT NOT NULL,
    sign TINYINT NOT NULL,
    stated BOOLEAN NOT NULL
);
COMMENT ON TABLE year_terms IS
    'Cells of a rule between two reports: of the later (years_before 0, positions of format) or the earlier (1, of previous_format); the stated one is the actual figure.';

CREATE OR REPLACE TABLE level_endings (ending VARCHAR PRIMARY KEY, level VARCHAR);
COMMENT ON TABLE level_endings IS 'What the ending of a body''s name tells of its level; the longest that fits decides.';

CREATE OR REPLACE TABLE statement_terms (
    format VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    reading TINYINT NOT NULL,
    position SMALLINT NOT NULL,
    proves BOOLEAN NOT NULL
);
COMMENT ON TABLE statement_terms IS
    'Cells that a kind of statement speaks of (schemas/statements.yaml), added up for each reading of the figure; where proves is false, a difference shows nothing.';

CREATE TABLE IF NOT EXISTS runs (
    run_id VARCHAR PRIMARY KEY,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    trigger VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    captures INTEGER,
    new_documents INTEGER,
    new_facts INTEGER,
    reports INTEGER,
    facts BIGINT,
    failed_sums INTEGER,
    message VARCHAR
);
COMMENT ON TABLE runs IS 'One row per night (or ingest): running, published, not_published or failed.';

-- Keys: DuckDB keeps an index for each, in the file and in memory: for a SHA-256 some 200 bytes a row, a gigabyte
-- for the documents, captures and readings of a country. So a key is declared where rows are few or the key is a
-- number; elsewhere the loads see to it that an id is there once (and tests see to them). Foreign keys are declared
-- nowhere: each costs an index of the child, and a row that is referred to could not be updated in place.
CREATE TABLE IF NOT EXISTS documents (
    document_id VARCHAR NOT NULL,
    content_type VARCHAR,
    bytes BIGINT NOT NULL,
    first_seen TIMESTAMPTZ NOT NULL,
    archive_file VARCHAR NOT NULL,
    archive_offset BIGINT NOT NULL,
    document_no INTEGER NOT NULL
);
COMMENT ON TABLE documents IS 'Distinct bytes, archived before anything read them; the id is their SHA-256.';

-- A digest packs to some 40 bytes: it stands here only where there is no document of it (a list page is not archived).
CREATE TABLE IF NOT EXISTS stored_captures (
    capture_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    source_id VARCHAR,
    source_agency VARCHAR,
    fetched_at TIMESTAMPTZ NOT NULL,
    outcome VARCHAR NOT NULL,
    http_status INTEGER,
    content_type VARCHAR,
    document_no INTEGER,
    digest VARCHAR,
    bytes BIGINT,
    archive_file VARCHAR,
    archive_offset BIGINT,
    link_text VARCHAR,
    parent_url VARCHAR,
    message VARCHAR,
    redirected_to VARCHAR,
    links INTEGER,
    etag VARCHAR,
    last_modified VARCHAR,
    file_name VARCHAR
);
COMMENT ON TABLE stored_captures IS 'Visits, packed; ask the view captures.';

CREATE TABLE IF NOT EXISTS sources (
    source_id VARCHAR PRIMARY KEY,
    agency VARCHAR,
    list VARCHAR NOT NULL,
    first_year INTEGER,
    last_year INTEGER
);
COMMENT ON TABLE sources IS
    'The registry of the last crawl: whose reports are looked for, where, and of which years (null: not said).';

CREATE TABLE IF NOT EXISTS stored_readings (
    document_no INTEGER NOT NULL,
    extractor_version VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL
);
COMMENT ON TABLE stored_readings IS 'What was read by which readers, packed; ask the view readings.';

CREATE TABLE IF NOT EXISTS agencies (
    agency_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    kind VARCHAR,
    level VARCHAR,
    adcode VARCHAR,
    province VARCHAR,
    city VARCHAR,
    county VARCHAR,
    parent_id VARCHAR,
    successor_id VARCHAR
);
COMMENT ON TABLE agencies IS
    'Public bodies, each once whatever names it publishes under, and the bodies above them whether or not they publish: who publishes is said by reports.';
COMMENT ON COLUMN agencies.agency_id IS 'Id that follows from the division and the unit; of an unresolved body from its name and, where that says no place, its site.';
COMMENT ON COLUMN agencies.name IS 'Full name: place and unit written out, as the body''s newest report calls it; of an unresolved body the name as published.';
COMMENT ON COLUMN agencies.kind IS 'government, office (of a government), department, department_branch, township, street, zone, public_institution, people_organisation, company, judiciary, party, central_body, central_branch; null: not known.';
COMMENT ON COLUMN agencies.level IS 'Level of its division: national, province, city, county or township; null: the body could not be resolved.';
COMMENT ON COLUMN agencies.adcode IS 'Code of its division: six digits, nine of a township; null for national bodies, unresolved ones and towns that the list of 2023 does not have.';
COMMENT ON COLUMN agencies.province IS 'Province, autonomous region or municipality it is in or is of.';
COMMENT ON COLUMN agencies.city IS 'City, prefecture or league it is in or is of; null above, and for counties directly below a province or municipality.';
COMMENT ON COLUMN agencies.county IS 'County, district or banner it is in or is of; null above, and for towns directly below a city.';
COMMENT ON COLUMN agencies.parent_id IS 'Body above: of a department its government, of a government the next one up, of a branch its department or the branch above; null: none, or not known.';
COMMENT ON COLUMN agencies.successor_id IS 'Body that took this one in (工商局: 市场监督管理局; bodies of a district that was merged: those of the new one); a body that was only renamed is one body.';

CREATE TABLE IF NOT EXISTS agency_names (
    agency_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    full_name VARCHAR NOT NULL,
    how VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    PRIMARY KEY (agency_id, name)
);
COMMENT ON TABLE agency_names IS 'Every name that a body publishes under, and how it was understood.';
COMMENT ON COLUMN agency_names.agency_id IS 'The body, in agencies; one name may be of several bodies (市残联).';
COMMENT ON COLUMN agency_names.name IS 'The name as published: reports.agency.';
COMMENT ON COLUMN agency_names.full_name IS 'The name written out, with its place and today''s wording.';
COMMENT ON COLUMN agency_names.how IS
    'name, alias, renamed: by the name alone; only_one: the one listed town of that name; hint: by the source''s agency; title: by a place in the title or link; made_up: of a sample; ambiguous, unknown: not resolved.';
COMMENT ON COLUMN agency_names.reason IS 'The alias, reform or hint that decided, or what the name might mean; often empty.';

CREATE TABLE IF NOT EXISTS body_rules (digest VARCHAR NOT NULL);
COMMENT ON TABLE body_rules IS 'Digest of the data and code that names were last resolved with; another one resolves every report again.';
COMMENT ON COLUMN body_rules.digest IS 'First 16 characters of the SHA-256 of data/divisions.csv, division_changes.csv, bodies.yaml, aliases.csv and warehouse/bodies/.';

CREATE TABLE IF NOT EXISTS reports (
    report_id VARCHAR NOT NULL,
    agency_id VARCHAR,
    agency VARCHAR,
    year INTEGER,
    format VARCHAR,
    title VARCHAR,
    scope VARCHAR,
    published_on DATE,
    url VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    medium VARCHAR,
    grade VARCHAR,
    is_current BOOLEAN NOT NULL,
    extractor_version VARCHAR NOT NULL,
    evidence JSON,
    run_id VARCHAR NOT NULL,
    captured_at TIMESTAMPTZ NOT NULL,
    report_no INTEGER PRIMARY KEY,
    facts SMALLINT NOT NULL DEFAULT 0,
    files VARCHAR[],
    held_against VARCHAR,
    figures UBIGINT
);
COMMENT ON TABLE reports IS 'One row per report version; the current one of a body and year has is_current.';

CREATE TABLE IF NOT EXISTS currency (
    report_no INTEGER NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    until TIMESTAMPTZ
);

-- Two hundred rows a report. No keys: an index over the facts of a country would be larger than they are, and a load
-- adds the facts of new reports only. Sorted within blocks of reports by cell, then by value: most figures of a cell
-- are 0 and cost nothing. A value is `whole` or, with digits after the point, `exact`; the text is kept where it is not
-- `plain`: the value as we print it, nothing of a blank. A locator is kept as its numbers.
CREATE TABLE IF NOT EXISTS stored_facts (
    report_no INTEGER NOT NULL,
    cell_no INTEGER NOT NULL,
    status ENUM ('published', 'blank', 'dash', 'unreadable', 'missing') NOT NULL,
    whole BIGINT,
    exact DECIMAL(24, 8),
    unit VARCHAR,
    plain BOOLEAN NOT NULL,
    raw VARCHAR,
    form ENUM ('table', 'line', 'page', 'other'),
    file_no UTINYINT,
    n1 USMALLINT,
    n2 USMALLINT,
    n3 USMALLINT,
    n4 USMALLINT,
    n5 USMALLINT,
    place VARCHAR
);
COMMENT ON TABLE stored_facts IS 'Cells of all report versions, packed; ask the views facts and fact_values.';

-- A text that follows from the other columns is not kept.
CREATE OR REPLACE MACRO plain_text(status, whole) AS
    CASE status WHEN 'published' THEN whole::VARCHAR WHEN 'blank' THEN '' END;

CREATE OR REPLACE MACRO locator_parts(locator) AS regexp_extract(
    locator,
    '^(.*: )?(?:table (\d+), row (\d+), column (\d+)|line (\d+)|page (\d+), box (\d+) (\d+) (\d+) (\d+))$',
    ['file', 'grid', 'gridrow', 'gridcolumn', 'line', 'page', 'x0', 'y0', 'x1', 'y1']
);

CREATE OR REPLACE MACRO locator_text(form, file, n1, n2, n3, n4, n5, place) AS CASE form
    WHEN 'table' THEN concat(file, 'table ', n1, ', row ', n2, ', column ', n3)
    WHEN 'line' THEN concat(file, 'line ', n1)
    WHEN 'page' THEN
        concat(file, 'page ', n1, ', box ', n2, ' ', n3, ' ', n2::INTEGER + n4, ' ', n3::INTEGER + n5)
    ELSE place
END;

-- How far the rows of a table are sorted: up to this report. What was added since is sorted in at the end of a night.
CREATE TABLE IF NOT EXISTS sorted_up_to (relation VARCHAR PRIMARY KEY, report_no INTEGER NOT NULL);
INSERT OR IGNORE INTO sorted_up_to VALUES ('stored_facts', 0);

CREATE TABLE IF NOT EXISTS statements (
    report_id VARCHAR NOT NULL,
    number SMALLINT NOT NULL,
    kind VARCHAR NOT NULL,
    value DECIMAL(24, 8) NOT NULL,
    unit VARCHAR NOT NULL,
    step DECIMAL(24, 8) NOT NULL,
    doubt VARCHAR,
    sentence VARCHAR NOT NULL,
    locator VARCHAR NOT NULL
);
COMMENT ON TABLE statements IS 'Figures that the prose of a report version states about its tables, in their order.';
COMMENT ON COLUMN statements.kind IS 'What it speaks of; the rule that holds it against the tables is text.<kind>.';
COMMENT ON COLUMN statements.unit IS '件 for all that is counted, else the unit of money as printed.';
COMMENT ON COLUMN statements.step IS 'One in the last place that was printed (of 1.23万件: 100), within which the figure may be rounded.';
COMMENT ON COLUMN statements.doubt IS
    'Why the figure may not be that of the report''s own cells: other_year, period, several, other_body, other_topic; null where nothing speaks for it.';
COMMENT ON COLUMN statements.sentence IS 'The sentence as published.';

CREATE TABLE IF NOT EXISTS stored_fingerprints (
    report_no INTEGER NOT NULL,
    clauses USMALLINT[] NOT NULL
);
COMMENT ON TABLE stored_fingerprints IS 'The prose of report versions as hashes of 16 bits, packed; ask the view fingerprints.';

-- Verdicts name a rule by its number. A number is given once and kept, also of a rule that is not declared any more.
CREATE TABLE IF NOT EXISTS rule_numbers (rule VARCHAR PRIMARY KEY, rule_no SMALLINT NOT NULL);

-- Some seventy rows a report; no keys, as for the facts. Most rules hold, most of these exactly: then `held_at` is
-- the whole figure that was expected and published, and expected, actual and residual are null.
CREATE TABLE IF NOT EXISTS stored_checks (
    report_no INTEGER NOT NULL,
    rule_no SMALLINT NOT NULL,
    status ENUM ('pass', 'fail', 'not_assessable') NOT NULL,
    held_at BIGINT,
    expected DECIMAL(28, 8),
    actual DECIMAL(28, 8),
    residual DECIMAL(28, 8),
    assumed_zero SMALLINT,
    note VARCHAR
);
COMMENT ON TABLE stored_checks IS 'Verdicts, packed; ask the view checks.';

CREATE TABLE IF NOT EXISTS stored_blanks (
    report_no INTEGER NOT NULL,
    cell_no INTEGER NOT NULL,
    rule_no SMALLINT NOT NULL,
    round SMALLINT NOT NULL
);
COMMENT ON TABLE stored_blanks IS 'Blanks that can only stand for 0, packed; ask the view decided_blanks.';

CREATE TABLE IF NOT EXISTS stored_comparisons (
    report_no INTEGER PRIMARY KEY,
    previous_no INTEGER,
    note VARCHAR,
    level VARCHAR,
    neighbours UBIGINT
);
COMMENT ON TABLE stored_comparisons IS
    'What the verdicts between years were judged on, packed; ask the view comparisons. neighbours is a digest of what the body''s reports were.';

CREATE TABLE IF NOT EXISTS check_cells (
    report_id VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    position SMALLINT NOT NULL,
    value DECIMAL(24, 8),
    compared_with DECIMAL(32, 8)
);
COMMENT ON TABLE check_cells IS
    'Cells that a rule of plausibility found, and the figure of another year that they were compared with.';

CREATE TABLE IF NOT EXISTS suspects (
    report_id VARCHAR NOT NULL,
    part TINYINT NOT NULL,
    table_code VARCHAR NOT NULL,
    row_code VARCHAR NOT NULL,
    column_code VARCHAR NOT NULL,
    published DECIMAL(24, 8),
    proposed DECIMAL(24, 8),
    solutions INTEGER NOT NULL,
    solution INTEGER NOT NULL,
    method VARCHAR NOT NULL,
    slip VARCHAR,
    evidence_zh VARCHAR NOT NULL,
    evidence_en VARCHAR NOT NULL
);
COMMENT ON TABLE suspects IS
    'Cells of current reports that are likely wrong. Rows with one report_id, part and solution are one explanation of failed sums and go together; solutions is how many are equally good, and 1 means that this one stands alone. Proposals only: facts never change by them.';
COMMENT ON COLUMN suspects.part IS 'Which cells: table 三 is one part, each block of table 四 another; numbered as in explanations.';
COMMENT ON COLUMN suspects.published IS 'The figure as published; null for a blank.';
COMMENT ON COLUMN suspects.proposed IS 'What the sums say it should be; null where they leave that open.';
COMMENT ON COLUMN suspects.solution IS 'Number of the explanation, the likeliest first. At most 20 are kept.';
COMMENT ON COLUMN suspects.method IS 'one_cell, few_cells, programme, exchanged, carried, shifted, row_off, rows_exchanged, whole_row or blank.';
COMMENT ON COLUMN suspects.slip IS 'The slip of typing that leads from the proposed figure to the published one.';

CREATE TABLE IF NOT EXISTS explanations (
    report_id VARCHAR NOT NULL,
    part TINYINT NOT NULL,
    rules VARCHAR[] NOT NULL,
    state VARCHAR NOT NULL,
    solutions INTEGER NOT NULL,
    at_least BOOLEAN NOT NULL,
    sentence_zh VARCHAR NOT NULL,
    sentence_en VARCHAR NOT NULL
);
COMMENT ON TABLE explanations IS
    'What became of the search for wrong cells, one row per part of a current report in which sums fail or are undecided: explained, ambiguous, too_many_cells (more than 5 would have to change), not_found (within the limits), blanks (nothing contradicts).';
COMMENT ON COLUMN explanations.rules IS 'The failing sums of the part; where none fails, the undecided ones.';
COMMENT ON COLUMN explanations.at_least IS 'There may be more explanations than solutions counts.';

CREATE TABLE IF NOT EXISTS suspects_searched (report_id VARCHAR PRIMARY KEY, fingerprint VARCHAR NOT NULL);
COMMENT ON TABLE suspects_searched IS 'Reports whose wrong cells were searched for, and as what they were then.';

CREATE TABLE IF NOT EXISTS problems (
    problem_id VARCHAR PRIMARY KEY,
    run_id VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    ours BOOLEAN NOT NULL,
    code VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    place VARCHAR NOT NULL,
    document_id VARCHAR
);
COMMENT ON TABLE problems IS 'What went wrong and is still so: ours (reading) or theirs (dead links), with its place.';

CREATE TABLE IF NOT EXISTS validations (
    run_id VARCHAR NOT NULL,
    suite VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    sentence VARCHAR NOT NULL,
    sentence_en VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    success BOOLEAN NOT NULL,
    unexpected INTEGER NOT NULL,
    keys VARCHAR[] NOT NULL
);
COMMENT ON TABLE validations IS 'What Great Expectations said of each rule in each run, with the offending keys.';

-- The writer's tables. What analysts use are the relations of the contract: tables of the same name
-- here, and the views of views.sql. Every statement can be run again on an existing warehouse.

CREATE TABLE IF NOT EXISTS layout (version INTEGER NOT NULL);

-- What came of a visit: these three mean that bytes came which are worth reading.
CREATE OR REPLACE MACRO has_document(outcome) AS outcome IN ('found', 'unchanged', 'changed');

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
    PRIMARY KEY (format, position)
);
COMMENT ON TABLE cells IS 'Every cell of every national format: the dictionary of codes and labels.';

CREATE OR REPLACE TABLE rules (
    format VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    table_code VARCHAR NOT NULL,
    sentence VARCHAR NOT NULL,
    PRIMARY KEY (format, rule)
);
COMMENT ON TABLE rules IS 'Every cross-sum of every format, with the sentence that states it.';

CREATE OR REPLACE TABLE rule_terms (
    format VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    position SMALLINT NOT NULL,
    sign TINYINT NOT NULL
);
COMMENT ON TABLE rule_terms IS 'Cells of a sum: sign +1 on the side of the published total, -1 one of its parts.';

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

CREATE TABLE IF NOT EXISTS documents (
    document_id VARCHAR PRIMARY KEY,
    content_type VARCHAR,
    bytes BIGINT NOT NULL,
    first_seen TIMESTAMPTZ NOT NULL,
    archive_file VARCHAR NOT NULL,
    archive_offset BIGINT NOT NULL
);
COMMENT ON TABLE documents IS 'Distinct bytes, archived before anything read them; the id is their SHA-256.';

CREATE TABLE IF NOT EXISTS captures (
    capture_id VARCHAR PRIMARY KEY,
    run_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    source_id VARCHAR,
    source_agency VARCHAR,
    fetched_at TIMESTAMPTZ NOT NULL,
    outcome VARCHAR NOT NULL,
    http_status INTEGER,
    content_type VARCHAR,
    document_id VARCHAR,
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
COMMENT ON TABLE captures IS
    'One row per visit to a URL, whatever came of it; of an attachment, link_text is its address as the page writes it; links counts the reports that a list page names; file_name is the name in Content-Disposition.';

CREATE TABLE IF NOT EXISTS sources (
    source_id VARCHAR PRIMARY KEY,
    agency VARCHAR,
    list VARCHAR NOT NULL,
    first_year INTEGER,
    last_year INTEGER
);
COMMENT ON TABLE sources IS
    'The registry of the last crawl: whose reports are looked for, where, and of which years (null: not said).';

CREATE TABLE IF NOT EXISTS readings (
    document_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    PRIMARY KEY (document_id, extractor_version)
);
COMMENT ON TABLE readings IS 'Which documents were read by which readers, last in which run; what is not here is still to do.';

CREATE TABLE IF NOT EXISTS agencies (
    agency_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    kind VARCHAR,
    level VARCHAR,
    adcode VARCHAR,
    province VARCHAR,
    city VARCHAR,
    county VARCHAR,
    parent_id VARCHAR
);
COMMENT ON TABLE agencies IS 'Public bodies by the full name they publish under.';

CREATE TABLE IF NOT EXISTS reports (
    report_id VARCHAR PRIMARY KEY,
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
    captured_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE reports IS 'One row per report version; the current one of a body and year has is_current.';

CREATE TABLE IF NOT EXISTS fact_values (
    report_id VARCHAR NOT NULL,
    position SMALLINT NOT NULL,
    value DECIMAL(24, 8),
    unit VARCHAR,
    raw VARCHAR,
    status VARCHAR NOT NULL,
    locator VARCHAR
);
COMMENT ON TABLE fact_values IS 'Cells of all report versions; analysts use the view facts.';

CREATE TABLE IF NOT EXISTS checks (
    report_id VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    expected DECIMAL(28, 8),
    actual DECIMAL(28, 8),
    residual DECIMAL(28, 8),
    status VARCHAR NOT NULL
);
COMMENT ON TABLE checks IS
    'A rule applied to a report: expected is the sum of the parts, actual the published total, residual actual - expected.';

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
    severity VARCHAR NOT NULL,
    success BOOLEAN NOT NULL,
    unexpected INTEGER NOT NULL,
    keys VARCHAR[] NOT NULL
);
COMMENT ON TABLE validations IS 'What Great Expectations said of each rule in each run, with the offending keys.';

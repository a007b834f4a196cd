-- What has been found in publishers' figures, and since when; and which runs the team was told of.
CREATE TABLE IF NOT EXISTS findings (
    finding_id VARCHAR NOT NULL,
    report_id VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    expected DECIMAL(28, 8),
    actual DECIMAL(28, 8),
    first_run VARCHAR NOT NULL,
    since_run VARCHAR NOT NULL,
    gone_run VARCHAR
);
COMMENT ON TABLE findings IS
    'A failed rule of a body''s report of a year, with the figures that it compared: one row, however often and from whatever copy the report is read. Other figures are another finding.';
COMMENT ON COLUMN findings.finding_id IS 'Id that follows from the body (or address), the year, the scope, the rule and its two figures.';
COMMENT ON COLUMN findings.report_id IS 'The report version in which it is found, or was last.';
COMMENT ON COLUMN findings.first_run IS 'The run that first saw it.';
COMMENT ON COLUMN findings.since_run IS 'The run since which it has been there without a break: later than first_run where it was gone and came back.';
COMMENT ON COLUMN findings.gone_run IS 'The run that no longer found it; null while it is there.';

CREATE TABLE IF NOT EXISTS tellings (run_id VARCHAR PRIMARY KEY, told_at TIMESTAMPTZ NOT NULL);
COMMENT ON TABLE tellings IS 'Runs whose mail was handed over, to a server or to the outbox: what came after the last of them is new.';
COMMENT ON COLUMN tellings.told_at IS 'When the first of its mails was handed over.';

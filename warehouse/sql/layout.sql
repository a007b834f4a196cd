CREATE TABLE layout (version INTEGER NOT NULL, declared VARCHAR);
COMMENT ON TABLE layout IS 'The version of these tables, and what they were declared by.';
COMMENT ON COLUMN layout.version IS 'Layout version: programs of another one refuse the file or migrate it.';
COMMENT ON COLUMN layout.declared IS 'Digest of tables, views, formats and rules as they were last written; another one writes them again.';

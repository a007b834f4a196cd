-- In a copy of a warehouse of layout 4: what is packed otherwise today steps aside, so that the tables and views of
-- today can be declared.
ALTER TABLE documents RENAME TO documents_4;
ALTER TABLE captures RENAME TO captures_4;
ALTER TABLE readings RENAME TO readings_4;
ALTER TABLE fingerprints RENAME TO fingerprints_4;
UPDATE layout SET version = $layout, declared = NULL;

-- Every relation and column with a sentence in both languages; a relation's own has no column. The sentences of views
-- are stored apart; English ones of the other relations are their comments.
CREATE OR REPLACE VIEW dictionary AS
SELECT
    found.relation,
    found.column_name AS "column",
    found.type,
    sentences.zh AS sentence_zh,
    coalesce(sentences.en, found.comment) AS sentence_en,
    found.place AS "position"
FROM (
    SELECT table_name AS relation, NULL AS column_name, 'table' AS type, comment, 0 AS place
    FROM duckdb_tables() WHERE schema_name = 'main' AND NOT temporary AND database_name = current_database()
    UNION ALL
    SELECT view_name, NULL, 'view', comment, 0
    FROM duckdb_views() WHERE NOT internal AND schema_name = 'main' AND NOT temporary AND database_name = current_database()
    UNION ALL
    SELECT table_name, column_name, data_type, comment, column_index
    FROM duckdb_columns() WHERE NOT internal AND schema_name = 'main' AND database_name = current_database()
) AS found
LEFT JOIN sentences
    ON sentences.relation = found.relation AND sentences.column_name = coalesce(found.column_name, '');

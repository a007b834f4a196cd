-- The reports of some shards of the offline site, each as one JSON object: what was published, cell by cell, and
-- what the rules and the search for wrong cells say of it. Needs `page_shards`.
-- `raw` holds the cells in the order of the format; `status` their statuses by first letter (published, blank, dash,
-- unreadable, missing), null where all are published. A report whose cells are not 1, 2, 3 … without a gap gives none.
WITH wanted AS (SELECT * FROM page_shards WHERE list_contains($wanted, shard)),

cell AS (
    SELECT
        report_id,
        count(*) AS many,
        max(position) AS last,
        sum(position) AS total,
        list(raw ORDER BY position) AS raw,
        string_agg(left(status, 1), '' ORDER BY position) AS status,
        bool_and(status = 'published') AS all_published
    FROM fact_values SEMI JOIN wanted USING (report_id)
    GROUP BY report_id
),

failing AS (
    SELECT report_id, list({
        'rule': rule, 'expected': plain(expected), 'actual': plain(actual), 'note': note, 'previous': previous_id,
        'cells': found
    } ORDER BY rule) AS list
    FROM checks
    SEMI JOIN wanted USING (report_id)
    LEFT JOIN (
        SELECT report_id, rule, list([position::VARCHAR, plain(value), plain(compared_with)] ORDER BY position) AS found
        FROM check_cells SEMI JOIN wanted USING (report_id)
        GROUP BY report_id, rule
    ) USING (report_id, rule)
    WHERE status = 'fail'
    GROUP BY report_id
),

undecided AS (
    SELECT report_id, list(rule ORDER BY rule) AS list
    FROM checks SEMI JOIN wanted USING (report_id)
    WHERE status = 'not_assessable' AND rule IN (SELECT rule FROM rule_terms)
    GROUP BY report_id
),

explained AS (
    SELECT report_id, list({
        'part': part, 'rules': rules, 'state': state, 'solutions': solutions, 'at_least': at_least,
        'zh': sentence_zh, 'en': sentence_en
    } ORDER BY part) AS list
    FROM explanations SEMI JOIN wanted USING (report_id)
    WHERE state <> 'blanks'
    GROUP BY report_id
),

suspect AS (
    SELECT suspects.report_id, list({
        'part': part, 'position': cells.position, 'proposed': plain(proposed), 'solutions': solutions,
        'solution': solution, 'zh': evidence_zh, 'en': evidence_en
    } ORDER BY part, solution, cells.position) AS list
    FROM suspects
    JOIN wanted USING (report_id)
    JOIN cells ON cells.format = wanted.format AND cells.table_code = suspects.table_code
        AND cells.row_code = suspects.row_code AND cells.column_code = suspects.column_code
    GROUP BY suspects.report_id
)

SELECT
    wanted.shard,
    to_json({
        'id': reports.report_id, 'agency': reports.agency_id, 'name': reports.agency, 'year': reports.year,
        'format': reports.format, 'grade': reports.grade, 'title': reports.title, 'scope': reports.scope,
        'published_on': reports.published_on, 'captured': strftime(reports.captured_at, '%Y-%m-%d'),
        'url': reports.url, 'document': reports.document_id, 'medium': reports.medium,
        'raw': if(cell.last = cell.many AND cell.total = cell.many * (cell.many + 1) // 2, cell.raw, NULL),
        'status': if(cell.all_published, NULL, cell.status),
        'failing': failing.list, 'undecided': undecided.list, 'explained': explained.list, 'suspects': suspect.list
    })::VARCHAR
FROM wanted
JOIN reports USING (report_id)
LEFT JOIN cell USING (report_id)
LEFT JOIN failing USING (report_id)
LEFT JOIN undecided USING (report_id)
LEFT JOIN explained USING (report_id)
LEFT JOIN suspect USING (report_id)
ORDER BY wanted.shard, reports.agency_id, reports.year, reports.report_id;

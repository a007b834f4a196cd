-- One row per body and year of which a report is expected or there: has it published, when, and if not, do we know?
--
-- Bodies: those that the registry of the last crawl names, and those that published in another year.
-- Years: from the first one that the registry names (else the first published) to the last whose date has passed.
-- Dates (条例 art. 49; FORMATS R9): 31 January of the next year, of a government's summary 31 March. Passed by the
-- day of the last run, so that a snapshot says the same whenever it is asked.
--
-- state: published
--        unreadable   it published, and we could not read the tables
--        not_found    every list page that could have named it was read, and none leads to a report
--        blocked      the site refuses the crawler, or its robots.txt forbids it
--        unreachable  no answer, an error, or a cap of ours: not to be taken for "has not published"
--        not_sought   no source of the registry looks for this body
CREATE OR REPLACE VIEW coverage AS
WITH today AS (
    SELECT coalesce(max(started_at)::DATE, current_date) AS day FROM runs
),

published AS (
    -- A body has one name here, however its reports spell it. Of own figures and an aggregate either one tells; it is
    -- chosen by number first, for carrying all columns of a country along costs seconds.
    SELECT
        reports.agency_id, coalesce(agencies.name, reports.agency) AS agency, kind, year, report_id, url, document_id,
        grade, scope, published_on
    FROM reports
    LEFT JOIN agencies USING (agency_id)
    WHERE report_no IN (
        SELECT arg_min(report_no, report_id) FROM reports
        WHERE is_current AND agency_id IS NOT NULL AND year IS NOT NULL
        GROUP BY agency_id, year
    )
),

-- Through which source a body's reports came.
came_through AS (
    SELECT DISTINCT captures.source_id, published.agency_id, published.agency
    FROM published
    JOIN documents USING (document_id)
    JOIN stored_captures AS captures USING (document_no)
    JOIN sources ON sources.source_id = captures.source_id
    WHERE captures.role = 'report'
),

-- A source of one body is that body's, under the name it publishes under: registries write names their own way.
own AS (
    SELECT
        sources.source_id,
        coalesce(named.agency_id, alone.agency_id) AS agency_id,
        coalesce(named.name, alone.agency, sources.agency) AS agency,
        sources.first_year,
        sources.last_year
    FROM sources
    LEFT JOIN (
        SELECT spelled.name AS spelling, any_value(agencies.agency_id) AS agency_id, any_value(agencies.name) AS name
        FROM (SELECT agency_id, name FROM agencies UNION SELECT agency_id, name FROM agency_names) AS spelled
        JOIN agencies USING (agency_id)
        GROUP BY spelling HAVING count(DISTINCT agencies.agency_id) = 1
    ) AS named ON named.spelling = sources.agency
    LEFT JOIN (
        SELECT source_id, any_value(agency_id) AS agency_id, any_value(agency) AS agency
        FROM came_through GROUP BY source_id HAVING count(DISTINCT agency_id) = 1
    ) AS alone ON alone.source_id = sources.source_id
    WHERE sources.agency IS NOT NULL
),

sought AS (
    SELECT source_id, agency_id, agency FROM own
    UNION
    SELECT source_id, agency_id, agency FROM came_through
    WHERE source_id NOT IN (SELECT source_id FROM own)
),

bodies AS (
    SELECT
        agency,
        any_value(agency_id) AS agency_id,
        min(first_year) AS first_year,
        -- A registry entry without a last year has none.
        if(count(*) FILTER (is_own AND last_year IS NULL) > 0, NULL, max(last_year)) AS last_year,
        coalesce(bool_or(kind = 'government' OR scope = 'aggregate'), false)
            OR regexp_matches(agency, '人民政府$|[省市区县州旗盟]政府$') AS is_government
    FROM (
        SELECT agency, agency_id, first_year, last_year, NULL AS scope, NULL AS kind, true AS is_own FROM own
        UNION ALL
        SELECT agency, agency_id, year, NULL, scope, kind, false FROM published
    )
    GROUP BY agency
),

due AS (
    SELECT
        *,
        year(today.day) - if(today.day > make_date(year(today.day), if(is_government, 3, 1), 31), 1, 2) AS last_due,
        greatest(coalesce(first_year, last_due), 2008) AS due_from,
        least(coalesce(last_year, last_due), last_due) AS due_to
    FROM bodies, today
),

expected AS (
    SELECT agency, agency_id, is_government, unnest(generate_series(due_from, due_to)) AS year FROM due
    UNION ALL
    -- A body has one row a year in `published`: what no series has is there once, and nothing need be told apart.
    SELECT due.agency, due.agency_id, due.is_government, published.year
    FROM published JOIN due ON due.agency_id = published.agency_id
    WHERE published.year NOT BETWEEN due_from AND due_to
),

-- What the last visit to a source's list pages came to: one that was not read may have named the report.
lists AS (
    SELECT
        source_id,
        CASE
            WHEN bool_and(has_document(outcome)) THEN 'not_found'
            WHEN bool_or(outcome IN ('blocked', 'robots_forbidden')) THEN 'blocked'
            ELSE 'unreachable'
        END AS state,
        any_value(url || ': ' || coalesce(message, outcome)) FILTER (NOT has_document(outcome)) AS message
    FROM stored_captures
    WHERE role = 'list' AND (source_id, run_id) IN (
        SELECT (source_id, max(run_id)) FROM stored_captures WHERE role = 'list' GROUP BY source_id
    )
    GROUP BY source_id
),

-- Links to a report that lead to none, by the year that their text names.
dead AS (
    SELECT source_id, url, try_cast(regexp_extract(link_text, '(?:19|20)\d\d') AS INTEGER) AS year, outcome, message
    FROM (
        SELECT
            source_id,
            url,
            arg_max(link_text, fetched_at) AS link_text,
            arg_max(outcome, fetched_at) AS outcome,
            arg_max(coalesce(message, outcome), fetched_at) AS message
        FROM stored_captures
        WHERE role = 'report'
            AND url IN (SELECT url FROM stored_captures WHERE role = 'report' AND NOT has_document(outcome))
        GROUP BY source_id, url
    )
    WHERE NOT has_document(outcome)
),

-- Why a body's report of a year is not there, by each source that looks for it; the least certain reason counts.
reasons AS (
    SELECT
        expected.agency,
        expected.year,
        arg_max(reason.state, reason.doubt) AS state,
        arg_max(reason.message, reason.doubt) AS message
    FROM expected
    JOIN sought ON sought.agency = expected.agency
    JOIN (
        SELECT source_id, NULL AS year, state, message, if(state = 'not_found', 0, 2) AS doubt FROM lists
        UNION ALL
        SELECT
            dead.source_id,
            dead.year,
            CASE
                WHEN outcome IN ('blocked', 'robots_forbidden') THEN 'blocked'
                WHEN outcome IN ('gone', 'not_a_report') THEN 'not_found'
                ELSE 'unreachable'
            END,
            url || ': ' || message,
            if(outcome IN ('gone', 'not_a_report'), 1, 3)
        -- A link of a source that lists many bodies does not say whose report it is.
        FROM dead JOIN own ON own.source_id = dead.source_id
    ) AS reason ON reason.source_id = sought.source_id AND coalesce(reason.year, expected.year) = expected.year
    GROUP BY expected.agency, expected.year
)

SELECT
    expected.agency_id,
    expected.agency,
    expected.year,
    CASE
        WHEN published.grade IN ('unreadable', 'no_tables') THEN 'unreadable'
        WHEN published.report_id IS NOT NULL THEN 'published'
        ELSE coalesce(reasons.state, 'not_sought')
    END AS state,
    published.published_on,
    make_date(expected.year::INTEGER + 1, if(expected.is_government, 3, 1), 31) AS due_on,
    -- Without a date nobody knows: greatest() would pass over the null and say 0.
    if(published.published_on IS NULL, NULL, greatest(published.published_on - due_on, 0)) AS days_late,
    published.report_id,
    published.url,
    if(published.report_id IS NULL, reasons.message, NULL) AS message
FROM expected
LEFT JOIN published ON published.agency_id = expected.agency_id AND published.year = expected.year
LEFT JOIN reasons ON reasons.agency = expected.agency AND reasons.year = expected.year;
COMMENT ON VIEW coverage IS
    'One row per body and year that should have a report or has one: published (days_late after the legal date), unreadable, not_found, blocked, unreachable, not_sought.';

-- Which version of a report is current: at one address the last capture, read by the newest readers (it may
-- hold several reports); of several addresses that publish the same body and year, the best read.
UPDATE reports
SET is_current = ranked.is_current
FROM (
    SELECT
        report_id,
        latest AND row_number() OVER (
            PARTITION BY latest, coalesce(agency_id, url), coalesce(year::VARCHAR, url), part
            ORDER BY
                list_position(['verified', 'inconsistent', 'incomplete', 'no_tables', 'unreadable'], grade),
                captured_at DESC,
                report_id
        ) = 1 AS is_current
    FROM (
        SELECT
            *,
            -- A body that publishes its own figures and those of all below it (海关总署(本级机关), 全国海关)
            -- publishes two reports.
            CASE
                WHEN bool_or(scope = 'own') OVER published AND bool_or(scope = 'aggregate') OVER published
                THEN coalesce(scope, 'own')
            END AS part
        FROM (
            SELECT *, rank() OVER (
                PARTITION BY url ORDER BY seen_at DESC, run_id DESC, document_id, extractor_version DESC
            ) = 1 AS latest
            FROM (
                -- A page that was changed back is met again with its old bytes: the visit counts.
                SELECT *, coalesce((
                    SELECT max(captures.fetched_at) FROM captures
                    WHERE captures.document_id = reports.document_id AND captures.url = reports.url
                ), captured_at) AS seen_at
                FROM reports
            )
        )
        WINDOW published AS (PARTITION BY latest, coalesce(agency_id, url), coalesce(year::VARCHAR, url))
    )
) AS ranked
WHERE ranked.report_id = reports.report_id AND reports.is_current <> ranked.is_current;

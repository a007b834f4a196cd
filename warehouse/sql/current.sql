-- Which version of a report is current: at one address the last capture, read by the newest readers (it may
-- hold several reports); of several addresses that publish the same body and year, the best read.
CREATE OR REPLACE TEMP TABLE standing AS
WITH seen AS (
    -- A page that was changed back is met again with its old bytes: the visit counts. An address with one version
    -- has the latest, whenever it was visited: a country's visits are not gone through each night.
    SELECT reports.*, coalesce(visits.seen_at, captured_at) AS seen_at
    FROM reports
    LEFT JOIN (
        SELECT document_id, url, max(fetched_at) AS seen_at FROM captures
        WHERE document_id IS NOT NULL AND url IN (SELECT url FROM reports GROUP BY url HAVING count(*) > 1)
        GROUP BY document_id, url
    ) AS visits ON visits.document_id = reports.document_id AND visits.url = reports.url
),

last AS (
    SELECT
        *,
        rank() OVER (
            PARTITION BY url ORDER BY seen_at DESC, run_id DESC, document_id, extractor_version DESC
        ) = 1 AS latest,
        coalesce(agency_id, url) AS body,
        coalesce(year::VARCHAR, url) AS period
    FROM seen
),

parted AS (
    SELECT
        *,
        -- A body that publishes its own figures and those of all below it (海关总署(本级机关), 全国海关)
        -- publishes two reports.
        CASE
            WHEN bool_or(scope = 'own') OVER published AND bool_or(scope = 'aggregate') OVER published
                THEN coalesce(scope, 'own')
        END AS part
    FROM last
    WHERE latest
    WINDOW published AS (PARTITION BY body, period)
)

SELECT
    report_no,
    first_value(report_no) OVER best AS current_no,
    report_no = current_no AS is_current
FROM parted
WINDOW best AS (
    PARTITION BY body, period, part
    ORDER BY
        list_position(['verified', 'inconsistent', 'incomplete', 'no_tables', 'unreadable'], grade),
        captured_at DESC,
        report_id
);

UPDATE reports
SET is_current = NOT is_current
WHERE is_current <> (report_no IN (SELECT report_no FROM standing WHERE is_current));

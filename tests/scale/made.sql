-- A block of made-up reports (arrow tables made_reports, made_bodies) with ids, addresses and titles, and the captures that led
-- to them.
CREATE OR REPLACE TEMP TABLE made AS
SELECT
    *,
    concat('http://', host, '/zfxxgk/xxgknb/', year + 1, '/t', strftime(published_on, '%Y%m%d'), '_', 4000000 + number, '.html') AS url,
    concat(agency, year, '年政府信息公开工作年度报告') AS title,
    sha256(url) AS document_id,
    sha256(concat_ws(' ', document_id, '3'))[:16] AS report_id,
    concat(
        if(hash(number, 'word') % 2 = 0, '全年', concat(year, '年，本机关')), '共收到政府信息公开申请', stated, '件，均在法定期限内办理',
        if(hash(number, 'end') % 3 = 0, '，没有因政府信息公开引起的投诉。', '。')
    ) AS sentence
FROM (
    SELECT
        made_reports.*,
        made_bodies.* EXCLUDE (body, number),
        made_bodies.number * 10 + year - 2019 AS number,
        made_bodies.number AS body_number,
        host[5:-8] AS source_id,
        make_date(year + 1, 1, 5 + (hash(made_bodies.number, year) % 26)::INTEGER) AS published_on,
        if(misstated OR (whole AND dice // 16 % 2 = 0), received, NULL) AS stated,
        ['html', 'html', 'html', 'html', 'html', 'html', 'html', 'docx', 'text', 'pdf'][1 + dice % 10] AS medium,
        if(format = '2021', '万元', ['元', '元', '万元', NULL][1 + dice % 4]) AS unit
    FROM made_reports JOIN made_bodies USING (body)
);

CREATE OR REPLACE TEMP TABLE made_captures AS
SELECT
    url, source_id, site AS source_agency, 'report' AS role, fetched_at, 'found' AS outcome, 200 AS status,
    'text/html' AS content_type, document_id AS digest, 20000 + hash(number, 'size') % 60000 AS size,
    concat(strftime(fetched_at, '%Y%m%dT%H'), '.warc.gz') AS file, number::BIGINT % 40000 * 21000 AS "offset",
    title AS link_text, concat('http://', host, '/zfxxgk/xxgknb/index.html') AS parent_url, NULL::VARCHAR AS message,
    NULL::VARCHAR AS redirected_to, NULL::INTEGER AS links, if(hash(host) % 2 = 0, concat('"', document_id[:12], '"'), NULL) AS etag,
    strftime(published_on, '%a, %d %b %Y 08:00:00 GMT') AS last_modified, NULL::VARCHAR AS file_name
FROM made
UNION ALL BY NAME
SELECT
    concat('http://', host, '/zfxxgk/xxgknb/index.html') AS url, source_id, any_value(site) AS source_agency, 'list' AS role,
    min(fetched_at) AS fetched_at, 'found' AS outcome, 200 AS status, 'text/html' AS content_type,
    sha256(concat(host, min(fetched_at))) AS digest, 9000 AS size, 'lists.warc.gz' AS file, 0 AS "offset",
    60 AS links
FROM made GROUP BY host, source_id;

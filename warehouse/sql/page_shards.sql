-- Which file of the offline site a report stands in: all reports of a body in the same one, whatever else there is.
CREATE OR REPLACE TEMP MACRO plain(figure) AS
    if(figure::VARCHAR LIKE '%.%', rtrim(rtrim(figure::VARCHAR, '0'), '.'), figure::VARCHAR);

CREATE OR REPLACE TEMP TABLE page_shards AS
SELECT
    report_id, agency_id, format,
    (md5_number_lower(coalesce(agency_id, report_id)) % $shards)::INTEGER AS shard
FROM reports
WHERE is_current;

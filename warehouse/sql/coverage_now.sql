-- The view `coverage` as it is now, each body with its place; asked once, for it reaches over everything.
CREATE OR REPLACE TEMP TABLE coverage_now AS
SELECT
    coverage.*, agencies.city, left(agencies.adcode, 2) AS place,
    coalesce(agencies.province, if(agencies.level = 'national', '中央', '')) AS region
FROM coverage LEFT JOIN agencies USING (agency_id);

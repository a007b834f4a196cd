-- Bodies with years that have no readable report or a late one, a row each with those years, the newest first. Those
-- that lack most come first; late ones count less. Needs `coverage_now`.
SELECT
    agency_id, agency, region, any_value(city) AS city,
    list({
        'year': year, 'state': state, 'published_on': published_on, 'days_late': days_late, 'message': message
    } ORDER BY year DESC) AS years
FROM coverage_now
WHERE state <> 'published' OR days_late > 0
GROUP BY agency_id, agency, region
ORDER BY count(*) FILTER (state <> 'published') DESC, count(*) DESC, agency
LIMIT $limit;

-- What `report_figures` says of each current report besides its cells, as it should be now: the body and its place,
-- the report of the year before, and which report already includes this one's figures.
--
-- Who includes whom (FORMATS section 7: nothing in the tables says what a report covers; a government's normally
-- gathers the departments and towns below it, and a department is never to be added to it):
--   - a report whose text says that it gathers (scope aggregate) includes those of all bodies below its own;
--   - one whose text does not say is taken to do so too: rather a sum that lacks a body than one that has it twice;
--   - one of own figures (本级) includes nothing;
--   - an office's report that gathers is its government's (乌恰县人民政府办公室2025, VARIANTS section 1); of an office that does
--     not say, nobody knows which of the two it is: it includes nothing;
--   - a body's own figures are included in its own aggregate (海关总署(本级机关), 全国海关).
-- The nearest one above counts: where its level is known, so is which regions' sums have it already.
CREATE OR REPLACE MACRO level_rank(level) AS
    CASE level WHEN 'national' THEN 0 WHEN 'province' THEN 1 WHEN 'city' THEN 2 WHEN 'county' THEN 3 WHEN 'township' THEN 4 END;

CREATE OR REPLACE TEMP TABLE figures_bodies AS
SELECT agency_id, level, kind, province, city, parent_id, row_number() OVER ()::INTEGER AS number FROM agencies;

-- Steps from each body up to those above it. A town whose county is not known has its city's government above it.
CREATE OR REPLACE TEMP TABLE figures_above AS
WITH RECURSIVE parents AS (
    SELECT bodies.number, coalesce(parent.number, governs.number) AS parent
    FROM figures_bodies AS bodies
    LEFT JOIN figures_bodies AS parent ON parent.agency_id = bodies.parent_id
    LEFT JOIN (
        SELECT province, city, min(number) AS number
        FROM figures_bodies WHERE level = 'city' AND kind = 'government' GROUP BY province, city
    ) AS governs
        ON bodies.parent_id IS NULL AND bodies.level = 'township'
        AND governs.province = bodies.province AND governs.city = bodies.city
),

above AS (
    SELECT number, number AS above, 0 AS steps FROM parents
    UNION ALL
    SELECT above.number, parents.parent, above.steps + 1
    FROM above JOIN parents ON parents.number = above.above
    WHERE parents.parent IS NOT NULL AND above.steps < 9
)

SELECT number, above, steps FROM above;

CREATE OR REPLACE TEMP TABLE figures_reports AS
SELECT reports.report_id, reports.year, reports.scope, bodies.number, bodies.kind, bodies.level, bodies.parent_id
FROM reports LEFT JOIN figures_bodies AS bodies USING (agency_id)
WHERE reports.is_current AND reports.format IS NOT NULL;

CREATE OR REPLACE TEMP TABLE figures_included AS
WITH gathering AS (
    SELECT
        if(reports.kind = 'office', government.number, reports.number) AS number,
        reports.year, reports.report_id, reports.scope, reports.kind, reports.level
    FROM figures_reports AS reports
    LEFT JOIN figures_bodies AS government ON government.agency_id = reports.parent_id
    WHERE reports.scope = 'aggregate' OR (reports.scope IS NULL AND reports.kind IS DISTINCT FROM 'office')
),

pairs AS (
    SELECT
        reports.report_id,
        gathering.report_id AS included_in,
        level_rank(gathering.level) AS included_rank,
        above.steps = 0 AND gathering.kind = reports.kind AS is_own_part,
        gathering.kind IS NOT DISTINCT FROM reports.kind AND gathering.level IS NOT DISTINCT FROM reports.level
            AND gathering.scope IS NOT DISTINCT FROM reports.scope AS in_own_layer,
        (above.steps, gathering.kind IS NOT DISTINCT FROM 'office', gathering.report_id) AS nearness
    FROM figures_reports AS reports
    JOIN figures_above AS above ON above.number = reports.number
    JOIN gathering ON gathering.number = above.above AND gathering.year = reports.year
    WHERE above.steps > 0 AND gathering.report_id <> reports.report_id
        OR above.steps = 0 AND reports.scope = 'own'
)

SELECT report_id, unnest(arg_min({
    'included_in': included_in, 'included_rank': included_rank,
    'is_own_part': is_own_part, 'in_own_layer': in_own_layer
}, nearness))
FROM pairs GROUP BY report_id;

CREATE OR REPLACE TEMP TABLE figures_wanted AS
SELECT
    reports.report_id,
    reports.agency_id,
    coalesce(agencies.name, reports.agency) AS agency,
    reports.year,
    reports.format,
    reports.scope,
    agencies.level,
    agencies.kind,
    agencies.province,
    agencies.city,
    agencies.county,
    reports.grade,
    reports.published_on,
    reports.url,
    comparisons.previous_id,
    figures_included.included_in,
    figures_included.included_rank::TINYINT AS included_rank,
    coalesce(figures_included.is_own_part, false) AS is_own_part,
    coalesce(figures_included.in_own_layer, false) AS in_own_layer,
    row_number() OVER (
        PARTITION BY coalesce(reports.agency_id, reports.report_id) ORDER BY reports.year DESC NULLS LAST, reports.report_id
    ) = 1 AS is_newest
FROM reports
LEFT JOIN agencies USING (agency_id)
LEFT JOIN comparisons USING (report_id)
LEFT JOIN figures_included ON figures_included.report_id = reports.report_id
WHERE reports.is_current AND reports.format IS NOT NULL;

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
CREATE OR REPLACE TEMP TABLE figures_numbers AS
SELECT agency_id, row_number() OVER ()::INTEGER AS number FROM agencies;

-- Bodies by number, each with the one above it; a town whose county is not known has its city's government there.
CREATE OR REPLACE TEMP TABLE figures_bodies AS
SELECT
    numbers.number, agencies.agency_id, agencies.level, agencies.kind,
    coalesce(parents.number, governs.number) AS parent
FROM agencies
JOIN figures_numbers AS numbers ON numbers.agency_id = agencies.agency_id
LEFT JOIN figures_numbers AS parents ON parents.agency_id = agencies.parent_id
LEFT JOIN (
    SELECT province, city, min(number) AS number
    FROM agencies JOIN figures_numbers USING (agency_id)
    WHERE level = 'city' AND kind = 'government' GROUP BY province, city
) AS governs
    ON governs.province = agencies.province
    AND governs.city = CASE WHEN agencies.parent_id IS NULL AND agencies.level = 'township' THEN agencies.city END;

CREATE OR REPLACE TEMP TABLE figures_above AS
WITH RECURSIVE above AS (
    SELECT number, number AS above, 0 AS steps FROM figures_bodies
    UNION ALL
    SELECT above.number, bodies.parent, above.steps + 1
    FROM above JOIN figures_bodies AS bodies ON bodies.number = above.above
    WHERE bodies.parent IS NOT NULL AND above.steps < 9
)

SELECT number, above, steps FROM above;

CREATE OR REPLACE TEMP TABLE figures_reports AS
SELECT
    reports.report_no, reports.year, reports.scope, bodies.number, bodies.kind, bodies.level,
    CASE
        WHEN reports.scope = 'own' OR (reports.scope IS NULL AND bodies.kind = 'office') THEN NULL
        WHEN bodies.kind = 'office' THEN bodies.parent
        ELSE bodies.number
    END AS gathers_for
FROM reports
LEFT JOIN figures_bodies AS bodies ON bodies.agency_id = reports.agency_id
WHERE reports.is_current AND reports.format IS NOT NULL;

-- The nearest: fewest steps up, of a government and its office the government. Body and year are one number, or DuckDB
-- may join all reports of a year with each other first.
CREATE OR REPLACE TEMP TABLE figures_included AS
WITH wholes AS (
    SELECT gathers_for::BIGINT << 12 | year AS place, report_no, (kind = 'office')::BIGINT AS is_office
    FROM figures_reports WHERE gathers_for IS NOT NULL AND year IS NOT NULL
),

steps AS (
    SELECT part.report_no, above.above::BIGINT << 12 | part.year AS place, above.steps
    FROM figures_reports AS part
    JOIN figures_above AS above ON above.number = part.number
    WHERE above.steps > 0 OR part.scope = 'own'
)

SELECT
    steps.report_no,
    arg_min(wholes.report_no, (steps.steps * 2 + wholes.is_office) << 32 | wholes.report_no) AS whole_no
FROM steps
JOIN wholes USING (place)
WHERE wholes.report_no <> steps.report_no
GROUP BY steps.report_no;

CREATE OR REPLACE TEMP TABLE figures_places AS
WITH newest AS (
    SELECT arg_max(report_no, coalesce(year, 0)::BIGINT << 32 | report_no) AS report_no
    FROM figures_reports GROUP BY coalesce(number, -report_no)
)

SELECT
    part.report_no,
    part.report_no IN (SELECT report_no FROM newest) AS is_newest,
    whole.report_no AS whole_no,
    level_rank(whole.level)::TINYINT AS included_rank,
    coalesce(whole.number = part.number, false) AS is_own_part,
    whole.report_no IS NOT NULL AND whole.kind IS NOT DISTINCT FROM part.kind
        AND whole.level IS NOT DISTINCT FROM part.level AND whole.scope IS NOT DISTINCT FROM part.scope AS in_own_layer
FROM figures_reports AS part
LEFT JOIN figures_included AS included ON included.report_no = part.report_no
LEFT JOIN figures_reports AS whole ON whole.report_no = included.whole_no;

CREATE OR REPLACE TEMP TABLE figures_wanted AS
SELECT
    reports.report_no,
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
    previous.report_no AS previous_no,
    places.whole_no AS included_no,
    places.included_rank,
    places.is_own_part,
    places.in_own_layer,
    places.is_newest
FROM figures_places AS places
JOIN reports ON reports.report_no = places.report_no
LEFT JOIN reports AS previous ON previous.report_id = reports.held_against
LEFT JOIN agencies ON agencies.agency_id = reports.agency_id;

-- What resolving found (lists, one per column) into agencies, agency_names, reports and problems; one transaction.
CREATE OR REPLACE TEMP TABLE found_agencies AS
SELECT
    unnest($agency_agency_id::VARCHAR[]) AS agency_id, unnest($agency_name::VARCHAR[]) AS name,
    unnest($agency_kind::VARCHAR[]) AS kind, unnest($agency_level::VARCHAR[]) AS level,
    unnest($agency_adcode::VARCHAR[]) AS adcode, unnest($agency_province::VARCHAR[]) AS province,
    unnest($agency_city::VARCHAR[]) AS city, unnest($agency_county::VARCHAR[]) AS county,
    unnest($agency_parent_id::VARCHAR[]) AS parent_id, unnest($agency_successor_id::VARCHAR[]) AS successor_id;

CREATE OR REPLACE TEMP TABLE found_names AS
SELECT
    unnest($name_agency_id::VARCHAR[]) AS agency_id, unnest($name_name::VARCHAR[]) AS name,
    unnest($name_full_name::VARCHAR[]) AS full_name, unnest($name_how::VARCHAR[]) AS how,
    unnest($name_reason::VARCHAR[]) AS reason;

CREATE OR REPLACE TEMP TABLE found_bodies AS
SELECT to_resolve.report_id, coalesce(by_report.agency_id, by_name.agency_id) AS agency_id
FROM to_resolve
LEFT JOIN (
    SELECT unnest($by_name_agency::VARCHAR[]) AS agency, unnest($by_name_id::VARCHAR[]) AS agency_id
) AS by_name ON by_name.agency = to_resolve.agency
LEFT JOIN (
    SELECT unnest($by_report_report::VARCHAR[]) AS report_id, unnest($by_report_id::VARCHAR[]) AS agency_id
) AS by_report ON by_report.report_id = to_resolve.report_id;

UPDATE reports
SET agency_id = found_bodies.agency_id
FROM found_bodies
WHERE found_bodies.report_id = reports.report_id AND reports.agency_id IS DISTINCT FROM found_bodies.agency_id;

INSERT OR REPLACE INTO agencies
SELECT agency_id, name, kind, level, adcode, province, city, county, parent_id, successor_id FROM found_agencies;

INSERT OR REPLACE INTO agency_names SELECT agency_id, name, full_name, how, reason FROM found_names;

DELETE FROM agencies WHERE $again AND agency_id NOT IN (SELECT agency_id FROM found_agencies);

-- Names that no report has any more, and unresolved bodies that none is of.
DELETE FROM agency_names
WHERE NOT EXISTS (
    SELECT 1 FROM reports WHERE reports.agency_id = agency_names.agency_id AND reports.agency = agency_names.name
);

DELETE FROM agencies
WHERE level IS NULL AND agency_id NOT IN (SELECT agency_id FROM agency_names);

-- A body is called as its newest report calls it, written out: 卫生健康局 or 卫生健康委员会, as it is there.
UPDATE agencies
SET name = latest.name
FROM (
    SELECT reports.agency_id, arg_max(agency_names.full_name, (coalesce(reports.year, 0), agency_names.full_name)) AS name
    FROM reports
    JOIN agency_names ON agency_names.agency_id = reports.agency_id AND agency_names.name = reports.agency
    GROUP BY reports.agency_id
) AS latest
WHERE latest.agency_id = agencies.agency_id AND latest.name <> agencies.name;

DELETE FROM problems WHERE stage = 'resolve';

INSERT INTO problems
SELECT
    sha256(concat_ws(' ', 'resolve', agency_names.agency_id, agency_names.name))[:16],
    arg_max(reports.run_id, (reports.run_id, reports.report_id)),
    'resolve', true, concat('body_', agency_names.how),
    concat(
        agency_names.name, ': expected one body, found ', agency_names.reason, ' (', count(*),
        if(count(*) = 1, ' report)', ' reports)')
    ),
    arg_max(reports.url, (reports.run_id, reports.report_id)),
    arg_max(reports.document_id, (reports.run_id, reports.report_id))
FROM agency_names
JOIN reports ON reports.agency_id = agency_names.agency_id AND reports.agency = agency_names.name
WHERE list_contains($unclear::VARCHAR[], agency_names.how)
GROUP BY agency_names.agency_id, agency_names.name, agency_names.how, agency_names.reason;

DELETE FROM body_rules;

INSERT INTO body_rules VALUES ($digest);

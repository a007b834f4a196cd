-- The bodies of current reports by name; `also` are other names that they publish under.
SELECT
    agencies.agency_id, agencies.name, agencies.kind, agencies.level, agencies.province, agencies.city, agencies.county,
    (
        SELECT string_agg(DISTINCT agency_names.name, ' ' ORDER BY agency_names.name) FROM agency_names
        WHERE agency_names.agency_id = agencies.agency_id AND agency_names.name <> agencies.name
    ) AS also
FROM agencies
SEMI JOIN page_shards USING (agency_id)
ORDER BY agencies.name, agencies.agency_id;

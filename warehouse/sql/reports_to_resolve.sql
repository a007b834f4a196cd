-- Reports that name a body and have none yet; all, where names are understood otherwise than before.
CREATE OR REPLACE TEMP TABLE to_resolve AS
SELECT report_id, agency
FROM reports
WHERE agency IS NOT NULL AND (
    $again OR agency_id IS NULL
    OR ($retry AND agency_id IN (SELECT agency_id FROM agency_names WHERE how IN ('ambiguous', 'unknown')))
);

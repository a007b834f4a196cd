-- `report_figures` as it should be: reports that are no longer current go, what is told of the others is brought up to
-- date. Cells never change: a report that says something else is another version. `figures_to_fill` are the new ones.
DELETE FROM report_figures WHERE report_id NOT IN (SELECT report_id FROM figures_wanted);

UPDATE report_figures
SET /* assigned */
FROM figures_wanted AS wanted
WHERE wanted.report_id = report_figures.report_id
    AND (/* known */) IS DISTINCT FROM (/* wanted */);

CREATE OR REPLACE TEMP TABLE figures_to_fill AS
SELECT report_id, format, (row_number() OVER (ORDER BY report_id) - 1) // /* batch */ AS batch
FROM figures_wanted
ANTI JOIN report_figures USING (report_id);

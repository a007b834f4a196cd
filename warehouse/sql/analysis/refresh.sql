-- `report_figures` as it should be: reports that are no longer current go, what is told of the others is brought up to
-- date. Cells never change: a report that says something else is another version. `figures_to_fill` are the new ones.
DELETE FROM report_figures WHERE report_no NOT IN (SELECT report_no FROM figures_wanted);

CREATE OR REPLACE TEMP TABLE figures_changed AS
SELECT wanted.*
FROM figures_wanted AS wanted JOIN report_figures USING (report_no)
WHERE /* differ */;

UPDATE report_figures
SET /* assigned */
FROM figures_changed AS changed
WHERE changed.report_no = report_figures.report_no;

CREATE OR REPLACE TEMP TABLE figures_to_fill AS
SELECT report_no, format, block_of(report_no) AS block FROM figures_wanted ANTI JOIN report_figures USING (report_no);

-- The first block of reports that is not wholly sorted, written anew in order: it stands at the end of the table.
CREATE OR REPLACE TEMP TABLE unsorted AS
SELECT block_of(report_no + 1) AS block FROM sorted_up_to WHERE relation = 'stored_facts';

CREATE OR REPLACE TEMP TABLE block AS
SELECT stored_facts.* FROM stored_facts
WHERE stored_facts.report_no >= (SELECT block << 14 FROM unsorted)
    AND stored_facts.report_no < (SELECT (block + 1) << 14 FROM unsorted);

DELETE FROM stored_facts
WHERE report_no >= (SELECT block << 14 FROM unsorted) AND report_no < (SELECT (block + 1) << 14 FROM unsorted);

INSERT INTO stored_facts
SELECT * FROM block ORDER BY fact_order(report_no, cell_no, form, status, plain, whole);

UPDATE sorted_up_to
SET report_no = (
    SELECT max(report_no) FROM reports WHERE reports.report_no < (SELECT (block + 1) << 14 FROM unsorted)
)
WHERE relation = 'stored_facts';

DROP TABLE block;

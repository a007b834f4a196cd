-- Some of the reports that are to be judged anew: all of them in `stale_units`, those for every rule between years in
-- `stale`. Their verdicts go; the next statements judge them.
CREATE OR REPLACE TEMP TABLE stale_units AS FROM all_stale ORDER BY report_no LIMIT $at_once;

CREATE OR REPLACE TEMP TABLE stale AS SELECT report_no FROM stale_units WHERE NOT unit_only;

DELETE FROM all_stale WHERE report_no IN (SELECT report_no FROM stale_units);

DELETE FROM stored_checks
WHERE report_no IN (SELECT report_no FROM stale)
    AND rule_no IN (
        SELECT rule_no FROM rule_numbers
        WHERE starts_with(rule, 'year_to_year.') OR rule IN (SELECT unnest($plausibility))
    );

DELETE FROM stored_checks
WHERE report_no IN (SELECT report_no FROM stale_units)
    AND rule_no IN (SELECT rule_no FROM rule_numbers WHERE rule = 'plausibility.money_unit');

DELETE FROM check_cells
WHERE report_id IN (SELECT report_id FROM reports SEMI JOIN stale USING (report_no))
    AND rule IN (SELECT unnest($plausibility));

DELETE FROM check_cells
WHERE report_id IN (SELECT report_id FROM reports SEMI JOIN stale_units USING (report_no))
    AND rule = 'plausibility.money_unit';

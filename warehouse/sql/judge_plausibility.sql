-- The rules of plausibility for every stale report: the cells that each finds go into `check_cells`, its verdict
-- into `verdicts` (expected 0 such cells, actual so many). They only warn.
CREATE OR REPLACE TEMP MACRO unit_factor(unit) AS CASE unit WHEN '元' THEN 1 WHEN '万元' THEN 10000 WHEN '亿元' THEN 100000000 END;

CREATE OR REPLACE TEMP TABLE judged_reports AS
SELECT wanted.*, reports.report_id, previous.format AS previous_format, stale_units.unit_only
FROM wanted
JOIN stale_units USING (report_no)
JOIN reports ON reports.report_no = wanted.report_no
LEFT JOIN reports AS previous ON previous.report_no = wanted.previous_no;

-- What the reports to be judged by every rule and those before them say.
CREATE OR REPLACE TEMP TABLE year_values AS
SELECT report_no, cell_no, coalesce(exact, whole::DECIMAL(24, 8)) AS value, unit
FROM stored_facts
WHERE report_no IN (
    SELECT report_no FROM judged_reports WHERE NOT unit_only
    UNION
    SELECT previous_no FROM judged_reports WHERE NOT unit_only
);

CREATE OR REPLACE TEMP TABLE figures AS
SELECT
    judged_reports.report_id,
    cells.position,
    cells.kind,
    cells.table_code = 'disclosure' AND cells.row_code = 'rules' AS is_rule_making,
    year_values.value
FROM judged_reports
JOIN year_values ON year_values.report_no = judged_reports.report_no
JOIN cells ON cells.cell_no = year_values.cell_no
WHERE NOT judged_reports.unit_only AND year_values.value <> 0;

INSERT INTO check_cells
SELECT report_id, 'plausibility.fraction', position, value, NULL
FROM figures WHERE kind <> 'amount' AND value % 1 <> 0;

INSERT INTO check_cells
SELECT report_id, 'plausibility.negative', position, value, NULL
FROM figures WHERE kind <> 'signed' AND value < 0;

INSERT INTO check_cells
SELECT report_id, 'plausibility.rule_making', position, value, NULL
FROM figures SEMI JOIN (FROM judged_reports WHERE level IN ('county', 'township')) AS low USING (report_id)
WHERE is_rule_making AND value > 0;

-- Cells of the report and of the one before, by their codes: positions differ between formats. In either of the two
-- years the figure is not 0; null where that year has none. Amounts are in yuan where their unit is known.
CREATE OR REPLACE TEMP TABLE pairs AS
WITH shared AS (
    SELECT
        cells.cell_no,
        cells.position,
        cells.kind,
        earlier.format AS previous_format,
        earlier.cell_no AS place
    FROM cells
    JOIN cells AS earlier USING (table_code, row_code, column_code)
)

SELECT
    judged_reports.report_id,
    shared.position,
    shared.kind,
    now.value,
    earlier.value AS previous_value,
    CASE
        WHEN shared.kind <> 'amount' OR now.unit IS NOT DISTINCT FROM earlier.unit THEN previous_value
        ELSE previous_value * unit_factor(earlier.unit) / unit_factor(now.unit)
    END AS comparable
FROM judged_reports
JOIN year_values AS now ON now.report_no = judged_reports.report_no
JOIN shared ON shared.cell_no = now.cell_no AND shared.previous_format = judged_reports.previous_format
JOIN year_values AS earlier
    ON earlier.report_no = judged_reports.previous_no AND earlier.cell_no = shared.place
WHERE NOT judged_reports.unit_only AND (now.value <> 0 OR earlier.value <> 0);

-- What looks like a slip of the unit is the rule of money's to tell.
INSERT INTO check_cells
SELECT report_id, 'plausibility.hundredfold', position, value, comparable
FROM pairs
WHERE value > 0 AND comparable > 0
    AND (value >= comparable * $hundredfold_times OR comparable >= value * $hundredfold_times)
    AND NOT (
        kind = 'amount' AND greatest(value / comparable, comparable / value) BETWEEN $unit_at_least AND $unit_at_most
    );

INSERT INTO check_cells
SELECT report_id, 'plausibility.same_as_last_year', position, value, previous_value
FROM pairs
SEMI JOIN (
    SELECT report_id FROM pairs
    GROUP BY report_id
    HAVING bool_and(value IS NOT DISTINCT FROM previous_value) AND count(DISTINCT value) >= $same_distinct
) AS same USING (report_id);

CREATE OR REPLACE TEMP TABLE amounts AS
SELECT
    wanted.report_no,
    wanted.agency_id,
    wanted.scope,
    cells.row_code,
    cells.position,
    coalesce(stored_facts.exact, stored_facts.whole::DECIMAL(24, 8)) AS value,
    stored_facts.unit IS NULL AS bare,
    value * coalesce(unit_factor(stored_facts.unit), 1) AS yuan
FROM stored_facts
JOIN cells ON cells.cell_no = stored_facts.cell_no AND cells.kind = 'amount'
JOIN wanted ON wanted.report_no = stored_facts.report_no
WHERE (stored_facts.whole > 0 OR stored_facts.exact > 0)
    AND wanted.agency_id IN (SELECT agency_id FROM judged_reports);

CREATE OR REPLACE TEMP TABLE other_years AS
SELECT
    reports.report_id,
    own.position,
    own.value,
    other.yuan AS other_yuan,
    greatest(own.yuan / other.yuan, other.yuan / own.yuan) BETWEEN $unit_at_least AND $unit_at_most AS differs
FROM amounts AS own
SEMI JOIN stale_units USING (report_no)
JOIN reports ON reports.report_no = own.report_no
JOIN amounts AS other
    ON other.agency_id = own.agency_id AND other.row_code = own.row_code AND other.bare = own.bare
    AND other.scope IS NOT DISTINCT FROM own.scope AND other.report_no <> own.report_no;

-- The one year that slipped differs from most others; each of the others differs from that one alone.
INSERT INTO check_cells
SELECT report_id, 'plausibility.money_unit', position, value, quantile_disc(other_yuan, 0.5) FILTER (differs)
FROM other_years
GROUP BY report_id, position, value
HAVING 2 * count(*) FILTER (differs) > count(*);

INSERT INTO verdicts BY NAME
WITH verdicts AS (
    SELECT
        judged_reports.report_no,
        rules.rule,
        coalesce(found.cells, 0) AS found_cells,
        CASE
            WHEN rules.rule = 'plausibility.rule_making' AND judged_reports.level IS NULL
                THEN 'the level of the body is not known'
            WHEN rules.rule IN ('plausibility.hundredfold', 'plausibility.same_as_last_year') THEN judged_reports.note
            WHEN rules.rule = 'plausibility.money_unit'
                AND judged_reports.report_id NOT IN (SELECT report_id FROM other_years)
                THEN 'no other year of the body has an amount in a unit to compare'
        END AS why_not
    FROM judged_reports
    JOIN rules ON rules.format = judged_reports.format AND rules.rule IN (SELECT unnest($plausibility))
        AND (NOT judged_reports.unit_only OR rules.rule = 'plausibility.money_unit')
    LEFT JOIN (
        SELECT report_id, rule, count(*) AS cells FROM check_cells SEMI JOIN judged_reports USING (report_id) GROUP BY ALL
    ) AS found ON found.report_id = judged_reports.report_id AND found.rule = rules.rule
)

SELECT
    report_no,
    rule,
    CASE WHEN why_not IS NULL THEN 0 END AS expected,
    CASE WHEN why_not IS NULL THEN found_cells END AS actual,
    CASE WHEN why_not IS NULL THEN found_cells END AS residual,
    CASE WHEN why_not IS NOT NULL THEN 'not_assessable' WHEN found_cells > 0 THEN 'fail' ELSE 'pass' END AS status,
    why_not AS note
FROM verdicts;
